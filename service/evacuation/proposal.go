package evacuation

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"gridmap/data"
	"gridmap/layers/escape"
)

// Said is a sentence in both languages.
type Said struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// Proposal is what the newest reading would have, beside what was approved.
type Proposal struct {
	Basis             string        `json:"basis"` // sent back with the approval
	First             bool          `json:"first"`
	Difference        Said          `json:"difference"`
	BuildingsAdded    int           `json:"buildings_added"`
	BuildingsDropped  int           `json:"buildings_dropped"`
	HouseholdsAdded   int           `json:"households_added"`
	HouseholdsDropped int           `json:"households_dropped"`
	PersonsAdded      int64         `json:"persons_added"`
	GroupsRerouted    int           `json:"groups_rerouted"`
	RoadsShut         int           `json:"roads_shut"`
	Changes           []Change      `json:"changes"` // at most changesMost
	ChangesTotal      int           `json:"changes_total"`
	Persons           int           `json:"persons"`
	Households        int           `json:"households"`
	CostPersonM       float64       `json:"cost_person_m"`
	ExtraCostPersonM  *float64      `json:"extra_cost_person_m,omitempty"` // of the override that was just made
	Certified         bool          `json:"certified"`
	Shelters          []ShelterLoad `json:"shelters"`
	Shortage          *Shortage     `json:"shortage"`
	Doubts            []Said        `json:"doubts"`
}

// Change is what is different for the households of a building.
type Change struct {
	Kind        string `json:"kind"`
	Grid        string `json:"grid"`
	BuildingID  int64  `json:"building_id"`
	Households  int    `json:"households"`
	Persons     int64  `json:"persons"`
	FromShelter *int64 `json:"from_shelter"`
	ToShelter   *int64 `json:"to_shelter"`
	Said
}

// ShelterLoad is a shelter with who is sent there and who is there.
type ShelterLoad struct {
	ID         int64      `json:"id"`
	Name       string     `json:"name"`
	Lon        float64    `json:"lon"`
	Lat        float64    `json:"lat"`
	Capacity   *int       `json:"capacity"` // nil: unknown, which is not zero
	Accessible bool       `json:"accessible"`
	Wet        bool       `json:"wet"`
	ClosesAt   *time.Time `json:"closes_at"`
	Assigned   int64      `json:"assigned"`
	Arrived    int        `json:"arrived"`
}

// Shortage is how many beds are missing: the people of some places reach some
// shelters only, and those are too small (a minimum cut).
type Shortage struct {
	Missing       int64       `json:"missing"`
	BedsReachable int64       `json:"beds_reachable"`
	Grids         []GridShort `json:"grids"`
	Said
}

// GridShort is how many people of a grid have no bed.
type GridShort struct {
	Grid    string `json:"grid"`
	Name    string `json:"name"`
	Missing int64  `json:"missing"`
}

// changesMost is how many changes are listed; their number is told in any case.
const changesMost = 500

// propose compares what is best now with what was approved; nil: nothing differs.
func (pic *picture) propose() (*Proposal, error) {
	if pic.water == nil || pic.v.LiftedAt != nil || pic.v.ClosedAt != nil {
		return nil, nil
	}
	// The roll goes on while the plan is made, from how it stood at the beginning.
	roll := pic.roll.locked()
	p := &planner{g: pic.ground, a: pic.water, s: pic.settings, states: roll.States(), arrived: roll.Sheltered(), approved: pic.places, override: pic.overrides, before: map[int64]int64{}}
	if pic.best != nil {
		for _, place := range pic.best.places {
			p.before[place.HouseholdID] = place.ShelterID
		}
	}
	pic.roll.mu.RUnlock()
	out, err := p.propose()
	if err != nil {
		return nil, err
	}
	pic.best = out
	before, after := pic.placements(pic.settled(out), out.departed), pic.placements(out.places, out.departed)
	changes, confirmed := escape.Compare(before, after)
	if len(changes) == 0 && len(pic.plans) > 0 {
		return nil, nil
	}
	pic.confirmed = confirmed
	v := &Proposal{Basis: basisOf(confirmed), First: len(pic.plans) == 0, Persons: out.persons, Households: len(out.places), CostPersonM: float64(int64(out.costM)),
		Certified: out.certified, Shelters: pic.loads(out.load), Shortage: pic.shortage(out), Doubts: pic.doubts(out)}
	if len(changes) == 0 && v.First && len(out.places) == 0 {
		return nil, nil // nobody has to go anywhere
	}
	pic.count(v, changes)
	return v, nil
}

