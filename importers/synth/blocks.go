package synth

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
)

// compoundPlan is a compound before it gets its number.
type compoundPlan struct {
	name, kind string
	ring       orb.Ring
}

// quarter is what is built in the blocks of one community.
type quarter struct {
	*site
	r         *rand.Rand
	name      string
	city      bool
	houses    []house
	compounds []compoundPlan
	parks     []orb.Ring
	slots     int // dwellings so far
	used      map[string]int
}

// buildBlocks fills blocks, the most central first, until the households have
// room; a share of the blocks on the way serves other ends. What is left stays
// open. Dwellings that are missing in the end come as more floors.
func (q *quarter) buildBlocks(blocks []block, households int) {
	slices.SortStableFunc(blocks, func(a, b block) int { return cmp.Compare(b.urban, a.urban) })
	q.used = map[string]int{}
	for i := range blocks {
		b := &blocks[i]
		room := households*104/100 - q.slots
		if room <= 0 {
			spare := []float64{0.4, 0.15, 0.2, 0.25}
			if !q.city {
				spare = []float64{0.6, 0.1, 0.1, 0.2}
			}
			q.fill(b, [...]string{"", "park", "works", "yards"}[pick(q.r, spare)])
			continue
		}
		q.fill(b, q.use(b, i, len(blocks)))
	}
	q.settle(households)
}

// use decides what a block is for.
func (q *quarter) use(b *block, i, n int) string {
	once := func(use string, every int) bool {
		if q.used[use] < 1+i/every && q.r.Float64() < 0.3 {
			q.used[use]++
			return true
		}
		return false
	}
	size := math.Abs(ringArea2(b.ring())) / 2
	switch {
	case i > 1 && size > 7000 && once("school", 16):
		return "school"
	case i > 2 && q.city && size > 6000 && once("mall", 22):
		return "mall"
	case i > 3 && once("hospital", 40):
		return "hospital"
	case i > 0 && once("government", 30):
		return "government"
	case i > 1 && once("park", 14):
		return "park"
	}
	x := q.r.Float64()
	switch {
	case !q.city && x < 0.55:
		return "shops"
	case !q.city && x < 0.97:
		return "slabs"
	case !q.city:
		return "towers"
	case b.urban > 0.55 && x < 0.34:
		return "shops"
	case b.urban > 0.3 && x < 0.6:
		return "slabs"
	case b.urban < 0.22 && x < 0.12:
		return "works"
	}
	return "towers"
}

func (q *quarter) fill(b *block, use string) {
	inset := b.inset()
	if inset == nil {
		return
	}
	switch use {
	case "":
	case "yards":
		q.rows(inset, row{long: 24, deep: 13, gapU: 12, gapV: 16, floors: [2]int{2, 6}, kind: "commercial", shape: shapeBox})
	case "park":
		q.parks = append(q.parks, inset.ring())
	case "towers":
		q.compound(b, compoundName(q.r), "residential")
		q.rows(inset, row{long: 31, deep: 22, gapU: 17, gapV: 27, shape: shapeCross, floors: [2]int{9, 24}, stairs: 1, perFloor: 4, kind: "residential"})
		q.frontage(b, 0.3)
	case "slabs":
		q.compound(b, compoundName(q.r), "residential")
		q.rows(inset, row{long: 46, deep: 12.5, gapU: 9, gapV: 15, shape: shapeComb, floors: [2]int{5, 8}, stairs: 3, perFloor: 2, kind: "residential"})
		q.frontage(b, 0.22)
	case "shops":
		q.frontage(b, 0.94)
		q.rows(inset.shrink(15), row{long: 27, deep: 12, gapU: 8, gapV: 12, floors: [2]int{3, 6}, stairs: 2, perFloor: 2, kind: "residential"})
	case "works":
		q.compound(b, q.name+"工业园", "industrial")
		q.rows(inset, row{long: 62, deep: 26, gapU: 14, gapV: 14, floors: [2]int{1, 2}, kind: "industrial", dedicated: "industrial_park"})
	default:
		q.campus(b, inset, use)
	}
}

