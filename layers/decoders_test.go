package layers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/peterstace/simplefeatures/geom"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/layers"
	"gridmap/tiles"
)

// checkByJS reads every tile under a folder with the decoder that MapLibre uses,
// checks what MVT 2.1 asks of it, and prints how many features each layer has.
const checkByJS = `
import { VectorTile } from '@mapbox/vector-tile';
import * as pbf from 'pbf';
import fs from 'node:fs';
const Reader = pbf.PbfReader ?? pbf.default, counts = {}, wrong = [];
const area = (r) => { let s = 0; for (let i = 0; i + 1 < r.length; i++) s += r[i].x * r[i + 1].y - r[i + 1].x * r[i].y; return s; };
function check(f, say) {
	const parts = f.loadGeometry();
	if (!parts.length) say('has no geometry');
	let outer = false;
	for (const part of parts) {
		for (const p of part) if (p.x < -64 || p.y < -64 || p.x > 4160 || p.y > 4160) say('leaves the buffer at ' + p.x + ',' + p.y);
		if (f.type === 1) continue;
		for (let i = 1; i < part.length; i++) if (part[i].x === part[i - 1].x && part[i].y === part[i - 1].y) say('repeats a point');
		if (f.type === 2 && part.length < 2) say('has a line of one point');
		if (f.type !== 3) continue;
		const a = area(part), end = part[part.length - 1];
		if (part.length < 4 || end.x !== part[0].x || end.y !== part[0].y) say('has a ring of ' + part.length + ' points');
		if (a === 0) say('has a ring without area');
		if (a < 0 && !outer) say('begins with a hole');
		outer ||= a > 0;
	}
}
for (const z of fs.readdirSync(process.argv[1])) for (const x of fs.readdirSync(process.argv[1] + '/' + z))
	for (const y of fs.readdirSync(process.argv[1] + '/' + z + '/' + x)) {
		const name = [z, x, y].join('/'), tile = new VectorTile(new Reader(fs.readFileSync(process.argv[1] + '/' + name)));
		for (const layer of Object.values(tile.layers)) {
			if (layer.version !== 2 || layer.extent !== 4096) wrong.push(name + ' ' + layer.name + ' has version ' + layer.version + ', extent ' + layer.extent);
			const ids = new Set(), key = z + ' ' + layer.name;
			for (let i = 0; i < layer.length; i++) {
				const f = layer.feature(i), say = (s) => wrong.push(name + ' ' + layer.name + ' ' + f.id + ' ' + s);
				if (!Number.isSafeInteger(f.id) || ids.has(f.id)) say('has no id of its own');
				ids.add(f.id);
				check(f, say);
			}
			counts[key] = (counts[key] ?? 0) + layer.length;
		}
	}
console.log(JSON.stringify({ counts, wrong: wrong.slice(0, 20) }));`

// allLayers is one set of every layer of the catalogue.
func allLayers(t *testing.T) []int {
	t.Helper()
	var out []int
	for i := range layers.Catalogue() {
		out = append(out, i)
	}
	return out
}

func TestAThousandTilesOfAllLayersAreReadByTwoOtherDecoders(t *testing.T) {
	db := loaded(t)
	scatter(t, db)
	for i := range 60 {
		openCase(t, db, i+1, fixture.Light, "grid", 105.801+float64(i%7)*0.002, 30.101+float64(i%3)*0.002)
	}
	live := start(t, db, layers.Options{})
	rng := rand.New(rand.NewPCG(71, 72))
	dir, want := t.TempDir(), map[string]int{}
	view := layers.View{Filter: layers.Filter{Scope: fixture.District}}
	for n := 0; n < 1000; {
		z := uint8(6 + rng.IntN(13))
		x, y := tiles.World(105.7+rng.Float64()*0.3, 30.0+rng.Float64()*0.25)
		if n%2 == 0 {
			x, y = tiles.World(105.8+rng.Float64()*0.04, 30.1+rng.Float64()*0.02)
		}
		n++
		id := tiles.ID{Z: z, X: uint32(x) >> (30 - z), Y: uint32(y) >> (30 - z)}
		tile, _, err := live.Tile(context.Background(), id, allLayers(t), view, tiles.Identity)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, id.String()+".pbf")
		if _, err := os.Stat(file); err == nil || tile.Empty() {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, tile.Body, 0o644); err != nil {
			t.Fatal(err)
		}
		ls, err := mvt.Unmarshal(tile.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range ls {
			want[fmt.Sprintf("%d %s", z, l.Name)] += len(l.Features)
			for _, f := range l.Features {
				validPolygons(t, id, l.Name, f)
			}
		}
	}
	t.Run("vector-tile of MapLibre finds every feature and nothing wrong", func(t *testing.T) { readWithJS(t, dir, want) })
	t.Run("GDAL finds every feature", func(t *testing.T) { readWithGDAL(t, dir, want) })
}

