package papers

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"gridmap/importers/redraw/picture/lettering"
)

// fonts are read once: joining them takes a while.
var fonts = sync.OnceValues(func() (*lettering.Lettering, error) {
	return lettering.New(os.DirFS(filepath.Join("..", "..", "..", "web", "dist")))
})

// letters are the fonts of the screens; without them papers are in Latin alone.
func letters(t testing.TB) *lettering.Lettering {
	t.Helper()
	l, err := fonts()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// chinese skips without Chinese fonts.
func chinese(t testing.TB) *lettering.Lettering {
	t.Helper()
	l := letters(t)
	if !l.Chinese() {
		t.Skip("the screens, with their fonts, are not built")
	}
	return l
}

func ptr[T any](v T) *T { return &v }

// began is when the flood of the samples does.
func began() time.Time { return time.Date(2023, 7, 28, 2, 40, 0, 0, time.FixedZone("", 8*3600)) }

// maker makes documents by chance, the same from the same seed.
type maker struct {
	*rand.Rand
	doc    *Document
	nextID int64
}

// sample is a document of so many grids and about so many households in each.
func sample(seed uint64, grids, households int) *Document {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 1)), doc: &Document{}}
	d := m.doc
	d.Event = Event{ID: 7, Name: "2023年7月28日琼江洪水", Division: "潼南区", OpenedBy: "应急值班", OpenedAt: began(),
		Settings: Settings{LeadMin: 180, MarginMin: 15, SilenceMin: 5, NightFrom: "19:00", NightTo: "07:00", NightBy: "18:00", Arrival: "likely"}}
	d.Now, d.Printed, d.Named = began().Add(150*time.Minute), began().Add(151*time.Minute), true
	d.Plan = &Plan{Version: 3, ApprovedAt: began().Add(140 * time.Minute), ApprovedBy: "李**", Certified: true}
	d.Basis = Basis{ReadingAt: began().Add(2 * time.Hour), ForecastAt: began().Add(90 * time.Minute), Terrain: "潼南示范地形 5 m", SHA256: "a1b2c3d4e5f60718", Model: "interpolated", ErrorM: ptr(1.0),
		Warnings: []Words{{ZH: "太安站读数已过期 2 小时 10 分", EN: "gauge Tai'an is 2 h 10 min old"}}}
	d.Roads = Roads{Shut: 14, Closing: 9}
	for i := range 6 {
		s := Shelter{ID: int64(i + 1), Name: []string{"江北中学", "区体育馆", "梓潼小学", "双江镇政府", "桂林街道文化站", "老党校"}[i], At: m.point(), Accessible: i%2 == 0, Capacity: ptr(400 + 100*i)}
		d.Shelters = append(d.Shelters, s)
	}
	d.Shelters[4].Capacity, d.Shelters[5].Wet, d.Shelters[5].ClosesAt = nil, true, began().Add(9*time.Hour)
	for i := range grids {
		d.Grids = append(d.Grids, m.grid(i, households))
	}
	m.tally()
	m.gauges()
	m.around()
	return d
}

func (m *maker) point() orb.Point {
	return orb.Point{105.84 + 0.05*m.Float64(), 30.18 + 0.04*m.Float64()}
}

func (m *maker) pick(list ...string) string { return list[m.IntN(len(list))] }

func (m *maker) grid(i, households int) Grid {
	g := Grid{Code: fmt.Sprintf("5001520010%02d%03d", i/40+1, i%40+1), Name: fmt.Sprintf("第%d网格", i%40+1), Town: m.pick("梓潼街道", "桂林街道", "双江镇"), Class: WillBeWet}
	g.Community = g.Town[:6] + m.pick("东安社区", "滨江社区", "老街社区", "新田村")
	g.Team = []Contact{{"网格长", "王**", "138****0001"}, {"副网格长", "赵*", "139****0002"}, {"网格员", "陈**", "137****0003"}}
	if m.IntN(3) > 0 {
		g.Order = &Order{Kind: "move", IssuedAt: m.doc.Now.Add(-8 * time.Minute), ReceivedAt: m.doc.Now.Add(-5 * time.Minute), Escalated: "none"}
	}
	at := m.point()
	for n := 0; n < households; {
		b := m.building(at)
		for _, f := range b.Floors {
			n += len(f.Households)
		}
		g.Buildings = append(g.Buildings, b)
		for at, t := range map[*time.Time]time.Time{&g.FirstDeadline: b.Deadline, &g.LastDeparture: b.LastDeparture} {
			if !t.IsZero() && (at.IsZero() || t.Before(*at)) {
				*at = t
			}
		}
	}
	return g
}

