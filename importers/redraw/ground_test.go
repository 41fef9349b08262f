package redraw

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"

	"gridmap/geo/coverage"
)

// lattice stands n buildings of ten households in rows inside a box.
func lattice(n int, x, y, w, h float64) []Building {
	side := int(math.Ceil(math.Sqrt(float64(n))))
	var out []Building
	for i := range n {
		bx, by := x+(float64(i%side)+0.3)*w/float64(side), y+(float64(i/side)+0.3)*h/float64(side)
		out = append(out, Building{ID: int64(i + 1), Households: 10, Persons: 25, Outline: rect(bx, by, w/float64(side)/3, h/float64(side)/3)})
	}
	return out
}

func ring(xy ...float64) orb.Ring {
	var r orb.Ring
	for i := 0; i+1 < len(xy); i += 2 {
		r = append(r, orb.Point{xy[i] + originE, xy[i+1] + originN})
	}
	return r
}

func water(xy ...float64) Barrier {
	return Barrier{Kind: River, Area: orb.MultiPolygon{{ring(xy...)}}}
}

func communityOf(polys ...orb.Polygon) []Community {
	return []Community{{Code: "500152001001", Outline: polys}}
}

type groundCase struct {
	name     string
	in       Input
	areaM2   float64  // of all grids
	rejected []string // reasons, in any order
}

func groundCases() []groundCase {
	home := communityOf(rect(0, 0, 400, 400))
	homes := lattice(100, 0, 0, 400, 400)
	nan, inf := math.NaN(), math.Inf(1)
	barriers := func(name string, lines ...Barrier) groundCase {
		return groundCase{name: name, in: Input{Communities: home, Buildings: homes, Barriers: lines}, areaM2: 160_000}
	}
	shapes := func(name string, area float64, polys ...orb.Polygon) groundCase {
		return groundCase{name: name, in: Input{Communities: communityOf(polys...), Buildings: homes}, areaM2: area}
	}
	faulty := barriers("vertices that are no positions are left out and reported",
		Barrier{Kind: Street, Line: orb.LineString(append(ring(0, 100, 200, 100), orb.Point{nan, inf}, orb.Point{originE + 400, originN + 300}))},
		Barrier{Kind: Rail, Line: orb.LineString{{inf, 1}, {nan, 2}}}, Barrier{Kind: River, Area: orb.MultiPolygon{{{{nan, nan}}}, {}}})
	faulty.rejected = []string{"bad_vertex", "bad_vertex", "bad_vertex"}
	lost := shapes("homes outside an island are reported", 20_000, rect(0, 0, 200, 100))
	for i, b := range homes {
		if b.Outline.(orb.Polygon)[0][0][0] > originE+200 || b.Outline.(orb.Polygon)[0][0][1] > originN+100 || i < 0 {
			lost.rejected = append(lost.rejected, "outside")
		}
	}
	return append([]groundCase{
		barriers("a dangling road", road(Street, -20, 200, 150, 200)),
		barriers("a road that dangles in the middle", road(Street, 100, 100, 300, 120)),
		barriers("a road along the boundary", road(Arterial, 0, -50, 0, 450), road(Street, 0, 0, 400, 0, 400, 400)),
		barriers("a road a millimetre inside the boundary", road(Arterial, 0.001, -50, 0.001, 450)),
		barriers("a road that weaves a centimetre round the boundary", road(Street, 0.01, -50, -0.01, 100, 0.01, 200, -0.01, 450)),
		barriers("one road drawn twice", road(Street, -9, 200, 409, 210), road(Street, 409, 210, -9, 200)),
		barriers("roads that overlap in part", road(Street, -9, 200, 300, 200), road(Arterial, 100, 200, 409, 200)),
		barriers("one road drawn twice, five millimetres apart", road(Street, -9, 200, 409, 210), road(Street, -9, 200.005, 409, 210.005)),
		barriers("a road drawn twice, crossing itself by centimetres", road(Street, -9, 200, 100, 200.04, 200, 199.97, 409, 200), road(Street, -9, 200, 409, 200)),
		barriers("nearly collinear edges", road(Street, -9, 100, 100, 100.001, 200, 100, 300, 99.999, 409, 100)),
		barriers("two carriageways with a strip between", road(Arterial, -9, 200, 409, 200), road(Arterial, -9, 208, 409, 208), road(Street, 200, -9, 200, 409)),
		barriers("spikes and segments without length", road(Street, -9, 150, 200, 150, 200, 300, 200, 150, 200, 150, 409, 150)),
		barriers("a closed loop", road(Street, 100, 100, 300, 100, 300, 300, 100, 300, 100, 100)),
		barriers("a loop that touches the boundary in one point", road(Street, 0, 200, 100, 150, 100, 250, 0, 200)),
		barriers("a traffic island", road(Arterial, -9, 200, 190, 200, 200, 205, 210, 200, 409, 200), road(Arterial, 190, 200, 200, 195, 210, 200)),
		barriers("a river and bridges", road(River, -9, 210, 409, 190), road(Street, 100, -9, 100, 409), road(Rail, 300, -9, 310, 409)),
		barriers("a river with an area, and a bridge", water(-9, 190, 409, 190, 409, 220, -9, 220, -9, 190), road(Street, 100, -9, 105, 409)),
		barriers("a river in areas that share a seam", water(-9, 190, 200, 190, 200, 220, -9, 220), water(200, 190, 409, 190, 409, 220, 200, 220)),
		barriers("a river that covers all of it", water(-9, -9, 409, -9, 409, 409, -9, 409)),
		barriers("a lake with an island", Barrier{Kind: River, Area: orb.MultiPolygon{{ring(100, 100, 300, 100, 300, 300, 100, 300), ring(150, 150, 150, 250, 250, 250, 250, 150)}}}),
		barriers("lines far outside every community", road(Street, -9e8, 200, 9e8, 210), road(River, 1e9, 1e9, 1.00001e9, 1e9)),
		barriers("lines of one vertex and of none", road(Street, 100, 100), Barrier{Kind: River}),
		faulty, lost,
		shapes("islands", 160_000+8_100, rect(0, 0, 400, 400), rect(500, 0, 90, 90)),
		shapes("parts that touch in a corner", 160_000+8_100, rect(0, 0, 400, 400), rect(400, 400, 90, 90)),
		shapes("parts that overlap count once", 160_000+400*90-90*90, rect(0, 0, 400, 400), rect(310, 310, 90, 400)),
		shapes("a hole that touches the boundary", 160_000-5_000, orb.Polygon{rect(0, 0, 400, 400)[0], ring(400, 200, 360, 180, 200, 200, 360, 230, 400, 200)}),
		shapes("a spike, a repeated vertex, an open ring", 160_000, orb.Polygon{ring(0, 0, 400, 0, 400, 200, 460, 200, 400, 200, 400, 400, 400, 400, 0, 400)}),
	}, oddCases(home, homes)...)
}

