package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
)

// enactDue has the plan that waits for its day take force within a second of the
// day's beginning, until ctx ends. Several servers may do it side by side. One
// that does not check out any more is told of every minute: it stays as it is
// until somebody withdraws it.
func enactDue(ctx context.Context, pool *pgxpool.Pool, log *slog.Logger) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	var told time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		p, done, err := data.EnactDue(ctx, pool, time.Now())
		switch {
		case done:
			log.Info("a plan takes force", "plan", p.PlanID, "version", p.Version, "cases", p.Cases, "to_confirm", p.Carried)
		case err != nil && data.CodeOf(err) != data.Unavailable && time.Since(told) > time.Minute:
			log.Error("the plan whose day has come cannot take force", "error", err)
			told = time.Now()
		}
	}
}