func (m *maker) building(near orb.Point) Building {
	m.nextID++
	b := Building{ID: m.nextID, Address: fmt.Sprintf("滨江路%d号", m.IntN(400)+1), Class: WillBeWet, Means: Walk, Shelter: int64(m.IntN(5) + 1), RouteM: ptr(float64(200 + m.IntN(2200))),
		Route: Words{ZH: "出小区向北，经滨江路、涪江大桥（仍通），到中学正门", EN: "north along Binjiang Road, over the Fujiang bridge (open), to the main gate"},
		At:    orb.Point{near[0] + 0.004*m.Float64(), near[1] + 0.004*m.Float64()}}
	if m.IntN(3) == 0 {
		b.Name = fmt.Sprintf("滨江花园%d栋", m.IntN(30)+1)
	}
	floors := m.IntN(6) + 1
	wet := m.IntN(floors + 1)
	arrival := began().Add(time.Duration(200+m.IntN(600)) * time.Minute).Truncate(10 * time.Minute)
	switch m.IntN(9) {
	case 0:
		b.Class, b.LastDeparture, b.Deadline, b.WetFloors = CutOff, arrival.Add(-30*time.Minute), arrival.Add(-10*time.Minute), ptr(0)
	case 1:
		b.Class, b.Shelter = Unknown, 0
	default:
		b.DepthM, b.WetFloors, b.Arrival, b.Deadline, b.LastDeparture = ptr(0.3+3*m.Float64()), ptr(wet), arrival, arrival.Add(-3*time.Hour), arrival.Add(-215*time.Minute)
	}
	x, y, r := b.At[0], b.At[1], 0.00012
	b.Outline = orb.MultiPolygon{{{{x - r, y - r}, {x + r, y - r}, {x + r, y + r}, {x - r, y + r}, {x - r, y - r}}}}
	for n := 1; n <= floors; n++ {
		f := Floor{Number: n}
		if b.WetFloors != nil && n <= *b.WetFloors {
			f.WetAt = b.Arrival.Add(time.Duration(n-1) * time.Hour)
		}
		for k := range m.IntN(4) {
			f.Households = append(f.Households, m.household(n, k))
		}
		b.Floors = append(b.Floors, f)
	}
	return b
}

func (m *maker) household(floor, k int) Household {
	m.nextID++
	h := Household{ID: m.nextID, Stairwell: m.IntN(3), Room: fmt.Sprintf("%d%02d", floor, k+1), Head: m.pick("张", "李", "王", "欧阳", "买买提·艾", "龚", "夔") + "** · " + fmt.Sprint(20+m.IntN(70)) + "岁", Persons: m.IntN(5) + 1}
	if m.IntN(5) == 0 {
		h.Helped, h.Means = 1, Means(m.pick("vehicle", "boat"))
		h.Care = Care{Disabled: m.IntN(2), Frail: 1, Elderly: 1}
	}
	h.Care.Child = m.IntN(4) / 3
	h.Status = Status(m.pick("unaccounted", "unaccounted", "unaccounted", "sheltered", "with_relatives", "already_away", "refused", "holding_upstairs"))
	if m.IntN(12) == 0 {
		h.Note = m.pick("门口有狗", "需要氧气", "只听方言", "钥匙在隔壁302")
	}
	return h
}

// tally sets the identity, and who is where, of what was made.
func (m *maker) tally() {
	d := m.doc
	for i := range d.Grids {
		g := &d.Grids[i]
		e := newEdition(&Document{Grids: []Grid{*g}, Shelters: d.Shelters}, &Request{}, nil, false)
		for _, l := range e.households() {
			n := l.Persons
			g.Identity.Listed += n
			if s := l.shelter(e); s != nil {
				s.Assigned += n
				s.Arrived += n * truth(l.Status == Sheltered)
			}
			switch l.Status {
			case Sheltered:
				g.Identity.Sheltered += n
			case WithRelatives:
				g.Identity.WithRelatives += n
			case HoldingUpstairs:
				g.Identity.HoldingUpstairs += n
			case AlreadyAway:
				g.Identity.AlreadyAway += n
			case Refused:
				g.Identity.Refused += n
			default:
				g.Identity.Unaccounted += n
			}
		}
		d.Identity.add(g.Identity)
	}
}

