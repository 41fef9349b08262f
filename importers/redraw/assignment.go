package redraw

import "math"

// assignment pairs rows with columns so that the sum of scores is the largest
// (Kuhn 1955, in the form of Jonker and Volgenant 1987: one shortest augmenting
// path a row). A pair of score zero or less is no pair: -1. Among equals the
// lower column wins for the lower row.
func assignment(score [][]int64) []int {
	rows := len(score)
	if rows == 0 {
		return nil
	}
	// One column of its own lets each row go without.
	columns := len(score[0]) + rows
	cost := func(r, c int) int64 {
		if c < len(score[0]) && score[r][c] > 0 {
			return -score[r][c]
		}
		return 0
	}
	u, v := make([]int64, rows+1), make([]int64, columns+1)
	row := make([]int, columns+1) // by column, both from 1; 0: free
	way := make([]int, columns+1)
	for r := 1; r <= rows; r++ {
		row[0] = r
		at := 0
		least := make([]int64, columns+1)
		used := make([]bool, columns+1)
		for c := range least {
			least[c] = math.MaxInt64
		}
		for row[at] != 0 {
			used[at] = true
			next, delta := 0, int64(math.MaxInt64)
			for c := 1; c <= columns; c++ {
				if used[c] {
					continue
				}
				if d := cost(row[at]-1, c-1) - u[row[at]] - v[c]; d < least[c] {
					least[c], way[c] = d, at
				}
				if least[c] < delta {
					delta, next = least[c], c
				}
			}
			for c := range used {
				if used[c] {
					u[row[c]] += delta
					v[c] -= delta
				} else if least[c] < math.MaxInt64 {
					least[c] -= delta
				}
			}
			at = next
		}
		for at != 0 {
			row[at] = row[way[at]]
			at = way[at]
		}
	}
	out := make([]int, rows)
	for r := range out {
		out[r] = -1
	}
	for c := 1; c <= len(score[0]); c++ {
		if r := row[c]; r > 0 && score[r-1][c-1] > 0 {
			out[r-1] = c - 1
		}
	}
	return out
}