// campus builds what is one institution in a block.
func (q *quarter) campus(b, inset *block, use string) {
	n := q.used["campus"]
	q.used["campus"]++
	name := q.name + [...]string{"", "第二", "第三", "第四", "第五", "第六"}[n%6]
	switch use {
	case "school":
		q.compound(b, name+"学校", "school")
		q.rows(inset.half(), row{long: 56, deep: 14, gapU: 16, gapV: 19, floors: [2]int{4, 6}, kind: "school", dedicated: "school", shape: shapeBox})
	case "hospital":
		q.compound(b, name+"医院", "hospital")
		q.rows(inset, row{long: 48, deep: 20, gapU: 18, gapV: 20, floors: [2]int{4, 11}, kind: "hospital", dedicated: "hospital", shape: shapeU})
	case "mall":
		q.compound(b, name+"购物中心", "mall")
		q.rows(inset, row{long: 68, deep: 44, gapU: 12, gapV: 14, floors: [2]int{4, 6}, kind: "commercial", dedicated: "mall", shape: shapeBox})
	default:
		q.compound(b, name+"服务中心", "government")
		q.rows(inset, row{long: 40, deep: 16, gapU: 16, gapV: 22, floors: [2]int{4, 8}, kind: "public", shape: shapeU})
	}
}

func (q *quarter) compound(b *block, name, kind string) {
	in := b.shrink(9)
	if in == nil {
		return
	}
	c := in.centre()
	for _, p := range append(in.quad[:], c) {
		if !inPolygons(q.ground, p) {
			return
		}
	}
	q.compounds = append(q.compounds, compoundPlan{name, kind, in.ring()})
}

// inset is the part of a block behind the pavement; sides without a street keep
// a narrow strip.
func (b *block) inset() *block { return b.shrink(13) }

func (b *block) shrink(by float64) *block {
	if b == nil {
		return nil
	}
	w := (dist(b.quad[0], b.quad[1]) + dist(b.quad[3], b.quad[2])) / 2
	h := (dist(b.quad[1], b.quad[2]) + dist(b.quad[0], b.quad[3])) / 2
	lo, hi := [2]float64{by / w, by / h}, [2]float64{1 - by/w, 1 - by/h}
	if hi[0]-lo[0] < 0.15 || hi[1]-lo[1] < 0.15 {
		return nil
	}
	out := *b
	out.quad = [4]orb.Point{b.at(lo[0], lo[1]), b.at(hi[0], lo[1]), b.at(hi[0], hi[1]), b.at(lo[0], hi[1])}
	return &out
}

// half leaves one side of a block open: a playground.
func (b *block) half() *block {
	out := *b
	out.quad = [4]orb.Point{b.at(0, 0), b.at(0.58, 0), b.at(0.58, 1), b.at(0, 1)}
	return &out
}

// row describes equal houses in rows.
type row struct {
	long, deep, gapU, gapV float64
	shape                  shape
	floors                 [2]int
	stairs, perFloor       int
	kind, dedicated        string
}

