package synth

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"gridmap/data"
)

const caseDays = 730 // two years

// caseEntry is a case, packed; all else about it is drawn again from its number
// when it is told.
type caseEntry struct {
	opened   int64 // seconds since 1970
	lasts    int32 // seconds until it is, or would be, closed
	building int32 // from 0
	kind     uint8
	level    uint8
}

type casebook struct {
	d       *District
	present Assignment
	kinds   []kindOfCase
	zone    *time.Location
	entries []caseEntry // by opening; a case's id is its place here, from 1
	reach   []float64   // running sum of weight by building
}

func newCasebook(ctx context.Context, d *District, present Assignment) (*casebook, error) {
	b := &casebook{d: d, present: present, kinds: kindsOfCase(), zone: time.FixedZone("Asia/Shanghai", 8*3600), reach: attraction(d)}
	if b.reach[len(b.reach)-1] <= 0 {
		return nil, fmt.Errorf("draw cases: nobody lives in the district")
	}
	last := d.Options.Now.In(b.zone)
	midnight := time.Date(last.Year(), last.Month(), last.Day(), 0, 0, 0, 0, b.zone)
	volume := make([]float64, caseDays)
	rain := make([]float64, caseDays)
	for k := range volume {
		day := midnight.AddDate(0, 0, k+1-caseDays)
		volume[k], rain[k] = b.volume(day, k)
	}
	volume[caseDays-1] *= math.Max(0.02, dayShare(last))
	counts := apportion(d.scaled(PublishedCases), volume, 0)
	days := make([][]caseEntry, caseDays)
	workers := d.Options.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for k := range days {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("draw cases: %w", err)
			}
			days[k] = b.day(midnight.AddDate(0, 0, k+1-caseDays), k, counts[k], rain[k])
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	b.entries = slices.Concat(days...)
	return b, nil
}

// attraction is the running sum of how likely a case is by building.
func attraction(d *District) []float64 {
	out := make([]float64, len(d.Buildings))
	total := 0.0
	for i := range d.Buildings {
		v := &d.Buildings[i]
		w := float64(v.Households)
		switch v.Kind {
		case "commercial", "public", "school", "hospital":
			w += 4
		case "farmhouse":
			w *= 0.75
		}
		total += w
		out[i] = total
	}
	return out
}

// dayShare is the part of a day's cases that has come in by t.
func dayShare(t time.Time) float64 {
	sum, all := 0.0, 0.0
	now := float64(t.Hour()) + float64(t.Minute())/60
	for h, w := range hours(false) {
		all += w
		sum += w * math.Max(0, math.Min(1, now-float64(h)))
	}
	return sum / all
}

func hours(evening bool) []float64 {
	if evening {
		return []float64{9, 6, 3, 2, 2, 3, 6, 10, 18, 24, 26, 22, 16, 14, 18, 22, 26, 30, 38, 46, 50, 44, 32, 18}
	}
	return []float64{2, 1, 1, 1, 1, 3, 9, 22, 48, 66, 62, 48, 22, 26, 50, 58, 52, 40, 26, 22, 18, 12, 7, 4}
}

// volume is how many cases a day draws, and its rain from 0 to 1.
func (b *casebook) volume(day time.Time, k int) (float64, float64) {
	weekly := [7]float64{0.74, 1.18, 1.1, 1.06, 1.04, 1.08, 0.82}[day.Weekday()]
	growth := 0.8 + 0.4*float64(k)/caseDays
	season := math.Cos(2 * math.Pi * (float64(day.YearDay()) - 196) / 365)
	wet := fractal(mix(b.d.Options.Seed, streamDays), float64(k)/2.3, 0, 3) + 0.22*season
	rain := smoothstep(0.26, 0.62, wet)
	return weekly * growth * (1 + 0.08*season + 0.45*rain) * (1 + 0.1*noise(b.d.Options.Seed, float64(k)*1.7, 4)), rain
}

// day draws the cases of one day, in the order of their opening.
func (b *casebook) day(midnight time.Time, k, count int, rain float64) []caseEntry {
	r := newRand(b.d.Options.Seed, streamDays, uint64(k))
	shares := make([]float64, len(b.kinds))
	for i, t := range b.kinds {
		shares[i] = t.share * (1 + (t.rain-1)*rain)
	}
	hot := make([]int, 24) // where something is going on this week
	week := newRand(b.d.Options.Seed, streamDays, 1<<32, uint64(k/7))
	for i := range hot {
		hot[i] = b.draw(week)
	}
	hotKind := make([]int, len(hot))
	for i := range hotKind {
		hotKind[i] = pick(week, shares)
	}
	now := b.d.Options.Now.Unix()
	out := make([]caseEntry, 0, count)
	for range count {
		e := caseEntry{kind: uint8(pick(r, shares)), building: int32(b.draw(r))}
		if r.Float64() < 0.16 {
			h := r.IntN(len(hot))
			e.building = int32(max(0, min(len(b.reach)-1, hot[h]+int(5*r.NormFloat64()))))
			if r.Float64() < 0.6 {
				e.kind = uint8(hotKind[h])
			}
		}
		t := &b.kinds[e.kind]
		e.opened = now + 1
		for try := 0; e.opened > now && try < 400; try++ {
			e.opened = midnight.Unix() + int64(pick(r, hours(t.evening)))*3600 + r.Int64N(3600)
		}
		e.opened = min(e.opened, now-r.Int64N(600))
		e.level = uint8(pick(r, levelShares(t, rain)))
		e.lasts = int32(float64(t.LimitHours) * 3600 * math.Min(4, 0.65*math.Exp(0.62*r.NormFloat64())) * (1 + 0.15*float64(e.level)))
		e.lasts = max(e.lasts, 900)
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(x, y caseEntry) int { return cmp.Compare(x.opened, y.opened) })
	return out
}

func levelShares(t *kindOfCase, rain float64) []float64 {
	if t.rain > 4 {
		return []float64{70, 18, 9, 0.8 + 2.2*rain}
	}
	return []float64{84, 12, 3.6, 0.4}
}

func (b *casebook) draw(r *rand.Rand) int { return drawBuilding(b.reach, r) }

func drawBuilding(reach []float64, r *rand.Rand) int {
	x := r.Float64() * reach[len(reach)-1]
	i, _ := slices.BinarySearch(reach, x)
	return min(i, len(reach)-1)
}

// CaseCount is the number of cases.
func (l *Life) CaseCount() int { return len(l.cases.entries) }

// Cases gives all cases, in the order of their opening.
func (l *Life) Cases() iter.Seq[data.Case] {
	return func(yield func(data.Case) bool) {
		for i := range l.cases.entries {
			if !yield(l.cases.tell(i).record) {
				return
			}
		}
	}
}

// CaseSteps gives the step logs of all cases.
func (l *Life) CaseSteps() iter.Seq[data.CaseStep] {
	return func(yield func(data.CaseStep) bool) {
		for i := range l.cases.entries {
			for _, s := range l.cases.tell(i).steps {
				if !yield(s) {
					return
				}
			}
		}
	}
}

// Whistles gives all calls to departments.
func (l *Life) Whistles() iter.Seq[data.Whistle] {
	return func(yield func(data.Whistle) bool) {
		var id int64
		for i := range l.cases.entries {
			if l.cases.entries[i].level == 0 {
				continue // only raised cases call a department
			}
			if w := l.cases.tell(i).whistle; w != nil {
				id++
				w.ID = id
				if !yield(*w) {
					return
				}
			}
		}
	}
}
