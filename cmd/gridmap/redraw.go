package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"gridmap/data"
	"gridmap/importers/redraw"
	"gridmap/service/planning"
)

type redrawCommand struct {
	All      bool   `help:"The whole district."`
	Division string `help:"Code of a district, town or community."`
	Name     string `help:"Name of the plan."`
	Author   string `default:"shell" help:"Who draws it."`
	Min      int    `default:"300" help:"Households in a grid, at least."`
	Max      int    `default:"500" help:"Households in a grid, at most."`
	Target   int    `default:"400" help:"Households in a grid, aimed at."`
	MicroMin int    `default:"50" help:"Households in a micro-grid, at least."`
	MicroMax int    `default:"80" help:"Households in a micro-grid, at most."`
	Seed     uint64 `default:"1" help:"The same seed gives the same plan."`
	Report   string `help:"Also write the report to this file (JSON)." type:"path"`

	Publish  int64  `help:"Publish the plan with this number instead of drawing." placeholder:"PLAN"`
	Approver string `help:"Who approves the plan to be published; not its author."`
	From     string `help:"Day from which it holds (2026-01-31); today without it."`
}

// Run draws a plan, or publishes one.
func (c *redrawCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	plans := planning.New(s.pool)
	if c.Publish != 0 {
		return c.publish(ctx, plans)
	}
	division := c.Division
	if c.All || division == "" {
		if !c.All {
			return fmt.Errorf("say --all, or --division CODE")
		}
		if division, _, err = data.DistrictOf(ctx, s.pool); err != nil {
			return err
		}
	}
	bar, began := newProgress(os.Stderr), time.Now()
	name := c.Name
	if name == "" {
		name = "重划 " + began.Format("2006-01-02 15:04:05")
	}
	drawn, err := plans.Draw(ctx, planning.Drawing{Division: division, Name: name, Author: c.Author, Source: "drawn",
		Options: redraw.Options{Min: c.Min, Max: c.Max, Target: c.Target, MicroMin: c.MicroMin, MicroMax: c.MicroMax, Seed: c.Seed,
			Progress: func(done, total int) { bar.step("communities drawn", done, total) }}})
	bar.done()
	if err != nil {
		return err
	}
	return c.print(drawn, time.Since(began))
}

func (c *redrawCommand) print(drawn planning.Drawn, took time.Duration) error {
	if err := drawn.Report.WriteTable(os.Stdout); err != nil {
		return err
	}
	for _, r := range drawn.Rejected {
		fmt.Printf("building %d: %s %s\n", r.BuildingID, r.Zh, r.En)
	}
	fmt.Printf("plan %d is kept as a draft: %d grids, %d micro-grids, %.1f s\n", drawn.PlanID, drawn.Grids, drawn.Micro, took.Seconds())
	if c.Report == "" {
		return nil
	}
	b, err := json.MarshalIndent(drawn.Report, "", "  ")
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return os.WriteFile(c.Report, append(b, '\n'), 0o644)
}

func (c *redrawCommand) publish(ctx context.Context, plans *planning.Service) error {
	from := time.Now()
	if c.From != "" {
		var err error
		if from, err = time.Parse(time.DateOnly, c.From); err != nil {
			return fmt.Errorf("--from %q is not a date such as 2026-01-31", c.From)
		}
	}
	if c.Approver == "" {
		return fmt.Errorf("--approver is missing: a plan is approved by somebody other than its author")
	}
	if err := plans.Publish(ctx, c.Publish, c.Approver, from); err != nil {
		return err
	}
	fmt.Printf("plan %d holds from %s\n", c.Publish, from.Format(time.DateOnly))
	return nil
}
