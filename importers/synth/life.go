package synth

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// GridRef is a grid of the present plan, as somebody drew and stored it.
type GridRef struct {
	ID            int64
	Code          string // 15 digits
	CommunityCode string
	Households    int
	Place         orb.Point // somewhere inside, EPSG:4490
}

// Home is the grid and the micro-grid of a building.
type Home struct {
	Grid      int   // index in Assignment.Grids
	Microgrid int64 // id; 0: none
}

// Assignment is the present plan, as far as Life needs it.
type Assignment struct {
	Grids     []GridRef
	Buildings []Home // by building: ids from 1 up
}

// Life is what moves: teams, groups, party units, services, reports and cases.
type Life struct {
	Teams         []data.Team
	Members       []data.TeamMember
	Groups        []data.Group
	Organisations []data.Organisation // party branches and groups of grids; ids follow those of the District
	Items         []data.HomeServiceItem
	Tasks         []data.HomeServiceTask
	Conditions    []data.Condition
	CaseTypes     []data.CaseType

	cases *casebook
}

// NewLife makes all that needs the grids of the present plan.
func NewLife(ctx context.Context, d *District, present Assignment) (*Life, error) {
	if len(present.Grids) == 0 {
		return nil, errors.New("make the life of the district: the present plan has no grids")
	}
	if len(present.Buildings) != len(d.Buildings) {
		return nil, fmt.Errorf("make the life of the district: the present plan places %d buildings of %d", len(present.Buildings), len(d.Buildings))
	}
	for i, h := range present.Buildings {
		if h.Grid < 0 || h.Grid >= len(present.Grids) {
			return nil, fmt.Errorf("make the life of the district: building %d is in no grid", i+1)
		}
	}
	l := &Life{CaseTypes: CaseTypes()}
	l.makeTeams(d, present.Grids)
	l.makeGroups(d, present.Grids)
	l.makeParty(d, present.Grids)
	l.makeServices(d, present.Grids)
	l.makeConditions(d, present)
	book, err := newCasebook(d, present)
	if err != nil {
		return nil, fmt.Errorf("make the life of the district: %w", err)
	}
	l.cases = book
	return l, nil
}

func weights(grids []GridRef) []float64 {
	out := make([]float64, len(grids))
	for i, g := range grids {
		out[i] = float64(g.Households) + 20
	}
	return out
}

func (d *District) scaled(n int) int { return max(1, int(float64(n)*d.Options.Scale+0.5)) }

// gridNames are the names of grids by their number in the community.
func gridName(d *District, g GridRef) string {
	name := ""
	for i := range d.Communities {
		if d.Communities[i].Code == g.CommunityCode {
			name = d.Communities[i].Name
		}
	}
	return fmt.Sprintf("%s第%s网格", name, strings.TrimLeft(g.Code[12:], "0"))
}

// makeTeams gives each grid its 1+6+N.
func (l *Life) makeTeams(d *District, grids []GridRef) {
	fixed := []string{"leader", "full_time", "part_time", "instructor", "mediator", "police", "medic"}
	others := []string{"party_member", "enforcement", "building_head", "volunteer", "utility"}
	total := max(len(fixed)*len(grids), d.scaled(PublishedMembers))
	sizes := apportion(total, weights(grids), len(fixed))
	named := newNames()
	for i, g := range grids {
		r := newRand(d.Options.Seed, streamTeams, uint64(i))
		team := int64(i + 1)
		l.Teams = append(l.Teams, data.Team{ID: team, GridCode: g.Code, Name: gridName(d, g) + "团队", Source: Source})
		dice := throw(d.Options.Seed, diceMembers, uint64(i))
		for k := range sizes[i] {
			role, sex := "", eitherSex(&dice)
			if k < len(fixed) {
				role = fixed[k]
			} else {
				role = others[pick(r, []float64{0.24, 0.06, 0.34, 0.28, 0.08})]
			}
			l.Members = append(l.Members, data.TeamMember{ID: int64(len(l.Members) + 1), TeamID: team, RoleCode: role,
				Name: named.surname(&dice) + named.givenName(&dice, sex, 1962+dice.below(38)), Phone: madeUpPhone(dice.next() >> 8)})
		}
	}
}

// makeGroups gives each grid a WeChat group, the largest a second one.
func (l *Life) makeGroups(d *District, grids []GridRef) {
	want := max(len(grids), d.scaled(PublishedGroups))
	counts := apportion(want, weights(grids), 1)
	var at []int
	var size []float64
	for i, n := range counts {
		for range n {
			at = append(at, i)
			size = append(size, (float64(grids[i].Households)+4)/float64(n))
		}
	}
	members := apportion(d.scaled(PublishedInGroups), size, 0)
	seen := map[int]int{}
	for k, i := range at {
		seen[i]++
		name := gridName(d, grids[i]) + "微信群"
		if seen[i] > 1 {
			name += fmt.Sprintf("%d", seen[i])
		}
		l.Groups = append(l.Groups, data.Group{ID: int64(k + 1), GridCode: grids[i].Code, Name: name, Members: members[k], Source: Source})
	}
}

