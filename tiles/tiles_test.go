package tiles_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/planar"

	"gridmap/tiles"
)

func box(lon, lat, w, h float64) orb.Polygon {
	return orb.Polygon{{{lon, lat}, {lon + w, lat}, {lon + w, lat + h}, {lon, lat + h}, {lon, lat}}}
}

func layerOf(t testing.TB, features ...tiles.Feature) *tiles.Snapshot {
	t.Helper()
	l, err := tiles.NewLayer("test", []string{"name", "n"}, features)
	if err != nil {
		t.Fatal(err)
	}
	return tiles.NewSnapshot(l)
}

func tileAt(lon, lat float64, z uint8) tiles.ID {
	x, y := tiles.World(lon, lat)
	return tiles.ID{Z: z, X: uint32(x) >> (30 - z), Y: uint32(y) >> (30 - z)}
}

func decode(t testing.TB, raw []byte) mvt.Layers {
	t.Helper()
	layers, err := mvt.Unmarshal(raw)
	if err != nil {
		t.Fatalf("the tile does not decode: %v", err)
	}
	return layers
}

func values(name string, n int64) []tiles.Value {
	return []tiles.Value{tiles.String(name), tiles.Int(n)}
}

func TestTilesOfManyRandomSquaresKeepTheirAreaAcrossTileEdges(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var fs []tiles.Feature
	for i := range 400 {
		fs = append(fs, tiles.Feature{ID: uint64(i + 1), Values: values("方", int64(i%7)),
			Geometry: box(105.8+rng.Float64()*0.05, 30.1+rng.Float64()*0.05, 0.0002+rng.Float64()*0.003, 0.0002+rng.Float64()*0.003)})
	}
	s := layerOf(t, fs...)
	var e tiles.Encoder
	for z := uint8(12); z <= 17; z++ {
		areas := map[uint64]float64{}
		a, b := tileAt(105.79, 30.16, z), tileAt(105.86, 30.09, z)
		for x := a.X; x <= b.X; x++ {
			for y := a.Y; y <= b.Y; y++ {
				raw, _ := e.Encode(nil, tiles.ID{Z: z, X: x, Y: y}, []*tiles.Snapshot{s}, 0)
				if len(raw) == 0 {
					continue
				}
				ls := decode(t, raw)
				ls.Clip(orb.Bound{Max: orb.Point{4096, 4096}})
				for _, f := range ls[0].Features {
					if f.Geometry != nil {
						areas[uint64(f.ID.(float64))] += math.Abs(planar.Area(f.Geometry))
					}
				}
			}
		}
		for _, f := range fs {
			bd := f.Geometry.Bound()
			x0, y0 := tiles.World(bd.Min[0], bd.Max[1])
			x1, y1 := tiles.World(bd.Max[0], bd.Min[1])
			unit := float64(int64(1) << (18 - z))
			w, h := float64(x1-x0)/unit, float64(y1-y0)/unit
			if got, want := areas[f.ID], w*h; math.Abs(got-want) > 2*(w+h)+4 {
				t.Errorf("z%d feature %d has area %.0f over its tiles, want %.0f within a unit of its outline", z, f.ID, got, want)
			}
		}
	}
}

func TestOuterRingsWindClockwiseOnScreenAndHolesTheOtherWay(t *testing.T) {
	p := box(105.8, 30.1, 0.01, 0.01)
	hole := box(105.803, 30.103, 0.002, 0.002)[0]
	s := layerOf(t, tiles.Feature{ID: 7, Geometry: append(p, hole), Values: values("a", 1)})
	var e tiles.Encoder
	raw, _ := e.Encode(nil, tileAt(105.805, 30.105, 13), []*tiles.Snapshot{s}, 0)
	got := decode(t, raw)[0].Features[0].Geometry.(orb.Polygon)
	if len(got) != 2 {
		t.Fatalf("the polygon has %d rings, want 2", len(got))
	}
	if got[0].Orientation() != orb.CCW || got[1].Orientation() != orb.CW {
		// orb counts with y up; with y down CCW is positive surveyor's area.
		t.Fatalf("rings wind %v and %v, want outer positive and hole negative with y down", got[0].Orientation(), got[1].Orientation())
	}
}

