package papers

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/service/press/charts"
)

// title stands over the map.
func (d *drawing) title() {
	right := a3W - edge
	if a := d.alarm(); a != "" {
		w := min(110, d.width(a, 15, bold)+6)
		d.fill([][]orb.Point{corners(charts.Frame{X: right - w, Y: edge, W: w, H: 9})}, alert, 1)
		d.line(a, right-w+3, edge+6.4, w-5, 15, true, white)
		right -= w + 5
	}
	d.line(d.say("转移态势图", "Evacuation map"), edge, edge+8.5, right-edge, 24, true, ink)
	about := d.or(d.where()) + d.sayf("　截至 %s", " · as of %s", d.when(d.Now))
	d.line(about, edge, edge+16, mapColX-edge-60, 12, false, ink)
}

func (d *drawing) north() {
	f := mapFrame()
	x, y := f.X+f.W-12, f.Y+8
	d.fill([][]orb.Point{corners(charts.Frame{X: x - 6, Y: y - 5, W: 12, H: 20})}, white, 0.85)
	d.fill([][]orb.Point{{{x, y - 3}, {x + 3, y + 6}, {x, y + 4}, {x - 3, y + 6}}}, ink, 1)
	text := d.say("北", "N")
	d.put(text, x-d.width(text, 12, bold)/2, y+12, 12, bold, ink)
}

func (d *drawing) scaleBar() {
	f := mapFrame()
	metres, length := d.chart.Bar(60)
	text := fmt.Sprintf(d.say("%g 米", "%g m"), metres)
	if metres >= 1000 {
		text = fmt.Sprintf(d.say("%g 公里", "%g km"), metres/1000)
	}
	text += fmt.Sprintf("　1 : %s", thousands(int(d.chart.Scale)))
	x, y := f.X+8, f.Y+f.H-8
	d.fill([][]orb.Point{corners(charts.Frame{X: x - 4, Y: y - 6, W: length + d.width(text, 11, regular) + 12, H: 11})}, white, 0.85)
	for i := range 4 {
		part := [][]orb.Point{corners(charts.Frame{X: x + length*float64(i)/4, Y: y - 1.2, W: length / 4, H: 2.4})}
		d.fill(part, []tint{ink, white}[i%2], 1)
		d.stroke(part, true, 0.2, ink)
	}
	d.put(text, x+length+3, y+1.3, 11, regular, ink)
}

// column stands beside the map: warnings, figures, what the signs mean, and the
// grids that leave first.
func (d *drawing) column() {
	y := d.figures(mapTop + 4)
	y = d.legend(y + 5)
	for _, w := range append(d.standing(), d.warnings()...) {
		if y > a3H-110 {
			break
		}
		y += 5.4
		d.line("▲ "+w, mapColX, y, mapColumn, 9.5, true, alert)
	}
	d.firstGrids(y + 9)
}

func (d *drawing) caption(text string, y float64) float64 {
	d.line(text, mapColX, y, mapColumn, 13, true, ink)
	d.stroke([][]orb.Point{{{mapColX, y + 1.8}, {mapColX + mapColumn, y + 1.8}}}, false, 0.3, faint)
	return y + 7.4
}

// pair is a name and a value at the end of the column.
func (d *drawing) pair(name, value string, y float64, with tint) float64 {
	w := d.width(value, 10.5, bold)
	d.line(name, mapColX, y, mapColumn-w-3, 10.5, false, grey)
	d.put(value, mapColX+mapColumn-w, y, 10.5, bold, with)
	return y + 5.4
}

func (d *drawing) figures(y float64) float64 {
	id := d.Identity
	y = d.caption(d.say("人员去向（人）", "Where everybody is"), y)
	y = d.pair(d.say("在册", "listed"), thousands(id.Listed), y, ink)
	y = d.pair(d.say("到安置点", "in shelters"), thousands(id.Sheltered), y, ink)
	y = d.pair(d.say("投亲靠友 · 已外出", "with relatives, away"), thousands(id.WithRelatives)+" · "+thousands(id.AlreadyAway), y, ink)
	y = d.pair(d.say("楼上避险 · 拒绝", "upstairs, refused"), thousands(id.HoldingUpstairs)+" · "+thousands(id.Refused), y, ink)
	with := ink
	if id.Unaccounted != 0 {
		with = alert
	}
	y = d.pair(d.say("尚未核实", "UNACCOUNTED FOR"), thousands(id.Unaccounted), y, with)
	if s := d.Shortage; s != nil {
		y = d.pair(d.say("安置缺口", "without a place"), thousands(s.Missing), y, alert)
	}
	return d.pair(d.say("道路：已断 · 将断", "roads shut, about to be"), fmt.Sprintf("%d · %d", d.Roads.Shut, d.Roads.Closing), y, ink)
}