// rows sets houses in rows along the side of the block that lies most nearly
// from east to west, so that they face south.
func (q *quarter) rows(b *block, w row) {
	if b == nil {
		return
	}
	base := *b
	d := orb.Point{base.quad[1][0] - base.quad[0][0], base.quad[1][1] - base.quad[0][1]}
	if math.Abs(d[0]) < math.Abs(d[1]) {
		base.quad = [4]orb.Point{b.quad[1], b.quad[2], b.quad[3], b.quad[0]}
	}
	width := dist(base.at(0, 0.5), base.at(1, 0.5))
	height := dist(base.at(0.5, 0), base.at(0.5, 1))
	cols := int((width + w.gapU) / (w.long + w.gapU))
	lines := int((height + w.gapV) / (w.deep + w.gapV))
	if cols == 0 && width > w.long*0.6 {
		cols, w.long = 1, width*0.95
	}
	if lines == 0 && height > w.deep*0.7 {
		lines, w.deep = 1, height*0.95
	}
	floors := w.floors[0] + q.r.IntN(w.floors[1]-w.floors[0]+1)
	for j := range lines {
		for i := range cols {
			if q.r.Float64() < 0.05 {
				continue
			}
			u := ((float64(i) + 0.5) * (width / float64(cols))) / width
			v := ((float64(j) + 0.5) * (height / float64(lines))) / height
			c := base.at(u, v)
			e := base.at(math.Min(1, u+0.1), v)
			f := w.floors[0]
			if w.floors[1]-w.floors[0] > 6 {
				f = max(w.floors[0], floors-q.r.IntN(5))
			} else {
				f += q.r.IntN(w.floors[1] - w.floors[0] + 1)
			}
			q.place(house{frame: frame{c: c, turn: math.Atan2(e[1]-c[1], e[0]-c[0]), long: w.long, deep: w.deep}, shape: w.shape,
				kind: w.kind, dedicated: w.dedicated, floors: f, stairs: w.stairs, perFloor: w.perFloor, compound: len(q.compounds)})
		}
	}
}

// frontage lines the sides of a block with shops that have flats above.
func (q *quarter) frontage(b *block, share float64) {
	in := b.shrink(14.5)
	if in == nil {
		return
	}
	for k := range 4 {
		if b.joined[k] {
			continue
		}
		a, e := in.quad[k], in.quad[(k+1)%4]
		l := dist(a, e)
		turn := math.Atan2(e[1]-a[1], e[0]-a[0])
		for m := 1.0; m < l-9; {
			long := between(q.r, 11, 30)
			if m+long > l {
				long = l - m
			}
			if q.r.Float64() < share && long > 8 {
				c := lerp(a, e, (m+long/2)/l)
				floors := 2 + pick(q.r, []float64{2, 3, 3, 2, 1})
				h := house{frame: frame{c: c, turn: turn, long: long, deep: between(q.r, 10, 12.5)}, kind: "residential", floors: floors, stairs: 1, perFloor: 2}
				if q.r.Float64() < 0.22 {
					h.kind, h.stairs, h.perFloor = "commercial", 0, 0
				}
				q.place(h)
			}
			m += long + between(q.r, 0.6, 4)
		}
	}
}

func (q *quarter) place(h house) {
	if !q.fits(h.frame, 0.8) {
		return
	}
	if h.compound > 0 && !inRing(q.compounds[h.compound-1].ring, h.c) {
		h.compound = 0
	}
	q.take(h.frame)
	q.houses = append(q.houses, h)
	q.slots += h.floors * h.stairs * h.perFloor
}

// settle shares the households among the dwellings; where dwellings are missing
// floors are added, first to towers.
func (q *quarter) settle(households int) {
	var homes []int
	for i := range q.houses {
		if q.houses[i].perFloor > 0 {
			homes = append(homes, i)
		}
	}
	if len(homes) == 0 {
		return
	}
	for round := 0; q.slots < households && round < 60; round++ {
		for _, i := range homes {
			h := &q.houses[i]
			most := 9
			if h.shape == shapeCross {
				most = 34
			}
			if q.slots < households && (h.floors < most || round > 30) {
				h.floors++
				q.slots += h.stairs * h.perFloor
			}
		}
	}
	weights := make([]float64, len(homes))
	for k, i := range homes {
		h := &q.houses[i]
		weights[k] = float64(h.floors * h.stairs * h.perFloor)
	}
	for k, n := range apportion(min(households, q.slots), weights, 0) {
		h := &q.houses[homes[k]]
		h.homes = min(n, h.floors*h.stairs*h.perFloor)
	}
}
