package redraw

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

// wild makes small maps of the kind that real data is made of at its worst:
// outlines with holes, islands, spikes and crossings; neighbours that overlap or
// gape by millimetres; lines that dangle, repeat, run along borders or far away;
// rivers as lines and as areas, bridged or not; buildings as points, towers,
// bow-ties, copies of each other and on the border.
type wild struct {
	r  *rand.Rand
	in Input
	id int64
}

func wildInput(seed uint64) Input {
	w := &wild{r: rand.New(rand.NewPCG(seed, 4711))}
	n := 1 + w.r.IntN(3)
	for i := range n {
		w.community(i)
	}
	width := float64(n) * 400
	for range w.r.IntN(9) {
		w.barrier(width)
	}
	for range w.r.IntN(70) {
		w.building(width)
	}
	return w.in
}

// off is mostly nothing, at times a few millimetres or centimetres.
func (w *wild) off() float64 {
	return [...]float64{0, 0, 0, 0, 0.001, -0.001, 0.004, 0.01, -0.01, 0.05}[w.r.IntN(10)]
}

func (w *wild) community(i int) {
	x0, x1 := float64(i)*400+w.off(), float64(i+1)*400+w.off()
	ring := orb.Ring{{x0, 0}, {(x0 + x1) / 2, w.off()}, {x1, w.off()}, {x1 + w.off(), 150 + w.off()}, {x1, 400}, {x0, 400 + w.off()}, {x0, 200}}
	mp := orb.MultiPolygon{{ring}}
	switch w.r.IntN(9) {
	case 0: // a hole, of which one corner may touch the border
		mp[0] = append(mp[0], orb.Ring{{x0 + 100 + w.off(), 100}, {x0 + 100, 250}, {x0 + 220, 250}, {x0 + 220, 100}})
	case 1: // an island, at times by one corner
		mp = append(mp, orb.Polygon{{{x0 + 50, 400 + 30*float64(w.r.IntN(2))}, {x0 + 90, 470}, {x0 + 20, 470}}})
	case 2: // a spike
		mp[0][0] = append(mp[0][0], orb.Point{x0 - 60, 200 + w.off()}, orb.Point{x0, 200 + w.off()})
	case 3: // crosses itself
		mp[0][0][4], mp[0][0][5] = mp[0][0][5], mp[0][0][4]
	case 4: // parts that overlap, vertices that repeat
		mp = append(mp, orb.Polygon{{{x0 + 300, 300}, {x0 + 300, 300}, {x0 + 390, 300}, {x0 + 390, 450}, {x0 + 300, 450}}})
	case 5: // a long straight side made of many nearly collinear vertices
		var r orb.Ring
		for k := range 20 {
			r = append(r, orb.Point{x0 + float64(k)*(x1-x0)/20, w.off() / 5})
		}
		mp = orb.MultiPolygon{{append(r, orb.Point{x1, 400}, orb.Point{x0, 400})}}
	}
	for _, poly := range mp {
		for k := range poly {
			if w.r.IntN(3) > 0 {
				poly[k] = append(poly[k], poly[k][0])
			}
		}
	}
	w.in.Communities = append(w.in.Communities, Community{
		Code: fmt.Sprintf("500152001%03d", i+1), Outline: shift(mp), Complex: w.r.IntN(2) == 0})
}

func shift(mp orb.MultiPolygon) orb.MultiPolygon {
	for _, poly := range mp {
		for _, ring := range poly {
			for i := range ring {
				ring[i][0] += originE
				ring[i][1] += originN
			}
		}
	}
	return mp
}

