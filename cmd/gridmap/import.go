package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/importers"
)

type importCommand struct {
	Kind   string            `arg:"" help:"What the files hold: ${kinds}."`
	Files  []string          `arg:"" type:"existingfile" help:"GeoPackage, Shapefile, GeoJSON, FlatGeobuf, CSV, XLSX, .osm.pbf, GeoTIFF."`
	Layer  string            `help:"Layer, or sheet, of a file that has several."`
	CRS    string            `help:"Coordinate system, where the file does not say (EPSG:4544, say)."`
	Datum  string            `default:"cgcs2000" enum:"cgcs2000,gcj02,bd09" help:"Shifted coordinates are brought back from gcj02 or bd09."`
	Field  map[string]string `help:"field=column, where names differ; may be repeated." mapsep:","`
	Source string            `help:"Name of the source, under which rows are known when they come again."`
	DryRun bool              `help:"Say what would happen, and change nothing."`
	JSON   bool              `help:"Print the report as JSON."`

	fieldFlags
	floodFlags
}

// Run brings the files in and prints what became of their rows.
func (c *importCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	datum, err := geo.ParseDatum(c.Datum)
	if err != nil {
		return err
	}
	if c.Kind == gridKind {
		return c.grids(ctx, s, datum, filepath.Join(d.Var, "reports"))
	}
	bar := newProgress(os.Stderr)
	request := importers.Request{Kind: c.Kind, Files: c.Files, Layer: c.Layer, CRS: c.CRS,
		Datum: datum, Fields: c.Field, DryRun: c.DryRun, Source: c.Source,
		ReportDir: filepath.Join(d.Var, "reports"), DataDir: filepath.Join(d.Var, "terrain"),
		Progress: func(p importers.Progress) { bar.step(filepath.Base(p.File)+" "+p.Kind, int(p.Read), 0) }}
	c.onto(&request)
	report, err := importers.Import(ctx, s.pool, request)
	bar.done()
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		if jerr := enc.Encode(report); jerr != nil {
			return jerr
		}
	} else {
		printImport(report)
		if district, _, derr := data.DistrictOf(ctx, s.pool); derr == nil && district != "" {
			fmt.Printf("district %s (the scope for its accounts and tokens)\n", district)
		}
	}
	return err
}

func printImport(r importers.Report) {
	if r.DryRun {
		fmt.Println("dry run: nothing was changed")
	}
	for _, f := range r.Files {
		fmt.Printf("%s (%.1f s)\n", f.File, f.Seconds)
		fmt.Printf("  %-14s %9s %9s %9s %9s %9s\n", "kind", "read", "inserted", "updated", "unchanged", "rejected")
		for _, c := range f.Counts {
			fmt.Printf("  %-14s %9d %9d %9d %9d %9d\n", c.Kind, c.Read, c.Inserted, c.Updated, c.Unchanged, c.Rejected)
			for _, w := range c.Warnings {
				fmt.Printf("    note: %s (%d)\n", w.Text, w.Count)
			}
		}
		for reason, n := range f.Reasons {
			fmt.Printf("  rejected %d: %s\n", n, reason)
		}
		if f.Rejects != "" {
			fmt.Printf("  rejected rows with their geometry: %s\n", f.Rejects)
		}
	}
}

// kinds for the help text.
func kinds() string {
	return strings.Join(importers.Kinds(), ", ") + "; " + gridKind + " (boundaries drawn elsewhere, into a draft plan)"
}
