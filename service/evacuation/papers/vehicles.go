package papers

import (
	"cmp"
	"context"
	"io"
	"slices"
	"time"

	"gridmap/service/press/sheets"
)

// load is who is fetched from a building by one means to one shelter.
type load struct {
	grid       *Grid
	building   *Building
	shelter    *Shelter
	means      Means
	households int
	persons    int
	helped     int
}

// carried says whether a household is fetched: somebody of it cannot walk, or the
// plan has it go by vehicle or boat. Households are kept whole.
func (l *lived) carried() bool {
	m := l.goes()
	return l.Helped > 0 || m == Vehicle || m == Boat
}

// fetched is by what: somebody who cannot walk never goes on foot, so then it is
// not known yet.
func (l *lived) fetched() Means {
	if m := l.goes(); m == Vehicle || m == Boat {
		return m
	}
	return ""
}

// loads groups those who are fetched by building, means and shelter, in the order in
// which they leave.
func (e *edition) loads() (out []load, rows []lived) {
	type key struct {
		building *Building
		shelter  *Shelter
		means    Means
	}
	at := map[key]int{}
	for _, l := range e.households() {
		if !l.carried() {
			continue
		}
		rows = append(rows, l)
		k := key{l.building, l.shelter(e), l.fetched()}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k], out = i, append(out, load{grid: l.grid, building: k.building, shelter: k.shelter, means: k.means})
		}
		out[i].households++
		out[i].persons += l.Persons
		out[i].helped += l.Helped
	}
	slices.SortStableFunc(out, func(a, b load) int {
		return cmp.Or(soonest(a.building.Class, a.building.LastDeparture, b.building.Class, b.building.LastDeparture), cmp.Compare(a.grid.Code, b.grid.Code))
	})
	slices.SortStableFunc(rows, func(a, b lived) int {
		return soonest(a.building.Class, a.building.LastDeparture, b.building.Class, b.building.LastDeparture)
	})
	return out, rows
}

// hourly is what is needed in an hour.
type hourly struct {
	hour                             time.Time // zero: unknown
	vehicle, boat, open, households  int       // persons by means, and households
	helped, soFar                    int
	byVehicle, byBoat, byUnknownMean int // buildings to go to
}

// hours sum loads up by the hour of the last safe departure.
func (e *edition) hours(all []load) (out []hourly) {
	sum := 0
	for _, l := range all {
		hour := l.building.LastDeparture
		if !hour.IsZero() {
			hour = e.local(hour).Truncate(time.Hour)
		}
		if len(out) == 0 || !out[len(out)-1].hour.Equal(hour) {
			out = append(out, hourly{hour: hour})
		}
		h := &out[len(out)-1]
		switch l.means {
		case Vehicle:
			h.vehicle, h.byVehicle = h.vehicle+l.persons, h.byVehicle+1
		case Boat:
			h.boat, h.byBoat = h.boat+l.persons, h.byBoat+1
		default:
			h.open, h.byUnknownMean = h.open+l.persons, h.byUnknownMean+1
		}
		h.households += l.households
		h.helped += l.helped
		sum += l.persons
		h.soFar = sum
	}
	return out
}

// writeVehicles writes who must be fetched by vehicle or boat: by building, by the
// hour, and household by household.
func writeVehicles(_ context.Context, e *edition, out io.Writer) error {
	b, err := sheets.New(e.english)
	if err != nil {
		return err
	}
	defer b.Close()
	all, rows := e.loads()
	var sum tally
	for i := range rows {
		sum.household(rows[i].Household)
	}
	title := e.say("车辆船艇清单", "Vehicles and boats")
	if err := sheets.Add(b, e.say("按楼栋", "By building"), e.around(title, e.sums(&sum)), loadColumns(e), all); err != nil {
		return err
	}
	if err := sheets.Add(b, e.say("按时段", "By the hour"), e.around(title+e.say("（按时段）", " by the hour"), e.sums(&sum)), hourColumns(e), e.hours(all)); err != nil {
		return err
	}
	columns := append(living(e),
		sheets.Of("运送方式", "Means", 12, func(l *lived) any { return e.byWhat(l.fetched()) }),
		sheets.Of("最晚出发", "Leave by", 13, func(l *lived) any { return e.leave(l.building.LastDeparture, l.building.Class) }),
		sheets.Of("安置点", "Shelter", 18, func(l *lived) any { return e.place(l.shelter(e)) }),
		sheets.Of("备注", "Remarks", 24, func(l *lived) any { return e.remark(l.Household) }),
		sheets.Of("已接走", "Fetched", 9, func(*lived) any { return "" }))
	if err := sheets.Add(b, e.say("按住户", "By household"), e.around(title+e.say("（按住户）", " by household"), e.sums(&sum)), columns, rows); err != nil {
		return err
	}
	return b.Write(out)
}

