package synth

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo"
)

// Levees are invented: rings around low ground beside the river, where most people
// live. The flood of July 2023 leaves the first standing, so that a breach can be
// tried, and goes over the second.
const (
	leveeBackM  = 30.0  // from the water's edge at least
	leveeReachM = 550.0 // radius of a ring
	leveeApartM = 4000.0
)

// leveeOverM is how far crests lie over the peak of that flood.
func leveeOverM() []float64 { return []float64{0.8, -1.5, 0.8} }

// leveeSite is where a ring may stand.
type leveeSite struct {
	at      orb.Point
	usualM  float64
	riseM   float64 // of the flood
	ring    orb.LineString
	persons int
}

// placeLevees rings the sites with most people on low ground, where no brook
// crosses.
func (d *District) placeLevees(s *sketchpad) {
	low := d.lowGround(s)
	var sites []leveeSite
	for k := range s.rivers {
		r := &s.rivers[k]
		if r.name != stations()[1].river {
			continue
		}
		for i := 10; i+10 < len(r.line); i += 8 {
			for _, side := range []float64{-1, 1} {
				at := offset(r.line[i], normal(r.line, i), side*(r.halfM[i]+0.8*leveeReachM))
				if site, ok := d.leveeSite(s, at, low); ok {
					site.usualM, site.riseM = r.levelM[i], floodRiseM(float64(i)/float64(len(r.line)-1))
					sites = append(sites, site)
				}
			}
		}
	}
	slices.SortStableFunc(sites, func(a, b leveeSite) int { return cmp.Compare(b.persons, a.persons) })
	var taken []orb.Point
	for _, site := range sites {
		n := len(taken)
		if n == len(leveeOverM()) {
			return
		}
		if site.persons == 0 || slices.ContainsFunc(taken, func(p orb.Point) bool { return dist(p, site.at) < leveeApartM }) {
			continue
		}
		taken = append(taken, site.at)
		id := int64(n + 1)
		name := s.communes[s.homeOf[s.grid.node(site.at)]].short() + "围堤（合成）"
		crest := math.Round((site.usualM+site.riseM+leveeOverM()[n])*10) / 10
		d.Levees = append(d.Levees, data.LeveeRow{Levee: data.Levee{ID: id, Name: name, CrestM: crest, Geom: orb.MultiLineString{lonLatLine(site.ring)}},
			Source: Source, SourceID: fmt.Sprintf("v%d", id)})
	}
}

// lowGround is where people live, with how many.
type lowGround struct {
	people map[[2]int32][]lowHouse
	brooks *nearness
}

type lowHouse struct {
	at      orb.Point
	levelM  float64
	persons int
}

func (d *District) lowGround(s *sketchpad) lowGround {
	out := lowGround{people: map[[2]int32][]lowHouse{}, brooks: newNearness(200)}
	for i, f := range d.Footprints {
		if p := f.Bound().Center(); d.Buildings[i].Persons > 0 {
			k := blockCell(p)
			out.people[k] = append(out.people[k], lowHouse{p, s.terrain.elevation(p), d.Buildings[i].Persons})
		}
	}
	for i := range d.Water {
		if line, ok := d.Water[i].Geom.(orb.LineString); ok {
			out.brooks.addLine(geo.ProjectionAt(105).InMetres(line).(orb.LineString), 0, 0)
		}
	}
	return out
}

// leveeSite draws a ring around a place, along the bank where the river is near.
func (d *District) leveeSite(s *sketchpad, at orb.Point, low lowGround) (leveeSite, bool) {
	site := leveeSite{at: at}
	if n := s.grid.node(at); !s.grid.inside[n] || s.homeOf[n] < 0 || s.terrain.rivers.clear(at, 180) < leveeBackM {
		return site, false
	}
	for a := range 120 {
		angle := 2 * math.Pi * float64(a) / 120
		p := at
		for m := 10.0; m <= leveeReachM; m += 10 {
			next := offset(at, orb.Point{math.Cos(angle), math.Sin(angle)}, m)
			if s.terrain.rivers.clear(next, 180) < leveeBackM {
				break
			}
			if low.brooks.clear(next, 180) < 2*leveeBackM {
				return site, false
			}
			p = next
		}
		site.ring = append(site.ring, p)
	}
	site.ring = append(site.ring, site.ring[0])
	usual := s.terrain.grid.bilinear(s.terrain.levelM, at)
	k := blockCell(at)
	for x := k[0] - 3; x <= k[0]+3; x++ {
		for y := k[1] - 3; y <= k[1]+3; y++ {
			for _, h := range low.people[[2]int32{x, y}] {
				if h.levelM < usual+7 && inRing(orb.Ring(site.ring), h.at) {
					site.persons += h.persons
				}
			}
		}
	}
	return site, true
}
