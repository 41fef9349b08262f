package papers

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"gridmap/data"
	"gridmap/geo"
)

// How the bounds of a grid are found, in metres.
const (
	pieceM    = 15.0 // the outline is looked at in pieces of about this length
	besideM   = 22.0 // a road or river this near runs along a piece
	parallel  = 35.0 // degrees by which it may differ in direction
	acrossM   = 3.0  // how far outside a piece its neighbour is looked for
	bucketM   = 60.0
	areaM     = 300.0 // bucket for areas
	leastPart = 0.2   // of a side, for a name to be told
	mostNames = 3     // on a side
)

// side is a direction in which a grid ends.
type side int

// sides in the order in which descriptions of places in China name them.
const (
	east side = iota
	south
	west
	north
)

// Bounds describes how a grid is bounded, in two languages: on each side the
// roads, railways and waters along which its outline runs, else the grid or
// community that lies beyond; the longest first.
type Bounds struct{ ZH, EN string }

// surroundings finds what runs along a piece of an outline, and what is beyond it.
type surroundings struct {
	plane       geo.Projection
	named       []namedSegment
	buckets     map[[2]int32][]int32
	grids       areas // those that tile the land
	communities areas
}

// areas are found by position.
type areas struct {
	all     []beyond
	buckets map[[2]int32][]int32
}

type namedSegment struct {
	name string
	a, b orb.Point
}

type beyond struct {
	code, zh, en string
	area         orb.MultiPolygon
	box          orb.Bound
}

// newSurroundings lays the lines and areas of a plan out in metres.
func newSurroundings(p *data.PlanPaper) *surroundings {
	s := &surroundings{plane: geo.ProjectionAt(p.Communities[0].Geom.Bound().Center()[0]), buckets: map[[2]int32][]int32{}}
	for _, l := range p.Lines {
		if l.Name != "" {
			s.addLine(l.Name, s.plane.InMetres(l.Geom))
		}
	}
	for i := range p.Grids {
		g := &p.Grids[i]
		if g.Layered {
			continue
		}
		area, _ := s.plane.InMetres(g.Geom).(orb.MultiPolygon)
		short := strings.TrimPrefix(g.Code, g.CommunityCode)
		s.grids.add(beyond{g.Code, g.Community + short + "网格", "grid " + short + " of " + g.Community, area, area.Bound()})
	}
	for _, c := range slices.Concat(p.Communities, p.Neighbours) {
		area, _ := s.plane.InMetres(c.Geom).(orb.MultiPolygon)
		s.communities.add(beyond{c.Code, c.Name, c.Name, area, area.Bound()})
	}
	return s
}

// addLine takes in the segments of a line, or of the banks of an area.
func (s *surroundings) addLine(name string, g orb.Geometry) {
	switch g := g.(type) {
	case orb.LineString:
		for i := 1; i < len(g); i++ {
			s.addSegment(namedSegment{name, g[i-1], g[i]})
		}
	case orb.MultiLineString:
		for _, l := range g {
			s.addLine(name, l)
		}
	case orb.Polygon:
		for _, r := range g {
			s.addLine(name, orb.LineString(r))
		}
	case orb.MultiPolygon:
		for _, p := range g {
			s.addLine(name, p)
		}
	}
}

func (s *surroundings) addSegment(n namedSegment) {
	id := int32(len(s.named))
	s.named = append(s.named, n)
	box := orb.MultiPoint{n.a, n.b}.Bound().Pad(besideM)
	for x := bucket(box.Min[0]); x <= bucket(box.Max[0]); x++ {
		for y := bucket(box.Min[1]); y <= bucket(box.Max[1]); y++ {
			s.buckets[[2]int32{x, y}] = append(s.buckets[[2]int32{x, y}], id)
		}
	}
}

func bucket(v float64) int32 { return int32(math.Floor(v / bucketM)) }

func (a *areas) add(b beyond) {
	if a.buckets == nil {
		a.buckets = map[[2]int32][]int32{}
	}
	id := int32(len(a.all))
	a.all = append(a.all, b)
	for x := int32(b.box.Min[0] / areaM); x <= int32(b.box.Max[0]/areaM); x++ {
		for y := int32(b.box.Min[1] / areaM); y <= int32(b.box.Max[1]/areaM); y++ {
			a.buckets[[2]int32{x, y}] = append(a.buckets[[2]int32{x, y}], id)
		}
	}
}

// at is the area that holds a point, but for one; nil: none does.
func (a *areas) at(p orb.Point, but string) *beyond {
	for _, id := range a.buckets[[2]int32{int32(p[0] / areaM), int32(p[1] / areaM)}] {
		if b := &a.all[id]; b.code != but && b.box.Contains(p) && planar.MultiPolygonContains(b.area, p) {
			return b
		}
	}
	return nil
}

// label is a name in two languages.
type label struct{ zh, en string }

