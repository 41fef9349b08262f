package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"gridmap/geo"
	"gridmap/importers/redraw"
	"gridmap/importers/redraw/picture"
	"gridmap/importers/redraw/picture/lettering"
	"gridmap/service/planning/files"
	"gridmap/web"
)

// redrawFilesCommand draws grids from files, without a database.
type redrawFilesCommand struct {
	Communities string `required:"" placeholder:"FILE" help:"Polygons with code; optionally name, complex. A layer is named as FILE#LAYER."`
	Buildings   string `required:"" placeholder:"FILE" help:"Points or polygons with id, households; optionally persons, compound, community, floors, stairwells, dedicated."`
	Barriers    string `placeholder:"FILE" help:"Lines or polygons with kind: river, rail, arterial, street."`
	Current     string `placeholder:"FILE" help:"The grids that hold now: polygons with code; optionally level (grid, microgrid)."`
	Places      string `name:"current-assign" placeholder:"FILE" help:"The assign.csv of the grids that hold now, so that the parts of a tower are known where they are."`
	History     string `placeholder:"FILE" help:"The report of an earlier run (.json), whose retired codes are not given again."`

	Field    map[string]string `mapsep:"," placeholder:"FIELD=COLUMN" help:"Where names differ: households=dwellings, or for one file buildings.households=dwellings; may be repeated."`
	CRS      []string          `sep:"none" placeholder:"EPSG:…" help:"Coordinate system of the files that do not say theirs, or of one: buildings=EPSG:4544; may be repeated."`
	Datum    string            `default:"cgcs2000" enum:"cgcs2000,gcj02,bd09" help:"Shifted coordinates are brought back from gcj02 or bd09."`
	Estimate bool              `help:"Estimate households from footprint and floors where the file has no column for them."`
	Missing  string            `default:"reject" enum:"reject,zero" help:"A building with an empty count is rejected, or taken as empty (zero)."`

	redrawRule

	Out    string `required:"" placeholder:"FILE" help:"Grids and micro-grids: .gpkg (EPSG:4490) or .geojson."`
	Assign string `placeholder:"FILE" help:"Each building's grid: .csv."`
	Report string `placeholder:"FILE" help:"All figures, reasons and rejected rows: .json."`

	Picture  string `placeholder:"FILE" help:"The plan as a picture: .png."`
	Title    string `help:"Title of the picture."`
	Language string `default:"zh" enum:"zh,en" help:"Language of the picture: zh or en."`
	Width    int    `default:"2000" help:"Width of the picture in pixels."`
}

// Run reads, draws, writes and prints.
func (c *redrawFilesCommand) Run(ctx context.Context) error {
	datum, err := geo.ParseDatum(c.Datum)
	if err != nil {
		return err
	}
	bar, began, cpu := newProgress(os.Stderr), time.Now(), threadCPU()
	result, err := files.Run(ctx, files.Request{
		Communities: c.Communities, Buildings: c.Buildings, Barriers: c.Barriers, Current: c.Current, Places: c.Places, History: c.History,
		CRS: files.Systems(c.CRS), Datum: datum, Fields: c.Field, Estimate: c.Estimate, MissingIsZero: c.Missing == "zero",
		Options: c.options(),
		Out:     c.Out, Assign: c.Assign, Report: c.Report, Picture: c.Picture, Paint: c.paint, Progress: bar.step})
	bar.done()
	if err != nil {
		return err
	}
	figures := result.Plan.Report
	figures.CPUSeconds = (threadCPU() - cpu).Seconds() // printed only: the files are the same on any machine
	if err := figures.WriteTable(os.Stdout); err != nil {
		return err
	}
	printFiles(result, time.Since(began))
	return nil
}

// paint draws the picture with the fonts of the screens.
func (c *redrawFilesCommand) paint(w io.Writer, in redraw.Input, plan *redraw.Plan) error {
	letters, err := lettering.New(web.Files())
	if err != nil {
		return err
	}
	return picture.Paint(w, in, plan, picture.Options{WidthPx: c.Width, Title: c.Title, English: c.Language == "en", Letters: letters})
}

func printFiles(r *files.Result, took time.Duration) {
	for _, in := range r.Inputs {
		fmt.Printf("%s: %s, %d rows: %d used (%d of them mended), %d rejected\n", in.Role, in.File, in.Rows, in.Used, in.Mended, in.Rejected)
	}
	for _, t := range files.Tallies(r.Rejected) {
		fmt.Println("rejected:", t)
	}
	for _, t := range files.Tallies(r.Mended) {
		fmt.Println("mended:", t)
	}
	for _, n := range r.Notes {
		fmt.Printf("note: %s: %s %s\n", n.File, n.Zh, n.En)
	}
	micro := 0
	for i := range r.Plan.Grids {
		micro += len(r.Plan.Grids[i].Microgrids)
	}
	fmt.Printf("%d grids, %d micro-grids in %.1f s: %s\n", len(r.Plan.Grids), micro, took.Seconds(), strings.Join(r.Files, ", "))
}
