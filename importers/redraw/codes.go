package redraw

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// A new grid keeps the code of the present grid with which it shares most, when
// that one shares most with it too and at least half of it is in the new grid; and
// the largest piece of a grid that was parted keeps its code, even where that is
// less than half. Every other grid takes the lowest number of its community that
// was never used. Micro-grids follow the same rule inside a grid that kept its
// code. A building without households weighs less than one household, so that
// dedicated grids find themselves again.

// ErrNoNumber says that every number under a prefix has been used.
var ErrNoNumber = errors.New("every number has been used")

// weight of so many households of a building.
func weight(households int) int { return 1000*households + 1 }

// overlap is how much the present grids and the new ones share, by present code
// and by index of the new.
type overlap struct {
	shared map[string]map[int]int
	old    map[string]int // all of a present grid that is in any new one, or in none
	new    map[int]int
	from   map[int][]string // present codes in a new grid, as they come
}

func newOverlap() *overlap {
	return &overlap{map[string]map[int]int{}, map[string]int{}, map[int]int{}, map[int][]string{}}
}

// add puts w of present grid code into new grid index; an empty code is what
// was in no present grid.
func (o *overlap) add(code string, index, w int) {
	o.new[index] += w
	if code == "" {
		return
	}
	o.old[code] += w
	if o.shared[code] == nil {
		o.shared[code] = map[int]int{}
	}
	if o.shared[code][index] == 0 {
		o.from[index] = append(o.from[index], code)
	}
	o.shared[code][index] += w
}

// kept gives the code that each new index keeps, where fits allows it. Pairs
// that are each other's best may tie (a grid cut into halves, two grids joined);
// of these an assignment keeps as many codes as can be kept, and of present grids
// that give as much prefers the one that gives the larger share of itself.
func (o *overlap) kept(fits func(code string, index int) bool) map[int]string {
	bestOld, bestNew := map[string]int{}, map[int]int{}
	for code, by := range o.shared {
		for i, w := range by {
			bestOld[code] = max(bestOld[code], w)
			bestNew[i] = max(bestNew[i], w)
		}
	}
	pairs := map[string][]int{}
	for _, code := range sortedKeys(o.shared) {
		for _, i := range sortedKeys(o.shared[code]) {
			w := o.shared[code][i]
			if w == bestOld[code] && w == bestNew[i] && (2*w >= o.old[code] || w == o.new[i]) && fits(code, i) {
				pairs[code] = append(pairs[code], i)
			}
		}
	}
	out := map[int]string{}
	for _, codes := range tied(pairs) {
		o.assign(codes, pairs, out)
	}
	return out
}

// assign settles codes that compete for the same new grids.
func (o *overlap) assign(codes []string, pairs map[string][]int, out map[int]string) {
	var columns []int
	for _, code := range codes {
		columns = append(columns, pairs[code]...)
	}
	slices.Sort(columns)
	columns = slices.Compact(columns)
	const pair, share = 1 << 40, 1 << 20
	score := make([][]int64, len(codes))
	for r, code := range codes {
		score[r] = make([]int64, len(columns))
		for _, i := range pairs[code] {
			c, _ := slices.BinarySearch(columns, i)
			score[r][c] = pair + int64(share*float64(o.shared[code][i])/float64(o.old[code]))
		}
	}
	for r, c := range assignment(score) {
		if c >= 0 {
			out[columns[c]] = codes[r]
		}
	}
}

// tied groups codes that share a candidate, each group and all groups sorted.
func tied(pairs map[string][]int) [][]string {
	group := map[int]int{} // by new index
	var groups [][]string
	for _, code := range sortedKeys(pairs) {
		into := -1
		for _, i := range pairs[code] {
			g, ok := group[i]
			switch {
			case !ok || g == into:
				continue
			case into < 0:
				into = g
			default:
				for _, other := range groups[g] {
					for _, k := range pairs[other] {
						group[k] = into
					}
				}
				groups[into] = append(groups[into], groups[g]...)
				groups[g] = nil
			}
		}
		if into < 0 {
			into = len(groups)
			groups = append(groups, nil)
		}
		groups[into] = append(groups[into], code)
		for _, i := range pairs[code] {
			group[i] = into
		}
	}
	var out [][]string
	for _, g := range groups {
		if len(g) > 0 {
			slices.Sort(g)
			out = append(out, g)
		}
	}
	return out
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// numbers gives codes that were never used.
type numbers struct {
	taken map[string]bool
	next  map[string]int // by prefix: where to look on
}

func newNumbers(p *Present) *numbers {
	n := &numbers{taken: map[string]bool{}, next: map[string]int{}}
	if p == nil {
		return n
	}
	for _, code := range p.Used {
		n.taken[code] = true
	}
	for _, g := range p.Grids {
		n.taken[g.Code] = true
	}
	for _, b := range p.Places {
		n.taken[b.Grid] = true
		n.taken[b.Microgrid] = true
	}
	return n
}

// take gives the lowest number of so many digits under a prefix.
func (n *numbers) take(prefix string, digits int) (string, error) {
	limit := 1
	for range digits {
		limit *= 10
	}
	for i := max(1, n.next[prefix]); i < limit; i++ {
		code := fmt.Sprintf("%s%0*d", prefix, digits, i)
		if !n.taken[code] {
			n.taken[code] = true
			n.next[prefix] = i + 1
			return code, nil
		}
	}
	return "", fmt.Errorf("number under %s: %w", prefix, ErrNoNumber)
}
