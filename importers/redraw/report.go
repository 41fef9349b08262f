package redraw

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"gridmap/geo/coverage"
)

// Report holds the figures of a plan. What cannot be told without a present
// plan, or without a published optimum, is not in it. Time is for the caller to
// measure: the engine has no clock.
type Report struct {
	Seed        uint64 `json:"seed"`
	Restarts    int    `json:"restarts"`
	Atoms       int    `json:"atoms"`
	Communities int    `json:"communities"`
	Buildings   int    `json:"buildings"`
	Households  int    `json:"households"`
	Rejected    int    `json:"rejected"`

	Grids      LevelReport `json:"grids"`
	Microgrids LevelReport `json:"microgrids"`

	Topology  TopologyReport  `json:"topology"`
	Shape     ShapeReport     `json:"shape"`
	Barriers  BarrierReport   `json:"barriers"`
	Compounds CompoundReport  `json:"compounds"`
	Stability StabilityReport `json:"stability"`
	Optimum   OptimumReport   `json:"optimality"`
	Nesting   NestingReport   `json:"nesting"`
}

// LevelReport holds figures 1 to 3 for grids or for micro-grids. Dedicated grids
// and those of a given number are counted, and left out of all other figures.
type LevelReport struct {
	Min               int                `json:"min"`
	Max               int                `json:"max"`
	Target            int                `json:"target"`
	Count             int                `json:"count"`
	OffRule           int                `json:"offRule"` // dedicated, or of a given number
	InRange           int                `json:"inRange"`
	InRangeShare      float64            `json:"inRangeShare"`
	HouseholdsInRange float64            `json:"householdsInRangeShare"`
	Violation         int                `json:"violation"` // households outside the range
	Feasible          int                `json:"feasibleAreas"`
	FeasibleInRange   int                `json:"feasibleAreasInRange"`
	Certificates      map[ReasonKind]int `json:"certificates"`
	LowestCount       int                `json:"lowestCount"`  // Σ ⌈H/U⌉
	HighestCount      int                `json:"highestCount"` // Σ ⌊H/L⌋
	Balance           BalanceReport      `json:"balance"`
}

// BalanceReport is |H − target| / target over grids, and percentiles of H.
type BalanceReport struct {
	MaxOff  float64 `json:"maxOff"`
	MeanOff float64 `json:"meanOff"`
	P5      int     `json:"p5"`
	P50     int     `json:"p50"`
	P95     int     `json:"p95"`
}

// TopologyReport: all zero by construction; counted, not assumed.
type TopologyReport struct {
	DisconnectedGrids int     `json:"disconnectedGrids"` // more parts than land cut off explains
	EmptyIslands      int     `json:"emptyIslands"`      // parts where no building stands, joined from afar
	GapM2             float64 `json:"gapM2"`
	OverlapM2         float64 `json:"overlapM2"`
	Holes             int     `json:"holes"` // grids that surround another
}

// ShapeReport is Polsby and Popper's 4πA/P², and that relative to the community.
type ShapeReport struct {
	PolsbyPopperMedian float64 `json:"polsbyPopperMedian"`
	PolsbyPopperP10    float64 `json:"polsbyPopperP10"`
	RelativeMedian     float64 `json:"relativeMedian"`
}

// BarrierReport is about the borders between grids of one community.
type BarrierReport struct {
	InternalKm float64 `json:"internalKm"`
	OnBarrier  float64 `json:"onBarrierShare"`
}

// CompoundReport counts compounds in more than one grid.
type CompoundReport struct {
	Compounds int `json:"compounds"`
	Split     int `json:"split"`
	Avoidable int `json:"avoidable"` // of at most Max households
}

// StabilityReport: a first issue moves nobody and retires nothing.
type StabilityReport struct {
	FirstIssue bool `json:"firstIssue"`
	CodesNew   int  `json:"codesNew"`
}

// OptimumReport says how much is proven about what is outside the range.
type OptimumReport struct {
	ProvenOutside    int `json:"provenOutside"`
	NotProvenOutside int `json:"notProvenOutside"`
}

// NestingReport: micro-grids that cross a grid cannot exist by construction.
type NestingReport struct {
	Crossing     int     `json:"crossing"`
	Layered      int     `json:"layeredMicrogrids"`
	LayeredShare float64 `json:"layeredShare"`
	LayeredGrids int     `json:"layeredGrids"`
}

func (p *publisher) report(plan *Plan, grids [][]drawn) Report {
	r := Report{Seed: p.o.Seed, Restarts: p.o.Restarts, Atoms: len(p.land.atoms), Communities: len(grids), Rejected: len(plan.Rejected)}
	for _, a := range p.land.atoms {
		r.Buildings += len(a.buildings)
	}
	top := level(p.o.gridRule())
	micro := level(p.o.microRule())
	var groups, microGroups [][]tally
	i := 0
	for range grids {
		var group []tally
		for ; i < len(plan.Grids) && plan.Grids[i].Community == p.in.Communities[len(groups)].Code; i++ {
			g := &plan.Grids[i]
			r.Households += g.Households
			group = append(group, tally{g.Households, g.Reason})
			var mg []tally
			for _, m := range g.Microgrids {
				mg = append(mg, tally{m.Households, m.Reason})
				if m.Layered {
					r.Nesting.Layered++
				}
			}
			microGroups = append(microGroups, mg)
			if g.Layered {
				r.Nesting.LayeredGrids++
			}
		}
		groups = append(groups, group)
	}
	r.Grids, r.Microgrids = top.summarise(groups), micro.summarise(microGroups)
	r.Nesting.LayeredShare = ratio(r.Nesting.Layered, r.Microgrids.Count)
	for kind, n := range r.Grids.Certificates {
		if kind == NotProven {
			r.Optimum.NotProvenOutside += n
		} else if kind != OffRule && kind != FixedCount {
			r.Optimum.ProvenOutside += n
		}
	}
	r.Stability = StabilityReport{FirstIssue: true, CodesNew: len(plan.Grids) + r.Microgrids.Count}
	p.topology(plan, grids, &r.Topology)
	p.shape(plan, &r.Shape)
	p.barriers(&r.Barriers)
	p.compounds(plan, &r.Compounds)
	return r
}