// oddCases are about what is not as it should be.
func oddCases(home []Community, homes []Building) []groundCase {
	at := func(x, y float64) orb.Point { return orb.Point{originE + x, originN + y} }
	one := func(id int64, g orb.Geometry) Building {
		return Building{ID: id, Households: 9, Persons: 9, Outline: g}
	}
	var crowd, bow []Building
	for i := range 1000 {
		crowd = append(crowd, Building{ID: int64(i + 1), Households: 1, Outline: at(200, 200)})
		bow = append(bow, Building{ID: int64(i + 1), Households: 1, Outline: at(200+float64(i%30)/1000, 200+float64(i/30)/1000)})
	}
	second := func(g ...orb.Polygon) []Community {
		return append(slices.Clone(home), Community{Code: "500152001002", Outline: g})
	}
	return []groundCase{
		{"an outline that crosses itself encloses both its lobes",
			Input{Communities: communityOf(orb.Polygon{ring(0, 0, 400, 400, 400, 0, 0, 400, 0, 0)}), Buildings: []Building{one(1, at(100, 200)), one(2, at(300, 200))}}, 80_000, nil},
		{"overlapping neighbours: the land goes to the smaller code",
			Input{Communities: second(rect(350, 0, 200, 400)), Buildings: append(slices.Clone(homes), one(999, at(500, 100)))}, 160_000 + 60_000, nil},
		{"neighbours that overlap by five millimetres",
			Input{Communities: second(rect(399.995, 0, 200, 400)), Buildings: append(slices.Clone(homes), one(999, at(500, 100)))}, 160_000 + 199.995*400, nil},
		{"neighbours with a gap of five millimetres",
			Input{Communities: second(rect(400.005, 0, 200, 400)), Buildings: append(slices.Clone(homes), one(999, at(500, 100)))}, 160_000 + 80_000, nil},
		{"a community inside another has no land of its own",
			Input{Communities: second(rect(100, 100, 50, 50)), Buildings: homes}, 160_000, []string{"no_land"}},
		{"a community of no area", Input{Communities: second(orb.Polygon{ring(500, 0, 600, 0, 500, 0)}), Buildings: homes}, 160_000, []string{"no_land"}},
		{"a community of nothing", Input{Communities: second(), Buildings: homes}, 160_000, []string{"no_land"}},
		{"a community with a vertex that is none", Input{Communities: second(orb.Polygon{{at(500, 0), at(600, 0), {math.NaN(), 0}, at(500, 90)}}), Buildings: homes}, 160_000, []string{"bad_outline"}},
		{"a community at the other end of the world", Input{Communities: second(rect(5e6, 0, 100, 100)), Buildings: homes}, 160_000, []string{"too_far"}},
		{"a community in degrees beside one in metres", Input{Communities: second(orb.Polygon{{{105, 30}, {105.1, 30}, {105.1, 30.1}, {105, 30}}}), Buildings: homes}, 160_000, []string{"too_far"}},
		{"a community as wide as a country", Input{Communities: second(rect(1000, 0, 400_000, 100)), Buildings: homes}, 160_000, []string{"too_wide"}},
		{"a community of one square metre", Input{Communities: communityOf(rect(0, 0, 1, 1)), Buildings: []Building{one(1, at(0.2, 0.2)), one(2, at(0.8, 0.8))}}, 1, nil},
		{"a community of 1,000 square kilometres", Input{Communities: communityOf(rect(0, 0, 100_000, 10_000)), Buildings: lattice(120, 0, 0, 100_000, 10_000)}, 1e9, nil},
		{"a thousand buildings at one coordinate", Input{Communities: home, Buildings: crowd}, 160_000, nil},
		{"a thousand buildings within three centimetres", Input{Communities: home, Buildings: bow}, 160_000, nil},
		{"buildings drawn twice, a millimetre apart", Input{Communities: home, Buildings: []Building{
			one(1, rect(100, 100, 30, 30)), one(2, rect(100.001, 100, 30, 30)), one(3, rect(300, 300, 30, 30)), one(4, rect(300, 300, 30, 30))}}, 160_000, nil},
		{"buildings with holes, in parts, as other geometry", Input{Communities: home, Buildings: []Building{
			one(1, orb.Polygon{rect(100, 100, 90, 90)[0], ring(120, 120, 120, 170, 170, 170, 170, 120, 120, 120)}), one(2, rect(120, 120, 5, 5)),
			one(3, orb.MultiPolygon{rect(10, 10, 20, 20), rect(300, 300, 20, 20)}), one(4, ring(200, 300, 220, 300, 220, 320)), one(5, orb.MultiPoint{at(300, 100)}),
			one(6, rect(350, 20, 20, 20).Bound())}}, 160_000, nil},
		{"faulty buildings are placed where they can be, and all reported", Input{Communities: home, Buildings: []Building{
			one(1, orb.Polygon{ring(100, 100, 120, 120, 120, 100, 100, 120, 100, 100)}), one(2, orb.Polygon{ring(200, 200, 210, 200)}),
			one(3, orb.Polygon{{{math.NaN(), 0}, at(300, 300), at(310, 300), at(300, 310)}}), one(4, orb.LineString{at(50, 50), at(60, 60)}),
			one(5, orb.Polygon{}), one(6, orb.MultiPolygon{{}, {{}}}), one(7, nil), one(8, orb.Point{math.Inf(1), 0}), one(9, orb.Point{1e300, -1e300}), one(10, at(-500, 0))}},
			160_000, []string{"bad_outline", "bad_outline", "bad_outline", "bad_outline", "no_position", "no_position", "no_position", "no_position", "no_position", "outside"}},
	}
}

