package evacuation

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/layers/flood"
	"gridmap/service/evacuation/rollcall"
)

// stoodEvery is how far apart the moments of a report lie; stoodMost is how many
// there are at most, the newest.
const (
	stoodEvery = 2 * time.Hour
	stoodMost  = 48
)

// moments are the even hours since an evacuation was opened, and now.
func moments(opened, now time.Time) (out []time.Time) {
	first := opened.In(data.LocalZone())
	first = time.Date(first.Year(), first.Month(), first.Day(), first.Hour()/2*2, 0, 0, 0, first.Location())
	for t := first; t.Before(now); t = t.Add(stoodEvery) {
		if !t.Before(opened) {
			out = append(out, t)
		}
	}
	out = append(out, now)
	return out[max(0, len(out)-stoodMost):]
}

// course says how the roll stood every two hours, from what had been heard and
// planned by then.
func (s *Service) course(ctx context.Context, pic *picture, now time.Time) ([]Stood, error) {
	var listed []data.Listed
	var people []data.ListedPerson
	var said []data.RollCall
	err := data.At(ctx, s.all, func(m data.Moment) (err error) {
		e := m.Evacuations()
		if listed, err = e.Listed(ctx, pic.v.ID); err != nil {
			return err
		}
		if people, err = e.ListedPeople(ctx, pic.v.ID); err != nil {
			return err
		}
		said, err = e.RollCalls(ctx, pic.v.ID, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Stood
	for _, at := range moments(pic.v.OpenedAt, now) {
		version := 0
		for _, p := range pic.plans {
			if !p.ApprovedAt.After(at) {
				version = max(version, p.Version)
			}
		}
		by := slices.DeleteFunc(slices.Clone(listed), func(l data.Listed) bool { return l.PlanVersion > version })
		roll, err := rollcall.New(households(by, people))
		if err != nil {
			return nil, err
		}
		for i := range said {
			if !said[i].ReceivedAt.After(at) {
				roll.Apply(eventOf(&said[i]))
			}
		}
		st := Stood{At: at, Identity: identityOf(roll.Total())}
		if len(pic.gauges) > 0 {
			st.StageM = number(observedAt(pic.gauges[0].used, at))
		}
		out = append(out, st)
	}
	return out, nil
}

// observedAt is the level at a moment between readings; NaN beyond them.
func observedAt(used []data.Reading, at time.Time) float64 {
	points := make([]Point, len(used))
	for i, r := range used {
		points[i] = Point{r.At, r.StageM}
	}
	if len(points) == 0 || at.Before(points[0].At) || at.Sub(points[len(points)-1].At) > staleAfter {
		return math.NaN()
	}
	return levelAt(points, at)
}

// mapAroundDeg is how far around its grids a map shows roads and rivers.
const mapAroundDeg = 0.01

// paperLand reads what a map shows around the grids of papers.
func (s *Service) paperLand(ctx context.Context, pic *picture, w *Paperwork) (PaperLand, error) {
	land := PaperLand{Grids: map[string]orb.MultiPolygon{}}
	for _, g := range w.Grids {
		land.Grids[g.Grid] = nil
	}
	var box orb.Bound
	visit := func(row *data.MapRow) error {
		code, _ := row.Value(0).(string)
		if _, ok := land.Grids[code]; !ok {
			return nil
		}
		area, _ := row.Geom.(orb.MultiPolygon)
		if p, ok := row.Geom.(orb.Polygon); ok {
			area = orb.MultiPolygon{p}
		}
		land.Grids[code] = area
		if box == (orb.Bound{}) {
			box = area.Bound()
		}
		box = box.Union(area.Bound())
		return nil
	}
	err := data.At(ctx, s.all, func(m data.Moment) (err error) {
		if err = m.MapRows(ctx, "grids", nil, visit); err != nil {
			return err
		}
		land.Rivers, err = m.Evacuations().Courses(ctx)
		return err
	})
	if err != nil {
		return land, err
	}
	box = box.Pad(mapAroundDeg)
	land.Rivers = slices.DeleteFunc(land.Rivers, func(c data.Course) bool { return c.Geom == nil || !c.Geom.Bound().Intersects(box) })
	land.Roads = pic.roadsIn(box)
	if pic.water != nil {
		land.WetNow, land.Wet = areaOf(pic.wetArea(0, "now", pic.water.flow.now), box), areaOf(pic.wetArea(0, "max", highest(pic.water.flow)), box)
	}
	return land, nil
}

// highest is the highest stage that a reach has now or will have.
func highest(f *flow) flood.Stages {
	top := f.peaks(2)
	for r := range top {
		top[r] = max(top[r], f.now[r])
	}
	return top
}

// areaOf joins the pieces of a layer that lie in a box.
func areaOf(pieces []layers.Laid, box orb.Bound) (out orb.MultiPolygon) {
	for _, p := range pieces {
		if p.Geometry == nil || !p.Geometry.Bound().Intersects(box) {
			continue
		}
		switch g := p.Geometry.(type) {
		case orb.Polygon:
			out = append(out, g)
		case orb.MultiPolygon:
			out = append(out, g...)
		}
	}
	return out
}

// roadsIn are the main roads in a box, and all that are shut.
func (pic *picture) roadsIn(box orb.Bound) []PaperRoad {
	shut := map[int]bool{}
	if pic.water != nil {
		for i := range pic.water.roads {
			shut[pic.water.roads[i].piece] = pic.water.roads[i].shut
		}
	}
	var out []PaperRoad
	at := -1 // the way of the stretch in the making
	for i := range pic.ground.pieces {
		p := &pic.ground.pieces[i]
		way := &pic.ground.ways[p.way]
		main := strings.Contains("motorway arterial secondary", way.Class) && way.Class != ""
		if !main && !shut[i] || !p.line.Bound().Intersects(box) {
			at = -1
			continue
		}
		if n := len(out) - 1; at == p.way && out[n].Shut == shut[i] {
			last := out[n].Line[len(out[n].Line)-1]
			if last[len(last)-1] == p.line[0] {
				out[n].Line[len(out[n].Line)-1] = append(last, p.line[1:]...)
				continue
			}
		}
		at = p.way
		out = append(out, PaperRoad{way.Name, way.Class, shut[i], orb.MultiLineString{slices.Clone(p.line)}})
	}
	return out
}