// of describes one grid. A grid in layers has the outline that it shares.
func (s *surroundings) of(g *data.PaperGrid) Bounds {
	found := newSides()
	area, _ := s.plane.InMetres(g.Geom).(orb.MultiPolygon)
	for _, p := range area {
		if len(p) == 0 {
			continue
		}
		ring := p[0]
		sign := 1.0
		if ring.Orientation() == orb.CW {
			sign = -1
		}
		for i := 1; i < len(ring); i++ {
			s.along(ring[i-1], ring[i], sign, g, found)
		}
	}
	return found.describe()
}

// sides collects what is found along an outline.
type sides struct {
	lengths [4]map[label]float64 // by side and name, metres
	far     [4]float64           // how far out the outline reaches on each side
	utmost  [4]label             // and what is there
}

func newSides() *sides {
	f := &sides{}
	for i := range f.lengths {
		f.lengths[i], f.far[i] = map[label]float64{}, math.Inf(-1)
	}
	return f
}

// note takes in a piece of an outline.
func (f *sides) note(at side, what label, length float64, mid orb.Point) {
	f.lengths[at][what] += length
	for i, reach := range [4]float64{mid[0], -mid[1], -mid[0], mid[1]} {
		if reach > f.far[i] {
			f.far[i], f.utmost[i] = reach, what
		}
	}
}

// along looks at one edge of a ring whose inside is to its left, times sign.
func (s *surroundings) along(a, b orb.Point, sign float64, g *data.PaperGrid, found *sides) {
	d := planar.Distance(a, b)
	if d == 0 {
		return
	}
	dir := orb.Point{(b[0] - a[0]) / d, (b[1] - a[1]) / d}
	out := orb.Point{dir[1] * sign, -dir[0] * sign}
	at := sideOf(out)
	n := int(math.Ceil(d / pieceM))
	for k := range n {
		t := (float64(k) + 0.5) / float64(n)
		mid := orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
		found.note(at, s.beside(mid, dir, out, g), d/float64(n), mid)
	}
}

func sideOf(out orb.Point) side {
	switch {
	case math.Abs(out[0]) >= math.Abs(out[1]) && out[0] > 0:
		return east
	case math.Abs(out[0]) >= math.Abs(out[1]):
		return west
	case out[1] > 0:
		return north
	}
	return south
}

// beside names what runs along a piece of an outline, else what lies beyond it.
func (s *surroundings) beside(at, dir, out orb.Point, g *data.PaperGrid) label {
	best, name := besideM, ""
	for _, id := range s.buckets[[2]int32{bucket(at[0]), bucket(at[1])}] {
		n := &s.named[id]
		d := planar.DistanceFromSegment(n.a, n.b, at)
		length := planar.Distance(n.a, n.b)
		if d > best || length == 0 {
			continue
		}
		if cos := math.Abs(dir[0]*(n.b[0]-n.a[0])+dir[1]*(n.b[1]-n.a[1])) / length; cos < math.Cos(parallel*math.Pi/180) {
			continue
		}
		if d < best || n.name < name {
			best, name = d, n.name
		}
	}
	if name != "" {
		return label{name, name}
	}
	return s.across(orb.Point{at[0] + acrossM*out[0], at[1] + acrossM*out[1]}, g)
}

// across names the grid or community at a point outside a grid.
func (s *surroundings) across(at orb.Point, g *data.PaperGrid) label {
	if b := s.grids.at(at, g.Code); b != nil {
		if strings.HasPrefix(b.code, g.CommunityCode) {
			short := strings.TrimPrefix(b.code, g.CommunityCode)
			return label{short + "网格", "grid " + short}
		}
		return label{b.zh, b.en}
	}
	if c := s.communities.at(at, g.CommunityCode); c != nil {
		return label{c.zh, c.en}
	}
	return label{g.Community + "界", "the border of " + g.Community}
}

// describe names the sides one after the other. A grid that stands on its corner
// may have no edge on a side: then it is what lies at its utmost point.
func (f *sides) describe() Bounds {
	zhNames, enNames := [4]string{"东至", "南至", "西至", "北至"}, [4]string{"east: ", "south: ", "west: ", "north: "}
	var zh, en []string
	for at, on := range f.lengths {
		if len(on) == 0 {
			on[f.utmost[at]] = 1
		}
		total, labels := 0.0, make([]label, 0, len(on))
		for l, d := range on {
			total += d
			labels = append(labels, l)
		}
		slices.SortFunc(labels, func(a, b label) int { return cmp.Or(cmp.Compare(on[b], on[a]), cmp.Compare(a.zh, b.zh)) })
		var z, e []string
		for i, l := range labels {
			if i == 0 || i < mostNames && on[l] >= leastPart*total {
				z, e = append(z, l.zh), append(e, l.en)
			}
		}
		zh = append(zh, zhNames[at]+strings.Join(z, "、"))
		en = append(en, enNames[at]+strings.Join(e, ", "))
	}
	return Bounds{strings.Join(zh, "；"), strings.Join(en, "; ")}
}
