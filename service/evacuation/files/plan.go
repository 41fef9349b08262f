package files

import (
	"fmt"
	"math"
	"slices"

	"gridmap/geo/transport"
	"gridmap/layers/escape"
)

// Plan is who goes where, with the proof that nothing cheaper does.
type Plan struct {
	Unit        string       `json:"unit"`      // what is sent: persons, households or buildings
	CostUnit    string       `json:"cost_unit"` // of cost and prices
	Stage       string       `json:"roads_open_at"`
	Cost        float64      `json:"cost"`
	WholeCost   float64      `json:"cost_households_whole"`
	Certified   bool         `json:"certified"`
	Penalty     float64      `json:"penalty_per_unit_left"`
	Sources     []Source     `json:"sources"`
	Shelters    []Sheltering `json:"shelters"`
	Assignment  []Assigned   `json:"assignment"`
	Shortage    *Shortage    `json:"shortage"`
	NotWhole    []Assigned   `json:"households_not_whole"`
	NotToBeUsed []Doubt      `json:"shelters_not_used"`
}

// Source is a building's people of one ability, with the price of the last of them.
type Source struct {
	Building string  `json:"building"`
	Grid     string  `json:"grid,omitempty"`
	Helped   bool    `json:"helped"` // they cannot walk
	Means    string  `json:"means"`  // walk, vehicle, boat
	Demand   int64   `json:"demand"`
	Left     int64   `json:"left"` // for whom there is no bed
	Dual     float64 `json:"dual"`
}

// Sheltering is a shelter with the price of a bed in it.
type Sheltering struct {
	ID       string  `json:"id"`
	Name     string  `json:"name,omitempty"`
	Capacity int64   `json:"capacity"`
	Load     int64   `json:"load"`
	Dual     float64 `json:"dual"`
}

// Assigned is a part of a source at a shelter.
type Assigned struct {
	Building string  `json:"building"`
	Helped   bool    `json:"helped"`
	Shelter  string  `json:"shelter,omitempty"`
	Amount   int64   `json:"amount"`
	Metres   float64 `json:"metres,omitempty"`
}

// Shortage is a minimum cut: these buildings reach these shelters only.
type Shortage struct {
	Missing   int64            `json:"missing"`
	People    int64            `json:"demand"`
	Beds      int64            `json:"beds"`
	Buildings []string         `json:"buildings"`
	Grids     map[string]int64 `json:"left_by_grid,omitempty"`
	Shelters  []string         `json:"shelters"`
}

// Doubt is something that is not counted on, and why.
type Doubt struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// pair is a way from a source to a shelter.
type pair struct {
	source, shelter int
	metres          float64
}

// planner turns buildings and shelters into a transport problem.
type planner struct {
	w         *water
	buildings []building
	used      []*shelter
	unit      string
	of        []*building // by source
	sources   []Source
	problem   transport.Problem
	pairs     []pair
}

// perMetre is the scale of costs: whole decimetres.
const perMetre = 10

// detour is how much longer than the straight line a way by boat is taken to be.
const detour = 1.3

// plan sends all who must move at the peak, by roads that are dry now.
func (w *water) plan(buildings []building, roads []road, shelters []shelter) (*Plan, []pair, error) {
	p := &planner{w: w, buildings: buildings, unit: unitOf(buildings)}
	out := &Plan{Unit: p.unit, CostUnit: "metres × " + p.unit, Stage: w.label(0), Sources: []Source{}, Shelters: []Sheltering{}, Assignment: []Assigned{},
		NotWhole: []Assigned{}, NotToBeUsed: []Doubt{}}
	for i := range shelters {
		s := &shelters[i]
		if s.why != "" {
			out.NotToBeUsed = append(out.NotToBeUsed, Doubt{s.id, s.why})
			continue
		}
		p.used = append(p.used, s)
		p.problem.Capacity = append(p.problem.Capacity, int64(s.capacity))
	}
	if err := p.ways(roads); err != nil {
		return nil, nil, err
	}
	best, err := transport.Solve(p.problem)
	if err != nil {
		return nil, nil, fmt.Errorf("assign shelters: %w", err)
	}
	if err := best.Check(p.problem); err != nil {
		return nil, nil, fmt.Errorf("assign shelters: the answer does not prove itself: %w", err)
	}
	out.Certified = true
	p.write(out, best)
	return out, p.pairs, nil
}

// label names a picture.
func (w *water) label(picture int) string {
	if w.terrain == nil {
		return "depth"
	}
	return fmt.Sprintf("%g", w.metres[picture])
}

// unitOf is what the buildings count.
func unitOf(buildings []building) string {
	households := false
	for i := range buildings {
		if !math.IsNaN(buildings[i].persons) {
			return "persons"
		}
		households = households || !math.IsNaN(buildings[i].households)
	}
	if households {
		return "households"
	}
	return "buildings"
}

// moving says whether a building's people must go.
func moving(b *building) bool {
	switch b.class[len(b.class)-1] {
	case WetNow, WillBeWet, CutOff:
		return true
	}
	return false
}

