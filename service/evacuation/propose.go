package evacuation

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"gridmap/data"
	"gridmap/geo/transport"
	"gridmap/layers/escape"
	"gridmap/service/evacuation/rollcall"
)

const (
	// walkMostM is how far people are asked to walk; further they are driven.
	walkMostM = 3000
	// boatDetour is how much longer than the straight line a way by boat is taken to be.
	boatDetour = 1.3
)

// proposed is who goes where, with the proof that nothing cheaper does.
type proposed struct {
	places    []data.EvacuationPlace // by household
	departed  map[int64]bool         // households that are under way or there
	load      map[int64]int64        // by shelter, people
	costM     float64                // metres × persons of those who still move
	certified bool
	shortage  *transport.Shortage
	unplaced  map[string]int64 // people without a bed, by grid
	notWhole  int              // households for which there were beds, but not in one place
	persons   int
}

// source is people of one place and ability who may go to the same shelters at the
// same cost.
type source struct {
	node               int32 // of the streets; -1: none, then of one building alone
	building           int64
	helped             bool
	approved, override int64 // shelters; zero: none
}

// mover is a household that has to go.
type mover struct {
	data.Dwelling
	*fate
	source  int
	persons int // who still need a bed
}

// planner makes a transport problem of the households.
type planner struct {
	g        *ground
	a        *assessment
	s        Settings
	states   map[int64][]rollcall.State     // of the households on the list
	arrived  map[int64]int                  // by shelter
	approved map[int64]data.EvacuationPlace // by household
	override map[int64]int64                // building → shelter
	before   map[int64]int64                // household → shelter of the last proposal
	used     []int                          // shelters that can be counted on
	reach    map[int32][]escape.Reach       // by node, to each of used
	sources  []source
	index    map[source]int
	movers   []mover
	problem  transport.Problem
	metres   [][]float64
	leave    [][]float64
	out      *proposed
}

// propose places everybody who must move: people to beds at least cost, households
// whole, those who left where they went.
func (p *planner) propose() (*proposed, error) {
	p.index, p.out = map[source]int{}, &proposed{departed: map[int64]bool{}, load: map[int64]int64{}, unplaced: map[string]int64{}}
	for i := range p.g.shelters {
		if p.a.usable(p.g, i) {
			p.used = append(p.used, i)
		}
	}
	p.keepDeparted()
	p.ways()
	for i := range p.a.fates {
		p.gather(&p.a.fates[i])
	}
	p.price()
	best, err := transport.Solve(p.problem)
	if err != nil {
		return nil, fmt.Errorf("assign shelters: %w", err)
	}
	if err := best.Check(p.problem); err != nil {
		return nil, fmt.Errorf("assign shelters: the answer does not prove itself: %w", err)
	}
	p.out.certified, p.out.shortage = true, best.Shortage
	p.write(best)
	return p.out, nil
}

// keepDeparted leaves whoever has left where the roll says they are: nobody under
// way is sent elsewhere by a computation.
func (p *planner) keepDeparted() {
	for _, place := range p.approved {
		if shelter, gone := departure(p.states[place.HouseholdID], place); gone {
			if shelter != 0 {
				place.ShelterID = shelter
			}
			p.out.departed[place.HouseholdID] = true
			p.out.places = append(p.out.places, place)
		}
	}
	for shelter, n := range p.arrived {
		p.out.load[shelter] += int64(n)
	}
}

// departure says whether a household has left, and where to if to a shelter.
func departure(states []rollcall.State, place data.EvacuationPlace) (shelter int64, gone bool) {
	away := 0
	for _, st := range states {
		switch st.Status {
		case rollcall.Sheltered:
			return cmp.Or(st.Shelter, place.ShelterID), true
		case rollcall.WithRelatives, rollcall.AlreadyAway, rollcall.Returned:
			away++
		}
	}
	return 0, len(states) > 0 && away == len(states)
}

