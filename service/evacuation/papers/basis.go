package papers

import (
	"fmt"
	"strings"
	"time"
)

// fact is a line of what a paper rests on.
type fact struct{ name, value string }

// facts are what a paper rests on, the same on every page of every paper.
func (e *edition) facts() []fact {
	plan := e.say("无已批准预案", "no approved plan")
	if p := e.Plan; p != nil {
		plan = e.sayf("第%d版（%s 批准）", "version %d (approved %s)", p.Version, e.when(p.ApprovedAt))
	}
	band := e.unknown()
	if m := sure(e.Basis.ErrorM); m != nil {
		band = fmt.Sprintf("±%.1f m", *m)
	}
	return []fact{
		{e.say("预案", "Plan"), plan},
		{e.say("水情", "Gauges"), e.when(e.Basis.ReadingAt)},
		{e.say("预报", "Forecast"), e.when(e.Basis.ForecastAt)},
		{e.say("地形", "Terrain"), e.terrain()},
		{e.say("误差", "Error band"), band},
		{e.say("模型", "Model"), e.model(e.Basis.Model)},
		{e.say("时刻", "As of"), e.when(e.Now)},
		{e.say("打印", "Printed"), e.when(e.Printed)},
	}
}

// terrain is which version, by name and the first eight digits of its checksum.
func (e *edition) terrain() string {
	sum := e.Basis.SHA256
	if len(sum) > 8 {
		sum = sum[:8]
	}
	return strings.TrimSpace(e.or(e.Basis.Terrain) + " " + sum)
}

// basis is the facts in one line.
func (e *edition) basis() string {
	all := e.facts()
	parts := make([]string, len(all))
	for i, f := range all {
		parts[i] = f.name + e.say(" ", ": ") + f.value
	}
	return strings.Join(parts, e.say("　", " · "))
}

// mark is what is written across every page; empty: it is no drill.
func (e *edition) mark() string {
	if e.Event.Drill {
		return e.say("演练", "演练 DRILL")
	}
	return ""
}

// alarm says in a line that a paper is not of a flood that is happening.
func (e *edition) alarm() string {
	var out []string
	if e.Event.Drill {
		out = append(out, e.say("演练 · 非真实灾情", "演练 DRILL · not a real flood"))
	}
	if e.Event.Replay != "" {
		out = append(out, e.sayf("历史回放：%s", "REPLAY of %s", e.Event.Replay))
	}
	return strings.Join(out, e.say("　", " · "))
}

// standing says what a paper of an evacuation must not be read without: that nobody
// approved it, or that it is over.
func (e *edition) standing() (out []string) {
	if e.Plan == nil {
		out = append(out, e.say("预案尚未批准：安置点与方式只是建议", "no plan is approved: shelters and means are proposals"))
	}
	by := func(t time.Time) bool { return !t.IsZero() && !t.After(e.Now) } // a paper of the past does not know what came later
	if by(e.Event.ClosedAt) {
		return append(out, e.sayf("本次转移已于 %s 结束", "the evacuation was closed at %s", e.when(e.Event.ClosedAt)))
	}
	if by(e.Event.LiftedAt) {
		out = append(out, e.sayf("已于 %s 解除：可以返回", "lifted at %s: people may return", e.when(e.Event.LiftedAt)))
	}
	return out
}

// warnings are what makes the basis doubtful.
func (e *edition) warnings() (out []string) {
	for _, w := range e.Basis.Warnings {
		if text := e.told(w); text != "" {
			out = append(out, text)
		}
	}
	return out
}
