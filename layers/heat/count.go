package heat

import "slices"

// Levels, Boards and Steps are the classes by which cases are counted, in the
// order of their numbers.
var (
	Levels = [...]string{"grid", "community", "town", "district"}
	Boards = [...]string{"party", "economy", "livelihood", "safety"}
	Steps  = [...]string{"order", "track", "screen", "dispatch", "accept", "handle", "rate"}
)

// Case is what heat knows of a case. Cell is of FinestResolution.
type Case struct {
	Cell               Cell
	Level, Board, Step uint8
	Overdue            bool
}

// Count of cases in a cell.
type Count struct {
	Cases, Overdue int
	Level          [4]int
	Board          [4]int
}

// Add counts c in (sign 1) or out (sign -1).
func (n *Count) Add(c *Case, sign int) {
	n.Cases += sign
	n.Level[c.Level] += sign
	n.Board[c.Board] += sign
	if c.Overdue {
		n.Overdue += sign
	}
}

// Merge adds other.
func (n *Count) Merge(other *Count) {
	n.Cases += other.Cases
	n.Overdue += other.Overdue
	for i := range n.Level {
		n.Level[i] += other.Level[i]
		n.Board[i] += other.Board[i]
	}
}

// Map is the heat at one resolution. Cells below it in resolution are merged
// ones.
type Map struct {
	Resolution int
	Cells      map[Cell]Count
	Withheld   int // cases in no cell: fewer than k even in a cell of CoarsestResolution
}

// Collect counts cases at a resolution; with k above 1, cells of fewer than k
// cases are merged into their parents.
func Collect(cases []Case, resolution, k int) Map {
	m := Map{Resolution: resolution, Cells: make(map[Cell]Count, 256)}
	for i := range cases {
		cell := cases[i].Cell.Parent(resolution)
		n := m.Cells[cell]
		n.Add(&cases[i], 1)
		m.Cells[cell] = n
	}
	if k > 1 {
		m.merge(k)
	}
	return m
}

// merge moves what is below k up, resolution by resolution, until it reaches k.
// Where the small cells of a parent do not reach k together, the smallest of
// their shown siblings joins them: so merged cells stay as local as they can,
// and the sum is kept.
func (m *Map) merge(k int) {
	small := map[Cell]Count{}
	for c, n := range m.Cells {
		if n.Cases < k {
			small[c] = n
			delete(m.Cells, c)
		}
	}
	for r := m.Resolution - 1; r >= CoarsestResolution && len(small) > 0; r-- {
		small = m.mergeInto(r, k, small)
	}
	for _, n := range small {
		m.Withheld += n.Cases
	}
}

// mergeInto merges small cells into their parents at a resolution and returns
// the parents that are still too small.
func (m *Map) mergeInto(resolution, k int, small map[Cell]Count) map[Cell]Count {
	parents := map[Cell]Count{}
	for c, n := range small {
		p := parents[c.Parent(resolution)]
		p.Merge(&n)
		parents[c.Parent(resolution)] = p
	}
	joining := map[Cell]Cell{}
	for c, n := range m.Cells {
		p := c.Parent(resolution)
		if total, ok := parents[p]; !ok || total.Cases >= k || c.Resolution() <= resolution {
			continue
		}
		best, ok := joining[p]
		if held := m.Cells[best]; !ok || n.Cases < held.Cases || (n.Cases == held.Cases && c < best) {
			joining[p] = c
		}
	}
	still := map[Cell]Count{}
	for p, n := range parents {
		if c, ok := joining[p]; ok {
			other := m.Cells[c]
			n.Merge(&other)
			delete(m.Cells, c)
		}
		if n.Cases < k {
			still[p] = n
			continue
		}
		shown := m.Cells[p]
		shown.Merge(&n)
		m.Cells[p] = shown
	}
	return still
}

// Classes is how many quantile classes a map is drawn in.
const Classes = 6

// Breaks are the upper bounds of all classes but the last, by quantile of the
// counts at the map's own resolution.
func (m *Map) Breaks() [Classes - 1]int {
	var counts []int
	for _, n := range m.Cells {
		counts = append(counts, n.Cases)
	}
	slices.Sort(counts)
	var out [Classes - 1]int
	for i := range out {
		if len(counts) > 0 {
			out[i] = counts[(len(counts)-1)*(i+1)/Classes]
		}
		if i > 0 {
			out[i] = max(out[i], out[i-1]+1) // classes stay apart when counts are few
		}
	}
	return out
}

// Class of a count under breaks: 1 to Classes.
func Class(breaks [Classes - 1]int, cases int) int {
	for i, b := range breaks {
		if cases <= b {
			return i + 1
		}
	}
	return Classes
}

// Changed lists the cells whose counts differ between two maps.
func Changed(a, b Map) []Cell {
	var out []Cell
	for c, n := range a.Cells {
		if b.Cells[c] != n {
			out = append(out, c)
		}
	}
	for c := range b.Cells {
		if _, ok := a.Cells[c]; !ok {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}
