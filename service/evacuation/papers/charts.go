package papers

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// gauges is the table of the gauges, what is wrong with them, and their courses.
func (r *report) gauges() {
	r.caption(r.say("水情", "Gauges"))
	if len(r.Gauges) == 0 {
		r.text(r.say("没有水文站数据：水情不详。", "There are no gauges: the water is unknown."), 11, bold, alert)
		return
	}
	var rows [][]cell
	for i := range r.Gauges {
		rows = append(rows, r.gaugeRow(&r.Gauges[i]))
	}
	r.table([]head{{r.say("站（河流）", "Gauge (river)"), 34, false}, {r.say("水位", "Stage"), 19, true}, {r.say("读数时间", "Read at"), 24, true}, {r.say("涨率/时", "Rise per h"), 17, true},
		{r.say("超警戒", "Over warning"), 18, true}, {r.say("超保证", "Over guarantee"), 18, true}, {r.say("预报洪峰（低/可能/高）", "Peak, least / likely / most"), 36, true}, {r.say("峰现", "Peak at"), 24, true}}, rows)
	for i := range r.Gauges {
		for _, doubt := range r.doubts(&r.Gauges[i]) {
			r.text("▲ "+r.or(r.Gauges[i].Name)+r.say("：", ": ")+doubt, 10.5, bold, alert)
		}
	}
	r.gap(2)
	for i := 0; i < len(r.Gauges); i += 2 {
		pair := r.Gauges[i:min(i+2, len(r.Gauges))]
		r.flow.add(block{high: 52, draw: func(y float64) {
			for k := range pair {
				r.hydrograph(&pair[k], textX+(textW/2+1)*float64(k), y, textW/2-1, 50)
			}
		}})
	}
}

func (r *report) gaugeRow(g *Gauge) []cell {
	over := func(mark *float64) string {
		if sure(g.StageM) == nil || sure(mark) == nil {
			return r.unknown()
		}
		return fmt.Sprintf("%+.2f m", *g.StageM-*mark)
	}
	peaks := make([]string, 3)
	for i, p := range g.PeakM {
		peaks[i] = strings.TrimSuffix(r.metres(p, 1), " m")
	}
	rise := r.unknown()
	if sure(g.RiseMPerH) != nil {
		rise = fmt.Sprintf("%+.2f m", *g.RiseMPerH)
	}
	name := r.or(g.Name)
	if g.River != "" {
		name += r.say("（", " (") + g.River + r.say("）", ")")
	}
	peak := strings.Join(peaks, " / ")
	if g.PeakM == [3]*float64{} {
		peak = r.unknown()
	}
	row := plain(name, r.metres(g.StageM, 2), r.when(g.At), rise, over(g.WarningM), over(g.GuaranteeM), peak, r.when(g.PeakAt))
	if g.Stale {
		row[2].with, row[2].bold = alert, true
	}
	if sure(g.StageM) != nil && sure(g.GuaranteeM) != nil && *g.StageM > *g.GuaranteeM {
		row[5].with, row[5].bold = alert, true
	}
	return row
}

// doubts are what is wrong with a gauge.
func (r *report) doubts(g *Gauge) (out []string) {
	if g.Stale {
		out = append(out, r.sayf("读数已过期（最后读数 %s）", "the reading is stale (last at %s)", r.when(g.At)))
	}
	if s := r.told(g.Suspect); s != "" {
		out = append(out, r.say("读数可疑：", "the reading is doubtful: ")+s)
	}
	if g.Past {
		out = append(out, r.say("预报时段已全部过去，等待新预报", "the whole forecast lies in the past"))
	}
	return out
}

// plot is a diagram: where times and values come to lie.
type plot struct {
	x, y, w, h float64
	from, to   time.Time
	low, high  float64
}

func (p *plot) take(l []Level) {
	for _, v := range l {
		if math.IsNaN(v.StageM) || math.IsInf(v.StageM, 0) || v.At.IsZero() {
			continue
		}
		if p.from.IsZero() || v.At.Before(p.from) {
			p.from = v.At
		}
		if v.At.After(p.to) {
			p.to = v.At
		}
		p.low, p.high = min(p.low, v.StageM), max(p.high, v.StageM)
	}
}