type tally struct {
	households int
	reason     *Reason
}

type level bounds

// summarise takes the grids of each area that is divided by itself.
func (l level) summarise(groups [][]tally) LevelReport {
	rule := bounds(l)
	r := LevelReport{Min: l.min, Max: l.max, Target: l.target, Certificates: map[ReasonKind]int{}}
	var sizes []int
	inside, households := 0, 0
	for _, group := range groups {
		sum, off, proven := 0, 0, false
		for _, t := range group {
			r.Count++
			if t.reason != nil {
				r.Certificates[t.reason.Kind]++
				proven = proven || t.reason.Kind != NotProven
				if t.reason.Kind == OffRule || t.reason.Kind == FixedCount {
					r.OffRule++
					continue
				}
			}
			sizes = append(sizes, t.households)
			sum += t.households
			off += rule.off(t.households)
			if rule.inside(t.households) {
				r.InRange++
				inside += t.households
			}
		}
		households += sum
		r.Violation += off
		if sum > 0 {
			lo, hi := rule.counts(sum)
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
		d := math.Abs(float64(h-r.target)) / float64(r.target)
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

// topology counts what the construction rules out, from the finished faces.
func (p *publisher) topology(plan *Plan, grids [][]drawn, r *TopologyReport) {
	covered, whole := int64(0), int64(0)
	for f := range p.land.community {
		if p.land.community[f] < 0 {
			continue
		}
		whole += p.land.cov.Area2(int32(f)) / 2
		if p.gridFace[f] >= 0 {
			covered += p.land.cov.Area2(int32(f)) / 2
		}
	}
	r.GapM2 = float64(whole-covered) / 1e6
	outlines := 0.0
	for i := range plan.Grids {
		g := &plan.Grids[i]
		if g.Layered {
			continue
		}
		outlines += planar.Area(g.Outline)
		for _, poly := range g.Outline {
			if len(poly) > 1 {
				r.Holes++
				break
			}
		}
	}
	if over := outlines - float64(covered)/1e6; over > 1 {
		r.OverlapM2 = over
	}
	for _, list := range grids {
		for i := range list {
			of, n := list[i].links.components()
			built := make([]bool, n)
			for v, node := range list[i].nodes {
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
}

func polsbyPopper(g orb.Geometry) float64 {
	l := planar.Length(g)
	if l == 0 {
		return 0
	}
	return 4 * math.Pi * planar.Area(g) / (l * l)
}

func (p *publisher) shape(plan *Plan, r *ShapeReport) {
	own := make(map[string]float64, len(p.in.Communities))
	for _, c := range p.in.Communities {
		own[c.Code] = polsbyPopper(c.Outline)
	}
	var scores, relative []float64
	for i := range plan.Grids {
		g := &plan.Grids[i]
		if g.Layered {
			continue
		}
		s := polsbyPopper(g.Outline)
		scores = append(scores, s)
		if o := own[g.Community]; o > 0 {
			relative = append(relative, s/o)
		}
	}
	slices.Sort(scores)
	slices.Sort(relative)
	if len(scores) > 0 {
		r.PolsbyPopperMedian, r.PolsbyPopperP10 = scores[len(scores)/2], scores[len(scores)/10]
	}
	if len(relative) > 0 {
		r.RelativeMedian = relative[len(relative)/2]
	}
}

func (p *publisher) barriers(r *BarrierReport) {
	on := 0.0
	for i := range p.land.cov.Edges() {
		_, _, f, g, tag := p.land.cov.Edge(i)
		if f == coverage.None || g == coverage.None || p.gridFace[f] == p.gridFace[g] || p.land.community[f] != p.land.community[g] {
			continue
		}
		km := p.land.cov.LengthM(i) / 1000
		r.InternalKm += km
		if tag&tagBarrier != 0 {
			on += km
		}
	}
	if r.InternalKm > 0 {
		r.OnBarrier = on / r.InternalKm
	}
}

func (p *publisher) compounds(plan *Plan, r *CompoundReport) {
	index := make(map[int64]int, len(p.in.Buildings))
	for i, b := range p.in.Buildings {
		index[b.ID] = i
	}
	in := make(map[int64]map[int]bool)
	sum := make(map[int64]int)
	for _, a := range plan.Assignments {
		c := p.in.Buildings[index[a.BuildingID]].Compound
		if c == 0 {
			continue
		}
		if in[c] == nil {
			in[c] = make(map[int]bool)
		}
		in[c][a.Grid] = true
		sum[c] += a.Households
	}
	r.Compounds = len(in)
	for c, grids := range in {
		if len(grids) > 1 {
			r.Split++
			if sum[c] <= p.o.Max {
				r.Avoidable++
			}
		}
	}
}
