package synth

import (
	"errors"
	"math"
	"time"
)

// openCases at Now in a district of scale 1; no figure for it is published.
const openCases = 5_000

// caseDays before Now the case log begins.
const caseDays = 730

// casebook holds what cases are drawn from, and no case: each is told from its
// number alone, the same each time.
type casebook struct {
	d           *District
	homes       []Home
	now         time.Time // Options.Now by the second, in local time
	count, open int
	grids       []gridPlace
	spots       spots
	hours       []float64 // by hour since the log began: share of cases opened before its end
	types       []caseType
	menu        caseMenu
	fate        fate
	departments map[string]int64
}

// gridPlace is what cases need of a grid.
type gridPlace struct {
	id, team                    int64
	name                        string
	communityCode, townCode     string
	worker, committee, townHall string // who acts in step logs
}

// zone of the district, UTC+8 the year round.
func zone() *time.Location { return time.FixedZone("Asia/Shanghai", 8*3600) }

func newCasebook(d *District, present Assignment) (*casebook, error) {
	b := &casebook{d: d, homes: present.Buildings, now: d.Options.Now.In(zone()).Truncate(time.Second), types: caseTypes(), departments: d.departmentIDs(),
		count: d.scaled(PublishedCases), open: d.scaled(openCases)}
	towns := d.townNames()
	for i, g := range present.Grids {
		b.grids = append(b.grids, d.placeGrid(g, int64(i+1), towns))
	}
	b.spots = newSpots(d, present)
	if len(b.spots.building) == 0 {
		return nil, errors.New("draw cases: there is no building")
	}
	b.hours = caseHours(d.Options.Seed, b.now)
	b.menu = newCaseMenu(b.types)
	b.fate = newFate(b)
	return b, nil
}

func (d *District) townNames() map[string]string {
	names := map[string]string{}
	for _, v := range d.Divisions {
		if v.Level == "town" {
			names[v.Code] = v.Name
		}
	}
	return names
}

func (d *District) placeGrid(g GridRef, team int64, towns map[string]string) gridPlace {
	name, community := gridName(d, g), d.communityName(g.CommunityCode)
	town := g.CommunityCode[:9] + "000"
	return gridPlace{id: g.ID, team: team, name: name, communityCode: g.CommunityCode, townCode: town,
		worker: name + "网格员", committee: community + "网格治理中心", townHall: towns[town] + "基层治理指挥中心"}
}

// spots draws the buildings where something happens: more where more people
// live, more in some grids than in others (after Zipf), in hot compounds, in old
// quarters and in schools, markets and hospitals.
type spots struct {
	building []int32 // index in District.Buildings
	grid     []int32 // index in Assignment.Grids
	setting  []uint8
	keep     []float32 // alias table (Walker 1977)
	alias    []int32
}

// draw a spot: an index in the slices of s.
func (s *spots) draw(d *dice) int {
	i := d.below(len(s.building))
	if d.unit() < float64(s.keep[i]) {
		return i
	}
	return int(s.alias[i])
}

func newSpots(d *District, present Assignment) spots {
	var s spots
	var weights []float64
	seed := d.Options.Seed
	rank := zipf(seed, len(present.Grids))
	for i := range d.Buildings {
		grid := int32(present.Buildings[i].Grid)
		b := &d.Buildings[i]
		w := .6 + float64(b.Persons)
		if b.Dedicated != "" || b.Kind == "commercial" || b.Kind == "public" {
			w += 25
		}
		hot := throw(seed, diceWeights, uint64(b.CompoundID))
		if b.CompoundID != 0 {
			w *= hot.logNormal(1, .7)
		}
		if old := b.Kind == "residential" && b.Floors <= 8; old {
			w *= 1.5
		}
		s.building, s.grid = append(s.building, int32(i)), append(s.grid, grid)
		s.setting = append(s.setting, settingOf(b.Kind, b.Dedicated, b.Floors))
		weights = append(weights, math.Pow(w, .85)*rank[grid])
	}
	s.keep, s.alias = aliasTable(weights)
	return s
}

// zipf gives the grids a liveliness: by lot one is first, one second and so on,
// and it falls with the power .45 of the rank.
func zipf(seed uint64, n int) []float64 {
	order := make([]int, n)
	d := throw(seed, diceWeights, 1<<50)
	for i := range order {
		j := d.below(i + 1)
		order[i] = order[j]
		order[j] = i
	}
	w := make([]float64, n)
	for rank, g := range order {
		w[g] = math.Pow(float64(rank+3), -.45)
	}
	return w
}

// aliasTable of weights after Vose (1991).
func aliasTable(weights []float64) (keep []float32, alias []int32) {
	n, sum := len(weights), 0.0
	for _, w := range weights {
		sum += w
	}
	keep, alias = make([]float32, n), make([]int32, n)
	scaled := make([]float64, n)
	var small, large []int32
	for i, w := range weights {
		scaled[i] = w * float64(n) / sum
		if alias[i] = int32(i); scaled[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for i := range keep {
		keep[i] = 1
	}
	for len(small) > 0 && len(large) > 0 {
		a, b := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		keep[a], alias[a] = float32(scaled[a]), b
		if scaled[b] += scaled[a] - 1; scaled[b] < 1 {
			large = large[:len(large)-1]
			small = append(small, b)
		}
	}
	return keep, alias
}
