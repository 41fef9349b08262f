package redraw

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"

	"gridmap/geo/coverage"
)

// enclosures are the faces between outlines and barriers. Faces of one group are
// divided into cells together: an enclosure and the strips beside it.
type enclosures struct {
	cov       *coverage.Coverage
	byFace    [][]int32
	community []int32 // of each face, -1 none
	group     []int32 // of each face
}

func newEnclosures(c *coverage.Coverage, outlines []orb.MultiPolygon) *enclosures {
	e := &enclosures{cov: c, byFace: c.HalfEdgesByFace()}
	e.community = faceCommunities(c, e.byFace, outlines)
	e.group = make([]int32, c.Faces())
	for f := range e.group {
		e.group[f] = int32(f)
	}
	return e
}

// walls are the edges that part groups or communities. What runs inside a group
// parts nothing, and what runs outside every community is of no use.
func (e *enclosures) walls() []coverage.Segment {
	var out []coverage.Segment
	for i := range e.cov.Edges() {
		a, b, l, r, tag := e.cov.Edge(i)
		if l == r || e.communityOf(l) < 0 && e.communityOf(r) < 0 ||
			l != coverage.None && r != coverage.None && e.group[l] == e.group[r] && e.community[l] == e.community[r] {
			continue
		}
		out = append(out, coverage.Segment{A: a, B: b, Tag: tag})
	}
	return out
}

func (e *enclosures) communityOf(f int32) int32 {
	if f == coverage.None {
		return -1
	}
	return e.community[f]
}

// cells draws the Voronoi borders of each group, several groups at a time.
func (e *enclosures) cells(ctx context.Context, buildings []placed, workers int) ([]coverage.Segment, error) {
	faces := make(map[int32][]int32)
	for f, g := range e.group {
		faces[g] = append(faces[g], int32(f))
	}
	in := make(map[int32][]int)
	for i, b := range buildings {
		in[b.group] = append(in[b.group], i)
	}
	var groups []int32
	for g, list := range in {
		if len(list) > 1 && len(faces[g]) > 0 {
			groups = append(groups, g)
		}
	}
	slices.Sort(groups)
	results := make([][]coverage.Segment, len(groups))
	err := inTurn(ctx, workers, len(groups), func(i int) {
		g := groups[i]
		results[i] = e.groupCells(g, faces[g], buildings, in[g])
	})
	return slices.Concat(results...), err
}

