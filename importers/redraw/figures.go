package redraw

import (
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"gridmap/geo/coverage"
	"gridmap/geo/regions"
)

// ledger is what the figures of one community are made of; figures of an area
// are made of the ledgers of its communities.
type ledger struct {
	atoms, buildings, households int
	grids                        []tally
	micro                        [][]tally // by grid
	layeredGrids, layeredMicro   int
	topology                     TopologyReport
	outlineM2, coveredM2         float64
	scores, relative             []float64
	internalKm, onKm             float64
	compounds                    CompoundReport
	stability                    StabilityReport
}

type tally struct {
	households int
	reason     *Reason
}

// report draws up the figures. The links are those between atoms, by community.
func (p *publisher) report(plan *Plan, grids [][]drawn, links [][]regions.Link) Report {
	books := make([]ledger, len(grids))
	i := 0
	for c := range grids {
		books[c].enter(plan.Grids[i : i+len(grids[c])])
		p.shape(plan.Grids[i:i+len(grids[c])], c, &books[c])
		components(grids[c], &books[c].topology)
		i += len(grids[c])
	}
	for _, a := range p.land.atoms {
		books[a.community].atoms++
		books[a.community].buildings += len(a.buildings)
	}
	p.faces(books)
	p.compounds(plan, links, books)
	p.stability(plan, grids, books)
	r := Report{Seed: p.o.Seed, Restarts: p.o.Restarts, Rejected: len(plan.Rejected), Areas: []AreaReport{}}
	all := make([]*ledger, len(books))
	towns := map[string][]*ledger{}
	for c := range books {
		all[c] = &books[c]
		at := p.in.Communities[c]
		r.Areas = append(r.Areas, AreaReport{Code: at.Code, Name: at.Name, Level: CommunityLevel, Figures: p.figures(all[c : c+1])})
		if len(at.Code) == 12 {
			towns[at.Code[:9]] = append(towns[at.Code[:9]], all[c])
		}
	}
	for _, code := range sortedKeys(towns) {
		r.Areas = append(r.Areas, AreaReport{Code: code, Level: TownLevel, Figures: p.figures(towns[code])})
	}
	slices.SortStableFunc(r.Areas, func(a, b AreaReport) int { return strings.Compare(a.Code, b.Code) })
	r.Figures = p.figures(all)
	return r
}

// enter books the counts of a community's grids.
func (l *ledger) enter(grids []Grid) {
	for i := range grids {
		g := &grids[i]
		l.households += g.Households
		l.grids = append(l.grids, tally{g.Households, g.Reason})
		var micro []tally
		for _, m := range g.Microgrids {
			micro = append(micro, tally{m.Households, m.Reason})
			if m.Layered {
				l.layeredMicro++
			}
		}
		l.micro = append(l.micro, micro)
		if g.Layered {
			l.layeredGrids++
		}
	}
}

// figures adds up books.
func (p *publisher) figures(books []*ledger) Figures {
	f := Figures{Communities: len(books)}
	var groups, micro [][]tally
	var scores, relative []float64
	on := 0.0
	for _, l := range books {
		f.Atoms += l.atoms
		f.Buildings += l.buildings
		f.Households += l.households
		groups = append(groups, l.grids)
		micro = append(micro, l.micro...)
		f.Nesting.Layered += l.layeredMicro
		f.Nesting.LayeredGrids += l.layeredGrids
		f.Topology.add(l.topology)
		scores, relative = append(scores, l.scores...), append(relative, l.relative...)
		f.Barriers.InternalKm += l.internalKm
		on += l.onKm
		f.Compounds.Compounds += l.compounds.Compounds
		f.Compounds.Split += l.compounds.Split
		f.Compounds.Avoidable += l.compounds.Avoidable
		f.Stability.add(l.stability)
	}
	f.Grids, f.Microgrids = level(p.o.gridRule()).summarise(groups), level(p.o.microRule()).summarise(micro)
	f.Nesting.LayeredShare = ratio(f.Nesting.Layered, f.Microgrids.Count)
	f.Optimum = optimum(groups, f.Grids)
	slices.Sort(scores)
	slices.Sort(relative)
	if len(scores) > 0 {
		f.Shape.PolsbyPopperMedian, f.Shape.PolsbyPopperP10 = scores[len(scores)/2], scores[len(scores)/10]
	}
	if len(relative) > 0 {
		f.Shape.RelativeMedian = relative[len(relative)/2]
	}
	if f.Barriers.InternalKm > 0 {
		f.Barriers.OnBarrier = on / f.Barriers.InternalKm
	}
	f.Stability.FirstIssue = p.present == nil
	f.Stability.share()
	return f
}

func (t *TopologyReport) add(o TopologyReport) {
	t.DisconnectedGrids += o.DisconnectedGrids
	t.EmptyIslands += o.EmptyIslands
	t.GapM2 += o.GapM2
	t.OverlapM2 += o.OverlapM2
	t.Holes += o.Holes
}

// proven tells whether the reason proves that the range cannot be kept.
func (r *Reason) proven() bool {
	return r != nil && slices.Contains([]ReasonKind{Arithmetic, OneAtom, Pocket, Exhausted}, r.Kind)
}