// amounts are how many of a building walk, and how many are helped.
func (p *planner) amounts(b *building) (walking, helped int64) {
	count := func(v float64) int64 {
		if math.IsNaN(v) {
			return 0
		}
		return int64(math.Ceil(v))
	}
	switch p.unit {
	case "persons":
		helped = min(count(b.helped), count(b.persons))
		return count(b.persons) - helped, helped
	case "households":
		return count(b.households), 0
	}
	return 1, 0
}

// ways measures from each building to each shelter: by roads that are dry now,
// else by boat; who cannot walk goes to accessible shelters only.
func (p *planner) ways(roads []road) error {
	n, err := network(roads, 0)
	if err != nil {
		return err
	}
	ways := make([]escape.Ways, len(p.used))
	for j, s := range p.used {
		ways[j] = n.From(n.Enter(s.place, reachM))
	}
	for i := range p.buildings {
		b := &p.buildings[i]
		if !moving(b) {
			continue
		}
		metres, boat := p.metres(b, n.Enter(b.place, reachM), ways, len(roads) > 0)
		walking, helped := p.amounts(b)
		for k, amount := range []int64{walking, helped} {
			if amount > 0 {
				p.add(b, k == 1, amount, metres, boat)
			}
		}
	}
	return nil
}

// metres are the ways from a building; boat: no dry road leads to any shelter.
func (p *planner) metres(b *building, at escape.Place, ways []escape.Ways, byRoad bool) (metres []float64, boat bool) {
	metres = make([]float64, len(p.used))
	found := false
	for j := range p.used {
		metres[j] = math.Inf(1)
		if byRoad && !b.wet[0] {
			metres[j] = ways[j].To(at)
		}
		found = found || !math.IsInf(metres[j], 1)
	}
	if found {
		return metres, false
	}
	for j, s := range p.used {
		metres[j] = math.Hypot(s.place[0]-b.place[0], s.place[1]-b.place[1])
		if byRoad {
			metres[j] *= detour
		}
	}
	return metres, byRoad
}

func (p *planner) add(b *building, helped bool, amount int64, metres []float64, boat bool) {
	means := "walk"
	switch {
	case boat:
		means = "boat"
	case helped:
		means = "vehicle"
	}
	row := make([]int64, len(p.used))
	for j, s := range p.used {
		row[j] = transport.Forbidden
		if c := math.Round(metres[j] * perMetre); (!helped || s.accessible) && c <= transport.MaxCost {
			row[j] = int64(c)
			p.pairs = append(p.pairs, pair{len(p.sources), j, c / perMetre})
		}
	}
	p.of = append(p.of, b)
	p.sources = append(p.sources, Source{Building: b.id, Grid: b.values["grid"], Helped: helped, Means: means, Demand: amount})
	p.problem.Demand = append(p.problem.Demand, amount)
	p.problem.Cost = append(p.problem.Cost, row)
}

// write puts the answer into the plan.
func (p *planner) write(out *Plan, best *transport.Plan) {
	out.Cost, out.Penalty = float64(best.Cost)/perMetre, float64(best.Penalty)/perMetre
	for i, s := range p.sources {
		s.Left, s.Dual = best.Left[i], float64(best.SourcePrice[i])/perMetre
		out.Sources = append(out.Sources, s)
		for _, share := range best.Shares[i] {
			out.Assignment = append(out.Assignment, Assigned{s.Building, s.Helped, p.used[share.Sink].id, share.People, float64(p.problem.Cost[i][share.Sink]) / perMetre})
		}
	}
	for j, s := range p.used {
		out.Shelters = append(out.Shelters, Sheltering{s.id, s.values["name"], int64(s.capacity), best.Load[j], float64(best.SinkPrice[j]) / perMetre})
	}
	if c := best.Shortage; c != nil {
		short := &Shortage{Missing: c.Missing, People: c.People, Beds: c.Beds, Grids: map[string]int64{}}
		for _, i := range c.Sources {
			if id := p.sources[i].Building; !slices.Contains(short.Buildings, id) {
				short.Buildings = append(short.Buildings, id)
			}
		}
		for i, left := range best.Left {
			if g := p.sources[i].Grid; left > 0 && g != "" {
				short.Grids[g] += left
			}
		}
		for _, j := range c.Sinks {
			short.Shelters = append(short.Shelters, p.used[j].id)
		}
		out.Shortage = short
	}
	p.keepWhole(out, best)
}

// keepWhole lays households over the plan. Where a file counts no households, or
// households are what is sent, everybody of a building is one.
func (p *planner) keepWhole(out *Plan, best *transport.Plan) {
	var households []escape.Household
	for i, s := range p.sources {
		n := int64(1)
		if h := p.of[i].households; p.unit == "persons" && h >= 1 {
			// Those who are helped live in as many households as there are of them, at most.
			n = min(int64(h), s.Demand)
		} else if p.unit == "households" {
			n = s.Demand
		}
		for k := range n {
			households = append(households, escape.Household{Source: i, Persons: s.Demand*(k+1)/n - s.Demand*k/n})
		}
	}
	sinks, cost := escape.Whole(p.problem, best, households)
	out.WholeCost = float64(cost) / perMetre
	for k, j := range sinks {
		if s := p.sources[households[k].Source]; j < 0 {
			out.NotWhole = append(out.NotWhole, Assigned{Building: s.Building, Helped: s.Helped, Amount: households[k].Persons})
		}
	}
}
