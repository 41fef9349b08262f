package tiles

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
)

// coast is a star-shaped ring of n vertices, as crooked as a coast.
func coast(rng *rand.Rand, lon, lat, size float64, n int) orb.Ring {
	var r orb.Ring
	d := 1.0
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		d = math.Max(0.3, math.Min(1, d+(rng.Float64()-0.5)*0.1))
		r = append(r, orb.Point{lon + size*d*math.Cos(a), lat + size*d*math.Sin(a)})
	}
	return append(r, r[0])
}

// outlines are the geometries of a tile by id, rings from their smallest vertex
// on: where a ring starts says nothing.
func outlines(t *testing.T, raw []byte) map[any]orb.Geometry {
	t.Helper()
	layers, err := mvt.Unmarshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	out := map[any]orb.Geometry{}
	for _, l := range layers {
		for _, f := range l.Features {
			if p, ok := f.Geometry.(orb.Polygon); ok {
				for i, r := range p {
					r = r[:len(r)-1]
					first := 0
					for k, v := range r {
						if v[0] < r[first][0] || v[0] == r[first][0] && v[1] < r[first][1] {
							first = k
						}
					}
					p[i] = append(append(orb.Ring{}, r[first:]...), r[:first]...)
				}
			}
			out[f.ID] = f.Geometry
		}
	}
	return out
}

func TestLongPartsAreDrawnTheSameWithAndWithoutLookingAtTheirRuns(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	var fs []Feature
	for i := range 30 {
		lon, lat := 105.7+rng.Float64()*0.3, 30.0+rng.Float64()*0.2
		ring := coast(rng, lon, lat, math.Pow(10, -3+2*rng.Float64()), 65+rng.IntN(2000))
		var g orb.Geometry = orb.Polygon{ring}
		if i%2 == 0 {
			g = orb.LineString(ring)
		}
		fs = append(fs, Feature{ID: uint64(i + 1), Geometry: g})
	}
	Simplify(fs)
	quick, err := NewLayer("l", nil, fs)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := NewLayer("l", nil, fs)
	if err != nil {
		t.Fatal(err)
	}
	if len(plain.runs) == 0 {
		t.Fatal("no part is long, want some")
	}
	for i := range plain.runs {
		plain.runs[i].box = Box{0, 0, WorldUnits, WorldUnits} // never beyond anything
	}
	var e Encoder
	drawn := 0
	for range 4000 {
		z := uint8(8 + rng.IntN(11))
		x, y := World(105.7+rng.Float64()*0.3, 30.0+rng.Float64()*0.2)
		id := ID{z, uint32(x) >> (30 - z), uint32(y) >> (30 - z)}
		got, _ := e.Encode(nil, id, []*Snapshot{NewSnapshot(quick)}, 0)
		want, _ := e.Encode(nil, id, []*Snapshot{NewSnapshot(plain)}, 0)
		if g, w := outlines(t, got), outlines(t, want); !reflect.DeepEqual(g, w) {
			t.Fatalf("tile %s shows %v, want as without runs %v", id, g, w)
		}
		if len(got) > 0 {
			drawn++
		}
	}
	if drawn < 1000 {
		t.Fatalf("only %d tiles had anything in them, want more", drawn)
	}
}