// settled is the plan that stands, with those who have left where the roll says that
// they are: that is a fact, and nobody has to confirm it.
func (pic *picture) settled(p *proposed) []data.EvacuationPlace {
	out := pic.placeList()
	where := map[int64]data.EvacuationPlace{}
	for _, place := range p.places {
		if p.departed[place.HouseholdID] {
			where[place.HouseholdID] = place
		}
	}
	for i := range out {
		if fact, ok := where[out[i].HouseholdID]; ok {
			out[i] = fact
		}
	}
	return out
}

func (pic *picture) placements(list []data.EvacuationPlace, departed map[int64]bool) []escape.Placement {
	out := make([]escape.Placement, len(list))
	for i, p := range list {
		out[i] = escape.Placement{Household: p.HouseholdID, Building: p.BuildingID, Grid: p.GridCode, Persons: int64(p.Persons), Shelter: p.ShelterID,
			Means: p.Means, Departed: departed[p.HouseholdID]}
	}
	return out
}

// basisOf is a hash of who goes where: an approval of something else is refused.
func basisOf(places []escape.Placement) string {
	h := sha256.New()
	var b [8]byte
	for _, p := range places {
		for _, v := range []int64{p.Household, p.Shelter, p.Persons} {
			binary.LittleEndian.PutUint64(b[:], uint64(v))
			h.Write(b[:])
		}
		h.Write([]byte(p.Means))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// count sums changes up by building.
func (pic *picture) count(v *Proposal, changes []escape.Change) {
	type group struct {
		kind     escape.ChangeKind
		building int64
		from, to int64
	}
	at := map[group]int{}
	added, dropped := map[int64]bool{}, map[int64]bool{}
	var all []Change
	for _, c := range changes {
		g := group{c.Kind, cmp.Or(c.After.Building, c.Before.Building), c.Before.Shelter, c.After.Shelter}
		k, ok := at[g]
		if !ok {
			k = len(all)
			at[g] = k
			all = append(all, Change{Kind: string(c.Kind), Grid: c.Grid(), BuildingID: g.building, FromShelter: some(g.from), ToShelter: some(g.to)})
		}
		all[k].Households++
		all[k].Persons += cmp.Or(c.After.Persons, c.Before.Persons)
		switch c.Kind {
		case escape.Added:
			added[g.building] = true
			v.HouseholdsAdded++
			v.PersonsAdded += c.After.Persons
		case escape.Dropped:
			dropped[g.building] = true
			v.HouseholdsDropped++
		}
	}
	for i := range all {
		if all[i].Kind == string(escape.Rerouted) || all[i].Kind == string(escape.PinnedConflict) {
			v.GroupsRerouted++
		}
		all[i].Said = pic.sayChange(&all[i])
	}
	v.BuildingsAdded, v.BuildingsDropped, v.ChangesTotal = len(added), len(dropped), len(all)
	v.RoadsShut = max(0, pic.roadsShut()-pic.totals().RoadsShut)
	v.Changes = all[:min(len(all), changesMost)]
	v.Difference = sayDifference(v)
}

func some(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func sayDifference(v *Proposal) Said {
	var zh, en []string
	add := func(n int, z, e string) {
		if n > 0 {
			zh, en = append(zh, fmt.Sprintf(z, n)), append(en, fmt.Sprintf(e, n))
		}
	}
	add(v.BuildingsAdded, "新增 %d 栋", "%d more buildings")
	add(v.HouseholdsAdded, "新增 %d 户", "%d more households")
	add(v.BuildingsDropped, "减少 %d 栋", "%d buildings fewer")
	add(v.RoadsShut, "新断 %d 条道路", "%d more roads shut")
	add(v.GroupsRerouted, "改道 %d 组", "%d groups elsewhere")
	if len(zh) == 0 {
		return Said{"方案有更新：请确认", "The plan changed: confirm"}
	}
	return Said{strings.Join(zh, "、") + "：请确认", strings.Join(en, ", ") + ": confirm"}
}

func (pic *picture) sayChange(c *Change) Said {
	name := func(id *int64, none string) string {
		if id == nil {
			return none
		}
		return pic.shelterName(*id)
	}
	zhTo, enTo := name(c.ToShelter, "无床位"), name(c.ToShelter, "no bed")
	zhFrom, enFrom := name(c.FromShelter, "无床位"), name(c.FromShelter, "no bed")
	switch escape.ChangeKind(c.Kind) {
	case escape.Added:
		return Said{fmt.Sprintf("新增 %d 户 %d 人 → %s", c.Households, c.Persons, zhTo), fmt.Sprintf("%d households, %d people more → %s", c.Households, c.Persons, enTo)}
	case escape.Dropped:
		return Said{fmt.Sprintf("%d 户 %d 人不再需要转移", c.Households, c.Persons), fmt.Sprintf("%d households, %d people need not go any more", c.Households, c.Persons)}
	case escape.PinnedConflict:
		return Said{fmt.Sprintf("%d 户 %d 人已离开，仍去 %s（新方案为 %s）", c.Households, c.Persons, zhFrom, zhTo),
			fmt.Sprintf("%d households, %d people have left and still go to %s (the new plan has %s)", c.Households, c.Persons, enFrom, enTo)}
	}
	return Said{fmt.Sprintf("%d 户 %d 人：%s → %s", c.Households, c.Persons, zhFrom, zhTo), fmt.Sprintf("%d households, %d people: %s → %s", c.Households, c.Persons, enFrom, enTo)}
}

// shortage names the grids and the missing beds; nil: there is one for everybody.
func (pic *picture) shortage(p *proposed) *Shortage {
	var grids []GridShort
	var left int64
	for code, n := range p.unplaced {
		grids = append(grids, GridShort{code, pic.ground.grids[code].Name, n})
		left += n
	}
	if left == 0 {
		return nil
	}
	slices.SortFunc(grids, func(a, b GridShort) int {
		return cmp.Or(cmp.Compare(b.Missing, a.Missing), cmp.Compare(a.Grid, b.Grid))
	})
	s := &Shortage{Missing: left, Grids: grids}
	if p.shortage != nil {
		s.BedsReachable = p.shortage.Beds
	}
	s.Said = Said{fmt.Sprintf("缺 %d 个床位，涉及 %d 个网格：可到达的安置点只有 %d 个床位", left, len(grids), s.BedsReachable),
		fmt.Sprintf("%d beds are missing in %d grids: the shelters within their reach have %d", left, len(grids), s.BedsReachable)}
	return s
}

// doubts says what was not counted on, and why.
func (pic *picture) doubts(p *proposed) []Said {
	out := []Said{}
	add := func(n int, zh, en string) {
		if n > 0 {
			out = append(out, Said{fmt.Sprintf(zh, n), fmt.Sprintf(en, n)})
		}
	}
	unknown, wet, dark := 0, 0, 0
	for i := range pic.ground.shelters {
		s := &pic.ground.shelters[i]
		switch {
		case !s.Known:
			dark++
		case pic.water.shelter[i].wet:
			wet++
		case s.Capacity < 0:
			unknown++
		}
	}
	add(unknown, "%d 个安置点容量不详，未计入", "%d shelters of unknown capacity are not counted on")
	add(wet, "%d 个安置点可能进水，未使用", "%d shelters may be under water and are not used")
	add(dark, "%d 个安置点在地形数据之外，未使用", "%d shelters lie outside the terrain and are not used")
	add(p.notWhole, "%d 户无法整户安置在同一处", "%d households do not fit into one place whole")
	add(pic.water.noRoad, "%d 栋受影响建筑附近没有可用道路，按船只转移", "%d affected buildings have no road nearby: by boat")
	add(pic.ground.noGrid, "%d 栋有人居住的建筑不属于任何网格，未列入", "%d buildings with people belong to no grid and are not on the plan")
	buildings, persons := 0, 0
	for i := range pic.water.fates {
		if v := &pic.water.fates[i]; v.class.affected() && v.Persons > 0 && len(pic.ground.dwellings.of(v.ID)) == 0 {
			buildings, persons = buildings+1, persons+v.Persons
		}
	}
	if buildings > 0 {
		out = append(out, Said{fmt.Sprintf("%d 栋建筑（%d 人）没有住户登记，方案未列入：请上门核实", buildings, persons),
			fmt.Sprintf("%d buildings (%d people) have no households on file and are not on the plan: go and see", buildings, persons)})
	}
	return out
}

// loads are the shelters with those who are sent there.
func (pic *picture) loads(assigned map[int64]int64) []ShelterLoad {
	sums := pic.roll.sums()
	out := make([]ShelterLoad, 0, len(pic.ground.shelters))
	for i := range pic.ground.shelters {
		s := &pic.ground.shelters[i]
		v := ShelterLoad{ID: s.ID, Name: s.Name, Lon: s.Geom[0], Lat: s.Geom[1], Accessible: s.Accessible, Assigned: assigned[s.ID], Arrived: sums.sheltered[s.ID]}
		if s.Capacity >= 0 {
			v.Capacity = &s.Capacity
		}
		if pic.water != nil {
			v.Wet, v.ClosesAt = pic.water.shelter[i].wet, pic.water.shelter[i].shutAt
		}
		out = append(out, v)
	}
	return out
}
