package coverage

// delaunay is a triangulation grown point by point (Lawson 1977) inside a square
// of four ghost corners, with exact predicates: collinear, cocircular and
// clustered points need no special case. Points must be unique and inside.
type delaunay struct {
	points []Point    // the four ghosts, then the points
	tri    [][3]int32 // corners, counter-clockwise
	adj    [][3]int32 // the neighbour across the edge opposite each corner; -1 outside
	stack  []int32
}

const ghosts = 4

// triangulate takes points in any order; near points should follow each other.
func triangulate(points []Point, corners [ghosts]Point) *delaunay {
	n := len(points)
	d := &delaunay{
		points: append(append(make([]Point, 0, n+ghosts), corners[:]...), points...),
		tri:    make([][3]int32, 0, 2*n+2),
		adj:    make([][3]int32, 0, 2*n+2),
	}
	d.tri = append(d.tri, [3]int32{0, 1, 2}, [3]int32{0, 2, 3})
	d.adj = append(d.adj, [3]int32{-1, 1, -1}, [3]int32{-1, -1, 0})
	last := int32(0)
	for p := int32(ghosts); int(p) < len(d.points); p++ {
		last = d.insert(d.find(p, last), p)
	}
	return d
}

// find walks from triangle t towards point p.
func (d *delaunay) find(p, t int32) int32 {
	q := d.points[p]
	for turn := 0; ; turn++ {
		moved := false
		for k := range 3 {
			i := (k + turn) % 3 // varying the first edge keeps the walk from circling
			a, b := d.tri[t][(i+1)%3], d.tri[t][(i+2)%3]
			if orient(d.points[a], d.points[b], q) < 0 {
				t, moved = d.adj[t][i], true
				break
			}
		}
		if !moved {
			return t
		}
	}
}

// insert splits triangle t at p and flips edges until all circles are empty.
// A point on an edge makes a flat triangle, which the first flip removes.
func (d *delaunay) insert(t, p int32) int32 {
	v, n := d.tri[t], d.adj[t]
	t1, t2 := int32(len(d.tri)), int32(len(d.tri)+1)
	d.tri[t] = [3]int32{p, v[0], v[1]}
	d.tri = append(d.tri, [3]int32{p, v[1], v[2]}, [3]int32{p, v[2], v[0]})
	d.adj[t] = [3]int32{n[2], t1, t2}
	d.adj = append(d.adj, [3]int32{n[0], t2, t}, [3]int32{n[1], t, t1})
	d.relink(n[0], t, t1)
	d.relink(n[1], t, t2)
	d.stack = append(d.stack[:0], t, t1, t2)
	// Flat triangles first, while their neighbours are untouched.
	for i, s := range d.stack {
		if d.flat(s) {
			d.stack[0], d.stack[i] = d.stack[i], d.stack[0]
			d.stack[0], d.stack[2] = d.stack[2], d.stack[0]
			break
		}
	}
	for len(d.stack) > 0 {
		s := d.stack[len(d.stack)-1]
		d.stack = d.stack[:len(d.stack)-1]
		d.legalise(s)
	}
	return t
}

func (d *delaunay) flat(t int32) bool {
	v := d.tri[t]
	return orient(d.points[v[0]], d.points[v[1]], d.points[v[2]]) == 0
}

// relink tells triangle t that its neighbour was is now is.
func (d *delaunay) relink(t, was, is int32) {
	if t < 0 {
		return
	}
	for i := range 3 {
		if d.adj[t][i] == was {
			d.adj[t][i] = is
			return
		}
	}
}

// legalise looks at the edge opposite the new point, which is corner 0 of t.
func (d *delaunay) legalise(t int32) {
	o := d.adj[t][0]
	if o < 0 {
		return
	}
	j := 0
	for d.adj[o][j] != t {
		j++
	}
	a, b, q := d.tri[t][1], d.tri[t][2], d.tri[o][j]
	p := d.tri[t][0]
	pp, pa, pb, pq := d.points[p], d.points[a], d.points[b], d.points[q]
	if orient(pp, pa, pb) != 0 && inCircle(pp, pa, pb, pq) <= 0 {
		return
	}
	// t = (p, a, b), o = (q, b, a) become (p, a, q) and (p, q, b).
	ta, tb := d.adj[t][1], d.adj[t][2] // across b–p and p–a
	oa, ob := d.adj[o][(j+1)%3], d.adj[o][(j+2)%3]
	// o's corners from j: q, then b, then a: oa lies across a–q, ob across q–b.
	d.tri[t], d.adj[t] = [3]int32{p, a, q}, [3]int32{oa, o, tb}
	d.tri[o], d.adj[o] = [3]int32{p, q, b}, [3]int32{ob, ta, t}
	d.relink(oa, o, t)
	d.relink(ta, t, o)
	d.stack = append(d.stack, t, o)
}