// makeParty gives each grid one party unit: a branch in the largest, a group in
// all others.
func (l *Life) makeParty(d *District, grids []GridRef) {
	parents := map[string]int64{}
	for _, o := range d.Organisations {
		if o.Kind == "party_committee" && o.CommunityCode != "" {
			parents[o.CommunityCode] = o.ID
		}
	}
	largest := make([]int, len(grids))
	for i := range largest {
		largest[i] = i
	}
	slices.SortStableFunc(largest, func(a, b int) int { return grids[b].Households - grids[a].Households })
	branch := make([]bool, len(grids))
	for _, i := range largest[:min(len(grids), max(1, PublishedBranches*len(grids)/PublishedGrids))] {
		branch[i] = true
	}
	for i, g := range grids {
		r := newRand(d.Options.Seed, streamTeams, 1<<32, uint64(i))
		kind, name := "party_group", "党小组"
		if branch[i] {
			kind, name = "party_branch", "党支部"
		}
		o := data.Organisation{ID: int64(len(d.Organisations) + len(l.Organisations) + 1), ParentID: parents[g.CommunityCode], Kind: kind,
			Name: gridName(d, g) + name, CommunityCode: g.CommunityCode, GridCode: g.Code, Members: 3 + r.IntN(22), HasPlace: true, Geom: g.Place, Source: Source}
		o.SourceID = fmt.Sprintf("z%d", o.ID)
		l.Organisations = append(l.Organisations, o)
	}
}

// serviceMonths up to the present one have tasks.
const serviceMonths = 12

// makeServices lists what is done at people's doors and a year of tasks: in each
// grid and month a few items. What was asked in earlier months is nearly all
// done; the present month is under way.
func (l *Life) makeServices(d *District, grids []GridRef) {
	for i, s := range homeServices() {
		l.Items = append(l.Items, data.HomeServiceItem{ID: int64(i + 1), Code: fmt.Sprintf("HS%02d", i+1), Name: s.name, Area: s.area})
	}
	first := time.Date(d.Options.Now.Year(), d.Options.Now.Month()-serviceMonths+1, 1, 0, 0, 0, 0, time.UTC)
	for i, g := range grids {
		r := newRand(d.Options.Seed, streamTeams, 2<<32, uint64(i))
		for m := range serviceMonths {
			for k := r.IntN(25); k < len(l.Items); k += 15 + r.IntN(25) {
				asked := 1 + r.IntN(2+g.Households/60)
				done := asked
				if m == serviceMonths-1 {
					done = r.IntN(asked + 1)
				} else if r.Float64() < 0.06 {
					done = asked - 1
				}
				l.Tasks = append(l.Tasks, data.HomeServiceTask{ItemID: l.Items[k].ID, GridCode: g.Code, Month: first.AddDate(0, m, 0), Asked: asked, Done: done})
			}
		}
	}
}

// makeConditions are reports from groups and patrols of the last two weeks.
func (l *Life) makeConditions(d *District, present Assignment) {
	kinds := []struct{ kind, channel, text string }{
		{"民意", "group", "群内反映停水恢复时间 群内询问医保缴费 群内反映夜间噪声 群内建议增设路灯"},
		{"巡查", "patrol", "巡查发现楼道堆物 巡查发现护栏松动 巡查河岸正常 巡查堰塘水位偏高"},
		{"走访", "visit", "走访独居老人平安 走访困难家庭 走访返乡人员 走访新入住住户"},
		{"热线", "hotline", "热线反映道路积水 热线反映工地扬尘 热线咨询办事流程"},
	}
	r := newRand(d.Options.Seed, streamPlaces, 3)
	for range d.scaled(4200) {
		k := kinds[pick(r, []float64{0.4, 0.3, 0.2, 0.1})]
		b := r.IntN(len(d.Buildings))
		id := int64(len(l.Conditions) + 1)
		l.Conditions = append(l.Conditions, data.Condition{ID: id, Kind: k.kind, Channel: k.channel, Summary: choose(r, k.text),
			ReportedAt: d.Options.Now.Add(-time.Duration(r.IntN(14*24*60)) * time.Minute), GridCode: present.Grids[present.Buildings[b].Grid].Code,
			Geom: nearBuilding(d, b, r, 15), Source: Source, SourceID: fmt.Sprintf("c%d", id)})
	}
}

// nearBuilding is a place within some metres of a building, in its community.
func nearBuilding(d *District, b int, r *rand.Rand, within float64) orb.Point {
	ring := d.Footprints[b][0]
	c := ring.Bound().Center()
	for range 4 {
		p := orb.Point{c[0] + between(r, -within, within), c[1] + between(r, -within, within)}
		if inPolygons(d.Communities[d.communityOf[b]].Outline, p) {
			return lonLat(p)
		}
	}
	return lonLat(c)
}
