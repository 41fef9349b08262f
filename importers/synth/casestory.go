package synth

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// story is a case with all that happened to it up to now.
type story struct {
	record  data.Case
	steps   []data.CaseStep
	whistle *data.Whistle
}

func stepName(k int) string {
	return [...]string{"order", "track", "screen", "dispatch", "accept", "handle", "rate"}[k]
}

func levelName(k int) string {
	return [...]string{"grid", "community", "town", "district"}[k]
}

// tell unfolds case i. It depends on nothing but the entry and its number.
func (b *casebook) tell(i int) story {
	e := &b.entries[i]
	r := newRand(b.d.Options.Seed, streamSteps, uint64(i))
	kind := &b.kinds[e.kind]
	home := b.present.Buildings[e.building]
	building := &b.d.Buildings[e.building]
	community := b.d.Community(building.ID)
	opened := time.Unix(e.opened, 0).UTC()
	s := story{record: data.Case{
		ID: int64(i + 1), Number: fmt.Sprintf("%d%07d", opened.In(b.zone).Year(), i+1), TypeCode: kind.Code, Board: kind.Board,
		Title: choose(r, kind.titles), BuildingID: building.ID, GridID: b.present.Grids[home.Grid].ID, MicrogridID: home.Microgrid,
		CommunityCode: community.Code, TownCode: community.TownCode, TeamID: int64(home.Grid + 1), OpenedAt: opened,
		DueAt: opened.Add(time.Duration(kind.LimitHours) * time.Hour), Version: 1, Source: Source, SourceCRS: "building",
	}}
	s.record.Description = describe(r, building, s.record.Title)
	within := 6.0
	if kind.outdoor {
		within, s.record.SourceCRS = 40, "cgcs2000"
	}
	s.record.Geom = nearBuilding(b.d, int(e.building), r, within)
	b.walk(r, e, &s)
	b.blow(r, e, &s)
	return s
}

func describe(r *rand.Rand, b *data.Building, title string) string {
	where := b.Address
	if b.Name != "" {
		where = b.Name
	}
	return fmt.Sprintf("%s：%s%s", where, title, choose(r, "，请尽快处理。 ，居民多次反映。 ，已现场拍照。 ，望核实。 。"))
}

// walk writes the step log up to now.
func (b *casebook) walk(r *rand.Rand, e *caseEntry, s *story) {
	share := [7]float64{0, between(r, 0.005, 0.02), between(r, 0.02, 0.05), between(r, 0.05, 0.1), between(r, 0.1, 0.22), between(r, 0.25, 0.45), between(r, 0.9, 0.97)}
	actors := [7]string{choose(r, "居民 网格员 楼栋长 热线平台"), "网格员", "社区网格中心", "镇街网格中心", "承办人", "承办人", "居民"}
	now := b.d.Options.Now.Unix()
	c := &s.record
	for k, f := range share {
		at := e.opened + int64(f*float64(e.lasts))
		if at > now {
			break
		}
		level := min(int(e.level), max(0, k-1))
		c.Step, c.Level, c.StepAt = stepName(k), levelName(level), time.Unix(at, 0).UTC()
		s.steps = append(s.steps, data.CaseStep{CaseID: c.ID, Seq: k + 1, Step: c.Step, Level: c.Level, At: c.StepAt, Actor: actors[k]})
	}
	if end := e.opened + int64(e.lasts); end <= now {
		c.ClosedAt = time.Unix(end, 0).UTC()
		if r.Float64() < 0.83 {
			c.Rating = 1 + pick(r, []float64{0.6, 1, 4, 22, 72})
		}
	}
}

// blow calls a department to raised cases, once they are dispatched.
func (b *casebook) blow(r *rand.Rand, e *caseEntry, s *story) {
	chance := [4]float64{0, 0.22, 0.7, 0.95}[e.level]
	if r.Float64() >= chance || len(s.steps) < 4 {
		return
	}
	w := &data.Whistle{CaseID: s.record.ID, DepartmentID: int64(1 + r.IntN(PublishedDepartments)), BlownAt: s.steps[3].At, Remark: "请到场协助：" + s.record.Title}
	arrived := w.BlownAt.Add(time.Duration(20+r.ExpFloat64()*180) * time.Minute)
	switch {
	case !arrived.After(b.d.Options.Now):
		w.ArrivedAt = arrived
	case s.record.ClosedAt.IsZero():
		s.record.Whistle = true
	default:
		w.ArrivedAt = w.BlownAt
	}
	s.whistle = w
}

// NewCase is a case that somebody might open now.
type NewCase struct {
	TypeCode     string
	Title        string
	Level        string
	BuildingCode string    // set when it happened at a door
	Place        orb.Point // EPSG:4490
}

// CaseStream gives new cases without end, as they might come in: mostly at the
// grid level, mostly where people live, some in bursts around one place.
func (d *District) CaseStream(seed uint64) iter.Seq[NewCase] {
	return func(yield func(NewCase) bool) {
		r := newRand(seed, streamLive)
		kinds, reach := kindsOfCase(), attraction(d)
		around, burst := 0, 0
		for {
			b := drawBuilding(reach, r)
			if burst > 0 {
				burst--
				b = max(0, min(len(reach)-1, around+int(6*r.NormFloat64())))
			} else if r.Float64() < 0.06 {
				around, burst = b, 2+r.IntN(5)
			}
			code, title, level, outdoor := draw(r, kinds)
			c := NewCase{TypeCode: code, Title: title, Level: level}
			if outdoor {
				c.Place = nearBuilding(d, b, r, 40)
			} else {
				c.BuildingCode, c.Place = d.Buildings[b].Code, nearBuilding(d, b, r, 1)
			}
			if !yield(c) {
				return
			}
		}
	}
}

// Draw draws the type, the title and the level of a new case, for those who know
// the place themselves.
func Draw(r *rand.Rand) (typeCode, title, level string) {
	typeCode, title, level, _ = draw(r, kindsOfCase())
	return typeCode, title, level
}

func draw(r *rand.Rand, kinds []kindOfCase) (code, title, level string, outdoor bool) {
	shares := make([]float64, len(kinds))
	for i, k := range kinds {
		shares[i] = k.share
	}
	k := &kinds[pick(r, shares)]
	return k.Code, choose(r, k.titles), levelName(pick(r, []float64{86, 10, 3, 1})), k.outdoor
}
