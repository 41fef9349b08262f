package synth

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"gridmap/data"
)

// built is what stands in one community.
type built struct {
	houses    []house
	compounds []compoundPlan
	parks     []orb.Ring
	persons   [][]uint8 // by house, by household
}

// ground is what houses must respect, shared by all communities.
type ground struct {
	outlines []orb.MultiPolygon
	bounds   []orb.Bound
	blocks   [][]block // by community
	hamlets  [][]hamlet
	roads    []road
	near     [][]int32 // roads near each community
	band     *nearness
	ponds    *nearness
	plan     *streetPlan
	demand   demand
}

// buildAll builds the communities side by side; each draws from its own stream.
func (s *sketchpad) buildAll(ctx context.Context, g *ground, o *Options) ([]built, error) {
	out := make([]built, len(s.communes))
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	var mu sync.Mutex
	done := 0
	for c := range s.communes {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("build %s: %w", s.communes[c].name, err)
			}
			out[c] = s.build(c, g)
			mu.Lock()
			defer mu.Unlock()
			done++
			o.progress("buildings", done, len(s.communes))
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

func (s *sketchpad) build(c int, g *ground) built {
	r := newRand(s.seed, streamBlocks, uint64(c))
	t := &site{s: s, commune: c, ground: g.outlines[c], bound: g.bounds[c], roads: g.band, ponds: g.ponds, plan: g.plan, taken: map[[2]int32][]frame{}}
	q := &quarter{site: t, r: r, name: s.communes[c].short(), city: s.communes[c].town < 3}
	roads := make([]road, 0, len(g.near[c]))
	for _, i := range g.near[c] {
		roads = append(roads, g.roads[i])
	}
	total, rural := g.demand.households[c], g.demand.rural[c]
	q.buildBlocks(g.blocks[c], total-rural)
	housed := 0
	for i := range q.houses {
		housed += q.houses[i].homes
	}
	out := built{houses: q.houses, compounds: q.compounds, parks: q.parks}
	if rural > total/2 {
		t.publicHouses(r, s.centres[c], roads, s.communes[c].short(), &out.houses)
	}
	hamlets := g.hamlets[c]
	if len(hamlets) == 0 {
		hamlets = []hamlet{{s.centres[c], c, 1}}
	}
	left := total - housed
	if rural == 0 && len(q.houses) > 0 {
		left = 0 // no farmhouse stands in the city
	}
	farm := t.buildVillage(r, hamlets, roads, left)
	for i := range farm {
		housed += farm[i].homes
	}
	out.houses = append(out.houses, farm...)
	out.crowd(total - housed)
	out.share(r, g.demand.persons[c])
	return out
}

// crowd finds room for households that found no ground: houses take one more.
func (b *built) crowd(left int) {
	for left > 0 {
		before := left
		for i := range b.houses {
			h := &b.houses[i]
			if left == 0 || h.stairs == 0 {
				continue
			}
			h.homes++
			left--
			for h.homes > h.floors*h.stairs*h.perFloor {
				h.perFloor++
			}
		}
		if left == before {
			return // nobody can live here: the community has no house at all
		}
	}
}

// share draws the size of each household, so that they add up to persons.
func (b *built) share(r *rand.Rand, persons int) {
	b.persons = make([][]uint8, len(b.houses))
	sum, count := 0, 0
	for i := range b.houses {
		b.persons[i] = make([]uint8, b.houses[i].homes)
		for k := range b.persons[i] {
			n := 1 + pick(r, []float64{22, 30, 22, 15, 8, 3})
			b.persons[i][k] = uint8(n)
			sum += n
			count++
		}
	}
	for count > 0 && sum != persons {
		i := r.IntN(len(b.persons))
		if len(b.persons[i]) == 0 {
			continue
		}
		n := &b.persons[i][r.IntN(len(b.persons[i]))]
		switch {
		case sum < persons && (*n < 7 || persons > 6*count):
			*n++
			sum++
		case sum > persons && *n > 1:
			*n--
			sum--
		}
	}
}

// number turns what was built into records, community by community.
func (d *District) number(s *sketchpad, all []built) {
	for c := range all {
		b, name := &all[c], s.communes[c]
		town := s.towns[name.town].name
		first := len(d.Compounds)
		for _, k := range b.compounds {
			id := int64(len(d.Compounds) + 1)
			d.Compounds = append(d.Compounds, data.Compound{ID: id, CommunityCode: name.code, Name: k.name, Kind: k.kind,
				Geom: orb.MultiPolygon{lonLatPolygon(orb.Polygon{k.ring})}, Source: Source, SourceID: fmt.Sprintf("k%d", id)})
		}
		for i := range b.houses {
			h := &b.houses[i]
			id := int64(len(d.Buildings) + 1)
			rec := data.Building{ID: id, Code: fmt.Sprintf("%s-%04d", name.code, i+1), CommunityCode: name.code, Name: h.name,
				Address: fmt.Sprintf("%s%s%d号", town, name.name, i+1), Kind: h.kind, Dedicated: h.dedicated, Floors: h.floors,
				StoreyM: storeyM(h.kind), PlinthM: 0.3, Households: h.homes, Source: Source, SourceID: fmt.Sprintf("b%d", id), SourceCRS: "EPSG:4544"}
			rec.HeightM = float64(h.floors)*rec.StoreyM + 0.6
			if h.kind == "farmhouse" {
				rec.PlinthM = 0.45
			}
			if h.compound > 0 {
				rec.CompoundID = int64(first + h.compound)
				if rec.Name == "" {
					rec.Name = fmt.Sprintf("%s%d号楼", b.compounds[h.compound-1].name, i+1)
				}
			}
			for _, n := range b.persons[i] {
				rec.Persons += int(n)
			}
			foot := h.outline(h.shape)
			rec.Geom = lonLatPolygon(foot)
			d.Buildings = append(d.Buildings, rec)
			d.Footprints = append(d.Footprints, foot)
			d.communityOf = append(d.communityOf, int32(c))
			d.homes.buildings = append(d.homes.buildings, dwellings{uint8(h.stairs), uint8(h.floors), uint8(h.perFloor), uint16(h.homes), h.kind == "residential"})
			d.homes.persons = append(d.homes.persons, b.persons[i]...)
		}
	}
}

func storeyM(kind string) float64 {
	switch kind {
	case "residential", "farmhouse":
		return 3
	case "industrial":
		return 6
	}
	return 4
}