// gauges make a flood and how it was counted.
func (m *maker) gauges() {
	d := m.doc
	for i, name := range []string{"太安站", "双江站", "柏梓站"} {
		g := Gauge{Name: name, River: []string{"琼江", "涪江", "琼江"}[i], Datum: "吴淞", StageM: ptr(263.2 + float64(i)), At: d.Basis.ReadingAt, WarningM: ptr(262.0), GuaranteeM: ptr(264.0), RiseMPerH: ptr(0.62),
			PeakM: [3]*float64{ptr(266.1), ptr(268.4), ptr(269.0)}, PeakAt: began().Add(16 * time.Hour)}
		for h := range 49 {
			at, rise := began().Add(time.Duration(h-46)*time.Hour), 0.0
			if h > 30 {
				rise = float64(h-30) * 0.35
			}
			g.Observed = append(g.Observed, Level{at, 257 + rise})
		}
		for h := range 18 {
			at, s := d.Basis.ReadingAt.Add(time.Duration(h)*time.Hour), 263.2+5.2*float64(h)/14
			if h > 14 {
				s = 268.4 - 0.4*float64(h-14)
			}
			g.Likely, g.Most, g.Least = append(g.Likely, Level{at, s}), append(g.Most, Level{at, s + float64(h)*0.05}), append(g.Least, Level{at, s - float64(h)*0.15})
		}
		d.Gauges = append(d.Gauges, g)
	}
	d.Gauges[1].Stale, d.Gauges[1].StageM = true, nil
	d.Gauges[2].Suspect, d.Gauges[2].WarningM, d.Gauges[2].PeakM = Words{"一小时内跳变 30.2 m", "jumped 30.2 m in 1 h"}, nil, [3]*float64{}
	for h := range 8 {
		id := d.Identity
		back := min(id.Sheltered, id.Sheltered*(7-h)/7)
		id.Sheltered, id.Unaccounted = id.Sheltered-back, id.Unaccounted+back
		d.History = append(d.History, Standing{At: d.Now.Add(time.Duration(h-7) * 2 * time.Hour), Identity: id, WetNow: ptr(h * 5), StageM: ptr(259 + 0.7*float64(h))})
	}
	d.Shortage = &Shortage{Missing: 86, BedsReachable: ptr(1400), Grids: []Missing{{d.Grids[0].Code, d.Grids[0].Name, 86}}, Words: Words{"可达床位不足：尚缺 86 人的位置", "86 people have no place"}}
	d.Log = []Entry{{began(), Words{"启动应急响应", "evacuation opened"}, "应急值班"}, {d.Plan.ApprovedAt, Words{"批准预案第3版", "plan 3 approved"}, "李**"}}
}

// around makes grids, rivers, water and roads for the map.
func (m *maker) around() {
	box := func(x, y, w, h float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}}}
	}
	mp := &m.doc.Map
	for i := range m.doc.Grids {
		b := m.doc.Grids[i].Buildings
		if len(b) > 0 {
			at := b[0].At
			mp.Grids = append(mp.Grids, Outline{m.doc.Grids[i].Code, box(at[0]-0.001, at[1]-0.001, 0.006, 0.006)})
		}
	}
	mp.Rivers = []River{{"琼江", orb.LineString{{105.83, 30.19}, {105.85, 30.195}, {105.87, 30.21}, {105.90, 30.215}}}}
	mp.Wet = box(105.84, 30.188, 0.05, 0.02)
	mp.WetNow = box(105.845, 30.192, 0.04, 0.008)
	for i := range 12 {
		x := 105.835 + 0.005*float64(i)
		mp.Roads = append(mp.Roads, Road{Name: "滨江路", Class: m.pick("arterial", "street"), Shut: i%3 == 0, Line: orb.MultiLineString{{{x, 30.18}, {x + 0.002, 30.20}, {x, 30.22}}}})
	}
}