func (p *plot) at(t time.Time, v float64) orb.Point {
	return orb.Point{p.x + p.w*float64(t.Sub(p.from))/float64(max(1, p.to.Sub(p.from))), p.y + p.h*(p.high-v)/(p.high-p.low)}
}

// line is a course as lines that break where nothing is known.
func (p *plot) line(l []Level) (out [][]orb.Point) {
	var piece []orb.Point
	for _, v := range l {
		if math.IsNaN(v.StageM) || math.IsInf(v.StageM, 0) || v.At.IsZero() {
			out, piece = append(out, piece), nil
			continue
		}
		piece = append(piece, p.at(v.At, v.StageM))
	}
	return append(out, piece)
}

// hydrograph draws what a gauge read and what is forecast.
func (r *report) hydrograph(g *Gauge, x, y, w, h float64) {
	title, size := r.Shrunk(r.or(g.Name)+r.sayf("　水位过程（m，%s）", " · stage in m, %s", r.or(g.Datum)), w, 9.5, 7, bold)
	r.Put(title, x, y+4, size, bold, ink)
	p := &plot{x: x + 11, y: y + 7, w: w - 13, h: h - 14, low: math.Inf(1), high: math.Inf(-1)}
	for _, l := range [][]Level{g.Observed, g.Least, g.Likely, g.Most} {
		p.take(l)
	}
	r.Stroke(faint)
	r.SetLineWidth(0.2)
	r.Rect(p.x, p.y, p.w, p.h, "D")
	if p.from.IsZero() || !p.to.After(p.from) {
		r.Middle(r.say("无过程线数据", "no course is known"), p.x+p.w/2, p.y+p.h/2, 10, regular, grey)
		return
	}
	for _, m := range []*float64{g.WarningM, g.GuaranteeM} {
		if sure(m) != nil {
			p.low, p.high = min(p.low, *m), max(p.high, *m)
		}
	}
	pad := max(0.3, 0.06*(p.high-p.low))
	p.low, p.high = p.low-pad, p.high+pad
	r.axes(p)
	r.courses(g, p)
	r.mark(p, g.WarningM, 0xb96a00, r.say("警戒", "warning"))
	r.mark(p, g.GuaranteeM, alert, r.say("保证", "guarantee"))
	if r.Now.After(p.from) && r.Now.Before(p.to) {
		at := p.at(r.Now, p.low)
		r.Stroke(ink)
		r.SetLineWidth(0.25)
		r.Line(at[0], p.y, at[0], p.y+p.h)
		r.Put(r.say("现在", "now"), at[0]+0.6, p.y+p.h-1, 7.5, bold, ink)
	}
}

// courses draws the band of the forecast and the lines over it.
func (r *report) courses(g *Gauge, p *plot) {
	if len(g.Least) > 1 && len(g.Most) > 1 {
		var ring []orb.Point
		for _, piece := range p.line(g.Most) {
			ring = append(ring, piece...)
		}
		var back []orb.Point
		for _, piece := range p.line(g.Least) {
			back = append(back, piece...)
		}
		for i := len(back) - 1; i >= 0; i-- {
			ring = append(ring, back[i])
		}
		r.Fill(0xcfe2f3)
		r.Path([][]orb.Point{ring}, true, "f*")
	}
	r.Stroke(0x1c62a8)
	r.SetLineWidth(0.5)
	r.SetDashPattern([]float64{1.6, 0.8}, 0)
	r.Path(p.line(g.Likely), false, "D")
	r.SetDashPattern(nil, 0)
	r.Stroke(ink)
	r.SetLineWidth(0.6)
	r.Path(p.line(g.Observed), false, "D")
}

