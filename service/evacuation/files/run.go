package files

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/paulmach/orb"

	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
	"gridmap/importers"
	"gridmap/layers/flood"
)

// Report says what was read, how it was computed and what came out.
type Report struct {
	Model        string             `json:"model"` // hand, library
	ErrorM       float64            `json:"error_m"`
	System       string             `json:"crs"`
	PolygonsIn   string             `json:"polygons_crs"`
	Width        int                `json:"width"`
	Height       int                `json:"height"`
	CellM        float64            `json:"cell_m"`
	Connectivity int                `json:"connectivity,omitempty"`
	StreamKM2    float64            `json:"stream_area_km2,omitempty"`
	RiverCells   int                `json:"river_cells,omitempty"`
	RiverLost    int                `json:"river_cells_without_elevation"`
	Reaches      int                `json:"reaches,omitempty"`
	Inputs       []Input            `json:"inputs"`
	Pictures     []Picture          `json:"stages"`
	Unknown      []string           `json:"buildings_unknown"`
	Plan         *PlanFigures       `json:"plan"`
	Notes        []string           `json:"notes"`
	Seconds      map[string]float64 `json:"-"` // printed only: files are the same on any machine
	Files        []string           `json:"files"`
}

// Picture sums one stage up.
type Picture struct {
	Stage    string        `json:"stage"`
	WetCells int           `json:"wet_cells"`
	WetKM2   float64       `json:"wet_km2"`
	Polygons int           `json:"polygons"`
	Classes  map[Class]int `json:"buildings"`
	RoadsM   float64       `json:"roads_shut_m"`
}

// PlanFigures sums the plan up.
type PlanFigures struct {
	Unit    string  `json:"unit"`
	Demand  int64   `json:"demand"`
	Cost    float64 `json:"cost"`
	Missing int64   `json:"missing"`
}

// run is one run.
type run struct {
	*Request
	w         *water
	report    *Report
	buildings []building
	roads     []road
	shelters  []shelter
	began     time.Time
}

// Run reads, computes and writes.
func Run(ctx context.Context, r Request) (*Report, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	run := &run{Request: &r, report: &Report{ErrorM: r.ErrorM, Seconds: map[string]float64{}, Notes: []string{}, Unknown: []string{}}, began: time.Now()}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{{"terrain", run.readWater}, {"exposure", run.readThings}, {"writing", run.write}} {
		if err := step.do(ctx); err != nil {
			return nil, err
		}
		run.report.Seconds[step.name] = time.Since(run.began).Seconds()
		run.began = time.Now()
	}
	return run.report, nil
}

// readWater reads terrain or depths.
func (r *run) readWater(ctx context.Context) error {
	read := r.readTerrain
	if r.Depth != "" {
		read = r.readDepths
	}
	if err := read(ctx); err != nil {
		return err
	}
	rep := r.report
	rep.System, rep.Width, rep.Height, rep.CellM = short(r.w.System), r.w.Width, r.w.Height, math.Round(r.w.CellM()*1000)/1000
	return nil
}

// readDepths reads depths in the place of terrain and stages. Most models write
// nothing where it is dry: only where the raster has dry cells, too, is a cell
// without a depth unknown.
func (r *run) readDepths(ctx context.Context) error {
	depth, in, err := r.raster(ctx, "depth", r.Depth)
	if err != nil {
		return err
	}
	if depth.Empty() {
		return fmt.Errorf("--depth %s: no cell has a depth", in.File)
	}
	dry, missing := false, 0
	for _, v := range depth.Values {
		dry = dry || v <= 0
		if v != v {
			missing++
		}
	}
	switch {
	case missing > 0 && dry:
		r.note("%d cells of the depths have no value: they are unknown", missing)
	case missing > 0:
		r.note("%d cells of the depths have no value and none is zero: those without a value count as dry", missing)
		for i, v := range depth.Values {
			if v != v {
				depth.Values[i] = 0
			}
		}
	}
	r.w = &water{Grid: depth.Grid, depth: depth}
	r.report.Model, r.report.Inputs = string(flood.ModelLibrary), []Input{in}
	return nil
}

// readTerrain reads elevations and what goes with them, and computes.
func (r *run) readTerrain(ctx context.Context) error {
	t, inputs, err := r.terrain(ctx)
	if err != nil {
		return err
	}
	r.w = &water{Grid: t.Grid, terrain: t, metres: r.stages()}
	for _, s := range r.w.metres {
		r.w.stages = append(r.w.stages, t.Uniform(float32(s)))
	}
	rep := r.report
	rep.Model, rep.Inputs = string(flood.ModelHand), inputs
	rep.Connectivity, rep.Reaches, rep.RiverLost = r.Connectivity, len(t.Reaches), t.LostRivers
	if r.River == "" {
		rep.StreamKM2 = r.StreamAreaKM2
	}
	riverless := 0
	for i, is := range t.River {
		if is {
			rep.RiverCells++
		}
		if z := t.Elevation[i]; z == z && t.Drain[i] < 0 {
			riverless++
		}
	}
	if t.LostRivers > 0 {
		r.note("%d river cells have no elevation: no water comes from them", t.LostRivers)
	}
	if riverless > 0 {
		r.note("%d cells drain to no river: they have no HAND and count as never wet", riverless)
	}
	if t.DeckCells > 0 {
		r.note("%d river cells were lowered from a bridge's deck or a dam's crest to the water beside", t.DeckCells)
	}
	return nil
}

func (r *run) note(format string, args ...any) {
	r.report.Notes = append(r.report.Notes, fmt.Sprintf(format, args...))
}

