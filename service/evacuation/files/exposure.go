package files

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"gridmap/layers/escape"
	"gridmap/layers/flood"
)

// building is a building as the water meets it.
type building struct {
	thing
	meeting
	floors, plinthM, storeyM    float64
	persons, households, helped float64   // NaN: not given
	class                       []Class   // by picture; the last is the peak
	place                       orb.Point // on the plane
}

// road is a road; its pieces shut each by itself.
type road struct {
	thing
	meeting
	bridge bool
	pieces []piece
}

type piece struct {
	line orb.LineString // on the plane
	seen orb.LineString // where the raster has it
	open []bool         // by picture
}

// shelter is a place to go.
type shelter struct {
	thing
	meeting
	capacity   float64 // NaN: not known
	accessible bool
	place      orb.Point
	why        string // it is not used; empty: it is
}

// meetBuildings reads what is known of buildings; a value that cannot be read is
// told and taken as not given.
func (w *water) meetBuildings(things []thing, in *Input) []building {
	plane := w.plane()
	out := make([]building, len(things))
	for i, t := range things {
		b := building{thing: t, meeting: w.meet(t.shape), place: plane(t.shape.Bound().Center())}
		for _, f := range []struct {
			name         string
			to           *float64
			without, low float64
		}{{"floors", &b.floors, 0, 0}, {"plinth_m", &b.plinthM, 0.3, 0}, {"storey_m", &b.storeyM, 3, 0.5},
			{"persons", &b.persons, math.NaN(), 0}, {"households", &b.households, math.NaN(), 0}, {"helped", &b.helped, math.NaN(), 0}} {
			v, err := t.number(f.name, f.without, f.low)
			if err != nil {
				in.Rejected = append(in.Rejected, Refused{0, t.id, err.Error() + "; the building is used without it"})
			}
			*f.to = v
		}
		out[i] = b
	}
	return out
}

// pieceM is the longest piece of road that shuts as a whole.
const pieceM = 25

func (w *water) meetRoads(things []thing, in *Input) []road {
	plane := w.plane()
	out := make([]road, 0, len(things))
	for _, t := range things {
		lines := linesOf(t.shape)
		if t.values["class"] == "rail" {
			continue // nobody leaves by it
		}
		if len(lines) == 0 {
			in.Rejected = append(in.Rejected, Refused{0, t.id, "geometry: it is not a line"})
			continue
		}
		r := road{thing: t, meeting: w.meet(t.shape), bridge: t.yes("bridge")}
		deck, err := t.number("deck_m", math.NaN(), -500)
		if err != nil {
			in.Rejected = append(in.Rejected, Refused{0, t.id, err.Error()})
		}
		if r.bridge {
			w.span(&r, lines, deck)
		}
		for _, l := range lines {
			r.pieces = append(r.pieces, w.cut(l, plane, &r)...)
		}
		out = append(out, r)
	}
	return out
}

// span lets a bridge stand above the water: up to its deck where that is known,
// else as long as its ends are dry.
func (w *water) span(r *road, lines []orb.LineString, deck float64) {
	if !r.known {
		return
	}
	ends := orb.MultiPoint{}
	for _, l := range lines {
		ends = append(ends, l[0], l[len(l)-1])
	}
	out := meeting{known: true, thresholdM: math.NaN(), depthM: make([]float64, w.courses()), wet: make([]bool, w.courses())}
	for _, p := range ends {
		m := w.meet(p)
		if !(m.thresholdM >= out.thresholdM) {
			out.thresholdM = m.thresholdM
		}
		for k := range out.depthM {
			out.depthM[k] = math.Max(out.depthM[k], m.depthM[k])
			out.wet[k] = out.wet[k] || m.wet[k]
		}
	}
	if t, ok := w.deckThreshold(r.shape, deck); ok {
		out.thresholdM = t
		for k, s := range w.metres {
			out.wet[k], out.depthM[k] = s >= t, math.Max(0, s-t)
		}
	}
	r.meeting = out
}

// deckThreshold is the stage at which the water reaches a deck: the least over the
// river cells below it.
func (w *water) deckThreshold(shape orb.Geometry, deck float64) (float64, bool) {
	if w.terrain == nil || math.IsNaN(deck) {
		return 0, false
	}
	best, found := math.Inf(1), false
	cells, _ := flood.Cells(w.Grid, shape)
	for _, c := range cells {
		if d := w.terrain.Drain[c]; d >= 0 {
			best, found = math.Min(best, deck-float64(w.terrain.Elevation[d])), true
		}
	}
	return best, found
}

// cut parts a line into pieces and says in which pictures each is open. What is
// not known is shut; a bridge shuts as a whole.
func (w *water) cut(l orb.LineString, plane func(orb.Point) orb.Point, r *road) []piece {
	var out []piece
	for k := 1; k < len(l); k++ {
		a, b := plane(l[k-1]), plane(l[k])
		n := max(1, int(math.Ceil(math.Hypot(b[0]-a[0], b[1]-a[1])/pieceM)))
		for i := range n {
			from, to := between(l[k-1], l[k], float64(i)/float64(n)), between(l[k-1], l[k], float64(i+1)/float64(n))
			m := r.meeting
			if !r.bridge {
				m = w.meet(orb.LineString{from, to})
			}
			p := piece{orb.LineString{plane(from), plane(to)}, orb.LineString{from, to}, make([]bool, w.courses())}
			for c := range p.open {
				p.open[c] = m.known && !m.wet[c]
			}
			out = append(out, p)
		}
	}
	return out
}

func between(a, b orb.Point, t float64) orb.Point {
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

func (w *water) meetShelters(things []thing, in *Input) []shelter {
	plane := w.plane()
	out := make([]shelter, len(things))
	for i, t := range things {
		s := shelter{thing: t, meeting: w.meet(t.shape), accessible: t.yes("accessible"), place: plane(t.shape.Bound().Center())}
		capacity, err := t.number("capacity", math.NaN(), 0)
		s.capacity = math.Floor(capacity)
		switch {
		case err != nil:
			s.why = err.Error()
			in.Rejected = append(in.Rejected, Refused{0, t.id, s.why})
		case math.IsNaN(capacity):
			s.why = "its capacity is unknown"
		case !s.known:
			s.why = "it lies outside the terrain: not known to stay dry"
		case s.wet[w.courses()-1]:
			s.why = "it is under water at the peak"
		}
		out[i] = s
	}
	return out
}

// network joins the pieces of roads that are open in a picture.
func network(roads []road, picture int) (*escape.Network, error) {
	var open []escape.Road
	for _, r := range roads {
		for _, p := range r.pieces {
			open = append(open, escape.Road{Line: p.line, Open: p.open[picture]})
		}
	}
	n, err := escape.NewNetwork(open)
	if err != nil {
		return nil, fmt.Errorf("join the roads: %w", err)
	}
	return n, nil
}
