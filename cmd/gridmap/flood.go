package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"gridmap/importers/redraw/picture/lettering"
	"gridmap/service/evacuation/files"
	"gridmap/web"
)

// floodCommand groups what is done about floods.
type floodCommand struct {
	Files floodFilesCommand `cmd:"" help:"Say from files, without a database, where a flood stands, what it reaches and who goes where."`
}

// floodFilesCommand computes a flood from files.
type floodFilesCommand struct {
	DEM          string            `name:"dem" placeholder:"FILE" help:"Elevations: GeoTIFF, or whatever GDAL reads; metres."`
	River        string            `placeholder:"FILE" help:"Rivers: a raster of the same cells (not 0: river), or lines or areas. Without it rivers are where --stream-area drains through."`
	D8           string            `name:"d8" placeholder:"FILE" help:"Flow directions in ESRI's codes, pinned: elevations are then taken as they are."`
	StreamArea   float64           `default:"10" placeholder:"KM2" help:"Area from which a river begins, km²."`
	Stages       []float64         `placeholder:"M,M,…" help:"Stages in metres above the river: the lowest is now, the highest the peak."`
	Depth        string            `placeholder:"FILE" help:"A raster of depths (metres) instead of terrain and stages."`
	Buildings    string            `placeholder:"FILE" help:"Points or polygons with id; optionally floors, plinth_m, storey_m, persons, households, helped, grid."`
	Roads        string            `placeholder:"FILE" help:"Lines with id; optionally bridge, deck_m."`
	Shelters     string            `placeholder:"FILE" help:"Points or polygons with id, capacity; optionally name, accessible."`
	Levees       string            `placeholder:"FILE" help:"Lines with crest_m, in the datum of the elevations."`
	Connectivity int               `default:"8" enum:"8,4" help:"Over how many neighbours water spreads: 8, as flow directions do, or 4."`
	Error        float64           `default:"1" placeholder:"M" help:"How far elevations may be off, metres: written into what is drawn from them."`
	Reach        float64           `default:"500" placeholder:"M" help:"Length of a reach of river, metres."`
	Field        map[string]string `mapsep:"," placeholder:"FIELD=COLUMN" help:"Where names differ: capacity=beds, or for one file buildings.persons=people; may be repeated."`
	CRS          string            `name:"crs" placeholder:"EPSG:…" help:"Coordinate system of vector files that do not say theirs."`
	Out          string            `required:"" placeholder:"DIR" help:"Folder for river.tif, hand.tif, threshold.tif, inundation_*.geojson, buildings.csv, roads.csv, plan.json, report.json, map.png."`
}

// Run reads, computes, writes and prints.
func (c *floodFilesCommand) Run(ctx context.Context) error {
	letters, err := lettering.New(web.Files())
	if err != nil {
		return err
	}
	bar, began := newProgress(os.Stderr), time.Now()
	report, err := files.Run(ctx, files.Request{DEM: c.DEM, River: c.River, D8: c.D8, StreamAreaKM2: c.StreamArea, Stages: c.Stages, Depth: c.Depth,
		Buildings: c.Buildings, Roads: c.Roads, Shelters: c.Shelters, Levees: c.Levees, Connectivity: c.Connectivity, ErrorM: c.Error, ReachM: c.Reach,
		Fields: c.Field, CRS: c.CRS, Out: c.Out, Letters: letters, Progress: func(stage string) { bar.step(stage, 0, 0) }})
	bar.done()
	if err != nil {
		return err
	}
	printFlood(report, time.Since(began))
	return nil
}

func printFlood(r *files.Report, took time.Duration) {
	for _, in := range r.Inputs {
		fmt.Printf("%s: %s", in.Role, in.File)
		if in.Rows > 0 {
			fmt.Printf(", %d rows, %d remarks", in.Rows, len(in.Rejected))
		}
		fmt.Println()
		for i, x := range in.Rejected {
			if i == 5 {
				fmt.Printf("  … and %d more in report.json\n", len(in.Rejected)-i)
				break
			}
			fmt.Printf("  %s: %s\n", x.ID, x.Reason)
		}
	}
	fmt.Printf("%d by %d cells of %g m, %d of them river, %d reaches\n", r.Width, r.Height, r.CellM, r.RiverCells, r.Reaches)
	for _, p := range r.Pictures {
		fmt.Printf("stage %s: %.3f km² wet in %d polygons; %.0f m of road shut; buildings:", p.Stage, p.WetKM2, p.Polygons, p.RoadsM)
		for _, class := range []files.Class{files.WetNow, files.WillBeWet, files.CutOff, files.Unknown, files.Unaffected} {
			fmt.Printf(" %s %d", class, p.Classes[class])
		}
		fmt.Println()
	}
	if p := r.Plan; p != nil {
		fmt.Printf("plan: %d %s to move, %.0f metres × %s, %d without a bed\n", p.Demand, p.Unit, p.Cost, p.Unit, p.Missing)
	}
	for _, n := range r.Notes {
		fmt.Println("note:", n)
	}
	fmt.Printf("terrain %.2f s, exposure %.2f s, writing %.2f s, in all %.2f s: %s\n", r.Seconds["terrain"], r.Seconds["exposure"], r.Seconds["writing"],
		took.Seconds(), strings.Join(r.Files, ", "))
}