func TestSnapshotsAfterRandomChangesEqualLayersBuiltAnew(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	now := map[uint64]tiles.Feature{}
	random := func(id uint64) tiles.Feature {
		return tiles.Feature{ID: id, Values: values("v", int64(rng.IntN(50))),
			Geometry: orb.Point{105.8 + rng.Float64()*0.02, 30.1 + rng.Float64()*0.02}}
	}
	s := layerOf(t)
	for round := range 60 {
		var changed []tiles.Feature
		var removed []uint64
		for range 1 + rng.IntN(30) {
			f := random(uint64(1 + rng.IntN(600)))
			if _, twice := now[f.ID]; twice && rng.IntN(3) == 0 {
				removed = append(removed, f.ID)
				delete(now, f.ID)
				continue
			}
			if containsID(changed, f.ID) || containsNum(removed, f.ID) {
				continue
			}
			changed = append(changed, f)
			now[f.ID] = f
		}
		changed = without(changed, removed)
		var err error
		if s, err = s.With(changed, removed); err != nil {
			t.Fatal(err)
		}
		if s.Len() != len(now) {
			t.Fatalf("after round %d the snapshot has %d features, want %d", round, s.Len(), len(now))
		}
	}
	var e tiles.Encoder
	raw, _ := e.Encode(nil, tileAt(105.81, 30.11, 10), []*tiles.Snapshot{s}, 0)
	got := map[uint64]bool{}
	for _, f := range decode(t, raw)[0].Features {
		got[uint64(f.ID.(float64))] = true
	}
	if len(got) != len(now) {
		t.Fatalf("the tile has %d features, want %d", len(got), len(now))
	}
}

func containsID(fs []tiles.Feature, id uint64) bool {
	for _, f := range fs {
		if f.ID == id {
			return true
		}
	}
	return false
}

func containsNum(ids []uint64, id uint64) bool {
	for _, i := range ids {
		if i == id {
			return true
		}
	}
	return false
}

func without(fs []tiles.Feature, ids []uint64) []tiles.Feature {
	var out []tiles.Feature
	for _, f := range fs {
		if !containsNum(ids, f.ID) {
			out = append(out, f)
		}
	}
	return out
}

func TestAHeavyTileDropsTheLeastImportantAndSaysHowMany(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var fs []tiles.Feature
	for i := range 120_000 {
		fs = append(fs, tiles.Feature{ID: uint64(i + 1), Values: values("", rng.Int64()), Importance: float32(i + 1),
			Geometry: box(105.8+rng.Float64()*0.02, 30.1+rng.Float64()*0.02, 0.0001, 0.0001)})
	}
	store := tiles.NewStore(1 << 20)
	tile := store.Make(tileAt(105.81, 30.11, 11), []*tiles.Snapshot{layerOf(t, fs...)}, tiles.Gzip)
	if len(tile.Body) > tiles.CompressedLimit {
		t.Fatalf("the tile weighs %d bytes, want at most %d", len(tile.Body), tiles.CompressedLimit)
	}
	ls, err := mvt.UnmarshalGzipped(tile.Body)
	if err != nil {
		t.Fatal(err)
	}
	last := ls[len(ls)-1]
	if last.Name != "dropped" {
		t.Fatalf("the last layer is %q, want dropped", last.Name)
	}
	p := last.Features[0].Properties
	if kept, dropped := p.MustFloat64("kept"), p.MustFloat64("dropped"); int(kept) != len(ls[0].Features) || int(kept+dropped) != len(fs) {
		t.Fatalf("kept %v + dropped %v, want %d kept and %d in all", kept, dropped, len(ls[0].Features), len(fs))
	}
	// Of about the same size each: nearly all that stay are the most important.
	kept, foremost := len(ls[0].Features), 0
	for _, f := range ls[0].Features {
		if id, _ := f.ID.(float64); int(id) > len(fs)-kept {
			foremost++
		}
	}
	if foremost < kept*99/100 {
		t.Errorf("of %d features that stay %d are the most important, want nearly all", kept, foremost)
	}
}

func TestTheStoreForgetsExactlyTheTilesThatAChangeTouches(t *testing.T) {
	s := layerOf(t, tiles.Feature{ID: 1, Geometry: orb.Point{105.8, 30.1}, Values: values("a", 1)})
	store := tiles.NewStore(1 << 20)
	near, far := tileAt(105.8, 30.1, 12), tileAt(106.2, 30.3, 12)
	made := 0
	get := func(id tiles.ID) {
		store.Get(tiles.Request{Tile: id, Set: "test", Layers: 1, Encoding: tiles.Gzip,
			Snapshots: func() []*tiles.Snapshot { made++; return []*tiles.Snapshot{s} }, Current: func() bool { return true }})
	}
	get(near)
	get(far)
	get(near)
	box, _ := s.Box(1)
	store.Drop(1, tiles.Covering(nil, box, 6, 18))
	get(near)
	get(far)
	if made != 3 {
		t.Fatalf("made %d tiles, want 3: near, far, and near again", made)
	}
}

func BenchmarkEncodeFourThousandBuildings(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 8))
	var fs []tiles.Feature
	for i := range 4000 {
		fs = append(fs, tiles.Feature{ID: uint64(i + 1), Values: values("住宅", rng.Int64N(30)),
			Geometry: box(105.80+rng.Float64()*0.02, 30.10+rng.Float64()*0.02, 0.0002, 0.0001)})
	}
	s := []*tiles.Snapshot{layerOf(b, fs...)}
	var e tiles.Encoder
	id, buf := tileAt(105.81, 30.11, 14), []byte(nil)
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = e.Encode(buf[:0], id, s, 0)
	}
}