// ways measures from the nodes at which people enter the roads to all shelters: over
// roads that stay open, else over those that are open long enough.
func (p *planner) ways() {
	at := map[int32]bool{}
	var nodes, keep []int32
	for i := range p.a.fates {
		if v := &p.a.fates[i]; v.class.affected() && v.node >= 0 && !at[v.node] {
			at[v.node] = true
			nodes = append(nodes, v.node)
		}
	}
	keep = slices.Clone(nodes)
	goals := map[int32][]int{} // columns by node: schools have many houses
	for k, i := range p.used {
		if n := p.g.shelters[i].node; n >= 0 {
			keep = append(keep, n)
			goals[n] = append(goals[n], k)
		}
	}
	short := p.g.streets.Shorten(keep, p.a.shutsS)
	rows := make([][]escape.Reach, len(nodes))
	for i := range rows {
		rows[i] = make([]escape.Reach, len(p.used))
		for k := range rows[i] {
			rows[i][k] = escape.Reach{Metres: math.Inf(1), LeaveS: math.Inf(-1)}
		}
	}
	p.search(short, nodes, goals, rows)
	p.reach = make(map[int32][]escape.Reach, len(nodes))
	for i, n := range nodes {
		p.reach[n] = rows[i]
	}
}

func (p *planner) search(short *escape.Short, nodes []int32, goals map[int32][]int, rows [][]escape.Reach) {
	work := make(chan int32)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for goal := range work {
				speed, margin := p.s.metresPerS(), p.s.margin().Seconds()
				stays := short.Ways(goal, math.MaxFloat64, math.Inf(1), speed, margin, nodes)
				open := short.Ways(goal, 0, math.Inf(1), speed, margin, nodes)
				for i := range nodes {
					r := stays[i]
					// The walk to the road takes its time, too.
					if math.IsInf(r.Metres, 1) && open[i].LeaveS >= roadWithinM/speed {
						r = open[i]
					}
					for _, k := range goals[goal] {
						rows[i][k] = r
						rows[i][k].Metres += p.g.shelters[p.used[k]].awayM
					}
				}
			}
		})
	}
	for goal := range goals {
		work <- goal
	}
	close(work)
	wait.Wait()
}

// gather makes movers of the households of a building.
func (p *planner) gather(v *fate) {
	if !v.class.affected() || v.class == CutOff && p.s.Strategy == "hold" || v.GridCode == "" {
		return
	}
	for _, d := range p.g.dwellings.of(v.ID) {
		if p.out.departed[d.HouseholdID] || d.Persons == 0 {
			continue
		}
		m := mover{Dwelling: d, fate: v, persons: d.Persons}
		for _, st := range p.states[d.HouseholdID] {
			if st.Status == rollcall.WithRelatives || st.Status == rollcall.AlreadyAway {
				m.persons = max(0, m.persons-1)
			}
		}
		key := source{node: -1, building: v.ID, helped: d.Helped > 0, approved: p.usual(d.HouseholdID), override: p.override[v.ID]}
		if v.node >= 0 && slices.ContainsFunc(p.reach[v.node], func(r escape.Reach) bool { return !math.IsInf(r.Metres, 1) }) {
			key.node, key.building = v.node, 0
		}
		n, ok := p.index[key]
		if !ok {
			n = len(p.sources)
			p.index[key] = n
			p.sources = append(p.sources, key)
			p.problem.Demand = append(p.problem.Demand, 0)
		}
		m.source = n
		p.problem.Demand[n] += int64(m.persons)
		p.movers = append(p.movers, m)
	}
}

// usual is where a household was to go so far: by the plan that stands, else by the
// last proposal, so that what a person reads does not turn about while he reads it.
func (p *planner) usual(household int64) int64 {
	if place, ok := p.approved[household]; ok {
		return place.ShelterID
	}
	return p.before[household]
}