// validPolygons fails for a polygon that breaks the rules of OGC 06-103r4, 6.1.11.
func validPolygons(t *testing.T, id tiles.ID, layer string, f *geojson.Feature) {
	t.Helper()
	var all orb.MultiPolygon
	switch g := f.Geometry.(type) {
	case orb.Polygon:
		all = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		all = g
	}
	for _, p := range all {
		rings := make([]geom.LineString, len(p))
		for i, ring := range p {
			xy := make([]float64, 0, 2*len(ring))
			for _, v := range ring {
				xy = append(xy, v[0], v[1])
			}
			rings[i] = geom.NewLineString(geom.NewSequence(xy, geom.DimXY))
		}
		if err := geom.NewPolygon(rings).Validate(); err != nil {
			t.Errorf("%v %s %v: got a polygon that is not valid: %v", id, layer, f.ID, err)
		}
	}
}

func readWithJS(t *testing.T, dir string, want map[string]int) {
	cmd := osexec.Command("node", "--input-type=module", "-e", checkByJS, dir)
	cmd.Dir = filepath.Join("..", "web")
	if _, err := os.Stat(filepath.Join(cmd.Dir, "node_modules", "@mapbox", "vector-tile")); err != nil {
		t.Skip("@mapbox/vector-tile is not installed (npm --prefix web ci)")
	}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaints.String())
	}
	var got struct {
		Counts map[string]int
		Wrong  []string
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for _, w := range got.Wrong {
		t.Error(w)
	}
	same(t, got.Counts, want)
}

func readWithGDAL(t *testing.T, dir string, want map[string]int) {
	if _, err := osexec.LookPath("ogrinfo"); err != nil {
		t.Skip("ogrinfo (Debian package gdal-bin) is not installed")
	}
	entry := regexp.MustCompile(`(?s)Layer name: (\S+)\n.*?Feature Count: (\d+)`)
	got := map[string]int{}
	zooms, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, z := range zooms {
		out, err := osexec.Command("ogrinfo", "-ro", "-so", "-al", "-oo", "CLIP=NO", "MVT:"+filepath.Join(dir, z.Name())).CombinedOutput()
		if err != nil || bytes.Contains(out, []byte("ERROR")) {
			t.Fatalf("ogrinfo: %v\n%.2000s", err, out)
		}
		for _, m := range entry.FindAllStringSubmatch(string(out), -1) {
			n, err := strconv.Atoi(m[2])
			if err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				got[z.Name()+" "+m[1]] = n
			}
		}
	}
	same(t, got, want)
}

func same(t *testing.T, got, want map[string]int) {
	t.Helper()
	for key, n := range want {
		if got[key] != n {
			t.Errorf("%s: %d features, want %d", key, got[key], n)
		}
	}
	if len(got) != len(want) || len(want) < 80 {
		t.Errorf("%d pairs of zoom and layer have features, want the same %d, and 80 at least", len(got), len(want))
	}
}

// edge of a polygon between two vertices, in the grid of a zoom.
type edge struct{ ax, ay, bx, by int64 }