// byWhat is a means of those who cannot walk.
func (e *edition) byWhat(m Means) string {
	if m == "" {
		return e.say("须车船，未定", "to be carried, undecided")
	}
	return e.means(m)
}

func loadColumns(e *edition) []sheets.Column[load] {
	return []sheets.Column[load]{
		sheets.Of("最晚出发", "Leave by", 13, func(l *load) any { return e.leave(l.building.LastDeparture, l.building.Class) }),
		sheets.Of("方式", "Means", 14, func(l *load) any { return e.byWhat(l.means) }),
		sheets.Of("镇街", "Town", 12, func(l *load) any { return e.or(l.grid.Town) }),
		sheets.Of("社区（村）", "Community", 14, func(l *load) any { return e.or(l.grid.Community) }),
		sheets.Of("网格编码", "Grid", 18, func(l *load) any { return l.grid.Code }),
		sheets.Of("楼栋", "Building", 16, func(l *load) any { return e.or(l.building.Name) }),
		sheets.Of("地址", "Address", 20, func(l *load) any { return e.or(l.building.Address) }),
		sheets.Of("水情", "Water", 14, func(l *load) any { return e.class(l.building.Class) }),
		sheets.Of("户数", "Households", 8, func(l *load) any { return l.households }),
		sheets.Of("人数", "People", 8, func(l *load) any { return l.persons }),
		sheets.Of("不能行走", "Cannot walk", 9, func(l *load) any { return l.helped }),
		sheets.Of("安置点", "Shelter", 18, func(l *load) any { return e.place(l.shelter) }),
		sheets.Of("路线", "Route", 40, func(l *load) any { return e.or(e.told(l.building.Route)) }),
		sheets.Of("派出车船", "Sent", 12, func(*load) any { return "" }),
		sheets.Of("出发", "Left", 9, func(*load) any { return "" }),
		sheets.Of("到达", "Arrived", 9, func(*load) any { return "" }),
	}
}

func hourColumns(e *edition) []sheets.Column[hourly] {
	return []sheets.Column[hourly]{
		sheets.Of("最晚出发时段", "Hour of the last departure", 18, func(h *hourly) any { return e.when(h.hour) }),
		sheets.Of("车辆：楼栋", "Vehicles: buildings", 12, func(h *hourly) any { return h.byVehicle }),
		sheets.Of("车辆：人数", "Vehicles: people", 12, func(h *hourly) any { return h.vehicle }),
		sheets.Of("船艇：楼栋", "Boats: buildings", 12, func(h *hourly) any { return h.byBoat }),
		sheets.Of("船艇：人数", "Boats: people", 12, func(h *hourly) any { return h.boat }),
		sheets.Of("未定：楼栋", "Undecided: buildings", 12, func(h *hourly) any { return h.byUnknownMean }),
		sheets.Of("未定：人数", "Undecided: people", 12, func(h *hourly) any { return h.open }),
		sheets.Of("户数", "Households", 9, func(h *hourly) any { return h.households }),
		sheets.Of("不能行走", "Cannot walk", 10, func(h *hourly) any { return h.helped }),
		sheets.Of("累计人数", "People so far", 12, func(h *hourly) any { return h.soFar }),
	}
}
