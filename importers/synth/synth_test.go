package synth

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"iter"
	"math"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

func testOptions(scale float64) Options {
	return Options{Seed: 7, Scale: scale, Now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
}

// small is one small district for all tests that only look.
var small = sync.OnceValues(func() (*District, error) {
	return Geography(context.Background(), testOptions(0.02))
})

func smallDistrict(t *testing.T) *District {
	t.Helper()
	d, err := small()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// presentOf deals the buildings of each community out to its grids.
func presentOf(d *District) Assignment {
	var a Assignment
	first := map[string]int{}
	for i := range d.Communities {
		c := &d.Communities[i]
		first[c.Code] = len(a.Grids)
		for k := range c.Grids {
			a.Grids = append(a.Grids, GridRef{ID: int64(len(a.Grids) + 1), Code: fmt.Sprintf("%s%03d", c.Code, k+1), CommunityCode: c.Code,
				Households: c.Households / c.Grids, Place: lonLat(c.Outline[0].Bound().Center())})
		}
	}
	for i := range d.Buildings {
		c := d.Community(int64(i + 1))
		a.Buildings = append(a.Buildings, Home{Grid: first[c.Code] + i%c.Grids})
	}
	return a
}

func hashAll[T any](t *testing.T, h hash.Hash, rows iter.Seq[T]) {
	t.Helper()
	e := json.NewEncoder(h)
	for v := range rows {
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
}

func fingerprint(t *testing.T, workers int) string {
	t.Helper()
	o := testOptions(0.02)
	o.Workers = workers
	d, err := Geography(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLife(context.Background(), d, presentOf(d))
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	e := json.NewEncoder(h)
	for i := range d.Roads {
		if math.IsNaN(d.Roads[i].DeckM) {
			d.Roads[i].DeckM = 0
		}
	}
	for _, v := range []any{d.Divisions, d.Communities, d.Compounds, d.Buildings, d.Roads, d.Water, d.Land, d.Objects, d.Organisations,
		d.Shelters, d.Gauges, d.Readings, l.Teams, l.Members, l.Groups, l.Organisations, l.Items, l.Tasks, l.Conditions} {
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	hashAll(t, h, d.Stairwells())
	hashAll(t, h, d.Rooms())
	hashAll(t, h, d.Households())
	hashAll(t, h, d.People())
	hashAll(t, h, l.Cases())
	hashAll(t, h, l.CaseSteps())
	hashAll(t, h, l.Whistles())
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSameSeedGivesTheSameBytesWithOneProcessorAndWithTwo(t *testing.T) {
	t.Cleanup(func() { runtime.GOMAXPROCS(runtime.NumCPU()) })
	runtime.GOMAXPROCS(1)
	one := fingerprint(t, 0)
	runtime.GOMAXPROCS(2)
	if two := fingerprint(t, 0); one != two {
		t.Errorf("got %s with two processors, want %s as with one", two, one)
	}
}

func TestRefusals(t *testing.T) {
	for name, o := range map[string]Options{
		"a scale above one":    {Scale: 1.5, Now: time.Now()},
		"a negative scale":     {Scale: -1, Now: time.Now()},
		"a scale of no number": {Scale: math.NaN(), Now: time.Now()},
		"a missing Now":        {Scale: 1},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Geography(context.Background(), o); err == nil {
				t.Error("got no error, want one")
			}
		})
	}
}

func TestDivisionsAreThoseOfTheRegister(t *testing.T) {
	d := smallDistrict(t)
	levels := map[string]int{}
	codes := map[string]bool{}
	for _, v := range d.Divisions {
		levels[v.Level]++
		codes[v.Code] = true
		if len(v.Geom) == 0 {
			t.Errorf("%s %s has no area", v.Code, v.Name)
		}
	}
	if levels["district"] != 1 || levels["town"] != 23 || levels["community"] != 304 || len(codes) != 328 {
		t.Errorf("got %v with %d codes, want 1 district, 23 towns, 304 communities", levels, len(codes))
	}
	for i := range d.Buildings {
		if !codes[d.Buildings[i].CommunityCode] {
			t.Fatalf("building %d has the unknown community %s", i+1, d.Buildings[i].CommunityCode)
		}
	}
}

func TestCommunitiesTileTheOutlineWithSharedVertices(t *testing.T) {
	d := smallDistrict(t)
	total := 0.0
	edges := map[[2]orb.Point]int{} // directed
	for i := range d.Communities {
		total += areaM2(d.Communities[i].Outline)
		for _, p := range d.Communities[i].Outline {
			for _, r := range p {
				for k := 1; k < len(r); k++ {
					edges[[2]orb.Point{r[k-1], r[k]}]++
				}
			}
		}
	}
	want := areaM2(orb.MultiPolygon{{d.outline}})
	if math.Abs(total-want)/want > 1e-6 {
		t.Errorf("communities cover %.1f m², want %.1f", total, want)
	}
	border := 0.0
	for e, n := range edges {
		if n != 1 {
			t.Fatalf("the edge %v belongs to %d communities on one side", e, n)
		}
		if edges[[2]orb.Point{e[1], e[0]}] == 0 {
			border += dist(e[0], e[1])
		}
	}
	if want := lengthM(d.outline); math.Abs(border-want)/want > 1e-6 {
		t.Errorf("edges of one community alone are %.1f m long, want the outline's %.1f: there is a gap or an overlap", border, want)
	}
}

func TestRiversPassTheCommunitiesThatAlertsNamed(t *testing.T) {
	d := smallDistrict(t)
	f, err := loadFacts()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range f.communes {
		if c.alertRiver == "" {
			continue
		}
		near := math.Inf(1)
		for k := range d.Terrain.list {
			rv := &d.Terrain.list[k]
			if rv.name != c.alertRiver {
				continue
			}
			for _, p := range rv.line {
				if inPolygons(d.Communities[i].Outline, p) {
					near = 0
				}
				for _, poly := range d.Communities[i].Outline {
					for _, q := range poly[0] {
						near = math.Min(near, dist(p, q))
					}
				}
			}
		}
		if near > 250 {
			t.Errorf("%s in %s is %.0f m away from %s, want it beside", c.name, f.towns[c.town].name, near, c.alertRiver)
		}
	}
}
