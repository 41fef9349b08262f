package coverage

import (
	"math"
	"slices"
)

// Site is a point of something that shall have a cell: sites of one owner share
// a cell. Owners are numbered from zero.
type Site struct {
	At    Point
	Owner int32
}

// Voronoi gives the borders between the cells of different owners (Okabe et al.
// 2000, area Voronoi diagram by densified outlines), as polylines that run from
// junction to junction, thinned by at most toleranceMM and never by more than a
// quarter of the distance between the sites on both sides. The lines cover the
// box of the sites joined with extent. Where two owners have a site in one
// place, the smaller owner takes it.
func Voronoi(sites []Site, extent [2]Point, toleranceMM float64) [][]Point {
	sites = uniqueSites(sites)
	if len(sites) < 2 {
		return nil
	}
	b := boxOf(extent[0], extent[1])
	for _, s := range sites {
		b = b.join(box{s.At.X, s.At.Y, s.At.X, s.At.Y})
	}
	order := hilbertOrder(len(sites), b, func(i int) (int64, int64) { return sites[i].At.X, sites[i].At.Y })
	points := make([]Point, len(sites))
	owner := make([]int32, ghosts, len(sites)+ghosts)
	for i := range owner {
		owner[i] = -1
	}
	for i, o := range order {
		points[i] = sites[o].At
		owner = append(owner, sites[o].Owner)
	}
	// Ghosts four sides away: their cells stay outside the box.
	span := max(b.maxX-b.minX, b.maxY-b.minY, 1000)
	mx, my, far := (b.minX+b.maxX)/2, (b.minY+b.maxY)/2, 4*span
	d := triangulate(points, [ghosts]Point{{mx - far, my - far}, {mx + far, my - far}, {mx + far, my + far}, {mx - far, my + far}})
	w := chainWalker{d: d, owner: owner, limit: box{mx - 2*span, my - 2*span, mx + 2*span, my + 2*span}, tolerance: toleranceMM}
	return w.chains()
}

func uniqueSites(sites []Site) []Site {
	out := slices.Clone(sites)
	slices.SortFunc(out, func(a, b Site) int {
		if c := comparePoints(a.At, b.At); c != 0 {
			return c
		}
		return int(a.Owner) - int(b.Owner)
	})
	return slices.CompactFunc(out, func(a, b Site) bool { return a.At == b.At })
}

type chainWalker struct {
	d         *delaunay
	owner     []int32
	limit     box
	tolerance float64
	done      []bool
}

// border tells whether the Voronoi edge across side i of t parts two owners.
func (w *chainWalker) border(t int32, i int) bool {
	a, b := w.owner[w.d.tri[t][(i+1)%3]], w.owner[w.d.tri[t][(i+2)%3]]
	return a != b && a >= 0 && b >= 0
}

// through tells whether exactly two owners, none a ghost, meet in t.
func (w *chainWalker) through(t int32) bool {
	n := 0
	for i := range 3 {
		if w.owner[w.d.tri[t][i]] < 0 {
			return false
		}
		if w.border(t, i) {
			n++
		}
	}
	return n == 2
}

// chains walks all borders: first from the junctions, then closed loops.
func (w *chainWalker) chains() [][]Point {
	w.done = make([]bool, 3*len(w.d.tri))
	var out [][]Point
	for _, loops := range []bool{false, true} {
		for t := range w.d.tri {
			if !loops && w.through(int32(t)) {
				continue
			}
			for i := range 3 {
				if w.border(int32(t), i) && !w.done[3*t+i] {
					out = append(out, w.walk(int32(t), i))
				}
			}
		}
	}
	return out
}

func (w *chainWalker) walk(t int32, i int) []Point {
	var line []Point
	put := func(p Point) {
		if n := len(line); n == 0 || line[n-1] != p {
			line = append(line, p)
		}
	}
	gap := math.Inf(1)
	for {
		v := w.d.tri[t]
		a, b := w.d.points[v[(i+1)%3]], w.d.points[v[(i+2)%3]]
		gap = min(gap, math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)))
		w.done[3*int(t)+i] = true
		put(w.end(t, a, b))
		from := t
		t = w.d.adj[t][i]
		j := 0
		for w.d.adj[t][j] != from {
			j++
		}
		w.done[3*int(t)+j] = true
		put(w.end(t, a, b))
		if !w.through(t) {
			break
		}
		i = (j + 1) % 3
		if !w.border(t, i) {
			i = (j + 2) % 3
		}
		if w.done[3*int(t)+i] {
			break
		}
	}
	return thin(line, min(w.tolerance, gap/4))
}

// end is where the border between sites p and q ends in triangle t: the centre of
// the circle through its corners. Of a centre beyond the limit only the direction
// matters, and that is square to p–q.
func (w *chainWalker) end(t int32, p, q Point) Point {
	v := w.d.tri[t]
	a, b, c := w.d.points[v[0]], w.d.points[v[1]], w.d.points[v[2]]
	bx, by, cx, cy := float64(b.X-a.X), float64(b.Y-a.Y), float64(c.X-a.X), float64(c.Y-a.Y)
	bl, cl := bx*bx+by*by, cx*cx+cy*cy
	det := 2 * float64(orient(a, b, c))
	ux, uy := float64(a.X)+(cy*bl-by*cl)/det, float64(a.Y)+(bx*cl-cx*bl)/det
	lo, hi := w.limit, w.limit
	if ux >= float64(lo.minX) && ux <= float64(hi.maxX) && uy >= float64(lo.minY) && uy <= float64(hi.maxY) {
		return Point{int64(math.Round(ux)), int64(math.Round(uy))}
	}
	mx, my := float64(p.X+q.X)/2, float64(p.Y+q.Y)/2
	nx, ny := -float64(q.Y-p.Y), float64(q.X-p.X)
	far := float64(hi.maxX-lo.minX) / math.Hypot(nx, ny)
	if (ux-mx)*nx+(uy-my)*ny < 0 {
		far = -far
	}
	ux, uy = mx+nx*far, my+ny*far
	f := min(reach(mx, ux, float64(lo.minX), float64(hi.maxX)), reach(my, uy, float64(lo.minY), float64(hi.maxY)))
	return Point{int64(math.Round(mx + (ux-mx)*f)), int64(math.Round(my + (uy-my)*f))}
}

// reach is the share of o→u that stays between lo and hi.
func reach(o, u, lo, hi float64) float64 {
	switch {
	case u > hi && u > o:
		return max(0, (hi-o)/(u-o))
	case u < lo && u < o:
		return max(0, (lo-o)/(u-o))
	}
	return 1
}

// thin is Douglas and Peucker (1973); the ends stay.
func thin(line []Point, tolerance float64) []Point {
	if len(line) <= 2 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	stack := [][2]int{{0, len(line) - 1}}
	for len(stack) > 0 {
		r := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		worst, at := tolerance, -1
		for i := r[0] + 1; i < r[1]; i++ {
			if d := distance(line[i], line[r[0]], line[r[1]]); d > worst {
				worst, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			stack = append(stack, [2]int{r[0], at}, [2]int{at, r[1]})
		}
	}
	out := line[:0:0]
	for i, p := range line {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

// distance from p to segment ab, in millimetres.
func distance(p, a, b Point) float64 {
	px, py := float64(p.X-a.X), float64(p.Y-a.Y)
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	if l := dx*dx + dy*dy; l > 0 {
		t := max(0, min(1, (px*dx+py*dy)/l))
		px, py = px-t*dx, py-t*dy
	}
	return math.Hypot(px, py)
}
