package main

import (
	"cmp"
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"gridmap/api"
	"gridmap/data"
	"gridmap/importers/redraw/picture/lettering"
	"gridmap/layers"
	"gridmap/service/access"
	"gridmap/service/cases"
	"gridmap/service/divisions"
	"gridmap/service/evacuation"
	evacuationpapers "gridmap/service/evacuation/papers"
	"gridmap/service/figures"
	"gridmap/service/people"
	"gridmap/service/planning"
	"gridmap/service/planning/papers"
	"gridmap/tiles/archive"
	"gridmap/web"
)

type serveCommand struct {
	Listen    string `default:"127.0.0.1:8152" help:"Address and port."`
	Cert      string `help:"Certificate (PEM): serves HTTPS and HTTP/2." type:"path"`
	Key       string `help:"Its key (PEM)." type:"path"`
	TileCache int    `default:"256" help:"Memory for compressed tiles, MiB."`
	Archive   string `help:"Serve a wall from this PMTiles archive, without a database and without accounts." type:"existingfile" placeholder:"FILE"`

	StandbyEvery time.Duration `default:"1h" help:"How often the wall's map is kept under --var, to be shown when the server starts while the database is away; 0: never."`

	TilesAtOnce    int  `help:"Tiles made at once; more wait shortly, then are refused. 0: two for each processor." default:"0"`
	RequestsAtOnce int  `help:"Requests answered at once from the database; 0: as many as it has connections for requests." default:"0"`
	NoShedding     bool `help:"Take on whatever comes, and let it wait."`

	signInFlags
}

// overload bounds what the server takes on at once.
func (c *serveCommand) overload(connections int32) api.Overload {
	return api.Overload{Tiles: c.TilesAtOnce, Requests: cmp.Or(c.RequestsAtOnce, int(connections)), Off: c.NoShedding}
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	if c.Archive != "" {
		return c.serveArchive(ctx, log)
	}
	kept := &standby{dir: filepath.Join(d.Var, "standby"), every: c.StandbyEvery, log: log}
	s, front, err := c.await(ctx, d, kept, log)
	if err != nil {
		return err
	}
	defer s.close()
	return c.serve(ctx, s, log, serving{front: front, standby: kept})
}

// serving says what is special about the demo.
type serving struct {
	demo    bool
	front   *front   // that listens already; nil: none does
	standby *standby // nil: none is kept
	// started, when set, runs once the server listens, until ctx ends.
	started func(ctx context.Context, address string, h *handles)
}

// handles are what the demo's stream of cases needs; nobody asked for it, so it
// is bound by no scope.
type handles struct {
	cases       *cases.Service
	evacuations *evacuation.Service
	live        *layers.Live
}

const drainFor = 20 * time.Second

func (c *serveCommand) serve(ctx context.Context, s *store, log *slog.Logger, o serving) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ahead, err := screenSets()
	if err != nil {
		return err
	}
	live := layers.New(s.pool, layers.Options{Log: log, TileBytes: c.TileCache << 20, Ahead: ahead})
	liveDone := make(chan struct{})
	go func() {
		defer close(liveDone)
		_ = live.Run(ctx) // ends with ctx
	}()
	district, synthetic, err := data.DistrictOf(ctx, s.pool)
	if err != nil {
		return err
	}
	signIn, err := c.options()
	if err != nil {
		return err
	}
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	signIn.Demo, signIn.District = o.demo, district
	accounts := access.New(s.pool, signIn)
	if err := accounts.EnsureDemo(ctx); err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	registry.MustRegister(liveMetrics{live})
	go upkeep(ctx, s.pool, accounts, log)
	go keepAnchor(ctx, s.pool, s.anchor, log)
	go enactDue(ctx, s.pool, log)
	settled := cases.Options{Settled: func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 100*time.Millisecond)
		defer cancel()
		live.Settle(ctx)
	}}
	letters, err := lettering.New(web.Files())
	if err != nil {
		return err
	}
	evacuations := evacuation.New(s.pool, s.web, evacuation.Options{Log: log, Dir: s.terrain, Sealer: s.sealer, Lay: live.Lay})
	go evacuations.Follow(ctx)
	handler := api.New(api.Config{Log: log, Registry: registry, Access: accounts, Cases: cases.New(s.web, settled), People: people.New(s.web, s.sealer),
		Figures: figures.New(s.web, nil), Divisions: divisions.New(s.web), Planning: planning.New(s.pool), Papers: papers.New(s.web, letters),
		Drafts: planning.NewDrafts(s.web, planning.DraftOptions{Settled: live.Settle}), Evacuations: evacuations, EvacuationPapers: evacuationpapers.New(letters), Map: live, Web: web.Files(),
		Ready: func(context.Context) error { return live.Ready() }, Demo: o.demo, Synthetic: synthetic, Proxies: proxies, Overload: c.overload(s.web.Config().MaxConns), Stopping: ctx.Done()})
	if o.standby != nil {
		go o.standby.keep(ctx, live, handler, accounts, district)
	}
	err = c.listen(ctx, o.front, handler, live.Ready, log, func(address string) {
		if o.started != nil {
			go o.started(ctx, address, &handles{cases.New(s.pool, settled), evacuations, live})
		}
	})
	if err != nil {
		return err
	}
	<-liveDone
	return nil
}

// serveArchive serves what an archive holds.
func (c *serveCommand) serveArchive(ctx context.Context, log *slog.Logger) error {
	file, err := archive.Open(c.Archive)
	if err != nil {
		return err
	}
	defer file.Close()
	handler, err := api.NewArchived(api.Config{Log: log, Web: web.Files(), Stopping: ctx.Done()}, file)
	if err != nil {
		return err
	}
	return c.listen(ctx, nil, handler, nil, log, func(string) {})
}
