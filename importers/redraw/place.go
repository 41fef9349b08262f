package redraw

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"gridmap/geo/coverage"
)

// Tags of edges in the coverage: what runs along them.
const (
	tagOutline uint32 = 1 << iota
	tagRiver
	tagRail
	tagArterial
	tagStreet
	tagCell  // border between the cells of two buildings
	tagArea  // border of a barrier's area
	tagSplit // border that divides a strip
	tagSliver

	tagBarrier = tagRiver | tagRail | tagArterial | tagStreet
)

func (k Kind) tag() uint32 {
	switch k {
	case River:
		return tagRiver
	case Rail:
		return tagRail
	case Arterial:
		return tagArterial
	}
	return tagStreet
}

// barrierFactor is what a metre of shared border costs to cut.
func barrierFactor(tag uint32) float64 {
	switch {
	case tag&(tagRiver|tagRail) != 0:
		return 0.1
	case tag&tagArterial != 0:
		return 0.2
	case tag&tagStreet != 0:
		return 0.5
	}
	return 1
}

const compoundFactor = 5

// validate refuses what no part of the engine can give a meaning to.
func validate(in Input, o Options) error {
	seen := make(map[string]bool, len(in.Communities))
	for _, c := range in.Communities {
		if seen[c.Code] {
			return fmt.Errorf("community %s comes twice", c.Code)
		}
		seen[c.Code] = true
		if c.Grids < 0 || c.Grids > 999 || c.Microgrids < 0 {
			return fmt.Errorf("community %s: %d grids and %d micro-grids asked, want 0 to 999 grids", c.Code, c.Grids, c.Microgrids)
		}
	}
	ids := make(map[int64]bool, len(in.Buildings))
	for _, b := range in.Buildings {
		if ids[b.ID] {
			return fmt.Errorf("building %d comes twice", b.ID)
		}
		ids[b.ID] = true
	}
	for _, r := range []bounds{o.gridRule(), o.microRule()} {
		if r.Min < 1 || r.Min > r.Max || !r.Inside(r.Target) {
			return fmt.Errorf("bounds %d to %d with target %d make no sense", r.Min, r.Max, r.Target)
		}
	}
	return nil
}

// placed is a building with a position in an enclosure.
type placed struct {
	building  int // index in Input.Buildings
	community int32
	group     int32
	sites     []coverage.Point // the place itself first, then samples of the outline
}

// spacingMM is how densely an outline is turned into sites; longer outlines are
// sampled more thinly, so that none has more than about maxSites.
const (
	spacingMM = 6_000
	maxSites  = 64
)

// candidates gives a point inside g first, then its corners.
func candidates(g orb.Geometry) []orb.Point {
	area, points, _ := footprint(g)
	return spots(area, points)
}

// spots are the candidates of a footprint.
func spots(area orb.MultiPolygon, points []orb.Point) []orb.Point {
	if len(area) == 0 {
		return points
	}
	var out []orb.Point
	if centre, _ := planar.CentroidArea(area); finite(centre) && planar.MultiPolygonContains(area, centre) {
		out = append(out, centre)
	} else if centre, ok := interior(area); ok {
		out = append(out, centre)
	}
	for _, poly := range area {
		out = append(out, poly[0]...)
	}
	return append(out, points...)
}

func finite(p orb.Point) bool {
	return !math.IsNaN(p[0]+p[1]) && !math.IsInf(p[0], 0) && !math.IsInf(p[1], 0)
}

// interior is the middle of the widest gap along the line halfway up.
func interior(g orb.MultiPolygon) (orb.Point, bool) {
	bound := g.Bound()
	y := (bound.Min[1] + bound.Max[1]) / 2
	var xs []float64
	for _, poly := range g {
		for _, ring := range poly {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if (a[1] < y) != (b[1] < y) {
					xs = append(xs, a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]))
				}
			}
		}
	}
	slices.Sort(xs)
	best, at := 0.0, orb.Point{}
	for i := 1; i < len(xs); i += 2 {
		if w := xs[i] - xs[i-1]; w > best {
			best, at = w, orb.Point{(xs[i] + xs[i-1]) / 2, y}
		}
	}
	return at, best > 0
}

// sitesOf samples the outer rings of a building.
func sitesOf(area orb.MultiPolygon, at coverage.Point) []coverage.Point {
	sites := []coverage.Point{at}
	var rings []orb.Ring
	for _, poly := range area {
		rings = append(rings, poly[0])
	}
	length := 0.0
	for _, r := range rings {
		length += planar.Length(r) * coverage.PerMetre
	}
	step := max(spacingMM, length/maxSites)
	for _, r := range rings {
		for i := 1; i < len(r); i++ {
			a, okA := coverage.FromMetres(r[i-1])
			b, okB := coverage.FromMetres(r[i])
			if !okA || !okB {
				continue
			}
			n := int64(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y))/step) + 1
			for j := range n {
				sites = append(sites, coverage.Point{X: a.X + (b.X-a.X)*j/n, Y: a.Y + (b.Y-a.Y)*j/n})
			}
		}
	}
	return sites
}

// faceCommunities tells for each face which community it belongs to, -1 none.
// Faces joined by edges that are no outline belong together, so the answer for
// the largest of them holds for all.
func faceCommunities(c *coverage.Coverage, byFace [][]int32, outlines []orb.MultiPolygon) []int32 {
	u := coverage.NewUnion(c.Faces())
	for i := range c.Edges() {
		_, _, l, r, tag := c.Edge(i)
		if l != coverage.None && r != coverage.None && tag&tagOutline == 0 {
			u.Join(l, r)
		}
	}
	largest := make([]int32, c.Faces())
	for f := range largest {
		largest[f] = -1
	}
	for f := range largest {
		root := u.Find(int32(f))
		if largest[root] < 0 || c.Area2(int32(f)) > c.Area2(largest[root]) {
			largest[root] = int32(f)
		}
	}
	bounds := make([]orb.Bound, len(outlines))
	for i := range outlines {
		bounds[i] = outlines[i].Bound()
	}
	of := make([]int32, c.Faces())
	for f := range of {
		if root := u.Find(int32(f)); root == int32(f) {
			x, y := c.InteriorPoint(largest[root], byFace[largest[root]])
			p := orb.Point{x, y}
			of[f] = -1
			for i := range outlines {
				if bounds[i].Contains(p) && contains(outlines[i], p) {
					of[f] = int32(i)
					break
				}
			}
		} else {
			of[f] = of[root] // roots are the smallest, so known by now
		}
	}
	return of
}

// holder is the first community that holds p; they are sorted by code.
func holder(communities []Community, bounds []orb.Bound, p orb.Point) int32 {
	for i := range communities {
		if bounds[i].Contains(p) && contains(communities[i].Outline, p) {
			return int32(i)
		}
	}
	return -1
}

// contains allows for polygons without a ring.
func contains(area orb.MultiPolygon, p orb.Point) bool {
	return slices.ContainsFunc(area, func(poly orb.Polygon) bool { return len(poly) > 0 && planar.PolygonContains(poly, p) })
}