// axes draws round levels and hours.
func (r *report) axes(p *plot) {
	step := roundStep((p.high - p.low) / 4)
	r.Stroke(faint)
	r.SetLineWidth(0.15)
	for v := math.Ceil(p.low/step) * step; v <= p.high; v += step {
		at := p.at(p.from, v)
		r.Line(p.x, at[1], p.x+p.w, at[1])
		r.Right(fmt.Sprintf("%g", math.Round(v*100)/100), p.x-0.8, at[1]+1, 7.5, regular, grey)
	}
	hours := max(6, int(math.Ceil(p.to.Sub(p.from).Hours()/6/6))*6)
	first := r.local(p.from).Truncate(time.Hour)
	for first.Hour()%min(24, hours) != 0 || first.Before(p.from) {
		first = first.Add(time.Hour)
	}
	for t := first; !t.After(p.to); t = t.Add(time.Duration(hours) * time.Hour) {
		at := p.at(t, p.low)
		r.Line(at[0], p.y, at[0], p.y+p.h)
		if at[0] > p.x+4 && at[0] < p.x+p.w-3 {
			r.Middle(t.Format("02 15:04"), at[0], p.y+p.h+3.4, 7, regular, grey)
		}
	}
}

// roundStep is of 1, 2 or 5 × 10ⁿ, at least so much.
func roundStep(least float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(max(1e-3, least))))
	for _, f := range []float64{1, 2, 5} {
		if p*f >= least {
			return p * f
		}
	}
	return p * 10
}

// mark draws a threshold.
func (r *report) mark(p *plot, level *float64, with tint, name string) {
	if sure(level) == nil {
		return
	}
	at := p.at(p.from, *level)
	r.Stroke(with)
	r.SetLineWidth(0.35)
	r.SetDashPattern([]float64{2.2, 1}, 0)
	r.Line(p.x, at[1], p.x+p.w, at[1])
	r.SetDashPattern(nil, 0)
	y := at[1] - 0.7
	if y < p.y+2.4 {
		y = at[1] + 2.9
	}
	r.Put(fmt.Sprintf("%s %.1f", name, *level), p.x+0.8, y, 7.5, bold, with)
}

// bars draws where everybody was, every two hours.
func (r *report) bars(x, y, w, h float64) {
	kinds := []struct {
		of     func(Identity) int
		with   tint
		zh, en string
	}{
		{func(i Identity) int { return i.Sheltered }, safe, "到安置点", "in shelters"},
		{func(i Identity) int { return i.WithRelatives }, 0x5aa06f, "投亲靠友", "with relatives"},
		{func(i Identity) int { return i.AlreadyAway }, 0xa8c8b4, "已外出", "away"},
		{func(i Identity) int { return i.HoldingUpstairs }, 0xf09a1c, "楼上避险", "upstairs"},
		{func(i Identity) int { return i.Refused }, 0x8e3bb8, "拒绝", "refused"},
		{func(i Identity) int { return i.Unaccounted }, alert, "未核实", "unaccounted"},
	}
	list := r.History[max(0, len(r.History)-24):]
	most := 1
	for _, s := range list {
		most = max(most, s.Identity.Listed)
	}
	lx := x
	for _, k := range kinds {
		r.Fill(k.with)
		r.Rect(lx, y, 3, 3, "F")
		lx += 4.2 + r.Put(r.say(k.zh, k.en), lx+4.2, y+2.7, 8.5, regular, ink) + 4
	}
	top, bottom := y+6, y+h-5
	pitch := min(22, w/float64(len(list)))
	for i, s := range list {
		left, at := x+pitch*float64(i), bottom
		for _, k := range kinds {
			high := (bottom - top) * float64(max(0, k.of(s.Identity))) / float64(most)
			r.Fill(k.with)
			r.Rect(left+pitch*0.12, at-high, pitch*0.76, high, "F")
			at -= high
		}
		if pitch >= 11 || i%2 == 0 {
			r.Middle(r.clock(s.At), left+pitch/2, bottom+3.6, 7.5, regular, grey)
		}
	}
	r.Stroke(ink)
	r.SetLineWidth(0.3)
	r.Line(x, bottom, x+w, bottom)
}
