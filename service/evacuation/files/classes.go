package files

import (
	"math"

	"github.com/paulmach/orb"

	"gridmap/layers/escape"
)

// reachM is how far a building may lie from the road that serves it.
const reachM = 250

// classify gives each building its class in each picture; a picture after the
// first counts what is wet in the first as wet now. Without roads nobody can be
// told to be cut off.
func (w *water) classify(buildings []building, roads []road, shelters []shelter) error {
	for k := range w.courses() {
		var linked func(*building) bool
		if len(roads) > 0 {
			var err error
			if linked, err = w.linked(roads, shelters, k); err != nil {
				return err
			}
		}
		for i := range buildings {
			b := &buildings[i]
			switch {
			case !b.known:
				b.class = append(b.class, Unknown)
			case b.wet[0]:
				b.class = append(b.class, WetNow)
			case b.wet[k]:
				b.class = append(b.class, WillBeWet)
			case linked != nil && !linked(b):
				b.class = append(b.class, CutOff)
			default:
				b.class = append(b.class, Unaffected)
			}
		}
	}
	return nil
}

// linked says which buildings a dry road joins to somewhere: a shelter that stays
// dry, or a road that leaves the terrain; where there is neither, the largest part
// of the dry roads.
func (w *water) linked(roads []road, shelters []shelter, picture int) (func(*building) bool, error) {
	n, err := network(roads, picture)
	if err != nil {
		return nil, err
	}
	var goals []escape.Place
	for i := range shelters {
		if s := &shelters[i]; s.known && !s.wet[w.courses()-1] {
			goals = append(goals, n.Enter(s.place, reachM))
		}
	}
	goals = append(goals, w.exits(n, roads)...)
	part, largest := n.Parts()
	good := map[int32]bool{}
	for _, g := range goals {
		if g.On() {
			good[part(g)] = true
		}
	}
	if len(good) == 0 {
		good[largest] = true
	}
	return func(b *building) bool {
		p := n.Enter(b.place, reachM)
		return p.On() && good[part(p)]
	}, nil
}

// exits are where open roads come within a cell of the terrain's edge.
func (w *water) exits(n *escape.Network, roads []road) []escape.Place {
	plane := w.plane()
	var out []escape.Place
	box := w.Bound()
	edge := orb.Bound{Min: orb.Point{box.Min[0] + w.DX, box.Min[1] + w.DY}, Max: orb.Point{box.Max[0] - w.DX, box.Max[1] - w.DY}}
	for _, r := range roads {
		for _, l := range linesOf(r.shape) {
			for _, p := range l {
				if box.Contains(p) && !edge.Contains(p) {
					out = append(out, n.Enter(plane(p), math.Max(1, 2*w.CellM())))
				}
			}
		}
	}
	return out
}