func TestTheGroundBearsWhatRealDataHolds(t *testing.T) {
	for _, tc := range groundCases() {
		t.Run(tc.name, func(t *testing.T) {
			p := draw(t, tc.in, Options{Seed: 1, Restarts: 1})
			checkKept(t, 0, tc.in, p)
			var got []string
			for _, r := range p.Rejected {
				got = append(got, r.Reason)
				if r.Zh == "" || r.En == "" || r.BuildingID == 0 && r.Community == "" && r.Barrier == 0 {
					t.Errorf("a rejection without words or subject: %+v", r)
				}
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(tc.rejected))
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("rejected %v, want %v", got, want)
			}
			checkShapes(t, p, tc.areaM2)
		})
	}
}

// checkShapes: outlines are valid, do not overlap, sum up, and have no slivers.
func checkShapes(t *testing.T, p *Plan, areaM2 float64) {
	t.Helper()
	sum := 0.0
	var shapes []geom.Geometry
	for _, g := range p.Grids {
		s := toSimple(t, g.Outline)
		if g.Layered {
			continue
		}
		sum += planar.Area(g.Outline)
		for _, poly := range g.Outline {
			if w := 2 * planar.Area(poly) / planar.Length(poly); w < 0.1 {
				t.Errorf("a part of %s is %.3f m wide", g.Code, w)
			}
		}
		for _, other := range shapes {
			if both, err := geom.Intersection(s, other); err != nil || both.Area() > 1e-6 {
				t.Errorf("%s overlaps another by %v m², %v", g.Code, both.Area(), err)
			}
		}
		shapes = append(shapes, s)
		for _, m := range g.Microgrids {
			toSimple(t, m.Outline)
		}
	}
	if math.Abs(sum-areaM2) > 1e-6*areaM2+0.01 {
		t.Errorf("grids cover %.3f m², want %.3f", sum, areaM2)
	}
}

