package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/service/planning"
	"gridmap/service/planning/field"
)

// gridKind of import takes boundaries of grids into a draft plan.
const gridKind = "grids"

// fieldFlags are those of importing grids.
type fieldFlags struct {
	Plan        string `help:"grids: name of the draft that they make."`
	Division    string `help:"grids: the draft is for this division; without it, for the district."`
	Author      string `help:"grids: account that drew them; somebody else approves." default:"import"`
	Overlapping bool   `help:"grids: take boundaries that overlap where people live, by the greater share."`
}

// grids takes boundaries in and prints what did not fit; all of it, with its
// geometry, is in a report that a desktop GIS opens.
func (c *importCommand) grids(ctx context.Context, s *store, datum geo.Datum, folder string) error {
	if c.Plan == "" && !c.DryRun {
		return fmt.Errorf("--plan is missing: the name of the draft")
	}
	if len(c.Files) != 1 {
		return fmt.Errorf("grids come from one file, not from %d", len(c.Files))
	}
	district, _, err := data.DistrictOf(ctx, s.pool)
	if err != nil {
		return err
	}
	if c.Division == "" {
		c.Division = district
	}
	report, failed := field.Run(ctx, s.pool, planning.NewDrafts(s.pool, planning.DraftOptions{}), field.Request{
		Path: c.Files[0], Layer: c.Layer, CRS: c.CRS, Datum: datum, Fields: c.Field, Plan: c.Plan, Division: c.Division,
		Overlapping: c.Overlapping, DryRun: c.DryRun, By: data.Actor{Account: c.Author, Role: "planner", ScopeCode: district}})
	path := ""
	if len(report.Findings) > 0 {
		if path, err = writeFindings(folder, &report); err != nil {
			return err
		}
	}
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		if err := enc.Encode(report); err != nil {
			return err
		}
	} else {
		printField(&report, path)
	}
	return failed
}

func writeFindings(folder string, report *field.Report) (path string, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("make the folder of reports: %w", err)
	}
	path = filepath.Join(folder, "grids-"+time.Now().UTC().Format("20060102-150405.000")+".geojson")
	f, err := os.Create(path)
	if err != nil {
		return "", fmt.Errorf("write the report: %w", err)
	}
	if err = report.WriteGeoJSON(f); err != nil {
		f.Close()
		return "", err
	}
	return path, f.Close()
}

func printField(r *field.Report, path string) {
	fmt.Printf("%d boundaries\n", r.Boundaries)
	for _, c := range r.Communities {
		fmt.Printf("  %s %s: %d boundaries, %d grids, %d of %d plots in another grid than now, %.0f m² shifted to plots, %.0f m² of gaps and overlaps no wider than a line\n",
			c.Code, c.Name, c.Boundaries, c.Grids, c.Moved, c.Plots, c.SnappedM2, c.SliverM2)
	}
	for _, kind := range []field.Kind{field.BadRow, field.Overlap, field.Gap, field.CutBuilding, field.Outside, field.NewCode, field.Empty} {
		if n := r.Counts()[kind]; n > 0 {
			fmt.Printf("  %s: %d\n", kind, n)
		}
	}
	for i, f := range r.Findings {
		if i == 20 {
			fmt.Printf("  … and %d more\n", len(r.Findings)-i)
			break
		}
		fmt.Printf("    %s %s\n", f.Zh, f.En)
	}
	if path != "" {
		fmt.Printf("what did not fit, with its geometry: %s\n", path)
	}
	if r.PlanID != 0 {
		fmt.Printf("plan %d is a draft\n", r.PlanID)
	}
}
