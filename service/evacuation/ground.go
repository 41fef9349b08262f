package evacuation

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/importers"
	"gridmap/layers/escape"
	"gridmap/layers/flood"
)

// ground is what does not change while the water rises: terrain, buildings with
// their people, roads and shelters, and how each meets the water. It is read by
// many at once and never written, but for who lives where.
type ground struct {
	file      data.TerrainFile
	terrain   *flood.Terrain // nil: none is loaded
	plane     geo.Projection // metres for roads and distances
	buildings []standing
	index     map[int64]int // in buildings
	ways      []data.Way    // without their lines
	pieces    []piece
	streets   *escape.Streets // of the pieces, in their order
	shelters  []refuge
	gauges    map[int64]station
	unknown   int // buildings of which the terrain says nothing
	noGrid    int // buildings with people that belong to no grid in force
	grids     map[string]data.GridName
	stems     map[string][]int32 // by river, the reaches of its main stem
	rivers    map[int32]string   // what the river of a reach is called, of those with a gauge
	libraries []library
	dwellings dwellings
}

// station is where on a river a gauge stands.
type station struct {
	reach int32
	// aboveM is how much higher the river lies there than in the mean of the reach.
	aboveM float64
}

// standing is a building with how the water meets it. Its place is in degrees, its
// metres on the plane.
type standing struct {
	data.Exposed
	flood.Exposure
	at, metres orb.Point
	node       int32   // of the streets; -1: no road is near
	awayM      float64 // from there
	curve      curve   // nil: depth is stage less HandM
}

// piece is a piece of road between two vertices, at most pieceM long.
type piece struct {
	flood.Exposure
	way  int // index in ways
	line orb.LineString
}

// refuge is a shelter with how the water meets it.
type refuge struct {
	data.ShelterPlace
	flood.Exposure
	node   int32
	awayM  float64
	metres orb.Point
}

const (
	// pieceM is how long a piece of road is at most: one end of a long road may be
	// under water while people can still join it at the other.
	pieceM = 60
	// roadWithinM is how far a building may lie from the road that serves it.
	roadWithinM = 400
	// gaugeReachM is how far a gauge may stand from the river that it measures.
	gaugeReachM = 500
)

