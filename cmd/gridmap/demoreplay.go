package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"gridmap/service/demo/replay"
)

// replayFlags are those of playing a flood of the past.
type replayFlags struct {
	Replay          string  `placeholder:"DAY" help:"Play a flood of the past, as a drill: 2023-07-28."`
	ReplayRate      float64 `default:"60" placeholder:"N" help:"How much faster than time its clock runs."`
	ReplayHandsFree bool    `help:"Plans are approved and orders issued by themselves; else somebody at the screen does that."`
	ReplayAgain     bool    `help:"Begin anew, though a replay is under way."`
}

func (f *replayFlags) check() error {
	switch {
	case f.Replay == "":
		return nil
	case !slices.Contains(replay.Names(), f.Replay):
		return fmt.Errorf("--replay %q: there is %s", f.Replay, strings.Join(replay.Names(), ", "))
	case !(f.ReplayRate >= 1 && f.ReplayRate <= 3600):
		return fmt.Errorf("--replay-rate %v does not lie between 1 and 3600", f.ReplayRate)
	}
	return nil
}

// play runs the replay beside the server until ctx ends.
func (f *replayFlags) play(ctx context.Context, s *store, h *handles, seed uint64, address string, log *slog.Logger) {
	r, err := replay.Open(ctx, s.pool, h.evacuations, f.Replay, replay.Options{Seed: seed, Rate: f.ReplayRate, HandsFree: f.ReplayHandsFree, Again: f.ReplayAgain, Log: log})
	if err != nil {
		if ctx.Err() == nil {
			log.Error("the replay cannot begin", "error", err)
		}
		return
	}
	fmt.Printf("  7·28 回放 replay: %s/emergency  (%s × %g)\n\n", address, r.Clock().Format("2006-01-02 15:04 MST"), f.ReplayRate)
	r.Run(ctx)
}