// edgesOf are the edges of a layer's polygons in a tile by feature, without those
// that the tile's buffer cuts.
func edgesOf(t *testing.T, live *layers.Live, layer string, id tiles.ID) map[uint64][]edge {
	t.Helper()
	which, err := layers.Find([]string{layer})
	if err != nil {
		t.Fatal(err)
	}
	tile, _, err := live.Tile(context.Background(), id, which, layers.View{Filter: layers.Filter{Scope: fixture.District}}, tiles.Identity)
	if err != nil {
		t.Fatal(err)
	}
	ls, err := mvt.Unmarshal(tile.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := map[uint64][]edge{}
	for _, l := range ls {
		for _, f := range l.Features {
			fid, _ := f.ID.(float64)
			polygons, _ := f.Geometry.(orb.MultiPolygon)
			if p, ok := f.Geometry.(orb.Polygon); ok {
				polygons = orb.MultiPolygon{p}
			}
			for _, p := range polygons {
				for _, r := range p {
					for i := range len(r) - 1 {
						if inner(r[i]) && inner(r[i+1]) {
							out[uint64(fid)] = append(out[uint64(fid)], edge{int64(r[i][0]) + int64(id.X)*4096, int64(r[i][1]) + int64(id.Y)*4096,
								int64(r[i+1][0]) + int64(id.X)*4096, int64(r[i+1][1]) + int64(id.Y)*4096})
						}
					}
				}
			}
		}
	}
	return out
}

func inner(p orb.Point) bool { return p[0] > -64 && p[1] > -64 && p[0] < 4160 && p[1] < 4160 }

// tessellate fills land with a coverage: cells of a lattice whose common edges are
// as crooked as rivers, each drawn once and used by both cells.
func tessellate(t *testing.T, db testdb.Database, n int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(81, 82))
	const step = 0.004
	nodes := map[[2]int]orb.Point{}
	for i := range n + 1 {
		for j := range n + 1 {
			nodes[[2]int{i, j}] = orb.Point{105.79 + step*(float64(i)+0.3*rng.Float64()), 30.09 + step*(float64(j)+0.3*rng.Float64())}
		}
	}
	crooked := func(a, b orb.Point) []orb.Point {
		out := []orb.Point{a}
		for k := 1; k < 40; k++ {
			f := float64(k) / 40
			w := 0.3 * f * (1 - f) * (rng.Float64() - 0.5) // to the side only: no edge crosses itself
			out = append(out, orb.Point{a[0] + f*(b[0]-a[0]) - w*(b[1]-a[1]), a[1] + f*(b[1]-a[1]) + w*(b[0]-a[0])})
		}
		return append(out, b)
	}
	edges := map[[4]int][]orb.Point{}
	for i := range n + 1 {
		for j := range n + 1 {
			edges[[4]int{i, j, i + 1, j}] = crooked(nodes[[2]int{i, j}], nodes[[2]int{min(i+1, n), j}])
			edges[[4]int{i, j, i, j + 1}] = crooked(nodes[[2]int{i, j}], nodes[[2]int{i, min(j+1, n)}])
		}
	}
	err := data.LoadBulk(context.Background(), db.Pool, nil, []string{"land"}, func(b *data.Bulk) error {
		var land []data.Land
		for i := range n {
			for j := range n {
				var r orb.Ring
				r = append(r, edges[[4]int{i, j, i + 1, j}]...)
				r = append(r, edges[[4]int{i + 1, j, i + 1, j + 1}][1:]...)
				for _, back := range [][]orb.Point{edges[[4]int{i, j + 1, i + 1, j + 1}], edges[[4]int{i, j, i, j + 1}]} {
					for k := len(back) - 2; k >= 0; k-- {
						r = append(r, back[k])
					}
				}
				id := int64(i*n + j + 1)
				land = append(land, data.Land{ID: id, Kind: "forest", Geom: orb.MultiPolygon{{r}}, Source: "t", SourceID: fmt.Sprint(id)})
			}
		}
		return b.Land(context.Background(), all(land))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNeighboursShareTheirEdgesExactlyInEveryTileAndAcrossItsBorder(t *testing.T) {
	db := loaded(t)
	tessellate(t, db, 12)
	live := start(t, db, layers.Options{})
	shared, crossed := 0, 0
	for z := uint8(10); z <= 18; z++ {
		x, y := tiles.World(105.81, 30.11)
		a := tiles.ID{Z: z, X: uint32(x) >> (30 - z), Y: uint32(y) >> (30 - z)}
		for dy := range uint32(3) {
			left := edgesOf(t, live, "land", tiles.ID{Z: z, X: a.X, Y: a.Y - 1 + dy})
			right := edgesOf(t, live, "land", tiles.ID{Z: z, X: a.X + 1, Y: a.Y - 1 + dy})
			shared += facing(t, z, left)
			border := int64(a.X+1) * 4096
			for id, list := range left {
				for _, e := range list {
					if min(e.ax, e.bx) <= border-64 || max(e.ax, e.bx) >= border+64 {
						continue // not in what both tiles draw
					}
					crossed++
					if !has(right[id], e) {
						t.Errorf("z%d: the edge %v of cell %d is not in the tile to the right", z, e, id)
					}
				}
			}
		}
	}
	if shared < 1000 || crossed < 50 {
		t.Errorf("%d edges were shared by two cells and %d by two tiles, want more", shared, crossed)
	}
}

// facing counts the edges that two grids share, and finds edges of one that lie
// within another's width of a sliver.
func facing(t *testing.T, z uint8, grids map[uint64][]edge) int {
	t.Helper()
	n := 0
	for id, list := range grids {
		for other, theirs := range grids {
			if id >= other {
				continue
			}
			for _, e := range list {
				if has(theirs, edge{e.bx, e.by, e.ax, e.ay}) {
					n++
					continue
				}
				for _, o := range theirs {
					if e != o && touching(e, o) {
						t.Errorf("z%d: the edges %v of grid %d and %v of grid %d lie along each other and are not the same", z, e, id, o, other)
					}
				}
			}
		}
	}
	return n
}

// touching says whether two edges run along each other, against each other's way,
// nearer than a pixel: a sliver.
func touching(e, o edge) bool {
	ux, uy := float64(e.bx-e.ax), float64(e.by-e.ay)
	l := ux*ux + uy*uy
	if l < 64 || ux*float64(o.bx-o.ax)+uy*float64(o.by-o.ay) >= 0 {
		return false
	}
	near := func(x, y int64) bool {
		px, py := float64(x-e.ax), float64(y-e.ay)
		d, s := px*uy-py*ux, px*ux+py*uy
		return d*d < l*9 && s > 0.1*l && s < 0.9*l
	}
	return near(o.ax, o.ay) && near(o.bx, o.by)
}

func has(list []edge, e edge) bool {
	for _, o := range list {
		if o == e {
			return true
		}
	}
	return false
}