func (w *wild) barrier(width float64) {
	b := Barrier{Kind: [...]Kind{Street, Street, Arterial, Rail, River, River}[w.r.IntN(6)]}
	at := func() orb.Point {
		if w.r.IntN(3) == 0 {
			return orb.Point{w.r.Float64() * width, w.r.Float64() * 400}
		}
		return orb.Point{math.Round(w.r.Float64()*width/50)*50 + w.off(), math.Round(w.r.Float64()*8)*50 + w.off()}
	}
	switch w.r.IntN(9) {
	case 0: // along the border
		x := 400 * float64(w.r.IntN(4))
		b.Line = orb.LineString{{x + w.off(), -20}, {x + w.off(), 150}, {x + w.off(), 420}}
	case 1: // a loop
		p := at()
		b.Line = orb.LineString{p, {p[0] + 60, p[1]}, {p[0] + 60, p[1] + 60}, {p[0], p[1] + 60}, p}
	case 2: // the same again, nearly
		if n := len(w.in.Barriers); n > 0 {
			for _, p := range w.in.Barriers[n-1].Line {
				b.Line = append(b.Line, orb.Point{p[0] - originE + w.off(), p[1] - originN + w.off()})
			}
		}
	case 3: // right across, from far away
		y := 100 + 50*float64(w.r.IntN(5))
		b.Line = orb.LineString{{-1e9, y}, {width / 2, y + w.off()}, {width + 9e8, y + 30}}
	case 4: // an area from end to end
		y, h := 60+w.r.Float64()*250, 4+w.r.Float64()*60
		b.Area = orb.MultiPolygon{{{{-50, y}, {width / 2, y + 30}, {width + 50, y}, {width + 50, y + h}, {width / 2, y + 30 + h}, {-50, y + h}, {-50, y}}}}
		if w.r.IntN(2) == 0 { // in two parts that share a seam
			b.Area = orb.MultiPolygon{
				{{{-50, y}, {width / 2, y}, {width / 2, y + h}, {-50, y + h}, {-50, y}}},
				{{{width / 2, y}, {width + 50, y}, {width + 50, y + h}, {width / 2, y + h}, {width / 2, y}}}}
		}
	default:
		for range 2 + w.r.IntN(5) {
			b.Line = append(b.Line, at())
		}
		if w.r.IntN(12) == 0 {
			b.Line[1] = orb.Point{math.NaN(), math.Inf(1)}
		}
	}
	for i := range b.Line {
		b.Line[i][0] += originE
		b.Line[i][1] += originN
	}
	b.Area = shift(b.Area)
	w.in.Barriers = append(w.in.Barriers, b)
}

func (w *wild) building(width float64) {
	w.id++
	b := Building{ID: w.id, Households: w.r.IntN(40), Persons: w.r.IntN(90)}
	x, y := w.r.Float64()*width, w.r.Float64()*400
	if w.r.IntN(3) == 0 {
		x, y = math.Round(x/50)*50, math.Round(y/50)*50
	}
	p := orb.Point{x + originE, y + originN}
	size := func() float64 { return 3 + w.r.Float64()*20 }
	b.Outline = rect(x, y, size(), size())
	switch w.r.IntN(14) {
	case 0, 1:
		b.Outline = p
	case 2:
		b.Outline = orb.Polygon{{p, {p[0] + 10, p[1] + 10}, {p[0] + 10, p[1]}, {p[0], p[1] + 10}, p}}
	case 3:
		if n := len(w.in.Buildings); n > 0 {
			b.Outline = w.in.Buildings[w.r.IntN(n)].Outline
		}
	case 4:
		b.Outline = rect(x+w.off(), y+w.off(), 10, 10)
	case 5:
		b.Outline = orb.Polygon{{p, {p[0] + 10, p[1]}, p}}
	case 6:
		b.Stairwells = [][]int{{20, 20, 20, 20}, {20, 20, 20, 20, 20}, {20, 20, 20, 20, 20, 20}}
		b.Households, b.Persons = 300, 900
	case 7:
		b.Compound, b.Households = int64(1+w.r.IntN(3)), 30
	case 8:
		b.Outline = orb.MultiPolygon{rect(x, y, size(), size()), rect(x+30, y, size(), size())}
	}
	switch w.r.IntN(60) {
	case 0:
		b.Outline = nil
	case 1:
		b.Outline = orb.Polygon{{{math.NaN(), p[1]}, p, {p[0] + 9, p[1]}, {p[0], p[1] + 9}}}
	case 2:
		b.Dedicated = "学校"
	}
	w.in.Buildings = append(w.in.Buildings, b)
}
