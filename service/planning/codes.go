package planning

import (
	"cmp"
	"fmt"
	"slices"

	"gridmap/data"
)

// A grid drawn over a published plan keeps the code of the old grid with which
// it shares most households, when that old grid shares most with it too and at
// least half of the old grid is in it. Every other grid takes the next number
// of its community that was never used. Micro-grids follow the same rule inside
// a grid that kept its code. A building without households weighs less than
// one household, so that dedicated grids find themselves again.

// weight of a building or a part of it.
func weight(households int) int { return 1000*households + 1 }

// overlap is how much two plans share, by old code and new index.
type overlap struct {
	shared map[string]map[int]int
	old    map[string]int // whole weight
	new    map[int]int
}

func newOverlap() *overlap {
	return &overlap{map[string]map[int]int{}, map[string]int{}, map[int]int{}}
}

func (o *overlap) add(code string, index, w int) {
	if o.shared[code] == nil {
		o.shared[code] = map[int]int{}
	}
	o.shared[code][index] += w
}

// kept pairs each new index with the old code that it keeps, where fits allows.
func (o *overlap) kept(fits func(code string, index int) bool) map[int]string {
	bestNew, bestOld := map[string]int{}, map[int]string{}
	for _, code := range sortedKeys(o.shared) {
		for _, i := range sortedKeys(o.shared[code]) {
			w := o.shared[code][i]
			if j, ok := bestNew[code]; !ok || w > o.shared[code][j] {
				bestNew[code] = i
			}
			// Of old grids that give as much, the one that gives the larger share of itself.
			if c, ok := bestOld[i]; !ok || w > o.shared[c][i] || w == o.shared[c][i] && o.old[code] < o.old[c] {
				bestOld[i] = code
			}
		}
	}
	out := map[int]string{}
	for i, code := range bestOld {
		if bestNew[code] == i && 2*o.shared[code][i] >= o.old[code] && fits(code, i) {
			out[i] = code
		}
	}
	return out
}

// lineage of a new index: the old codes in it, and what became of them.
func (o *overlap) lineage(index int) (string, []string) {
	var from []string
	whole, covered := 0, 0
	for _, code := range sortedKeys(o.shared) {
		w := o.shared[code][index]
		if w == 0 {
			continue
		}
		from = append(from, code)
		covered += w
		if w == o.old[code] {
			whole++
		}
	}
	switch complete := covered == o.new[index]; {
	case len(from) == 0:
		return "N", nil
	case len(from) == 1 && whole == 1 && complete:
		return "U", from
	case len(from) == 1 && whole == 0 && complete:
		return "S", from
	case len(from) > 1 && whole == len(from) && complete:
		return "M", from
	}
	return "X", from
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// recode numbers a plan drawn over the published one. Without a published plan
// and used codes it changes nothing.
func recode(p *data.DrawnPlan, held []data.HeldPlace, used []string) error {
	if len(held) == 0 && len(used) == 0 {
		return nil
	}
	grids, micros := overlaps(p, held)
	taken := map[string]bool{}
	for _, code := range used {
		taken[code] = true
	}
	kept := grids.kept(func(code string, i int) bool { return code[:12] == p.Grids[i].CommunityCode })
	for i := range p.Grids {
		g := &p.Grids[i]
		code, ok := kept[i]
		if !ok {
			var err error
			if code, err = nextCode(taken, g.CommunityCode, 3); err != nil {
				return err
			}
		}
		if g.Name == "第"+g.Code[12:]+"网格" {
			g.Name = "第" + code[12:] + "网格"
		}
		g.Code = code
		g.Lineage, g.Predecessors = grids.lineage(i)
	}
	gridOf := func(i int) string { return p.Grids[p.Microgrids[i].GridID-1].Code }
	keptMicros := micros.kept(func(code string, i int) bool { return code[:15] == gridOf(i) })
	for i := range p.Microgrids {
		code, ok := keptMicros[i]
		if !ok {
			var err error
			if code, err = nextCode(taken, gridOf(i), 2); err != nil {
				return err
			}
		}
		p.Microgrids[i].Code = code
	}
	return nil
}

// nextCode takes the lowest number of so many digits that was never used.
func nextCode(taken map[string]bool, prefix string, digits int) (string, error) {
	for n, limit := 1, map[int]int{2: 99, 3: 999}[digits]; n <= limit; n++ {
		code := fmt.Sprintf("%s%0*d", prefix, digits, n)
		if !taken[code] {
			taken[code] = true
			return code, nil
		}
	}
	return "", data.Fault(data.Conflict, "code", "every number under "+prefix+" has been used")
}

// overlaps weighs what the drawn plan shares with the one that holds. A
// building cut in other parts than before is shared out by households.
func overlaps(p *data.DrawnPlan, held []data.HeldPlace) (grids, micros *overlap) {
	grids, micros = newOverlap(), newOverlap()
	before := map[int64][]data.HeldPlace{}
	for _, h := range held {
		before[h.BuildingID] = append(before[h.BuildingID], h)
		grids.old[h.Grid] += weight(h.Households)
		if h.Microgrid != "" {
			micros.old[h.Microgrid] += weight(h.Households)
		}
	}
	for _, b := range p.Buildings {
		grid, micro := int(b.GridID-1), int(b.MicrogridID-1)
		grids.new[grid] += weight(b.Households)
		if micro >= 0 {
			micros.new[micro] += weight(b.Households)
		}
		for _, h := range sharing(before[b.BuildingID], b) {
			grids.add(h.Grid, grid, h.Households)
			if h.Microgrid != "" && micro >= 0 {
				micros.add(h.Microgrid, micro, h.Households)
			}
		}
	}
	return grids, micros
}

// sharing lists the old places of a building, each with the weight, in
// Households, that it shares with b.
func sharing(old []data.HeldPlace, b data.PlanBuilding) []data.HeldPlace {
	total := 0
	for _, h := range old {
		if h.Part == b.Part {
			h.Households = min(weight(h.Households), weight(b.Households))
			return []data.HeldPlace{h}
		}
		total += weight(h.Households)
	}
	out := make([]data.HeldPlace, 0, len(old))
	for _, h := range old {
		h.Households = weight(h.Households) * weight(b.Households) / total
		if h.Households > 0 {
			out = append(out, h)
		}
	}
	return out
}