// loadGround reads the ground of a division and meets it with the terrain.
func loadGround(ctx context.Context, e data.Evacuations, terrains *terrains, v *data.Evacuation, breaches []data.Breach) (*ground, error) {
	g := &ground{index: map[int64]int{}, gauges: map[int64]station{}, grids: map[string]data.GridName{}, rivers: map[int32]string{}, stems: map[string][]int32{}}
	file, ok, err := e.Terrain(ctx, v.TerrainID)
	if err != nil {
		return nil, err
	}
	if ok {
		g.file = file
		if g.terrain, err = terrains.of(ctx, e, file, breaches); err != nil {
			return nil, err
		}
	}
	for _, step := range []func(context.Context, data.Evacuations, *data.Evacuation) error{g.loadGauges, g.loadLibraries, g.loadBuildings, g.loadRoads, g.loadShelters} {
		if err := step(ctx, e, v); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// meet finds how shapes in degrees meet the water, all in one step: a system that
// needs another program to convert would start it for each.
// What a library of depths covers follows its curve.
func (g *ground) meet(ctx context.Context, shapes []orb.Geometry) ([]flood.Exposure, []curve, error) {
	out := make([]flood.Exposure, len(shapes))
	if g.terrain == nil {
		return out, make([]curve, len(shapes)), nil
	}
	moved, err := onPlane(ctx, g.terrain.System.String(), shapes)
	if err != nil {
		return nil, nil, err
	}
	for i, shape := range moved {
		cells, inside := flood.Cells(g.terrain.Grid, shape)
		if _, line := shape.(orb.LineString); line {
			cells = g.ashore(cells)
		}
		e := g.terrain.Expose(cells, inside)
		// The elevations are those of the usual water: while a river is no higher, what
		// stands beside it, or on the cell of a brook, is dry.
		e.ThresholdM = math.Max(e.ThresholdM, math.Max(0, e.HandM)+0.001)
		out[i] = e
	}
	curves, err := g.overlay(ctx, shapes, out)
	return out, curves, err
}

// ashore leaves river cells out: a road that crosses them does so over a bridge or a
// culvert, which shuts when its ends do. A road on nothing else is left as it is.
func (g *ground) ashore(cells []int32) []int32 {
	dry := make([]int32, 0, len(cells))
	for _, i := range cells {
		if !g.terrain.River[i] {
			dry = append(dry, i)
		}
	}
	if len(dry) == 0 {
		return cells
	}
	return dry
}

// onPlane brings geometries in degrees into the system of the terrain.
func onPlane(ctx context.Context, system string, shapes []orb.Geometry) ([]orb.Geometry, error) {
	switch system {
	case "EPSG:4490", "EPSG:4326":
		return shapes, nil
	case "EPSG:4544":
		plane := geo.Projection{CentralLonDeg: 105}
		out := make([]orb.Geometry, len(shapes))
		for i, s := range shapes {
			out[i] = plane.InMetres(s)
		}
		return out, nil
	}
	return importers.Reproject(ctx, "EPSG:4490", system, shapes)
}

func (g *ground) loadBuildings(ctx context.Context, e data.Evacuations, v *data.Evacuation) error {
	list, err := e.Exposed(ctx, v.Division)
	if err != nil {
		return err
	}
	names, err := e.GridNames(ctx, v.Division)
	if err != nil {
		return err
	}
	for _, n := range names {
		g.grids[n.Code] = n
	}
	shapes := make([]orb.Geometry, len(list))
	for i := range list {
		shapes[i] = list[i].Geom
	}
	met, curves, err := g.meet(ctx, shapes)
	if err != nil {
		return err
	}
	g.plane = geo.ProjectionAt(105)
	if len(list) > 0 {
		g.plane = geo.ProjectionAt(list[0].Geom.Bound().Center()[0])
	}
	g.buildings = make([]standing, len(list))
	for i, b := range list {
		s := standing{Exposed: b, Exposure: met[i], at: b.Geom.Bound().Center(), node: -1, curve: curves[i]}
		s.metres, _ = g.plane.InMetres(s.at).(orb.Point)
		if !s.Known {
			g.unknown++
		}
		if b.GridCode == "" && b.Persons > 0 {
			g.noGrid++
		}
		s.Geom = nil
		g.buildings[i], g.index[b.ID] = s, i
	}
	return nil
}

// loadRoads parts roads into pieces that shut each by itself; a bridge shuts when
// the water reaches its deck, or its ends where that is not known.
func (g *ground) loadRoads(ctx context.Context, e data.Evacuations, _ *data.Evacuation) error {
	var err error
	if g.ways, err = e.Ways(ctx); err != nil {
		return err
	}
	var lines []orb.LineString
	var shapes []orb.Geometry
	for i := range g.ways {
		for _, line := range g.ways[i].Geom {
			for _, l := range g.parted(line) {
				g.pieces = append(g.pieces, piece{way: i, line: l})
				metres, _ := g.plane.InMetres(l).(orb.LineString)
				lines, shapes = append(lines, metres), append(shapes, l)
			}
		}
		g.ways[i].Geom = nil
	}
	met, _, err := g.meet(ctx, shapes)
	if err != nil {
		return err
	}
	for i := range g.pieces {
		p := &g.pieces[i]
		if p.Exposure = met[i]; g.ways[p.way].Bridge {
			p.Exposure = g.deck(&g.ways[p.way], p.Exposure)
		}
	}
	if g.streets, err = escape.NewStreets(lines); err != nil {
		return fmt.Errorf("join the roads: %w", err)
	}
	for i := range g.buildings {
		b := &g.buildings[i]
		b.node, b.awayM = g.streets.Near(b.metres, roadWithinM)
	}
	return nil
}

// parted cuts a line at its vertices, and where they lie further apart than pieceM.
func (g *ground) parted(line orb.LineString) []orb.LineString {
	var out []orb.LineString
	for k := 1; k < len(line); k++ {
		a, b := line[k-1], line[k]
		am, _ := g.plane.InMetres(a).(orb.Point)
		bm, _ := g.plane.InMetres(b).(orb.Point)
		n := max(1, math.Ceil(math.Hypot(bm[0]-am[0], bm[1]-am[1])/pieceM))
		from := a
		for i := 1.0; i <= n; i++ {
			to := orb.Point{a[0] + (b[0]-a[0])*i/n, a[1] + (b[1]-a[1])*i/n}
			if i == n {
				to = b // not a rounding beside it: roads join here
			}
			out = append(out, orb.LineString{from, to})
			from = to
		}
	}
	return out
}

// deck lifts a bridge above the water it crosses.
func (g *ground) deck(w *data.Way, below flood.Exposure) flood.Exposure {
	if !below.Known || below.Never {
		return below
	}
	if math.IsNaN(w.DeckM) {
		below.Never = true // its ends decide: they are pieces of their own
		return below
	}
	stage := w.DeckM - g.terrain.Reaches[below.Reach].BedM
	below.ThresholdM, below.HandM = stage, stage
	return below
}

func (g *ground) loadShelters(ctx context.Context, e data.Evacuations, _ *data.Evacuation) error {
	list, err := e.Shelters(ctx)
	if err != nil {
		return err
	}
	shapes := make([]orb.Geometry, len(list))
	for i, s := range list {
		shapes[i] = s.Geom
	}
	met, _, err := g.meet(ctx, shapes)
	if err != nil {
		return err
	}
	for i, s := range list {
		r := refuge{ShelterPlace: s, Exposure: met[i]}
		r.metres, _ = g.plane.InMetres(s.Geom).(orb.Point)
		r.node, r.awayM = g.streets.Near(r.metres, roadWithinM)
		g.shelters = append(g.shelters, r)
	}
	return nil
}

func (g *ground) loadGauges(ctx context.Context, e data.Evacuations, _ *data.Evacuation) error {
	gauges, err := e.Gauges(ctx)
	if err != nil || g.terrain == nil {
		return err
	}
	shapes := make([]orb.Geometry, len(gauges))
	for i, x := range gauges {
		shapes[i] = x.Geom
	}
	moved, err := onPlane(ctx, g.terrain.System.String(), shapes)
	if err != nil {
		return err
	}
	on := map[string][]flood.Reading{}
	for i, x := range gauges {
		at, _ := moved[i].(orb.Point)
		cell, away, ok := g.terrain.RiverNear(at)
		if !ok || away > gaugeReachM {
			continue
		}
		reach := g.terrain.ReachOf[cell]
		s := station{reach: reach, aboveM: float64(g.terrain.Elevation[cell]) - g.terrain.Reaches[reach].BedM}
		if math.IsNaN(s.aboveM) {
			s.aboveM = 0
		}
		g.gauges[x.ID] = s
		on[x.River] = append(on[x.River], flood.Reading{Reach: reach})
	}
	for river, readings := range on {
		g.stems[river] = g.terrain.MainStem(readings)
		for _, r := range g.stems[river] {
			g.rivers[r] = river
		}
	}
	return nil
}
