package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/service/access"
)

const (
	upkeepEvery     = time.Hour
	feedKept        = 7 * 24 * time.Hour  // how long a reader may be away and still catch up
	idempotencyKept = 30 * 24 * time.Hour // how long a request may be sent again
)

// upkeep trims what grows, every hour until ctx ends. Several servers may do it
// side by side.
func upkeep(ctx context.Context, pool *pgxpool.Pool, accounts *access.Service, log *slog.Logger) {
	t := time.NewTicker(upkeepEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if n, err := data.TrimFeed(ctx, pool, feedKept); err != nil {
			log.Warn("the change feed could not be trimmed", "error", err)
		} else if n > 0 {
			log.Info("the change feed is trimmed", "changes", n)
		}
		if n, err := data.ForgetRequests(ctx, pool, time.Now().Add(-idempotencyKept)); err != nil {
			log.Warn("old requests could not be forgotten", "error", err)
		} else if n > 0 {
			log.Info("old requests are forgotten", "requests", n)
		}
		if err := accounts.ForgetTries(ctx); err != nil {
			log.Warn("old tries to sign in could not be forgotten", "error", err)
		}
	}
}

// liveMetrics shows the live copy to Prometheus.
type liveMetrics struct{ live *layers.Live }

func description(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("gridmap_"+name, help, labels, nil)
}

// Describe sends nothing: the metrics are checked as they are collected.
func (liveMetrics) Describe(chan<- *prometheus.Desc) {}

// Collect reads the live copy.
func (m liveMetrics) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	f := m.live.Footprint()
	features := description("layer_features", "Features of a layer in memory.", "layer")
	bytes := description("layer_bytes", "Memory of a layer, about.", "layer")
	for name, size := range f.Layers {
		gauge(features, float64(size.Features), name)
		gauge(bytes, float64(size.Bytes), name)
	}
	gauge(description("open_cases", "Open cases in the live copy."), float64(f.Open))
	gauge(description("tiles_kept", "Compressed tiles kept."), float64(f.Tiles.Tiles))
	gauge(description("tiles_kept_bytes", "Memory of compressed tiles."), float64(f.Tiles.Bytes))
	gauge(description("event_readers", "Clients of the event stream."), float64(m.live.Readers()))
	gone := 0.0
	if since, away := m.live.Since(); away {
		gone = max(0, time.Since(since).Seconds())
	}
	gauge(description("database_gone_seconds", "How long the database has been away; 0: it is there."), gone)
	for name, v := range map[string]int64{"tiles_made_total": f.Tiles.Made, "tiles_found_total": f.Tiles.Hits, "features_dropped_total": f.Tiles.DroppedFeatures} {
		out <- prometheus.MustNewConstMetric(description(name, "Tiles made, tiles found ready, features left out of heavy tiles."), prometheus.CounterValue, float64(v))
	}
}
