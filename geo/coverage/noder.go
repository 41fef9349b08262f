package coverage

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// noded is the result of snap rounding: edges that meet at their ends only.
type noded struct {
	points []Point // sorted, unique
	edges  []edge  // sorted, unique, from < to
}

type edge struct {
	from, to int32
	tag      uint32
}

// pieceMM is the length into which long segments are cut for the index only:
// the box of a long slanted segment would meet everything.
const pieceMM = 60_000

// node snap-rounds segs: every end and every crossing names a pixel, and each
// segment is drawn through the centres of the pixels that it passes. The result
// does not depend on workers nor on the order of segs.
func node(ctx context.Context, segs []Segment, workers int) (*noded, error) {
	segs = dedupe(segs)
	if err := checkExtent(segs); err != nil {
		return nil, err
	}
	crossings := make([][]Point, workers)
	tree := segmentTree(segs)
	inParallel(workers, len(segs), func(w, from, to int) {
		if ctx.Err() == nil {
			crossings[w] = findCrossings(segs, tree, from, to, crossings[w])
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	points := make([]Point, 0, 2*len(segs))
	for _, s := range segs {
		points = append(points, s.A, s.B)
	}
	for _, c := range crossings {
		points = append(points, c...)
	}
	slices.SortFunc(points, comparePoints)
	points = slices.Compact(points)

	pixels := pointTree(points)
	parts := make([][]edge, workers)
	inParallel(workers, len(segs), func(w, from, to int) {
		if ctx.Err() == nil {
			parts[w] = snap(segs[from:to], points, pixels, parts[w])
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &noded{points: points, edges: mergeEdges(slices.Concat(parts...))}, nil
}

func comparePoints(a, b Point) int {
	if c := cmp.Compare(a.X, b.X); c != 0 {
		return c
	}
	return cmp.Compare(a.Y, b.Y)
}

// dedupe orients, sorts and joins equal segments, and drops empty ones.
func dedupe(segs []Segment) []Segment {
	out := make([]Segment, 0, len(segs))
	for _, s := range segs {
		switch c := comparePoints(s.A, s.B); {
		case c > 0:
			s.A, s.B = s.B, s.A
			out = append(out, s)
		case c < 0:
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Segment) int {
		if c := comparePoints(a.A, b.A); c != 0 {
			return c
		}
		return comparePoints(a.B, b.B)
	})
	n := 0
	for i, s := range out {
		if i > 0 && out[n-1].A == s.A && out[n-1].B == s.B {
			out[n-1].Tag |= s.Tag
			continue
		}
		out[n] = s
		n++
	}
	return out[:n]
}

// pieces calls yield with boxes that together cover segment ab.
func pieces(a, b Point, yield func(box)) {
	n := max(abs64(b.X-a.X), abs64(b.Y-a.Y))/pieceMM + 1
	if n == 1 {
		yield(boxOf(a, b))
		return
	}
	prev := a
	for i := uint64(1); i <= n; i++ {
		next := Point{a.X + (b.X-a.X)*int64(i)/int64(n), a.Y + (b.Y-a.Y)*int64(i)/int64(n)}
		c := boxOf(prev, next) // the division rounds by less than one unit
		yield(box{c.minX - 1, c.minY - 1, c.maxX + 1, c.maxY + 1})
		prev = next
	}
}

func segmentTree(segs []Segment) *boxTree {
	boxes := make([]box, 0, len(segs))
	ids := make([]int32, 0, len(segs))
	for i, s := range segs {
		pieces(s.A, s.B, func(b box) {
			boxes = append(boxes, b)
			ids = append(ids, int32(i))
		})
	}
	return newBoxTree(boxes, ids)
}

func pointTree(points []Point) *boxTree {
	boxes := make([]box, len(points))
	ids := make([]int32, len(points))
	for i, p := range points {
		boxes[i] = box{p.X, p.Y, p.X, p.Y}
		ids[i] = int32(i)
	}
	return newBoxTree(boxes, ids)
}

// findCrossings collects the rounded crossings of segs[from:to] with segments
// of a higher number.
func findCrossings(segs []Segment, tree *boxTree, from, to int, out []Point) []Point {
	for i := from; i < to; i++ {
		s := segs[i]
		visit := func(j int32) {
			if int(j) <= i {
				return
			}
			if p, ok := crossing(s.A, s.B, segs[j].A, segs[j].B); ok {
				out = append(out, p)
			}
		}
		pieces(s.A, s.B, func(b box) { tree.query(b, visit) })
	}
	return out
}

// snap draws each segment through the pixels that it passes.
func snap(segs []Segment, points []Point, pixels *boxTree, out []edge) []edge {
	type hit struct {
		along int64
		id    int32
	}
	var hits []hit
	for _, s := range segs {
		hits = hits[:0]
		visit := func(id int32) {
			p := points[id]
			if p == s.A || p == s.B || inPixel(s.A, s.B, p) {
				hits = append(hits, hit{(p.X-s.A.X)*(s.B.X-s.A.X) + (p.Y-s.A.Y)*(s.B.Y-s.A.Y), id})
			}
		}
		pieces(s.A, s.B, func(b box) {
			pixels.query(box{b.minX - 1, b.minY - 1, b.maxX + 1, b.maxY + 1}, visit)
		})
		slices.SortFunc(hits, func(a, b hit) int {
			if c := cmp.Compare(a.along, b.along); c != 0 {
				return c
			}
			return cmp.Compare(a.id, b.id)
		})
		for k := 1; k < len(hits); k++ {
			a, b := hits[k-1].id, hits[k].id
			if a != b {
				out = append(out, edge{min(a, b), max(a, b), s.Tag})
			}
		}
	}
	return out
}

func mergeEdges(edges []edge) []edge {
	slices.SortFunc(edges, func(a, b edge) int {
		if c := cmp.Compare(a.from, b.from); c != 0 {
			return c
		}
		return cmp.Compare(a.to, b.to)
	})
	n := 0
	for i, e := range edges {
		if i > 0 && edges[n-1].from == e.from && edges[n-1].to == e.to {
			edges[n-1].tag |= e.tag
			continue
		}
		edges[n] = e
		n++
	}
	return edges[:n]
}

// inParallel cuts 0…n into one range a worker, and waits for all.
func inParallel(workers, n int, work func(worker, from, to int)) {
	if workers <= 1 || n < 1024 {
		work(0, 0, n)
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { work(w, n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
}