// A river cannot be crossed but at a bridge.
func TestAtomsAreKnownToBePartedByARiver(t *testing.T) {
	line, area := road(River, -9, 200, 409, 200), water(-9, 190, 409, 190, 409, 210, -9, 210, -9, 190)
	cases := []struct {
		name     string
		barriers []Barrier
		crossed  bool // at least one pair of atoms is linked over the river
	}{
		{"a river parts its banks", []Barrier{line}, false},
		{"a river with an area parts its banks", []Barrier{area}, false},
		{"a bridge links them", []Barrier{line, road(Street, 200, 100, 200, 300)}, true},
		{"a railway bridge links them", []Barrier{line, road(Rail, 200, -9, 210, 409)}, true},
		{"a bridge over an area links them", []Barrier{area, road(Street, 200, -9, 200, 409)}, true},
		{"a road that ends at the river does not", []Barrier{line, road(Street, 200, -9, 200, 200)}, false},
		{"a road along the river does not", []Barrier{line, road(Street, -9, 200, 409, 200)}, false},
		{"roads that meet the river at different places do not", []Barrier{line, road(Street, 100, -9, 100, 200), road(Street, 300, 200, 300, 409)}, false},
		{"a river that ends in the middle parts nothing beyond", []Barrier{road(River, -9, 200, 200, 200)}, true},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			in := Input{Communities: communityOf(rect(0, 0, 400, 400)), Buildings: lattice(64, 0, 0, 400, 400), Barriers: tc.barriers}
			l, err := survey(context.Background(), in, 1)
			if err != nil {
				t.Fatal(err)
			}
			crossed, touching := false, false
			for i := range l.cov.Edges() {
				_, _, f, g, _ := l.cov.Edge(i)
				if f < 0 || g < 0 || l.atom[f] == l.atom[g] {
					continue
				}
				a, b := l.atom[f], l.atom[g]
				if north := l.atoms[a].y > originN+200; north != (l.atoms[b].y > originN+200) {
					touching = true
					crossed = crossed || !l.unbridged(a, b)
				}
			}
			if !touching || crossed != tc.crossed {
				t.Errorf("banks touch: %v, crossed: %v, want %v", touching, crossed, tc.crossed)
			}
		})
	}
}

func TestTheBorderRunsAlongTheMiddleOfARiver(t *testing.T) {
	in := Input{Communities: communityOf(rect(0, 0, 400, 400)), Buildings: lattice(100, 0, 0, 400, 400),
		Barriers: []Barrier{water(-9, 185, 409, 185, 409, 215, -9, 215, -9, 185), road(Street, 200, -9, 200, 409)}}
	l, err := survey(context.Background(), in, 1)
	if err != nil {
		t.Fatal(err)
	}
	length := 0.0
	for i := range l.cov.Edges() {
		a, b, f, g, tag := l.cov.Edge(i)
		if f < 0 || g < 0 || l.atom[f] == l.atom[g] || tag&tagRiver == 0 {
			continue
		}
		for _, p := range []orb.Point{a.Metres(), b.Metres()} {
			if y := p[1] - originN; math.Abs(y-200) > 3 {
				t.Errorf("a border in the river passes (%.1f, %.1f), want the middle", p[0]-originE, y)
			}
		}
		length += l.cov.LengthM(i)
	}
	if length < 390 {
		t.Errorf("the border follows the river for %.0f m of 400", length)
	}
}

