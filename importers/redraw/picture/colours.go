package picture

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"gridmap/importers/redraw"
)

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}
}

func faded(c color.NRGBA, alpha uint8) color.NRGBA { c.A = alpha; return c }

// The colours of the picture. Fills are of one lightness, so that none looks more
// important than another; red and blue are kept for what is over and under.
func fills() []color.NRGBA {
	return []color.NRGBA{rgb(0xcfe3d4), rgb(0xf3e3c3), rgb(0xd5dcef), rgb(0xefd6d9), rgb(0xd3e8ea), rgb(0xe5dbee), rgb(0xe6ebc8), rgb(0xf2dcc9)}
}

type colours struct {
	paper, ink, grey, faint, dedicated, over, under, water, rail, road, street, building, border, outline, halo color.NRGBA
}

func palette() colours {
	return colours{paper: rgb(0xfbfaf6), ink: rgb(0x25302f), grey: rgb(0x66706e), faint: rgb(0xd9d8d0), dedicated: rgb(0xd4d4d0),
		over: rgb(0xc2362b), under: rgb(0x2f62a8), water: rgb(0x8fbcd9), rail: rgb(0x8a8580), road: rgb(0xb9a58c), street: rgb(0xcbc7bc),
		building: rgb(0x8b8f88), border: rgb(0xffffff), outline: rgb(0x3c4a48), halo: rgb(0xffffff)}
}

// millimetre is a vertex to the last digit that neighbours share.
type millimetre struct{ x, y int64 }

// neighbours lists for each grid those that share an edge with it, to the
// millimetre.
func neighbours(grids []redraw.Grid) []map[int]bool {
	type edge struct{ a, b millimetre }
	owner := map[edge]int{}
	next := make([]map[int]bool, len(grids))
	for i := range next {
		next[i] = map[int]bool{}
	}
	at := func(p [2]float64) millimetre {
		return millimetre{int64(math.Round(p[0] * 1000)), int64(math.Round(p[1] * 1000))}
	}
	for i := range grids {
		if grids[i].Layered {
			continue
		}
		for _, poly := range grids[i].Outline {
			for _, ring := range poly {
				for k := 1; k < len(ring); k++ {
					e := edge{at(ring[k-1]), at(ring[k])}
					if e.b.x < e.a.x || e.b.x == e.a.x && e.b.y < e.a.y {
						e.a, e.b = e.b, e.a
					}
					if j, ok := owner[e]; ok && j != i {
						next[i][j], next[j][i] = true, true
					} else {
						owner[e] = i
					}
				}
			}
		}
	}
	return next
}

// colouring gives each grid the number of a fill that no neighbour has, as evenly
// as may be.
func colouring(grids []redraw.Grid, n int) []int {
	next := neighbours(grids)
	order := make([]int, len(grids))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(next[b]), len(next[a])) })
	colour := make([]int, len(grids))
	for i := range colour {
		colour[i] = -1
	}
	used := make([]int, n)
	for _, i := range order {
		clash := make([]int, n)
		for j := range next[i] {
			if colour[j] >= 0 {
				clash[colour[j]]++
			}
		}
		best := 0
		for c := range n {
			if cmp.Or(cmp.Compare(clash[c], clash[best]), cmp.Compare(used[c], used[best])) < 0 {
				best = c
			}
		}
		colour[i] = best
		used[best]++
	}
	return colour
}
