package redraw

import "slices"

// claimant is a grid or micro-grid that wants outlines: the atoms it holds, with
// the households it has in each.
type claimant struct {
	atoms map[int32]int
}

func claimOf(nodes []node) claimant {
	c := claimant{atoms: make(map[int32]int)}
	for _, n := range nodes {
		c.atoms[n.atom] += n.households
	}
	return c
}

// owners gives each atom to the claimant with the most households in it, the
// first among equals.
func owners(claims []claimant) map[int32]int {
	owner := make(map[int32]int)
	for i, c := range claims {
		for a, h := range c.atoms {
			if j, ok := owner[a]; !ok || h > claims[j].atoms[a] {
				owner[a] = i
			}
		}
	}
	return owner
}

// withoutLand marks the claimants that own no atom: they are layered.
func withoutLand(claims int, owner map[int32]int) []bool {
	layered := make([]bool, claims)
	for i := range layered {
		layered[i] = true
	}
	for _, i := range owner {
		layered[i] = false
	}
	return layered
}

// joinPieces gives a grid an atom that it shares with another where its land
// hangs together only by that atom, unless the other needs it too.
func (p *publisher) joinPieces(list []drawn, claims []claimant, owner map[int32]int) {
	for i := range list {
		for range len(claims[i].atoms) {
			if !joinPiece(list, claims, owner, i) {
				break
			}
		}
	}
}

func joinPiece(list []drawn, claims []claimant, owner map[int32]int, i int) bool {
	pieces := list[i].pieces(owner, i)
	if pieces <= 1 {
		return false
	}
	shared := make([]int32, 0, len(claims[i].atoms))
	for a := range claims[i].atoms {
		if owner[a] != i {
			shared = append(shared, a)
		}
	}
	slices.Sort(shared)
	for _, a := range shared {
		j := owner[a]
		before := list[j].pieces(owner, j)
		owner[a] = i
		if list[i].pieces(owner, i) < pieces && list[j].pieces(owner, j) <= before {
			return true
		}
		owner[a] = j
	}
	return false
}

// pieces counts the connected pieces of the land that grid i owns.
func (d *drawn) pieces(owner map[int32]int, i int) int {
	seen := make([]bool, len(d.nodes))
	n := 0
	var queue []int32
	for v := range d.nodes {
		if seen[v] || owner[d.nodes[v].atom] != i {
			continue
		}
		n++
		seen[v] = true
		queue = append(queue[:0], int32(v))
		for len(queue) > 0 {
			u := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, a := range d.links.Around(u) {
				if !seen[a.To] && owner[d.nodes[a.To].atom] == i {
					seen[a.To] = true
					queue = append(queue, a.To)
				}
			}
		}
	}
	return n
}