// price fills the costs: metres by road or, where no road is open, over the water.
func (p *planner) price() {
	for _, i := range p.used {
		s := &p.g.shelters[i]
		p.problem.Capacity = append(p.problem.Capacity, max(0, int64(s.Capacity)-p.out.load[s.ID]))
	}
	for n := range p.sources {
		src := &p.sources[n]
		row, leave, metres := make([]int64, len(p.used)), make([]float64, len(p.used)), make([]float64, len(p.used))
		for k, i := range p.used {
			s := &p.g.shelters[i]
			r := p.wayOf(src, s, k)
			metres[k], leave[k], row[k] = r.Metres, r.LeaveS, transport.Forbidden
			if math.IsInf(r.Metres, 1) || src.helped && !s.Accessible || src.override != 0 && src.override != s.ID {
				continue
			}
			cost := r.Metres
			if src.approved != 0 && src.approved != s.ID {
				cost += p.s.SwitchM
			}
			row[k] = int64(math.Round(cost))
		}
		p.problem.Cost, p.metres, p.leave = append(p.problem.Cost, row), append(p.metres, metres), append(p.leave, leave)
	}
}

func (p *planner) wayOf(src *source, s *refuge, k int) escape.Reach {
	if src.node >= 0 {
		return p.reach[src.node][k]
	}
	b := p.g.buildings[p.g.index[src.building]]
	return escape.Reach{Metres: boatDetour * math.Hypot(b.metres[0]-s.metres[0], b.metres[1]-s.metres[1]), LeaveS: math.Inf(1)}
}

// write lays whole households over the answer.
func (p *planner) write(best *transport.Plan) {
	households := make([]escape.Household, len(p.movers))
	for i := range p.movers {
		households[i] = escape.Household{Source: p.movers[i].source, Persons: int64(p.movers[i].persons)}
	}
	sinks, _ := escape.Whole(p.problem, best, households)
	var left int64
	for i := range p.movers {
		m := &p.movers[i]
		place := data.EvacuationPlace{HouseholdID: m.HouseholdID, BuildingID: m.ID, GridCode: m.GridCode, Persons: m.Dwelling.Persons, Helped: m.Helped,
			DistanceM: math.NaN(), Deadline: m.deadline, LeaveBy: m.leaveBy, Means: "vehicle"}
		if k := sinks[i]; k >= 0 {
			s := &p.g.shelters[p.used[k]]
			away := m.awayM
			if p.sources[m.source].node < 0 {
				away = 0
			}
			place.ShelterID, place.DistanceM = s.ID, p.metres[m.source][k]+away
			place.LeaveBy = earlier(place.LeaveBy, p.a.now, p.leave[m.source][k]-away/p.s.metresPerS())
			p.out.load[s.ID] += int64(m.persons)
			p.out.costM += place.DistanceM * float64(m.persons)
		} else if m.persons > 0 {
			p.out.unplaced[m.GridCode] += int64(m.persons)
			left += int64(m.persons)
		}
		place.Means = p.meansOf(m, place.DistanceM)
		p.out.places = append(p.out.places, place)
	}
	if short := best.Shortage; left > 0 && (short == nil || left > short.Missing) {
		for i := range p.movers {
			if sinks[i] < 0 && p.movers[i].persons > 0 && best.Left[p.movers[i].source] == 0 {
				p.out.notWhole++
			}
		}
	}
	for i := range p.out.places {
		p.out.persons += p.out.places[i].Persons
	}
	slices.SortFunc(p.out.places, func(a, b data.EvacuationPlace) int { return cmp.Compare(a.HouseholdID, b.HouseholdID) })
}

func (p *planner) meansOf(m *mover, metres float64) string {
	switch {
	case p.sources[m.source].node < 0:
		return "boat"
	case m.Helped > 0 || metres > walkMostM:
		return "vehicle"
	}
	return "walk"
}

// earlier is the earlier of a moment and one so many seconds from now.
func earlier(at *time.Time, now time.Time, s float64) *time.Time {
	if math.IsInf(s, 0) {
		return at
	}
	by := now.Add(time.Duration(s * float64(time.Second))).Truncate(time.Second)
	if at != nil && at.Before(by) {
		return at
	}
	return &by
}
