package evacuation

import (
	"math"
	"time"

	"gridmap/layers/escape"
	"gridmap/layers/flood"
)

// Class is how a building stands to the water. Cut off is never shown as safe, and
// unknown never counted as dry.
type Class string

// The classes, the most urgent first.
const (
	WetNow     Class = "wet_now"
	WillBeWet  Class = "will_be_wet"
	CutOff     Class = "cut_off" // dry, but every way to a shelter will be shut
	Unknown    Class = "unknown" // outside the terrain, or on cells without elevation
	Unaffected Class = "unaffected"
)

// affected says whether people have to do something.
func (c Class) affected() bool { return c == WetNow || c == WillBeWet || c == CutOff }

// rank orders classes by urgency.
func (c Class) rank() int {
	for i, k := range []Class{WetNow, WillBeWet, CutOff, Unknown} {
		if c == k {
			return i
		}
	}
	return 4
}

// fate is what happens to a building.
type fate struct {
	*standing
	class     Class
	depthM    float64 // at the peak of the forecast; NaN: unknown
	wetFloors int
	arrival   *time.Time // of the water
	deadline  *time.Time
	leaveBy   *time.Time // last safe departure; nil: a way stays open, or none is known
}

// closing is a piece of road that shuts, or is shut.
type closing struct {
	piece int
	shut  bool
	at    *time.Time // in the forecast that deadlines follow; nil: not in it
}

// assessment is what the course of the water does to buildings, roads and shelters.
type assessment struct {
	now     time.Time
	flow    *flow
	fates   []fate // of all that the water may concern
	of      map[int64]int
	roads   []closing // those that shut by the highest forecast and reachMoreM
	shutsS  []float64 // by piece, seconds from now; infinite: it stays open
	shelter []shelterFate
	noRoad  int // affected buildings from which no road leads anywhere, dry or not
}

type shelterFate struct {
	wet    bool       // at the highest forecast
	shutAt *time.Time // when it is
}

// reachMoreM is how much above the highest forecast is still looked at, so that a
// person can raise the water on the screen.
const reachMoreM = 2

// assess follows the water to everything on the ground.
func (g *ground) assess(f *flow, now time.Time, s Settings) (*assessment, error) {
	rule, err := s.rule()
	if err != nil {
		return nil, err
	}
	a := &assessment{now: now, flow: f, of: map[int64]int{}}
	a.close(g, f)
	a.shelters(g, f)
	leave, connected := a.ways(g, s)
	for i := range g.buildings {
		b := &g.buildings[i]
		v := fate{standing: b, depthM: math.NaN(), class: a.classOf(b, leave, connected)}
		near := b.Known && !b.Never && b.ThresholdM <= f.top[2][b.Reach]+reachMoreM
		if v.class == Unaffected && !near || v.class == Unknown && g.terrain == nil {
			continue
		}
		a.befall(&v, leave, rule, s)
		if v.class.affected() && (b.node < 0 || !connected[b.node]) {
			a.noRoad++
		}
		a.of[b.ID] = len(a.fates)
		a.fates = append(a.fates, v)
	}
	return a, nil
}

func (a *assessment) classOf(b *standing, leave []float64, connected []bool) Class {
	f := a.flow
	switch {
	case !b.Known:
		return Unknown
	case !b.Never && b.ThresholdM <= float64(f.now[b.Reach]):
		return WetNow
	case !b.Never && b.ThresholdM <= f.top[f.likely][b.Reach]:
		return WillBeWet
	case b.node >= 0 && connected[b.node] && !math.IsInf(leave[b.node], 1):
		return CutOff
	}
	return Unaffected
}

// befall says when and how deep.
func (a *assessment) befall(v *fate, leave []float64, rule escape.DeadlineRule, s Settings) {
	f, b := a.flow, v.standing
	if b.Known {
		v.depthM = 0
	}
	leaveS := math.Inf(1)
	if b.node >= 0 && !math.IsInf(leave[b.node], -1) {
		leaveS = leave[b.node] - b.awayM/s.metresPerS()
	}
	if v.class == WetNow || v.class == WillBeWet {
		top := math.Max(f.top[f.likely][b.Reach], float64(f.now[b.Reach]))
		v.depthM = math.Max(0, b.depthAt(top))
		v.wetFloors = wetFloors(v.depthM, b)
		if at, ok := f.arrivalAt(b.Reach, b.ThresholdM, v.class == WetNow); ok {
			v.arrival = &at
			leaveS = math.Min(leaveS, at.Sub(a.now).Seconds())
		}
	}
	if v.class.affected() && !math.IsInf(leaveS, 0) {
		at := a.now.Add(time.Duration(leaveS * float64(time.Second))).Truncate(time.Second)
		v.leaveBy = &at
	}
	switch {
	case v.arrival != nil:
		by := rule.Deadline(*v.arrival)
		v.deadline = &by
	case v.class == CutOff && v.leaveBy != nil:
		by := rule.Deadline(*v.leaveBy)
		v.deadline = &by
	}
}

