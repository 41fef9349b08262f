package papers

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// identityHeads are the columns of the identity.
func (r *report) identityHeads() []head {
	return []head{{r.say("在册", "Listed"), 13.4, true}, {r.say("到安置点", "Shelter"), 13.4, true}, {r.say("投亲靠友", "Relatives"), 13.4, true}, {r.say("楼上避险", "Upstairs"), 13.4, true},
		{r.say("已外出", "Away"), 13.4, true}, {r.say("拒绝", "Refused"), 13.4, true}, {r.say("未核实", "Unacc."), 14, true}}
}

func identityCells(i Identity) []cell {
	out := plain(thousands(i.Listed), thousands(i.Sheltered), thousands(i.WithRelatives), thousands(i.HoldingUpstairs), thousands(i.AlreadyAway), thousands(i.Refused), thousands(i.Unaccounted))
	if i.Unaccounted != 0 {
		out[6].with, out[6].bold = alert, true
	}
	return out
}

// locality is a community, or a town as the sum of its.
type locality struct {
	town, community string
	tally
	identity Identity
	grids    int
	leave    time.Time
	open     Class // of a grid whose last departure is not known; empty: there is none
}

func (l *locality) take(g *Grid) {
	l.grids++
	l.grid(g)
	l.identity.add(g.Identity)
	switch {
	case g.LastDeparture.IsZero():
		if g.Class != Unaffected {
			l.open = known(g.Class)
		}
	case l.leave.IsZero() || g.LastDeparture.Before(l.leave):
		l.leave = g.LastDeparture
	}
}

// localities sums up by community and town, towns in order of their names, each
// before its communities.
func (r *report) localities() (out []*locality, all locality) {
	at := map[[2]string]*locality{}
	for _, g := range r.grids {
		for _, key := range [][2]string{{g.Town, ""}, {g.Town, cmp.Or(g.Community, r.unknown())}} {
			if at[key] == nil {
				at[key] = &locality{town: key[0], community: key[1]}
				out = append(out, at[key])
			}
			at[key].take(g)
		}
		all.take(g)
	}
	slices.SortStableFunc(out, func(a, b *locality) int {
		return cmp.Or(cmp.Compare(a.town, b.town), cmp.Compare(a.community, b.community))
	})
	return out, all
}

// places is the table by town and community.
func (r *report) places() {
	r.caption(r.say("按镇街、社区（村）", "By town and community"))
	list, all := r.localities()
	row := func(name string, l *locality) []cell {
		leave := r.due(l.leave, Unaffected)
		if l.open != "" && l.leave.IsZero() {
			leave = r.leave(l.leave, l.open)
		}
		out := plain(name, fmt.Sprint(l.grids), thousands(l.households), thousands(l.helped), leave)
		return append(out, identityCells(l.identity)...)
	}
	var rows [][]cell
	for _, l := range list {
		if l.community == "" {
			rows = append(rows, strong(row(r.or(l.town), l)))
		} else {
			rows = append(rows, row("　"+l.community, l))
		}
	}
	rows = append(rows, strong(row(r.say("合计", "All"), &all)))
	r.table(append([]head{{r.say("镇街／社区", "Town, community"), 40, false}, {r.say("网格", "Grids"), 10, true}, {r.say("户", "Homes"), 13.4, true}, {r.say("需帮助", "Need help"), 13.4, true},
		{r.say("最晚出发", "Leave by"), 24, true}}, r.identityHeads()...), rows)
}

// gridTable lists the grids by last safe departure, with their orders.
func (r *report) gridTable() {
	r.caption(r.say("按网格（以最晚安全出发为序）", "By grid, by last safe departure"))
	var rows [][]cell
	var all Identity
	for _, g := range r.grids {
		all.add(g.Identity)
		name := g.Name
		if g.Community != "" {
			name = g.Community + " " + name
		}
		row := plain(r.leave(g.LastDeparture, g.Class), name, r.class(g.Class), r.shortOrder(g.Order))
		if !g.LastDeparture.IsZero() && r.Now.After(g.LastDeparture) {
			row[0].with, row[0].bold = alert, true
		}
		if g.Order == nil || g.Order.ReceivedAt.IsZero() && g.Order.OnSceneAt.IsZero() {
			row[3].with, row[3].bold = alert, true
		}
		rows = append(rows, append(row, identityCells(g.Identity)...))
	}
	rows = append(rows, strong(append(plain(r.say("合计", "All"), fmt.Sprint(len(r.grids)), "", ""), identityCells(all)...)))
	r.table(append([]head{{r.say("最晚出发", "Leave by"), 24, false}, {r.say("网格", "Grid"), 36, false}, {r.say("水情", "Water"), 22, false}, {r.say("指令与应答", "Order"), 30, false}}, r.identityHeads()...), rows)
}

// shortOrder is an order in a word, and how far it has come.
func (r *report) shortOrder(o *Order) string {
	if o == nil {
		return r.say("未下达", "none")
	}
	kinds := map[string][2]string{"prepare": {"准备", "prepare"}, "move": {"转移", "move"}, "hold_upstairs": {"楼上", "upstairs"}, "lifted": {"解除", "lifted"}}
	k := kinds[o.Kind]
	return r.or(r.say(k[0], k[1])) + r.say(" ", ", ") + r.answer(o)
}

// course is how things stood every two hours.
func (r *report) course() {
	r.caption(r.say("每两小时情况", "Every two hours"))
	if len(r.History) == 0 {
		r.text(r.say("尚无记录。", "Nothing is recorded yet."), 10.5, regular, ink)
		return
	}
	r.flow.add(block{high: 48, draw: func(y float64) { r.bars(textX, y+1, textW, 45) }})
	counted := slices.ContainsFunc(r.History, func(s Standing) bool { return s.WetNow != nil })
	heads := []head{{r.say("时间", "Time"), 26, false}, {r.say("代表站水位", "Stage"), 20, true}}
	if counted {
		heads = append(heads, head{r.say("已淹楼栋", "Wet buildings"), 18, true})
	}
	var rows [][]cell
	for _, h := range r.History {
		row := plain(r.when(h.At), r.metres(h.StageM, 2))
		if counted {
			row = append(row, plain(r.count(h.WetNow))...)
		}
		rows = append(rows, append(row, identityCells(h.Identity)...))
	}
	r.table(append(heads, r.identityHeads()...), rows)
}
