package redraw

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gridmap/geo/coverage"
)

func (o Options) withDefaults() Options {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	set(&o.Min, 300)
	set(&o.Max, 500)
	set(&o.Target, (o.Min+o.Max)/2)
	set(&o.MicroMin, 50)
	set(&o.MicroMax, 80)
	set(&o.MicroTarget, (o.MicroMin+o.MicroMax)/2)
	set(&o.Workers, runtime.GOMAXPROCS(0))
	set(&o.Restarts, 4)
	if o.Effort <= 0 {
		o.Effort = 1
	}
	o.Mode = cmp.Or(o.Mode, Fresh)
	o.Micro = cmp.Or(o.Micro, MicroComplex)
	return o
}

func (o Options) gridRule() bounds  { return bounds{o.Min, o.Max, o.Target} }
func (o Options) microRule() bounds { return bounds{o.MicroMin, o.MicroMax, o.MicroTarget} }

// Draw makes a plan. It ends early with ctx's error when ctx is cancelled.
func Draw(ctx context.Context, in Input, o Options) (*Plan, error) {
	o = o.withDefaults()
	if err := validate(in, o); err != nil {
		return nil, err
	}
	if err := validatePresent(in, o); err != nil {
		return nil, err
	}
	in.Communities = slices.Clone(in.Communities)
	slices.SortFunc(in.Communities, func(a, b Community) int { return cmp.Compare(a.Code, b.Code) })
	for i := range in.Communities {
		c := &in.Communities[i]
		switch o.Micro {
		case MicroAll:
			c.Complex = true
		case MicroNone:
			c.Complex, c.Microgrids = false, 0
		}
	}
	in.Buildings = slices.Clone(in.Buildings)
	slices.SortFunc(in.Buildings, func(a, b Building) int { return cmp.Compare(a.ID, b.ID) })
	land, err := survey(ctx, in, o.Workers)
	if err != nil {
		return nil, err
	}
	links := land.links(len(in.Communities))
	grids, err := drawAll(ctx, in, o, land, links)
	if err != nil {
		return nil, err
	}
	p := &publisher{in: in, o: o, land: land}
	plan, err := p.publish(grids)
	if err != nil {
		return nil, err
	}
	plan.Rejected = land.rejected
	plan.Report = p.report(plan, grids)
	return plan, nil
}

// links lists the borders between atoms, by community.
func (l *land) links(communities int) [][]link {
	out := make([][]link, communities)
	for i := range l.cov.Edges() {
		_, _, f, g, tag := l.cov.Edge(i)
		if f == coverage.None || g == coverage.None || l.community[f] < 0 || l.community[f] != l.community[g] {
			continue
		}
		a, b := l.atom[f], l.atom[g]
		if a == b {
			continue
		}
		c := l.community[f]
		out[c] = append(out[c], link{min(a, b), max(a, b), l.cov.LengthM(i) * barrierFactor(tag)})
	}
	for _, list := range out { // sums of floats depend on order: fix it
		slices.SortFunc(list, func(a, b link) int {
			return cmp.Or(cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b), cmp.Compare(a.cost, b.cost))
		})
	}
	return out
}

// drawAll draws the communities, several at a time, the largest first so that
// no worker is left with it at the end. Each has its own random numbers.
func drawAll(ctx context.Context, in Input, o Options, l *land, links [][]link) ([][]drawn, error) {
	n := len(in.Communities)
	atoms := make([][]int32, n)
	for a := range l.atoms {
		c := l.atoms[a].community
		atoms[c] = append(atoms[c], int32(a))
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(atoms[b]), len(atoms[a])) })
	out := make([][]drawn, n)
	errs := make([]error, n)
	var mu sync.Mutex
	var wg sync.WaitGroup
	next, done := 0, 0
	for range max(1, o.Workers) {
		wg.Go(func() {
			for {
				mu.Lock()
				if next == n || ctx.Err() != nil {
					mu.Unlock()
					return
				}
				c := order[next]
				next++
				mu.Unlock()
				d := &drawer{in: in, o: o, land: l, links: links[c], community: c, rng: seeded(o.Seed, in.Communities[c].Code)}
				out[c], errs[c] = d.draw(ctx, atoms[c])
				mu.Lock()
				if done++; o.Progress != nil {
					o.Progress(done, n)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for c, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("draw community %s: %w", in.Communities[c].Code, err)
		}
	}
	return out, ctx.Err()
}

// publisher gives grids their order, codes, outlines and assignments.
type publisher struct {
	in        Input
	o         Options
	land      *land
	gridFace  []int32 // by face: index in Plan.Grids of the owner, -1 none
	microFace []int32 // by face: running number of micro-grid, -1 none
}

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
// first among equals. A claimant that owns none is layered.
func owners(claims []claimant) (owner map[int32]int, layered []bool) {
	owner = make(map[int32]int)
	for i, c := range claims {
		for a, h := range c.atoms {
			if j, ok := owner[a]; !ok || h > claims[j].atoms[a] {
				owner[a] = i
			}
		}
	}
	layered = make([]bool, len(claims))
	for i := range layered {
		layered[i] = true
	}
	for _, i := range owner {
		layered[i] = false
	}
	return owner, layered
}

// centre is where a grid is sorted by: the mean of its atoms, by area.
func (p *publisher) centre(nodes []node) (x, y float64) {
	sum := 0.0
	for _, n := range nodes {
		a := &p.land.atoms[n.atom]
		x += a.x * a.areaM2
		y += a.y * a.areaM2
		sum += a.areaM2
	}
	sum = max(sum, 1e-9)
	return x / sum, y / sum
}

// ordered sorts west to east, then north to south; layers of one footprint keep
// the order in which they were made, from the first stairwell and floor up.
func (p *publisher) ordered(n int, nodes func(i int) []node) []int {
	x, y := make([]float64, n), make([]float64, n)
	order := make([]int, n)
	for i := range n {
		x[i], y[i] = p.centre(nodes(i))
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(x[a], x[b]), -cmp.Compare(y[a], y[b]))
	})
	return order
}