func TestABoatOnARiverBelongsToABank(t *testing.T) {
	in := Input{Communities: communityOf(rect(0, 0, 400, 400)), Buildings: lattice(100, 0, 0, 400, 400),
		Barriers: []Barrier{water(-9, 188, 409, 188, 409, 204, -9, 204, -9, 188)}}
	in.Buildings = append(in.Buildings, Building{ID: 1000, Households: 1, Outline: rect(170, 191, 6, 3)})
	l, err := survey(context.Background(), in, 1)
	if err != nil {
		t.Fatal(err)
	}
	boat := int32(slices.IndexFunc(l.atoms, func(a atom) bool { return slices.Contains(a.buildings, 100) }))
	if m2 := l.atoms[boat].areaM2; m2 > 2000 {
		t.Errorf("the boat has %.0f m²: the river is its own", m2)
	}
	for i := range l.cov.Edges() {
		_, _, f, g, _ := l.cov.Edge(i)
		if f >= 0 && g >= 0 && l.atom[f] != l.atom[g] && (l.atom[f] == boat || l.atom[g] == boat) && !l.unbridged(l.atom[f], l.atom[g]) {
			return
		}
	}
	t.Error("the boat can be reached from nowhere")
}

func TestTwentyThousandBuildingsInOneEnclosure(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	in := Input{Communities: communityOf(rect(0, 0, 3000, 3000)), Buildings: lattice(142*142, 0, 0, 3000, 3000)}
	began := time.Now()
	l, err := survey(context.Background(), in, 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.atoms) != len(in.Buildings) {
		t.Errorf("got %d atoms, want %d", len(l.atoms), len(in.Buildings))
	}
	for i, a := range l.atoms {
		if len(a.buildings) != 1 || a.areaM2 < 100 || a.areaM2 > 1500 {
			t.Fatalf("atom %d has %d buildings on %.0f m²", i, len(a.buildings), a.areaM2)
		}
	}
	t.Log("surveyed in", time.Since(began))
}

// No vertex of an outline changes when neighbours are simplified together: they
// keep or drop the same ones.
func TestNeighboursStayNeighboursWhenSimplified(t *testing.T) {
	in := town(23, 2, 150)
	p := draw(t, in, Options{Seed: 5, Restarts: 1})
	checkSimplified(t, p)
	wild := draw(t, wildInput(7), Options{Seed: 5, Restarts: 1})
	checkSimplified(t, wild)
}

// checkSimplified drops the vertices that matter less than five metres. Every edge
// that stands for a border between two grids must still be an edge of both.
func checkSimplified(t *testing.T, p *Plan) {
	t.Helper()
	var shapes []orb.MultiPolygon
	for _, g := range p.Grids {
		if !g.Layered {
			shapes = append(shapes, g.Outline)
		}
	}
	type edge [2]orb.Point
	before, after := map[edge]bool{}, map[edge]bool{} // after: whether another grid lies beyond
	for _, mp := range shapes {
		for _, poly := range mp {
			for _, ring := range poly {
				for i := 1; i < len(ring); i++ {
					before[edge{ring[i-1], ring[i]}] = true
				}
			}
		}
	}
	dropped := 0
	values := coverage.Importance(shapes)
	for i, mp := range shapes {
		for j, poly := range mp {
			for k, ring := range poly {
				last, n := -1, len(ring)-1
				for v := range 2 * n { // twice round: the first vertex may go
					if values[i][j][k][v%n] < 5 {
						dropped++
						continue
					}
					if last >= 0 {
						after[edge{ring[last%n], ring[v%n]}] = before[edge{ring[last%n+1], ring[last%n]}]
					}
					last = v
				}
			}
		}
	}
	if dropped == 0 {
		t.Error("nothing was simplified")
	}
	for e, shared := range after {
		if _, other := after[edge{e[1], e[0]}]; other != shared {
			t.Errorf("edge %v: its other side is there %v, want %v", e, other, shared)
		}
	}
}

func TestWildMapsGiveTheSameBytesWithAnyNumberOfWorkers(t *testing.T) {
	for seed := range uint64(40) {
		var bytes [2]string
		for i := range bytes {
			b, err := json.Marshal(draw(t, wildInput(seed), Options{Seed: seed, Workers: 1 + 2*i, Restarts: 1}))
			if err != nil {
				t.Fatal(err)
			}
			bytes[i] = string(b)
		}
		if bytes[0] != bytes[1] {
			t.Errorf("map %d: three workers drew another plan than one", seed)
		}
	}
}
