package evacuation

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// Columns are the buildings that the water may concern, one entry each.
type Columns struct {
	ID            []int64      `json:"id"`
	Lon           []float64    `json:"lon"`
	Lat           []float64    `json:"lat"`
	Grid          []string     `json:"grid"`
	Reach         []int32      `json:"reach"`
	ThresholdM    []float64    `json:"threshold_m"`
	PlinthM       []float64    `json:"plinth_m"`
	StoreyM       []float64    `json:"storey_m"`
	Floors        []int        `json:"floors"`
	Households    []int        `json:"households"`
	Persons       []int        `json:"persons"`
	Helped        []int        `json:"helped"`
	Class         []Class      `json:"class"`
	Deadline      []*time.Time `json:"deadline"`
	LastDeparture []*time.Time `json:"last_departure"`
	Unknown       int          `json:"unknown"`
}

// neverM stands in a table for a threshold that no stage comes to.
const neverM = 1e6

// Buildings are the buildings of the reader's scope that the water may concern.
func (s *Service) Buildings(ctx context.Context, by data.Actor, id int64, when *time.Time) (*Columns, error) {
	pic, err := s.at(ctx, by, id, when)
	if err != nil {
		return nil, err
	}
	c := &Columns{ID: []int64{}, Lon: []float64{}, Lat: []float64{}, Grid: []string{}, Reach: []int32{}, ThresholdM: []float64{}, PlinthM: []float64{}, StoreyM: []float64{},
		Floors: []int{}, Households: []int{}, Persons: []int{}, Helped: []int{}, Class: []Class{}, Deadline: []*time.Time{}, LastDeparture: []*time.Time{}, Unknown: pic.ground.unknown}
	if pic.water == nil {
		return c, nil
	}
	for i := range pic.water.fates {
		v := &pic.water.fates[i]
		if !by.Covers(v.GridCode) && by.ScopeCode != pic.v.Division && !by.Covers(pic.v.Division) {
			continue
		}
		c.add(v, pic)
	}
	return c, nil
}

func (c *Columns) add(v *fate, pic *picture) {
	persons, helped, _ := pic.peopleOf(v)
	if v.class == Unknown {
		persons = v.Persons
	}
	threshold, reach := v.ThresholdM, v.Reach
	if !v.Known || v.Never {
		threshold, reach = neverM, -1
	}
	c.ID = append(c.ID, v.ID)
	c.Lon, c.Lat = append(c.Lon, math.Round(v.at[0]*1e6)/1e6), append(c.Lat, math.Round(v.at[1]*1e6)/1e6)
	c.Grid, c.Reach = append(c.Grid, v.GridCode), append(c.Reach, reach)
	c.ThresholdM = append(c.ThresholdM, math.Round(threshold*1000)/1000)
	c.PlinthM, c.StoreyM, c.Floors = append(c.PlinthM, v.PlinthM), append(c.StoreyM, v.StoreyM), append(c.Floors, v.Floors)
	c.Households, c.Persons, c.Helped = append(c.Households, v.Households), append(c.Persons, persons), append(c.Helped, helped)
	c.Class, c.Deadline, c.LastDeparture = append(c.Class, v.class), append(c.Deadline, v.deadline), append(c.LastDeparture, v.leaveBy)
}

// Road is the part of a road that shuts at one threshold of one reach.
type Road struct {
	ID         int64          `json:"id"` // of its first piece, the same as long as the ground is
	Name       string         `json:"name"`
	Class      string         `json:"class"`
	Reach      int32          `json:"reach"`
	ThresholdM float64        `json:"threshold_m"`
	Shut       bool           `json:"shut"`
	ShutsAt    *time.Time     `json:"shuts_at"`
	Line       orb.LineString `json:"line"`
}

// Roads are the pieces of road that are shut or may come to be, neighbours that shut
// together as one.
func (s *Service) Roads(ctx context.Context, by data.Actor, id int64, when *time.Time) ([]Road, error) {
	pic, err := s.at(ctx, by, id, when)
	if err != nil || pic.water == nil {
		return nil, err
	}
	var out []Road
	last := -1 // the road of the last piece
	for i := range pic.water.roads {
		c := &pic.water.roads[i]
		p := &pic.ground.pieces[c.piece]
		w := &pic.ground.ways[p.way]
		threshold := math.Round(p.ThresholdM*10) / 10
		if n := len(out) - 1; n >= 0 && pic.water.roads[i-1].piece == c.piece-1 && last == p.way && out[n].Reach == p.Reach && out[n].Shut == c.shut &&
			out[n].ThresholdM == threshold && out[n].Line[len(out[n].Line)-1] == p.line[0] {
			out[n].Line = append(out[n].Line, p.line[1])
			out[n].ShutsAt = first(out[n].ShutsAt, c.at)
			continue
		}
		last = p.way
		out = append(out, Road{ID: int64(c.piece) + 1, Name: w.Name, Class: w.Class, Reach: p.Reach, ThresholdM: threshold, Shut: c.shut, ShutsAt: c.at, Line: slices.Clone(p.line)})
	}
	return out, nil
}