// wetFloors counts the floors that the water comes into.
func wetFloors(depthM float64, b *standing) int {
	if depthM <= b.PlinthM || !(b.StoreyM > 0) {
		return 0
	}
	return min(b.Floors, int(math.Ceil((depthM-b.PlinthM)/b.StoreyM)))
}

// depthAt is the depth of water at a stage of the building's reach.
func (b *standing) depthAt(stageM float64) float64 {
	if b.curve != nil {
		return b.curve.depth(stageM)
	}
	return stageM - b.HandM
}

// floorStageM is the stage of a building's reach at which water comes into a floor,
// counted from 1.
func (b *standing) floorStageM(floor int) float64 {
	depth := b.PlinthM + float64(floor-1)*b.StoreyM
	if b.curve != nil {
		return math.Max(b.ThresholdM, b.curve.stage(depth))
	}
	return math.Max(b.ThresholdM, b.HandM+depth)
}

// close finds when each piece of road shuts.
func (a *assessment) close(g *ground, f *flow) {
	a.shutsS = make([]float64, len(g.pieces))
	for i := range g.pieces {
		p := &g.pieces[i]
		a.shutsS[i] = math.Inf(1)
		if !p.Known || p.Never || p.ThresholdM > f.top[2][p.Reach]+reachMoreM {
			continue
		}
		c := closing{piece: i, shut: p.ThresholdM <= float64(f.now[p.Reach])}
		switch {
		case c.shut:
			c.at = &a.now
			a.shutsS[i] = math.Inf(-1)
		case p.ThresholdM <= f.top[f.likely][p.Reach]:
			if at, ok := f.arrivalAt(p.Reach, p.ThresholdM, false); ok {
				c.at = &at
				a.shutsS[i] = at.Sub(a.now).Seconds()
			}
		}
		a.roads = append(a.roads, c)
	}
}

func (a *assessment) shelters(g *ground, f *flow) {
	a.shelter = make([]shelterFate, len(g.shelters))
	for i := range g.shelters {
		s := &g.shelters[i]
		if !s.Known || s.Never {
			continue
		}
		v := &a.shelter[i]
		if v.wet = s.ThresholdM <= math.Max(f.top[2][s.Reach], float64(f.now[s.Reach])); v.wet {
			if at, ok := f.firstAt(2, s.Reach, s.ThresholdM); ok {
				v.shutAt = &at
			}
		}
	}
}

// usable says whether a shelter can be counted on.
func (a *assessment) usable(g *ground, i int) bool {
	s := &g.shelters[i]
	return s.Capacity > 0 && s.Known && !a.shelter[i].wet
}

// ways finds for each node the last moment to leave for a shelter that stays dry, in
// seconds from now, and which nodes a road joins to one while all is dry.
func (a *assessment) ways(g *ground, s Settings) (leave []float64, connected []bool) {
	var goals []int32
	var until []float64
	for i := range g.shelters {
		if g.shelters[i].node >= 0 && g.shelters[i].Known && !a.shelter[i].wet {
			goals, until = append(goals, g.shelters[i].node), append(until, math.Inf(1))
		}
	}
	n := len(g.streets.Nodes)
	leave = escape.Leave(n, g.streets.Edges(a.shutsS, s.metresPerS()), goals, until, s.margin().Seconds())
	dry := make([]float64, len(g.pieces))
	for i := range dry {
		dry[i] = math.Inf(1)
	}
	connected = make([]bool, n)
	for i, v := range escape.Leave(n, g.streets.Edges(dry, s.metresPerS()), goals, until, 0) {
		connected[i] = math.IsInf(v, 1)
	}
	return leave, connected
}

// model is how the water was found, for every picture.
func (f *flow) modelName() string {
	if f == nil {
		return "none"
	}
	if f.model == "" {
		return string(flood.ModelHand)
	}
	return string(f.model)
}