// optimum counts each proof once, though several grids of one area carry it.
func optimum(groups [][]tally, l LevelReport) OptimumReport {
	var o OptimumReport
	type proof struct {
		kind              ReasonKind
		building          int64
		households, bound int
		area              int
	}
	for _, group := range groups {
		seen := map[proof]bool{}
		for _, t := range group {
			if t.reason != nil && (t.reason.Kind == NotProven || t.reason.Kind == ByHand) {
				o.NotProvenOutside++
			}
			if !t.reason.proven() {
				continue
			}
			o.ProvenOutside++
			key := proof{t.reason.Kind, t.reason.BuildingID, t.reason.Households, t.reason.Bound, t.reason.area}
			if !seen[key] {
				o.Bound += t.reason.Bound
			}
			seen[key] = true
		}
	}
	o.Gap = max(0, l.Violation-o.Bound)
	return o
}

type level bounds

// summarise takes the grids of each area that is divided by itself.
func (l level) summarise(groups [][]tally) LevelReport {
	rule := bounds(l)
	r := LevelReport{Min: l.Min, Max: l.Max, Target: l.Target, Certificates: map[ReasonKind]int{}}
	var sizes []int
	inside, households := 0, 0
	for _, group := range groups {
		sum, off, proven := 0, 0, false
		for _, t := range group {
			r.Count++
			if t.reason != nil {
				r.Certificates[t.reason.Kind]++
				proven = proven || t.reason.proven()
				if t.reason.Kind == OffRule || t.reason.Kind == FixedCount {
					r.OffRule++
					continue
				}
			}
			sizes = append(sizes, t.households)
			sum += t.households
			off += rule.Off(t.households)
			if rule.Inside(t.households) {
				r.InRange++
				inside += t.households
			}
		}
		households += sum
		r.Violation += off
		if sum > 0 {
			lo, hi := rule.Counts(sum)
			r.LowestCount += lo
			r.HighestCount += hi
			if off == 0 || !proven {
				r.Feasible++
			}
			if off == 0 {
				r.FeasibleInRange++
			}
		}
	}
	r.InRangeShare, r.HouseholdsInRange = ratio(r.InRange, len(sizes)), ratio(inside, households)
	r.FeasibleShare = ratio(r.FeasibleInRange, r.Feasible)
	r.Balance = rule.balance(sizes)
	return r
}

func (r bounds) balance(sizes []int) BalanceReport {
	var b BalanceReport
	if len(sizes) == 0 {
		return b
	}
	slices.Sort(sizes)
	for _, h := range sizes {
		d := math.Abs(float64(h-r.Target)) / float64(r.Target)
		b.MaxOff = max(b.MaxOff, d)
		b.MeanOff += d / float64(len(sizes))
	}
	at := func(q float64) int { return sizes[int(q*float64(len(sizes)-1)+0.5)] }
	b.P5, b.P50, b.P95 = at(0.05), at(0.5), at(0.95)
	return b
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// faces measures along the edges and over the faces of the coverage: land that
// no grid has, ground that two have, and the borders between grids.
func (p *publisher) faces(books []ledger) {
	for f, c := range p.land.community {
		if c < 0 {
			continue
		}
		m2 := float64(p.land.cov.Area2(int32(f))) / 2e6
		if p.gridFace[f] >= 0 {
			books[c].coveredM2 += m2
		} else {
			books[c].topology.GapM2 += m2
		}
	}
	for i := range p.land.cov.Edges() {
		_, _, f, g, tag := p.land.cov.Edge(i)
		if f == coverage.None || g == coverage.None || p.gridFace[f] == p.gridFace[g] || p.land.community[f] != p.land.community[g] || p.land.community[f] < 0 {
			continue
		}
		l := &books[p.land.community[f]]
		km := p.land.cov.LengthM(i) / 1000
		l.internalKm += km
		if tag&tagBarrier != 0 {
			l.onKm += km
		}
	}
	for c := range books {
		if over := books[c].outlineM2 - books[c].coveredM2; over > 1 {
			books[c].topology.OverlapM2 = over
		}
	}
}

// components counts grids in more pieces than land cut off explains.
func components(grids []drawn, r *TopologyReport) {
	for i := range grids {
		of, n := grids[i].links.Components()
		built := make([]bool, n)
		for v, node := range grids[i].nodes {
			built[of[v]] = built[of[v]] || len(node.shares) > 0
		}
		with := 0
		for _, b := range built {
			if b {
				with++
			}
		}
		r.EmptyIslands += n - max(1, with)
		if with > 1 {
			r.DisconnectedGrids++
		}
	}
}

func polsbyPopper(g orb.Geometry) float64 {
	l := planar.Length(g)
	if l == 0 {
		return 0
	}
	return 4 * math.Pi * planar.Area(g) / (l * l)
}

func (p *publisher) shape(grids []Grid, community int, l *ledger) {
	own := polsbyPopper(p.in.Communities[community].Outline)
	for i := range grids {
		g := &grids[i]
		if g.Layered {
			continue
		}
		l.outlineM2 += planar.Area(g.Outline)
		if slices.ContainsFunc(g.Outline, func(poly orb.Polygon) bool { return len(poly) > 1 }) {
			l.topology.Holes++
		}
		s := polsbyPopper(g.Outline)
		l.scores = append(l.scores, s)
		if own > 0 {
			l.relative = append(l.relative, s/own)
		}
	}
}
