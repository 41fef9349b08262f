// Command gridmap is the digital grid map: one program that serves it, brings
// data in, draws grids and makes the demo. Each command is a file here; the work
// is in the packages below.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Demo        demoCommand        `cmd:"" help:"Make the demo district (once) and serve it on loopback."`
	Serve       serveCommand       `cmd:"" help:"Serve the map."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database's schema up to date."`
	Import      importCommand      `cmd:"" help:"Bring files in."`
	Redraw      redrawCommand      `cmd:"" help:"Draw grids and micro-grids to the rule; publish a plan."`
	Export      exportCommand      `cmd:"" help:"Write tiles into archives."`
	Flood       floodCommand       `cmd:"" help:"Floods: where water stands, what it reaches, who goes where."`
	Account     accountCommand     `cmd:"" help:"Accounts of people."`
	Token       tokenCommand       `cmd:"" help:"Tokens of machines."`
	Audit       auditCommand       `cmd:"" help:"The audit log."`
	Bench       benchCommand       `cmd:"" help:"Measure the redraw engine, and how soon a write is on the map."`
	Synth       synthCommand       `cmd:"" help:"Measure a city of many districts, made in memory."`
	BenchTiles  benchTilesCommand  `cmd:"" help:"Measure tiles beside ST_AsMVT and other tile servers."`
	BenchServer benchServerCommand `cmd:"" hidden:""`
	Doctor      doctorCommand      `cmd:"" help:"Say whether everything needed is there."`

	database
	Verbose bool `help:"Log more." short:"v"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		if !errors.Is(err, context.Canceled) {
			fmt.Fprintln(os.Stderr, "gridmap:", err)
			os.Exit(1)
		}
	}
}

func run(ctx context.Context, args []string) error {
	var c commands
	parser, err := kong.New(&c, kong.Name("gridmap"),
		kong.Description("网格数字化全息地图: a district's digital grid map."),
		kong.UsageOnError(), kong.Vars{"kinds": kinds()}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return fmt.Errorf("read the command line: %w", err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return err
	}
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	boundMemory(c.DatabaseURL == "", log)
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run(&c.database, log)
}
