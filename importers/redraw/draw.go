package redraw

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
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
	p := &publisher{in: in, o: o, land: land, present: newPresentIndex(in)}
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