// Stages is the course of the water by reach, for those reaches that concern
// somebody. Stages are metres above the bed of the reach.
type Stages struct {
	From       time.Time    `json:"from"`
	StepMin    int          `json:"step_min"`
	Times      []time.Time  `json:"times"`
	Reaches    []ReachStage `json:"reaches"`
	Now        []float64    `json:"now"`
	Min        [][]float64  `json:"min"`
	Likely     [][]float64  `json:"likely"`
	Max        [][]float64  `json:"max"`
	Confluence []int        `json:"confluence"` // by reach, the index of the stem reach that it meets; -1: on the stem, or none
}

// ReachStage is a reach of a river.
type ReachStage struct {
	ID   int32   `json:"id"`
	Name string  `json:"name"`
	BedM float64 `json:"bed_m"`
	Stem bool    `json:"stem"` // a gauge says how it stands
}

// stepsMost bounds the table that a screen is sent.
const stepsMost = 150

// Stages is what the sliders of the screen need.
func (s *Service) Stages(ctx context.Context, by data.Actor, id int64, when *time.Time) (*Stages, error) {
	pic, err := s.at(ctx, by, id, when)
	if err != nil {
		return nil, err
	}
	st := &Stages{From: pic.now, StepMin: int(courseStep.Minutes()), Times: []time.Time{}, Reaches: []ReachStage{}, Now: []float64{}, Min: [][]float64{},
		Likely: [][]float64{}, Max: [][]float64{}, Confluence: []int{}}
	if pic.water == nil {
		return st, nil
	}
	reaches := pic.reachesOfInterest()
	f := pic.water.flow
	at := map[int32]int{}
	for i, r := range reaches {
		at[r] = i
		bed, _ := finite(pic.ground.terrain.Reaches[r].BedM)
		st.Reaches = append(st.Reaches, ReachStage{r, pic.ground.rivers[r], bed, pic.onStem(r)})
		st.Now = append(st.Now, cm(f.now[r]))
	}
	for i, r := range reaches {
		st.Confluence = append(st.Confluence, -1)
		for down := r; !st.Reaches[i].Stem && down >= 0; down = pic.ground.terrain.Reaches[down].Down {
			if k, ok := at[down]; ok && st.Reaches[k].Stem {
				st.Confluence[i] = k
				break
			}
		}
	}
	every := max(1, (len(f.times)+stepsMost-1)/stepsMost)
	st.StepMin *= every
	for k := 0; k < len(f.times); k += every {
		st.Times = append(st.Times, f.times[k])
		for v, list := range []*[][]float64{&st.Min, &st.Likely, &st.Max} {
			row := make([]float64, len(reaches))
			for i, r := range reaches {
				row[i] = cm(f.stages[v][k][r])
			}
			*list = append(*list, row)
		}
	}
	st.From = f.times[0]
	return st, nil
}

func cm(v float32) float64 { return math.Round(float64(v)*100) / 100 }

func finite(v float64) (float64, bool) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	return math.Round(v*100) / 100, true
}

func (pic *picture) onStem(reach int32) bool {
	river, ok := pic.ground.rivers[reach]
	return ok && pic.water.flow.rivers[river]
}

// reachesOfInterest are those by which a building or a road is wet, and those of the
// stem that they meet.
func (pic *picture) reachesOfInterest() []int32 {
	want := map[int32]bool{}
	for i := range pic.water.fates {
		if v := &pic.water.fates[i]; v.Known && !v.Never {
			want[v.Reach] = true
		}
	}
	for i := range pic.water.roads {
		want[pic.ground.pieces[pic.water.roads[i].piece].Reach] = true
	}
	var out []int32
	for r := range want {
		out = append(out, r)
	}
	for _, r := range out {
		for down := r; down >= 0; down = pic.ground.terrain.Reaches[down].Down {
			if pic.onStem(down) {
				if !want[down] {
					want[down] = true
					out = append(out, down)
				}
				break
			}
		}
	}
	slices.Sort(out)
	return out
}

// GaugeView is a gauge as it stands.
type GaugeView struct {
	ID             int64         `json:"id"`
	Code           string        `json:"code"`
	Name           string        `json:"name"`
	River          string        `json:"river"`
	Lon            float64       `json:"lon"`
	Lat            float64       `json:"lat"`
	StageM         *float64      `json:"stage_m"`
	At             *time.Time    `json:"at"`
	AgeS           *int64        `json:"age_s"`
	Stale          bool          `json:"stale"`
	Suspect        *string       `json:"suspect"`
	SuspectZH      *string       `json:"suspect_zh"`
	RiseMPerH      *float64      `json:"rise_m_per_h"`
	WarningM       *float64      `json:"warning_m"`
	GuaranteeM     *float64      `json:"guarantee_m"`
	Datum          string        `json:"datum"`
	ThresholdsFrom *time.Time    `json:"thresholds_from"`
	Forecast       *ForecastView `json:"forecast"`
	Series         []SeriesPoint `json:"series"`
}