// publish builds the plan. grids is sorted in place into the order of codes.
func (p *publisher) publish(grids [][]drawn) (*Plan, error) {
	plan := &Plan{}
	gridOf, microOf := p.blank(), p.blank()
	var microNumber []int // first running number of the micro-grids of each grid
	micros := 0
	for c := range grids {
		order := p.ordered(len(grids[c]), func(i int) []node { return grids[c][i].nodes })
		sorted := make([]drawn, len(order))
		for i, o := range order {
			sorted[i] = grids[c][o]
		}
		grids[c] = sorted
		if len(sorted) > 999 {
			return nil, fmt.Errorf("community %s has %d grids, more than three digits can number", p.in.Communities[c].Code, len(sorted))
		}
		claims := make([]claimant, len(sorted))
		for i := range sorted {
			claims[i] = claimOf(sorted[i].nodes)
		}
		owner, layered := owners(claims)
		for i := range sorted {
			g, err := p.grid(&sorted[i], p.in.Communities[c].Code, i, layered[i])
			if err != nil {
				return nil, err
			}
			p.assign(plan, &sorted[i], len(plan.Grids))
			for a, o := range owner {
				if o == i {
					gridOf[a] = int32(len(plan.Grids))
				}
			}
			p.ownMicro(&sorted[i], &g, owner, i, microOf, micros)
			microNumber = append(microNumber, micros)
			micros += len(sorted[i].micro)
			plan.Grids = append(plan.Grids, g)
		}
	}
	p.outline(plan, grids, gridOf, microOf, microNumber, micros)
	slices.SortFunc(plan.Assignments, func(a, b Assignment) int {
		return cmp.Or(cmp.Compare(a.BuildingID, b.BuildingID), strings.Compare(a.Part, b.Part))
	})
	return plan, nil
}

func (p *publisher) blank() []int32 {
	out := make([]int32, len(p.land.atoms))
	for i := range out {
		out[i] = -1
	}
	return out
}

// grid gives a grid its code, and sorts and codes its micro-grids.
func (p *publisher) grid(d *drawn, community string, i int, layered bool) (Grid, error) {
	g := Grid{
		Community: community, Code: fmt.Sprintf("%s%03d", community, i+1),
		Kind: d.kind, Name: d.name, Layered: layered, Reason: d.reason,
	}
	for _, n := range d.nodes {
		g.Households += n.households
		g.Persons += n.persons
	}
	if len(d.micro) > 99 {
		return g, fmt.Errorf("grid %s has %d micro-grids, more than two digits can number", g.Code, len(d.micro))
	}
	order := p.ordered(len(d.micro), func(i int) []node { return d.microNodes(i) })
	sorted := make([]drawnMicro, len(order))
	for i, o := range order {
		sorted[i] = d.micro[o]
	}
	d.micro = sorted
	for m := range d.micro {
		micro := Microgrid{Code: fmt.Sprintf("%s%02d", g.Code, m+1), Reason: d.micro[m].reason}
		for _, n := range d.microNodes(m) {
			micro.Households += n.households
			micro.Persons += n.persons
		}
		g.Microgrids = append(g.Microgrids, micro)
	}
	return g, nil
}

func (d *drawn) microNodes(m int) []node {
	out := make([]node, len(d.micro[m].nodes))
	for i, v := range d.micro[m].nodes {
		out[i] = d.nodes[v]
	}
	return out
}

// ownMicro gives the atoms that grid i owns to its micro-grids. In a layered
// grid all micro-grids are layered: the land is another's.
func (p *publisher) ownMicro(d *drawn, g *Grid, gridOwner map[int32]int, i int, microOf []int32, base int) {
	claims := make([]claimant, len(d.micro))
	for m := range d.micro {
		claims[m] = claimOf(d.microNodes(m))
		for a := range claims[m].atoms {
			if gridOwner[a] != i {
				delete(claims[m].atoms, a)
			}
		}
	}
	owner, layered := owners(claims)
	for a, m := range owner {
		microOf[a] = int32(base + m)
	}
	for m := range g.Microgrids {
		g.Microgrids[m].Layered = layered[m]
	}
}

// assign lists the shares of a grid, those of one building in one micro-grid
// joined into one.
func (p *publisher) assign(plan *Plan, d *drawn, grid int) {
	micro := make([]int, len(d.nodes))
	for v := range micro {
		micro[v] = -1
	}
	for m := range d.micro {
		for _, v := range d.micro[m].nodes {
			micro[v] = m
		}
	}
	type place struct{ building, micro int }
	var order []place
	in := make(map[place][]share)
	for v, n := range d.nodes {
		for _, s := range n.shares {
			at := place{s.building, micro[v]}
			if in[at] == nil {
				order = append(order, at)
			}
			in[at] = append(in[at], s)
		}
	}
	for _, at := range order {
		s := merged(p.in.Buildings, in[at])
		plan.Assignments = append(plan.Assignments, Assignment{
			BuildingID: p.in.Buildings[s.building].ID, Part: s.part,
			Households: s.households, Persons: s.persons, Grid: grid, Microgrid: at.micro,
		})
	}
}