// legend says what the colours mean, with how many buildings have each.
func (d *drawing) legend(y float64) float64 {
	y = d.caption(d.say("图例", "Legend"), y)
	var sum tally
	for _, g := range d.grids {
		sum.grid(g)
	}
	entry := func(draw func(x, y float64), text string) {
		draw(mapColX+3, y-1.4)
		d.line(text, mapColX+10, y, mapColumn-10, 10, false, ink)
		y += 5.2
	}
	for _, c := range []Class{WetNow, WillBeWet, CutOff, Unknown, Unaffected} {
		text := d.class(c)
		if c == CutOff {
			text += d.say("：不算安全", ": not safe")
		}
		entry(func(x, y float64) { d.square(orb.Point{x, y}, 1.8, shade(c)) }, text+d.sayf("　%d 栋", " · %d buildings", sum.classes[c]))
	}
	area := func(with tint, alpha float64) func(x, y float64) {
		return func(x, y float64) {
			d.fill([][]orb.Point{corners(charts.Frame{X: x - 3, Y: y - 1.7, W: 6, H: 3.4})}, with, alpha)
		}
	}
	stroke := func(width float64, with tint, dash ...float64) func(x, y float64) {
		return func(x, y float64) { d.stroke([][]orb.Point{{{x - 3, y}, {x + 4, y}}}, false, width, with, dash...) }
	}
	entry(area(wetNow, 0.7), d.say("现已淹没", "under water now"))
	entry(area(wetSoon, 0.75), d.say("预报淹没范围", "under water by the forecast"))
	entry(stroke(0.9, river), d.say("河流", "river"))
	entry(stroke(1.2, alert, 2.4, 1.8), d.say("中断道路", "road shut"))
	entry(stroke(0.8, road), d.say("通行道路", "road open"))
	entry(stroke(0.45, border, 3, 1), d.say("网格界（名称与最晚出发）", "grid, with its last departure"))
	entry(func(x, y float64) { d.shelterMark(orb.Point{x, y}, false) }, d.say("安置点", "shelter"))
	entry(func(x, y float64) { d.shelterMark(orb.Point{x, y}, true) }, d.say("安置点会被淹，不可用", "shelter that gets wet: not to be used"))
	entry(func(x, y float64) { d.square(orb.Point{x, y}, 0.7, safe) }, d.say("未启用的安置点", "shelter that is not in use"))
	if d.hidden > 0 {
		d.line(d.sayf("%d 个名称因重叠未标注", "%d names without room are left out", d.hidden), mapColX, y, mapColumn, 9, false, grey)
		y += 5
	}
	return y
}

// firstGrids lists the grids that leave first, as many as there is room for.
func (d *drawing) firstGrids(y float64) {
	y = d.caption(d.say("最先出发的网格", "Grids that leave first"), y)
	bottom := a3H - edge - footH - 2
	grids := slices.DeleteFunc(slices.Clone(d.grids), func(g *Grid) bool {
		if d.Plan != nil {
			return g.Identity.Listed == 0 // nobody of it is to go
		}
		var sum tally
		sum.grid(g)
		return sum.persons == 0
	})
	for i, g := range grids {
		if y+5 > bottom && i < len(grids)-1 || y > bottom {
			d.line(d.sayf("另有 %d 个网格，见情况报告", "%d more grids: see the situation report", len(grids)-i), mapColX, y, mapColumn, 9, false, grey)
			return
		}
		with := ink
		if g.LastDeparture.IsZero() || d.Now.After(g.LastDeparture) {
			with = alert
		}
		d.line(d.leave(g.LastDeparture, g.Class), mapColX, y, 24, 10, true, with)
		open := d.sayf("%d／%d 人", "%d of %d", g.Identity.Unaccounted, g.Identity.Listed)
		w := d.width(open, 10, bold)
		d.put(open, mapColX+mapColumn-w, y, 10, bold, ink)
		name := g.Name
		if g.Community != "" {
			name = g.Community + " " + name
		}
		d.line(d.or(name), mapColX+25, y, mapColumn-w-28, 10, false, ink)
		y += 5.2
	}
}
