package synth

import (
	"math"
	"time"

	"gridmap/data"
)

// station is a gauge with how the flood of July 2023 passes it.
type station struct {
	code, name, river string
	share             float64 // of the river's length, from where it enters the district
	riseM             float64 // of the flood over the usual level; zero: it stays in its bed
	lag               time.Duration
}

// stations are the published ones, and two that were invented upstream so that a
// flood is seen to come. Tai'an rises as the alert of 28 July 2023 said.
func stations() []station {
	return []station{
		{"SYN-60715100", "小河坝", "涪江", 0.82, 0, 0},
		{"SYN-60717800", "泰安站", "琼江", 0.70, 10.75, 0},
		{"SYN-0001", "崇龛（演示）", "琼江", 0.16, 6.8, -5 * time.Hour},
		{"SYN-0002", "柏梓（演示）", "琼江", 0.40, 7.0, -150 * time.Minute},
	}
}

// Levels of the invented thresholds over the usual level: the flood of July 2023
// then stands 4.5 m over the guarantee level at Tai'an, as was published.
const (
	guaranteeOverM = 6.25
	warningOverM   = 5.25
)

// placeGauges sets the stations beside their rivers, with the published
// thresholds, invented ones where none is published, and two days of invented
// readings before Now.
func (d *District) placeGauges(s *sketchpad) {
	usualM := map[int64]float64{}
	for i, st := range stations() {
		id := int64(i + 1)
		for k := range s.rivers {
			rv := &s.rivers[k]
			if rv.name != st.river {
				continue
			}
			j := int(st.share * float64(len(rv.line)-1))
			p := offset(rv.line[j], normal(rv.line, j), rv.halfM[j]*0.97)
			d.Gauges = append(d.Gauges, data.Gauge{ID: id, Code: st.code, Name: st.name, River: st.river, Geom: lonLat(p), Source: Source})
			usualM[id] = rv.levelM[j]
			d.read(s.seed, id, rv.levelM[j])
		}
	}
	d.Thresholds = thresholds(s, usualM)
}

func thresholds(s *sketchpad, usualM map[int64]float64) []data.GaugeThreshold {
	day := func(y int, m time.Month, n int) time.Time { return time.Date(y, m, n, 0, 0, 0, 0, time.UTC) }
	over := func(id int64, m float64) float64 { return math.Round((usualM[id]+m)*10) / 10 }
	none := math.NaN()
	out := []data.GaugeThreshold{
		{GaugeID: 1, ValidFrom: day(2018, 7, 11), WarningM: 237.13, GuaranteeM: 239.13, Source: s.gauges[2][6]},
		{GaugeID: 1, ValidFrom: day(2020, 8, 17), WarningM: 238, GuaranteeM: none, Source: s.gauges[0][6]},
		{GaugeID: 1, ValidFrom: day(2024, 7, 18), WarningM: 238, GuaranteeM: none, Source: s.gauges[1][6]},
		{GaugeID: 2, ValidFrom: day(2014, 1, 1), WarningM: 246, GuaranteeM: none, Source: Source},
		{GaugeID: 2, ValidFrom: day(2018, 1, 1), WarningM: 245.5, GuaranteeM: none, Source: Source},
		// The warning level is published; the guarantee level is not, and invented.
		{GaugeID: 2, ValidFrom: day(2023, 7, 1), WarningM: 246.5, GuaranteeM: over(2, guaranteeOverM), Source: s.gauges[3][6] + "；保证水位 synthetic"},
		{GaugeID: 3, ValidFrom: day(2023, 7, 1), WarningM: over(3, warningOverM), GuaranteeM: over(3, guaranteeOverM), Source: Source},
		{GaugeID: 4, ValidFrom: day(2023, 7, 1), WarningM: over(4, warningOverM), GuaranteeM: over(4, guaranteeOverM), Source: Source},
	}
	for i := range out {
		out[i].Datum = "1985国家高程基准（公开报道，未核实）"
		if out[i].Source == Source {
			out[i].Datum = "1985国家高程基准（合成）"
		}
	}
	return out
}

// floodRiseM is how far the flood of July 2023 rises at a share of the river's
// length: between stations on a line.
func floodRiseM(share float64) float64 {
	low, high := station{share: math.Inf(-1)}, station{share: math.Inf(1)}
	for _, st := range stations() {
		switch {
		case st.riseM == 0:
		case st.share <= share && st.share > low.share:
			low = st
		case st.share > share && st.share < high.share:
			high = st
		}
	}
	switch {
	case math.IsInf(low.share, -1):
		return high.riseM
	case math.IsInf(high.share, 1):
		return low.riseM
	}
	return low.riseM + (high.riseM-low.riseM)*(share-low.share)/(high.share-low.share)
}