// inTurn does n pieces of work with some workers, until ctx ends.
func inTurn(ctx context.Context, workers, n int, work func(i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, workers) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				work(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// Buildings whose middles fall into one square of placeMM are one place and share
// a cell: cells between points millimetres apart would be slivers. Corners of
// different places within one such square (a common wall, a footprint drawn
// twice) mark no side, and are left out.
const placeMM = 500

func square(p coverage.Point) coverage.Point {
	return coverage.Point{X: floorDiv(p.X, placeMM), Y: floorDiv(p.Y, placeMM)}
}

func floorDiv(a, b int64) int64 {
	if q := a / b; a%b >= 0 {
		return q
	}
	return a/b - 1
}

// groupCells draws the cells of one group. Sites of a building that crosses its
// border count only inside.
func (e *enclosures) groupCells(group int32, faces []int32, buildings []placed, list []int) []coverage.Segment {
	box := e.cov.Bounds(faces[0])
	for _, f := range faces[1:] {
		b := e.cov.Bounds(f)
		box[0] = coverage.Point{X: min(box[0].X, b[0].X), Y: min(box[0].Y, b[0].Y)}
		box[1] = coverage.Point{X: max(box[1].X, b[1].X), Y: max(box[1].Y, b[1].Y)}
	}
	owner := make(map[coverage.Point]int32, len(list))
	var sites []coverage.Site
	for _, i := range list {
		s := square(buildings[i].sites[0])
		if _, known := owner[s]; !known {
			owner[s] = int32(len(owner))
		}
		sites = append(sites, coverage.Site{At: buildings[i].sites[0], Owner: owner[s]})
	}
	if len(owner) < 2 {
		return nil
	}
	const contested = -1
	holder := make(map[coverage.Point]int32)
	var corners []coverage.Site
	for k, i := range list {
		own := sites[k].Owner
		crosses := e.crosses(buildings[i].sites, group)
		for _, p := range buildings[i].sites[1:] {
			inBox := p.X >= box[0].X && p.X <= box[1].X && p.Y >= box[0].Y && p.Y <= box[1].Y
			if !inBox || crosses && !e.holds(group, p) {
				continue
			}
			corners = append(corners, coverage.Site{At: p, Owner: own})
			if h, known := holder[square(p)]; !known {
				holder[square(p)] = own
			} else if h != own {
				holder[square(p)] = contested
			}
		}
	}
	for _, c := range corners {
		if holder[square(c.At)] != contested {
			sites = append(sites, c)
		}
	}
	return e.cov.Clip(coverage.Voronoi(sites, box, thinMM), e.group, group, tagCell, nil)
}

func (e *enclosures) holds(group int32, p coverage.Point) bool {
	f := e.cov.Locate(p)
	return f != coverage.None && e.group[f] == group
}

// crosses tells whether a wall of the group runs through the box of the sites;
// where none does, they all lie in the group as the first does.
func (e *enclosures) crosses(sites []coverage.Point, group int32) bool {
	lo, hi := sites[0], sites[0]
	for _, p := range sites[1:] {
		lo = coverage.Point{X: min(lo.X, p.X), Y: min(lo.Y, p.Y)}
		hi = coverage.Point{X: max(hi.X, p.X), Y: max(hi.Y, p.Y)}
	}
	found := false
	e.cov.EdgesNear(lo, hi, func(i int) {
		_, _, l, r, _ := e.cov.Edge(i)
		in := l != coverage.None && e.group[l] == group
		found = found || in != (r != coverage.None && e.group[r] == group)
	})
	return found
}

// survey makes the coverage and its atoms. Communities are sorted by code.
func survey(ctx context.Context, in Input, workers int) (*land, error) {
	t := take(in)
	base, err := coverage.Build(ctx, t.segments, workers)
	if err != nil {
		return nil, fmt.Errorf("build enclosures: %w", err)
	}
	e := newEnclosures(base, t.outlines)
	l := &land{rejected: t.rejected}
	buildings := l.place(in, e)
	if e, err = e.joinStrips(ctx, buildings, t, workers); err != nil {
		return nil, fmt.Errorf("divide strips: %w", err)
	}
	cells, err := e.cells(ctx, buildings, workers)
	if err != nil {
		return nil, err
	}
	if l.cov, err = coverage.Build(ctx, append(e.walls(), cells...), workers); err != nil {
		return nil, fmt.Errorf("build cells: %w", err)
	}
	byFace := l.cov.HalfEdgesByFace()
	l.community = faceCommunities(l.cov, byFace, t.outlines)
	l.reportLandless(in.Communities)
	l.makeAtoms(in, buildings)
	l.attach()
	l.measure(byFace)
	l.closed = l.uncrossed(e.bridges())
	return l, nil
}

// reportLandless reports communities without a face, unless they were refused.
func (l *land) reportLandless(communities []Community) {
	has := make([]bool, len(communities))
	for _, c := range l.community {
		if c >= 0 {
			has[c] = true
		}
	}
	told := make(map[string]bool)
	for _, r := range l.rejected {
		told[r.Community] = true
	}
	for i, c := range communities {
		if !has[i] && !told[c.Code] {
			l.rejected = append(l.rejected, Rejected{Community: c.Code, Reason: "no_land", Dropped: true,
				Zh: "社区范围没有面积,或全部属于其他社区", En: "its outline has no area, or all of it belongs to other communities"})
		}
	}
}
