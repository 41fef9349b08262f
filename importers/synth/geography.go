package synth

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// Geography makes the land of the demo district and those who live on it.
func Geography(ctx context.Context, o Options) (*District, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("make the demo district: %w", err)
	}
	f, err := loadFacts()
	if err != nil {
		return nil, fmt.Errorf("make the demo district: %w", err)
	}
	o.progress("terrain", 0, 1)
	s := &sketchpad{facts: f, seed: o.Seed, grid: newLattice(f.outline)}
	s.steps = newSpread(s.grid)
	s.rivers = drawRivers(s.seed, s.outline)
	s.terrain = newTerrain(s.seed, s.grid, s.rivers)
	s.levelM = s.terrain.levels()
	s.divide()
	o.progress("terrain", 1, 1)

	fast := s.fastLines()
	fastBand := newNearness(200)
	for _, r := range fast {
		fastBand.addLine(r.line, halfWidthM(r.class), 0)
	}
	plan := s.planStreets(fastBand)
	communes, towns, whole, err := s.tile(ctx, plan, o.Workers)
	if err != nil {
		return nil, fmt.Errorf("make the demo district: %w", err)
	}
	g := &ground{outlines: communes, plan: plan, demand: s.estimate(o.Scale)}
	for _, c := range communes {
		g.bounds = append(g.bounds, c.Bound())
	}
	hamlets := s.chooseHamlets(g.demand.rural)
	o.progress("roads", 0, 1)
	g.roads = s.layRoads(s.routeRoads(hamlets), plan, fast)
	o.progress("roads", 1, 1)
	s.prepare(g, plan, hamlets)
	ponds := s.digPonds(g)
	brooks := s.brooks(plan)
	for _, l := range brooks { // no house stands on one
		g.ponds.addLine(l, 2, 0)
	}
	all, err := s.buildAll(ctx, g, &o)
	if err != nil {
		return nil, fmt.Errorf("make the demo district: %w", err)
	}
	d := &District{Options: o, Terrain: s.terrain, outline: s.outline, homes: homes{seed: o.Seed, year: o.Now.Year()}}
	d.divisions(s, g, communes, towns, whole)
	d.number(s, all)
	for i := range all {
		for k := range all[i].houses {
			d.Communities[i].Persons += sum(all[i].persons[k])
			d.Communities[i].Households += all[i].houses[k].homes
		}
	}
	d.drawRoads(s, g.roads)
	d.drawWater(s, brooks, ponds)
	d.drawLand(s, g, all)
	d.placeThings(s, g)
	return d, nil
}

func sum(list []uint8) int {
	n := 0
	for _, x := range list {
		n += int(x)
	}
	return n
}

// prepare sorts blocks, hamlets and roads by community.
func (s *sketchpad) prepare(g *ground, plan *streetPlan, hamlets []hamlet) {
	n := len(s.communes)
	g.blocks, g.hamlets, g.near = make([][]block, n), make([][]hamlet, n), make([][]int32, n)
	for _, b := range plan.blocks {
		if c := s.locate(g, b.centre()); c >= 0 {
			g.blocks[c] = append(g.blocks[c], b)
		}
	}
	for _, h := range hamlets {
		g.hamlets[h.commune] = append(g.hamlets[h.commune], h)
	}
	g.band = newNearness(100)
	for i, r := range g.roads {
		g.band.addLine(r.line, halfWidthM(r.class), int32(i))
		bound := orb.LineString(r.line).Bound().Pad(50)
		for c := range n {
			if g.bounds[c].Intersects(bound) {
				g.near[c] = append(g.near[c], int32(i))
			}
		}
	}
}

// locate finds the community at p, or -1.
func (s *sketchpad) locate(g *ground, p orb.Point) int {
	n := s.grid.node(p)
	if c := s.homeOf[n]; c >= 0 && inPolygons(g.outlines[c], p) {
		return int(c)
	}
	for c := range g.outlines {
		if g.bounds[c].Contains(p) && inPolygons(g.outlines[c], p) {
			return c
		}
	}
	return -1
}

func (d *District) divisions(s *sketchpad, g *ground, communes, towns, whole []orb.MultiPolygon) {
	add := func(v data.Division) {
		v.ID = int64(len(d.Divisions) + 1)
		v.Source, v.SourceID = Source, v.Code
		d.Divisions = append(d.Divisions, v)
	}
	add(data.Division{Code: s.code, Level: "district", Name: s.name, Geom: lonLatPolygons(whole[0])})
	for i, t := range s.towns {
		add(data.Division{Code: t.code, Level: "town", Name: t.name, ParentCode: s.code, Geom: lonLatPolygons(towns[i])})
	}
	for i, c := range s.communes {
		kind := "villagers"
		if c.residents {
			kind = "residents"
		}
		add(data.Division{Code: c.code, Level: "community", Name: c.name, ParentCode: s.towns[c.town].code, Kind: kind,
			Complex: g.demand.complex[i], Geom: lonLatPolygons(communes[i])})
		d.Communities = append(d.Communities, Community{Code: c.code, TownCode: s.towns[c.town].code, Name: c.name,
			Urban: g.demand.complex[i], Complex: g.demand.complex[i], Grids: g.demand.grids[i], Microgrids: g.demand.micro[i], Outline: communes[i]})
	}
}

func (d *District) drawRoads(s *sketchpad, roads []road) {
	for _, r := range roads {
		id := int64(len(d.Roads) + 1)
		rec := data.Road{ID: id, Class: className(r.class), Name: r.name, Bridge: r.bridge, DeckM: math.NaN(),
			Geom: orb.MultiLineString{lonLatLine(r.line)}, Source: Source, SourceID: fmt.Sprintf("r%d", id)}
		if r.bridge {
			rec.DeckM = math.Round(r.deckM*10) / 10
		}
		d.Roads = append(d.Roads, rec)
		kind := ""
		switch r.class {
		case classMotorway, classArterial, classSecondary:
			kind = "arterial"
		case classRail:
			kind = "rail"
		case classStreet:
			kind = "street"
		}
		if kind != "" {
			d.Barriers = append(d.Barriers, Barrier{kind, r.line})
		}
	}
	for i := range s.rivers {
		d.Barriers = append(d.Barriers, Barrier{"river", s.rivers[i].line})
	}
}