// ForecastView is the newest forecast of a gauge.
type ForecastView struct {
	IssuedAt time.Time  `json:"issued_at"`
	PeakM    []*float64 `json:"peak_m"` // min, likely, max
	PeakAt   time.Time  `json:"peak_at"`
	Past     bool       `json:"past"`
}

// SeriesPoint is a level at a moment.
type SeriesPoint struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	StageM float64   `json:"stage_m"`
}

// Gauges are all gauges at a moment; without one, on the clock of an evacuation, or of
// the one that leads for zero, or now.
func (s *Service) Gauges(ctx context.Context, by data.Actor, evacuation int64, when *time.Time) ([]GaugeView, error) {
	now := s.opt.Now()
	if lead := s.leader(); lead != nil && evacuation == 0 {
		now = s.clockOf(&lead.v)
	}
	if evacuation != 0 {
		pic, err := s.at(ctx, by, evacuation, nil)
		if err != nil {
			return nil, err
		}
		if now = s.clockOf(&pic.v); pic.v.ClosedAt != nil {
			now = *pic.v.ClosedAt
		}
	}
	if when != nil {
		now = *when
	}
	var gauges []Gauge
	err := data.At(ctx, s.web, func(m data.Moment) (err error) {
		gauges, err = readGauges(ctx, m.Evacuations(), now)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]GaugeView, len(gauges))
	for i := range gauges {
		out[i] = viewGauge(&gauges[i], now)
	}
	return out, nil
}

// leader is the picture that the map shows, or nil.
func (s *Service) leader() *picture {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pictures[s.leading()]
}

func viewGauge(g *Gauge, now time.Time) GaugeView {
	v := GaugeView{ID: g.ID, Code: g.Code, Name: g.Name, River: g.River, Lon: g.Geom[0], Lat: g.Geom[1], StageM: number(g.StageM), Stale: g.Stale,
		RiseMPerH: number(g.RisePerH), WarningM: number(g.Threshold.WarningM), GuaranteeM: number(g.Threshold.GuaranteeM), Datum: g.Threshold.Datum, Series: []SeriesPoint{}}
	if !g.Threshold.ValidFrom.IsZero() {
		v.ThresholdsFrom = &g.Threshold.ValidFrom
	}
	if !g.At.IsZero() {
		age := int64(now.Sub(g.At).Seconds())
		v.At, v.AgeS = &g.At, &age
	} else {
		v.Stale = true
	}
	if g.Suspect != nil {
		zh, en := g.Suspect.zh(), g.Suspect.en()
		v.Suspect, v.SuspectZH = &en, &zh
	}
	if f := g.Forecast; f != nil {
		v.Forecast = &ForecastView{IssuedAt: f.IssuedAt, Past: f.Past}
		for i := range f.Points {
			top, at := peak(f.Points[i], time.Time{})
			v.Forecast.PeakM = append(v.Forecast.PeakM, number(top))
			if i == 1 {
				v.Forecast.PeakAt = at
			}
		}
	}
	for _, r := range g.Series {
		v.Series = append(v.Series, SeriesPoint{r.At, r.Kind, math.Round(r.StageM*1000) / 1000})
	}
	return v
}

// Shelters are the shelters with those who are sent there by the plan that stands.
func (s *Service) Shelters(ctx context.Context, by data.Actor, id int64, when *time.Time) ([]ShelterLoad, error) {
	pic, err := s.at(ctx, by, id, when)
	if err != nil {
		return nil, err
	}
	assigned := map[int64]int64{}
	for _, p := range pic.places {
		assigned[p.ShelterID] += int64(p.Persons)
	}
	return pic.loads(assigned), nil
}

// Orders are the newest order of each grid in the reader's scope, silent ones first.
func (s *Service) Orders(ctx context.Context, by data.Actor, id int64, when *time.Time) ([]Order, error) {
	pic, err := s.at(ctx, by, id, when)
	if err != nil {
		return nil, err
	}
	now := pic.now
	if when == nil {
		now = s.clockOf(&pic.v)
	}
	newest := map[string]data.Order{}
	for _, o := range pic.orders {
		newest[o.GridCode] = o
	}
	out := []Order{}
	for _, o := range newest {
		if by.Covers(o.GridCode) {
			out = append(out, orderView(o, now, pic.settings))
		}
	}
	slices.SortFunc(out, func(a, b Order) int {
		return cmp.Or(cmp.Compare(answered(&a), answered(&b)), a.IssuedAt.Compare(b.IssuedAt), cmp.Compare(a.Grid, b.Grid))
	})
	return out, nil
}

// answered ranks how far an order has come.
func answered(o *Order) int { return slices.Index([]string{"sent", "received", "on_scene"}, o.State) }
