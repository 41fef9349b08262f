package redraw

import "math"

// assignment pairs rows with columns so that the sum of scores is the largest
// (Kuhn 1955, in the form of Jonker and Volgenant 1987: one shortest augmenting
// path a row). A pair of score zero or less is no pair: -1.
func assignment(score [][]int64) []int {
	rows := len(score)
	if rows == 0 {
		return nil
	}
	// One column of its own lets each row go without.
	columns := len(score[0]) + rows
	p := &pairing{score: score, u: make([]int64, rows+1), v: make([]int64, columns+1),
		row: make([]int, columns+1), way: make([]int, columns+1)}
	for r := 1; r <= rows; r++ {
		at := p.path(r)
		for at != 0 {
			p.row[at] = p.row[p.way[at]]
			at = p.way[at]
		}
	}
	out := make([]int, rows)
	for r := range out {
		out[r] = -1
	}
	for c := 1; c <= len(score[0]); c++ {
		if r := p.row[c]; r > 0 && score[r-1][c-1] > 0 {
			out[r-1] = c - 1
		}
	}
	return out
}

// pairing counts rows and columns from one.
type pairing struct {
	score [][]int64
	u, v  []int64 // potentials of rows and columns
	row   []int   // of each column, 0 free
	way   []int   // the column before each on the path
}

func (p *pairing) cost(r, c int) int64 {
	if c <= len(p.score[0]) && p.score[r-1][c-1] > 0 {
		return -p.score[r-1][c-1]
	}
	return 0
}

// path finds the shortest way from row r to a free column and returns its end.
func (p *pairing) path(r int) int {
	p.row[0] = r
	least := make([]int64, len(p.v))
	used := make([]bool, len(p.v))
	for c := range least {
		least[c] = math.MaxInt64
	}
	at := 0
	for p.row[at] != 0 {
		used[at] = true
		next, delta := 0, int64(math.MaxInt64)
		for c := 1; c < len(p.v); c++ {
			if used[c] {
				continue
			}
			if d := p.cost(p.row[at], c) - p.u[p.row[at]] - p.v[c]; d < least[c] {
				least[c], p.way[c] = d, at
			}
			if least[c] < delta {
				delta, next = least[c], c
			}
		}
		for c := range used {
			if used[c] {
				p.u[p.row[c]] += delta
				p.v[c] -= delta
			} else if least[c] < math.MaxInt64 {
				least[c] -= delta
			}
		}
		at = next
	}
	return at
}
