package redraw

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// byteMap reads a map from bytes. Positions lie on a coarse lattice with small
// offsets, so that repeated points, collinear edges and near misses are the rule.
type byteMap struct {
	data []byte
	in   Input
}

func (m *byteMap) next() byte {
	if len(m.data) == 0 {
		return 0
	}
	b := m.data[0]
	m.data = m.data[1:]
	return b
}

// number is a coordinate: sixteen steps of 20 m, and sixteen offsets of which
// some are next to nothing and some are no number at all.
func (m *byteMap) number() float64 {
	b := m.next()
	offsets := [16]float64{0, 0, 0, 0, 0, 0.0004, 0.001, -0.001, 0.0015, 0.01, 0.05, 0.3, 7, 1e12, math.NaN(), math.Inf(-1)}
	o := offsets[b>>4]
	if b>>4 >= 13 && m.next() != 0 { // the wildest are rare
		o = 0
	}
	return float64(b&15)*20 + o
}

func (m *byteMap) point() orb.Point {
	return orb.Point{m.number() + originE, m.number() + originN}
}

func (m *byteMap) line() []orb.Point {
	n := int(m.next() % 12)
	out := make([]orb.Point, 0, n)
	for range n {
		out = append(out, m.point())
	}
	return out
}

func (m *byteMap) area() orb.MultiPolygon {
	var mp orb.MultiPolygon
	for range 1 + m.next()%3 {
		var poly orb.Polygon
		for range 1 + m.next()%2 {
			poly = append(poly, m.line())
		}
		mp = append(mp, poly)
	}
	return mp
}

func (m *byteMap) square() orb.MultiPolygon {
	p, s := m.point(), float64(1+m.next()%16)*20
	return orb.MultiPolygon{{{p, {p[0] + s, p[1]}, {p[0] + s, p[1] + s}, {p[0], p[1] + s}, p}}}
}

func inputOf(data []byte) Input {
	m := &byteMap{data: data}
	for len(m.data) > 0 && len(m.in.Communities) < 5 && len(m.in.Barriers) < 30 && len(m.in.Buildings) < 120 {
		code := fmt.Sprintf("500152001%03d", len(m.in.Communities)+1)
		kind := [...]Kind{Street, River, Rail, Arterial}[m.next()%4]
		b := Building{ID: int64(len(m.in.Buildings) + 1), Households: int(m.next()%64) * 4, Compound: int64(m.next() % 3)}
		switch op := m.next() % 9; op {
		case 0:
			m.in.Communities = append(m.in.Communities, Community{Code: code, Outline: m.area(), Complex: kind == River})
		case 1:
			m.in.Communities = append(m.in.Communities, Community{Code: code, Outline: m.square(), Complex: kind == River})
		case 2, 3:
			m.in.Barriers = append(m.in.Barriers, Barrier{Kind: kind, Line: m.line()})
		case 4:
			m.in.Barriers = append(m.in.Barriers, Barrier{Kind: kind, Area: m.area()})
		default:
			b.Outline = [...]func() orb.Geometry{
				func() orb.Geometry { return m.point() },
				func() orb.Geometry { return m.square() },
				func() orb.Geometry { return m.area() },
				func() orb.Geometry { return orb.Collection{m.point(), m.area(), orb.LineString(m.line())} },
			}[op-5]()
			if b.Households > 200 {
				b.Stairwells = [][]int{{b.Households / 2}, {b.Households / 4, b.Households - b.Households/2 - b.Households/4}}
			}
			m.in.Buildings = append(m.in.Buildings, b)
		}
	}
	return m.in
}

// FuzzDraw takes a map from bytes all the way to a plan: whatever it holds, there
// is a plan, every building is in it whole or reported, and nothing hangs.
func FuzzDraw(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 0, 0, 15, 0, 9, 0, 6, 1, 16, 4, 0, 9, 0, 5, 5, 5, 1, 0, 0, 2, 4, 0, 7, 15, 7, 7, 0, 7, 15})
	f.Add([]byte{1, 0, 0, 0, 0, 1, 5, 0, 0, 15, 0, 15, 15, 0, 15, 0, 0, 1, 0, 0, 4, 0, 0, 4, 0, 5, 15, 5, 15, 8, 0, 8, 0, 44, 1, 5, 2, 2, 0, 44, 1, 5, 12, 12})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2000 {
			return
		}
		in := inputOf(data)
		hung := time.AfterFunc(20*time.Second, func() { panic("a map of a few lines takes more than 20 seconds") })
		defer hung.Stop()
		p, err := Draw(context.Background(), in, Options{Seed: 1, Restarts: 1, Workers: 1, Steps: 2000})
		if err != nil {
			t.Fatal(err)
		}
		checkKept(t, 0, in, p)
		for _, g := range p.Grids {
			for _, poly := range g.Outline {
				if len(poly) == 0 {
					t.Fatalf("grid %s has a polygon without a ring", g.Code)
				}
				for _, ring := range poly {
					if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
						t.Fatalf("grid %s has a ring of %d vertices", g.Code, len(ring))
					}
				}
			}
		}
	})
}
