package evacuation

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/importers"
	"gridmap/layers/flood"
)

// ground is what does not change while the water rises: terrain, buildings with
// their people, roads and shelters, and how each meets the water.
type ground struct {
	file      data.TerrainFile
	terrain   *flood.Terrain
	buildings []standing
	index     map[int64]int // in buildings
	edges     []edge
	shelters  []refuge
	gauges    map[int64]int32 // the reach on which a gauge stands
	unknown   int             // buildings of which the terrain says nothing
	grids     map[string]data.GridName
}

// standing is a building with how the water meets it. Its place is in degrees, its
// metres on the plane of the terrain.
type standing struct {
	data.Exposed
	flood.Exposure
	at, metres orb.Point
}

// edge is a piece of road between two vertices.
type edge struct {
	flood.Exposure
	road   int64
	name   string
	line   orb.LineString // degrees
	metres orb.LineString // on the plane
	speed  float64        // metres a minute, at most
}

// refuge is a shelter with how the water meets it.
type refuge struct {
	data.ShelterPlace
	flood.Exposure
	metres orb.Point
}

// errNoTerrain says that no water can be computed.
var errNoTerrain = errors.New("no terrain is loaded")

// loadGround reads the ground of a division and meets it with the terrain.
func loadGround(ctx context.Context, m data.Moment, dir string, v *data.Evacuation, breaches []data.Breach) (*ground, error) {
	e := m.Evacuations()
	file, ok, err := e.Terrain(ctx, v.TerrainID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errNoTerrain
	}
	g := &ground{file: file, index: map[int64]int{}, gauges: map[int64]int32{}, grids: map[string]data.GridName{}}
	if g.terrain, err = terrainOf(ctx, e, dir, file, breaches); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, data.Evacuations, *data.Evacuation) error{g.loadBuildings, g.loadRoads, g.loadShelters, g.loadGauges} {
		if err := step(ctx, e, v); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// streamAreaKM2 is where a stream begins where the rivers are not drawn.
const streamAreaKM2 = 2

// terrainOf opens the stored terrain of a version, or makes it. Breaches change the
// thresholds alone.
func terrainOf(ctx context.Context, e data.Evacuations, dir string, file data.TerrainFile, breaches []data.Breach) (*flood.Terrain, error) {
	place := filepath.Join(dir, hex.EncodeToString(file.SHA256)+".flood")
	t, made, err := flood.Open(place)
	if err == nil {
		_ = made
		return t, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("open the terrain: %w", err)
	}
	dem, err := importers.ReadRaster(ctx, file.Path, "")
	if err != nil {
		return nil, err
	}
	courses, err := e.Courses(ctx)
	if err != nil {
		return nil, err
	}
	river := make([]bool, dem.Size())
	any := false
	for _, c := range courses {
		shape, err := onPlane(ctx, dem.System.String(), c.Geom)
		if err != nil {
			return nil, err
		}
		cells, _ := flood.Cells(dem.Grid, shape)
		for _, i := range cells {
			river[i], any = true, true
		}
	}
	o := flood.Options{River: river}
	if !any {
		o = flood.Options{StreamAreaKM2: streamAreaKM2}
	}
	return flood.Build(dem, o)
}

// onPlane brings a geometry in degrees into the system of the terrain.
func onPlane(ctx context.Context, system string, g orb.Geometry) (orb.Geometry, error) {
	switch system {
	case "EPSG:4490", "EPSG:4326":
		return g, nil
	case "EPSG:4544":
		return geo.ProjectionAt(105).InMetres(g), nil
	}
	moved, err := importers.Reproject(ctx, "EPSG:4490", system, []orb.Geometry{g})
	if err != nil {
		return nil, err
	}
	return moved[0], nil
}

func (g *ground) meet(ctx context.Context, shape orb.Geometry) (flood.Exposure, error) {
	plane, err := onPlane(ctx, g.terrain.System.String(), shape)
	if err != nil {
		return flood.Exposure{}, err
	}
	return g.terrain.Expose(flood.Cells(g.terrain.Grid, plane)), nil
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
	g.buildings = make([]standing, len(list))
	for i, b := range list {
		s := standing{Exposed: b, at: b.Geom.Bound().Center()}
		if s.Exposure, err = g.meet(ctx, b.Geom); err != nil {
			return err
		}
		m := geo.ToMetres(geo.LonLat{Lon: s.at[0], Lat: s.at[1]})
		s.metres = orb.Point{m.E, m.N}
		s.Geom = nil
		if !s.Known {
			g.unknown++
		}
		g.buildings[i], g.index[b.ID] = s, i
	}
	return nil
}

func (g *ground) loadShelters(ctx context.Context, e data.Evacuations, _ *data.Evacuation) error {
	list, err := e.Shelters(ctx)
	if err != nil {
		return err
	}
	for _, s := range list {
		r := refuge{ShelterPlace: s}
		if r.Exposure, err = g.meet(ctx, s.Geom); err != nil {
			return err
		}
		m := geo.ToMetres(geo.LonLat{Lon: s.Geom[0], Lat: s.Geom[1]})
		r.metres = orb.Point{m.E, m.N}
		g.shelters = append(g.shelters, r)
	}
	return nil
}

// loadRoads parts roads into pieces that shut each by itself; a bridge shuts when
// the water reaches its deck, or its ends where that is not known.
func (g *ground) loadRoads(ctx context.Context, e data.Evacuations, _ *data.Evacuation) error {
	ways, err := e.Ways(ctx)
	if err != nil {
		return err
	}
	for i := range ways {
		w := &ways[i]
		for _, line := range w.Geom {
			for k := 1; k < len(line); k++ {
				piece := edge{road: w.ID, name: w.Name, line: orb.LineString{line[k-1], line[k]}}
				if piece.Exposure, err = g.meet(ctx, piece.line); err != nil {
					return err
				}
				if w.Bridge {
					piece.Exposure = g.deck(w, piece.Exposure)
				}
				piece.metres, _ = geo.ProjectionAt(105).InMetres(piece.line).(orb.LineString)
				g.edges = append(g.edges, piece)
			}
		}
	}
	return nil
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

func (g *ground) loadGauges(ctx context.Context, e data.Evacuations, _ *data.Evacuation) error {
	gauges, err := e.Gauges(ctx)
	if err != nil {
		return err
	}
	for _, x := range gauges {
		p, err := onPlane(ctx, g.terrain.System.String(), x.Geom)
		if err != nil {
			return err
		}
		at, _ := p.(orb.Point)
		if reach, away, ok := g.terrain.ReachNear(at); ok && away < gaugeReachM {
			g.gauges[x.ID] = reach
		}
	}
	return nil
}

// gaugeReachM is how far a gauge may stand from the river that it measures.
const gaugeReachM = 500