// readThings reads buildings, roads and shelters and meets them with the water.
func (r *run) readThings(ctx context.Context) error {
	for _, role := range []string{"buildings", "roads", "shelters"} {
		spec := map[string]string{"buildings": r.Buildings, "roads": r.Roads, "shelters": r.Shelters}[role]
		if spec == "" {
			continue
		}
		r.tell("reading " + role)
		things, in, err := r.Request.readThings(ctx, role, spec, r.w.System)
		if err != nil {
			return err
		}
		switch role {
		case "buildings":
			r.buildings = r.w.meetBuildings(things, &in)
		case "roads":
			r.roads = r.w.meetRoads(things, &in)
		case "shelters":
			r.shelters = r.w.meetShelters(things, &in)
		}
		r.report.Inputs = append(r.report.Inputs, in)
	}
	if r.Roads == "" {
		r.note("without roads nobody can be told to be cut off, and ways are straight lines")
	}
	for i := range r.buildings {
		if !r.buildings[i].known {
			r.report.Unknown = append(r.report.Unknown, r.buildings[i].id)
		}
	}
	return r.w.classify(r.buildings, r.roads, r.shelters)
}

// write writes everything.
func (r *run) write(ctx context.Context) error {
	if err := os.MkdirAll(r.Out, 0o755); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	for _, step := range []func(context.Context) error{r.writeRasters, r.writePolygons, r.writeTables, r.writePlan, r.writeMap} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	r.report.Files = append(r.report.Files, "report.json")
	return writeJSON(r.place("report.json"), r.report)
}

func (r *run) place(name string) string { return filepath.Join(r.Out, name) }

func (r *run) wrote(name string) { r.report.Files = append(r.report.Files, name) }

func (r *run) writeRasters(ctx context.Context) error {
	t := r.w.terrain
	if t == nil {
		return nil
	}
	river := &raster.Raster{Grid: t.Grid, Values: make([]float32, t.Size()), NoData: math.NaN()}
	for i, is := range t.River {
		if is {
			river.Values[i] = 1
		}
	}
	for _, f := range []struct {
		name   string
		values *raster.Raster
		kind   geotiff.Type
	}{
		{"river.tif", river, geotiff.Byte},
		{"hand.tif", &raster.Raster{Grid: t.Grid, Values: t.Hand, NoData: -9999}, geotiff.Float32},
		{"threshold.tif", &raster.Raster{Grid: t.Grid, Values: t.Threshold, NoData: -9999}, geotiff.Float32},
	} {
		r.tell("writing " + f.name)
		if err := importers.WriteRaster(ctx, r.place(f.name), f.values, f.kind); err != nil {
			return err
		}
		r.wrote(f.name)
	}
	return nil
}

// writePolygons writes what is wet in each picture, in longitude and latitude.
func (r *run) writePolygons(ctx context.Context) error {
	system := nameOf(r.w.System)
	r.report.PolygonsIn = "EPSG:4326"
	if r.w.System.Geographic && r.w.System.EPSG != 0 {
		r.report.PolygonsIn = system
	}
	areas := r.w.CellAreasM2()
	for k := range r.w.courses() {
		name := "inundation_" + r.w.label(k) + ".geojson"
		r.tell("writing " + name)
		p := Picture{Stage: r.w.label(k), Classes: map[Class]int{}}
		for i, is := range r.w.wet(k) {
			if is {
				p.WetCells++
				p.WetKM2 += areas[i/r.w.Width] / 1e6
			}
		}
		p.WetKM2 = math.Round(p.WetKM2*1e6) / 1e6
		shape := r.w.outline(k)
		p.Polygons = len(shape)
		if r.report.PolygonsIn != system {
			moved, err := importers.Reproject(ctx, system, "EPSG:4326", []orb.Geometry{shape})
			if err != nil {
				return fmt.Errorf("bring polygons to longitude and latitude: %w", err)
			}
			shape, _ = moved[0].(orb.MultiPolygon)
		}
		if err := writeCompact(r.place(name), r.w.collection(k, shape, r.report.Model, r.ErrorM)); err != nil {
			return err
		}
		r.wrote(name)
		for i := range r.buildings {
			p.Classes[r.buildings[i].class[k]]++
		}
		for i := range r.roads {
			for _, piece := range r.roads[i].pieces {
				if !piece.open[k] {
					p.RoadsM += math.Hypot(piece.line[1][0]-piece.line[0][0], piece.line[1][1]-piece.line[0][1])
				}
			}
		}
		p.RoadsM = math.Round(p.RoadsM)
		r.report.Pictures = append(r.report.Pictures, p)
	}
	return nil
}

func (r *run) writeTables(context.Context) error {
	if r.Buildings != "" {
		if err := writeTable(r.place("buildings.csv"), r.w.buildingsTable(r.buildings)); err != nil {
			return err
		}
		r.wrote("buildings.csv")
	}
	if r.Roads != "" {
		if err := writeTable(r.place("roads.csv"), r.w.roadsTable(r.roads)); err != nil {
			return err
		}
		r.wrote("roads.csv")
	}
	return nil
}

func (r *run) writePlan(context.Context) error {
	if r.Buildings == "" || r.Shelters == "" {
		r.note("without buildings and shelters there is no plan")
		return nil
	}
	r.tell("assigning shelters")
	plan, pairs, err := r.w.plan(r.buildings, r.roads, r.shelters)
	if err != nil {
		return err
	}
	figures := &PlanFigures{Unit: plan.Unit, Cost: plan.Cost}
	for _, s := range plan.Sources {
		figures.Demand += s.Demand
		figures.Missing += s.Left
	}
	r.report.Plan = figures
	if err := writeJSON(r.place("plan.json"), plan); err != nil {
		return err
	}
	if err := writeTable(r.place("pairs.csv"), pairsTable(plan, pairs)); err != nil {
		return err
	}
	r.wrote("plan.json")
	r.wrote("pairs.csv")
	return nil
}
