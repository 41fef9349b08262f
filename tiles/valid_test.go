package tiles

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"
)

// riddled is a crooked polygon with holes close to each other and to its outline,
// valid as it is; nothing when chance made it none.
func riddled(rng *rand.Rand, lon, lat, size float64) orb.Polygon {
	p := orb.Polygon{coast(rng, lon, lat, size, 6+rng.IntN(60))}
	for range rng.IntN(6) {
		hole := coast(rng, lon+(rng.Float64()-0.5)*size, lat+(rng.Float64()-0.5)*size, size*0.02*float64(1+rng.IntN(12)), 4+rng.IntN(12))
		hole.Reverse()
		if more := append(p[:len(p):len(p)], hole); whole(more) == nil {
			p = more
		}
	}
	return p
}

// whole says what makes a polygon invalid by OGC 06-103r4, 6.1.11.
func whole(p orb.Polygon) error {
	rings := make([]geom.LineString, len(p))
	for i, r := range p {
		var f []float64
		for _, v := range r {
			f = append(f, v[0], v[1])
		}
		rings[i] = geom.NewLineString(geom.NewSequence(f, geom.DimXY))
	}
	return geom.NewPolygon(rings).Validate()
}

// areaIn is the area of a polygon inside a tile and its buffer, and the length of its
// outline there, in units of the tile's grid.
func areaIn(t *testing.T, p orb.Polygon, id ID) (area, outline float64) {
	t.Helper()
	var rings []geom.LineString
	x0, y0, size := id.bounds()
	scale := float64(Extent) / float64(size)
	for _, r := range p {
		var f []float64
		for _, v := range r {
			x, y := World(v[0], v[1])
			f = append(f, float64(int64(x)-x0)*scale, float64(int64(y)-y0)*scale)
		}
		rings = append(rings, geom.NewLineString(geom.NewSequence(f, geom.DimXY)))
	}
	in := geom.NewPolygon(rings)
	low, high := float64(tileClip.min), float64(tileClip.max)
	box := geom.NewEnvelope(geom.XY{X: low, Y: low}, geom.XY{X: high, Y: high}).AsGeometry()
	both, err := geom.Intersection(in.AsGeometry(), box)
	if err != nil {
		t.Fatal(err)
	}
	return both.Area(), both.Boundary().Length()
}

func TestEveryPolygonInATileIsValidHoweverCoarselyItIsSnapped(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	seen := map[uint8]int{}
	for range 300 {
		lon, lat := 105.8+rng.Float64()*0.05, 30.1+rng.Float64()*0.05
		shape := riddled(rng, lon, lat, 0.0005*float64(1+rng.IntN(40)))
		if whole(shape) != nil {
			continue
		}
		l, err := NewLayer("test", []string{"n"}, []Feature{{ID: 1, Values: []Value{Int(1)}, Geometry: shape}})
		if err != nil {
			t.Fatal(err)
		}
		s := NewSnapshot(l)
		var e Encoder
		for z := uint8(9); z <= 17; z++ {
			for range 4 { // tiles of its neighbourhood: most cut it
				x, y := World(lon+(rng.Float64()-0.5)*0.01, lat+(rng.Float64()-0.5)*0.01)
				id := ID{Z: z, X: uint32(x) >> (30 - z), Y: uint32(y) >> (30 - z)}
				raw, _ := e.Encode(nil, id, []*Snapshot{s}, 0)
				area := 0.0
				for _, p := range polygonsOf(t, raw) {
					seen[z]++
					area += planar.Area(p)
					if err := whole(p); err != nil {
						t.Errorf("tile %v: got %v\n  %v", id, err, p)
					}
				}
				// Each vertex moves by less than a unit, and nothing else is lost.
				if want, outline := areaIn(t, shape, id); math.Abs(area-want) > outline+4 {
					t.Errorf("tile %v: got an area of %.0f, want %.0f within %.0f", id, area, want, outline)
				}
			}
		}
	}
	for z := uint8(9); z <= 17; z++ {
		if seen[z] < 100 {
			t.Errorf("zoom %d: got %d polygons, too few to say anything", z, seen[z])
		}
	}
}

// polygonsOf a tile, in its own grid.
func polygonsOf(t *testing.T, raw []byte) (all []orb.Polygon) {
	t.Helper()
	layers, err := mvt.Unmarshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		for _, f := range l.Features {
			switch g := f.Geometry.(type) {
			case orb.Polygon:
				all = append(all, g)
			case orb.MultiPolygon:
				all = append(all, g...)
			}
		}
	}
	return all
}
