package redraw

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"gridmap/geo/coverage"
	"gridmap/geo/regions"
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

func (o Options) gridRule() bounds  { return newBounds(o.Min, o.Max, o.Target) }
func (o Options) microRule() bounds { return newBounds(o.MicroMin, o.MicroMax, o.MicroTarget) }

// Draw makes a plan. It ends early with ctx's error when ctx is cancelled.
func Draw(ctx context.Context, in Input, o Options) (*Plan, error) {
	o = o.withDefaults()
	if err := validate(in, o); err != nil {
		return nil, err
	}
	if err := validatePresent(in, o); err != nil {
		return nil, err
	}
	in.Communities = o.Micro.applied(in.Communities)
	slices.SortFunc(in.Communities, func(a, b Community) int { return cmp.Compare(a.Code, b.Code) })
	in.Buildings = slices.Clone(in.Buildings)
	slices.SortFunc(in.Buildings, func(a, b Building) int { return cmp.Compare(a.ID, b.ID) })
	land, err := survey(ctx, in, o.Workers)
	if err != nil {
		return nil, err
	}
	present := newPresentIndex(in)
	links := land.links(len(in.Communities))
	grids, steps, err := drawAll(ctx, in, o, land, links, present)
	if err != nil {
		return nil, err
	}
	p := &publisher{in: in, o: o, land: land, present: present}
	plan, err := p.publish(grids)
	if err != nil {
		return nil, err
	}
	plan.Rejected = land.rejected
	plan.Report = p.report(plan, grids, links)
	plan.Report.Steps = steps
	return plan, nil
}

// applied says of each community whether it is divided into micro-grids.
func (m MicroMode) applied(communities []Community) []Community {
	out := slices.Clone(communities)
	for i := range out {
		switch m {
		case MicroAll:
			out[i].Complex = true
		case MicroNone:
			out[i].Complex, out[i].Microgrids = false, 0
		}
	}
	return out
}

// links lists the borders between atoms, by community.
func (l *land) links(communities int) [][]regions.Link {
	out := make([][]regions.Link, communities)
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
		out[c] = append(out[c], regions.Link{A: min(a, b), B: max(a, b), Cost: l.cov.LengthM(i) * barrierFactor(tag)})
	}
	for _, list := range out { // sums of floats depend on order: fix it
		slices.SortFunc(list, func(a, b regions.Link) int {
			return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B), cmp.Compare(a.Cost, b.Cost))
		})
	}
	return out
}

// drawAll draws the communities, several at a time, the largest first so that
// no worker is left with it at the end. Each has its own random numbers.
func drawAll(ctx context.Context, in Input, o Options, l *land, links [][]regions.Link, present *presentIndex) ([][]drawn, int64, error) {
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
	used := make([]int64, n)
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
				d := &drawer{in: in, o: o, land: l, present: present, links: links[c], community: c, seed: seedOf(o.Seed, in.Communities[c].Code)}
				d.steps = int(o.Steps * int64(len(atoms[c])) / int64(max(1, len(l.atoms))))
				out[c], errs[c] = d.draw(ctx, atoms[c])
				used[c] = int64(d.used)
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
			return nil, 0, fmt.Errorf("draw community %s: %w", in.Communities[c].Code, err)
		}
	}
	steps := int64(0)
	for _, n := range used {
		steps += n
	}
	return out, steps, ctx.Err()
}
