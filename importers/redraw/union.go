package redraw

// union is a disjoint-set forest.
type union []int32

func (u union) find(a int32) int32 {
	for u[a] != a {
		u[a] = u[u[a]]
		a = u[a]
	}
	return a
}
