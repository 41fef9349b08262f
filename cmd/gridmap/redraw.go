package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"gridmap/data"
	"gridmap/importers/redraw"
	"gridmap/service/planning"
)

// redrawCommand draws grids; without a subcommand, over the database. Each other
// subcommand has a file of its own.
type redrawCommand struct {
	District redrawDistrictCommand `cmd:"" default:"withargs" help:"Over what is in the database, into a draft plan (this is meant where no subcommand is named)."`
	Files    redrawFilesCommand    `cmd:"" help:"Over files of communities and buildings, into files, without a database."`
	Graph    redrawGraphCommand    `cmd:"" help:"Over a bare graph, cutting few edges, to compare with other tools."`
}

// redrawDistrictCommand draws over the database.
type redrawDistrictCommand struct {
	All      bool   `help:"The whole district."`
	Division string `help:"Code of a district, town or community."`
	Name     string `help:"Name of the plan."`
	Author   string `default:"shell" help:"Who draws it."`
	redrawRule
	By     string `enum:",town,community" default:"" help:"Also a line for each town or community; by community, also what became of each code that ends."`
	Report string `help:"Also write the report to this file (JSON)." type:"path"`

	Publish  int64  `help:"Publish the plan with this number instead of drawing." placeholder:"PLAN"`
	Approver string `help:"Who approves the plan to be published; not its author."`
	From     string `help:"Day from which it holds (2026-01-31); today without it."`
}

// budget is an effort said as a time.
type budget time.Duration

// UnmarshalText reads 30s or 2m.
func (b *budget) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a time such as 30s or 2m", text)
	}
	*b = budget(d)
	return nil
}

// steps turns the time into search steps, zero (the default) where none is set.
// It counts steps and not the clock: same seed, same plan.
func (b budget) steps() int64 { return int64(time.Duration(b).Seconds() * redraw.StepsPerSecond) }

// Run draws a plan, or publishes one.
func (c *redrawDistrictCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	if c.Publish == 0 && !c.All && c.Division == "" {
		return fmt.Errorf("say --all, or --division CODE")
	}
	if c.Publish != 0 && c.Approver == "" {
		return fmt.Errorf("--approver is missing: a plan is approved by somebody other than its author")
	}
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
	if c.All {
		if division, _, err = data.DistrictOf(ctx, s.pool); err != nil {
			return err
		}
	}
	bar, began := newProgress(os.Stderr), time.Now()
	name := c.Name
	if name == "" {
		name = "重划 " + began.Format("2006-01-02 15:04:05")
	}
	o := c.options()
	o.Progress = func(done, total int) { bar.step("communities drawn", done, total) }
	drawn, err := plans.Draw(ctx, planning.Drawing{Division: division, Name: name, Author: c.Author, Source: "drawn", CPU: threadCPU,
		Options: o})
	bar.done()
	if err != nil {
		return err
	}
	return c.print(drawn, time.Since(began))
}

func (c *redrawDistrictCommand) print(drawn planning.Drawn, took time.Duration) error {
	if err := drawn.Report.WriteTable(os.Stdout); err != nil {
		return err
	}
	if c.By != "" {
		if err := drawn.Report.WriteAreas(os.Stdout, redraw.Level(c.By)); err != nil {
			return err
		}
	}
	if c.By == string(redraw.CommunityLevel) {
		for _, r := range drawn.Retired {
			fmt.Println(r)
		}
	}
	for _, r := range drawn.Rejected {
		fmt.Println(r)
	}
	fmt.Printf("plan %d is kept as a draft: %d grids, %d micro-grids, %.1f s\n", drawn.PlanID, drawn.Grids, drawn.Micro, took.Seconds())
	if c.Report == "" {
		return nil
	}
	return writeJSON(c.Report, drawn.Report)
}

func (c *redrawDistrictCommand) publish(ctx context.Context, plans *planning.Service) error {
	from := time.Now().In(data.LocalZone())
	if c.From != "" {
		var err error
		if from, err = time.Parse(time.DateOnly, c.From); err != nil {
			return fmt.Errorf("--from %q is not a date such as 2026-01-31", c.From)
		}
	}
	if err := plans.Publish(ctx, c.Publish, c.Approver, from); err != nil {
		return err
	}
	fmt.Printf("plan %d holds from %s\n", c.Publish, from.Format(time.DateOnly))
	return nil
}
