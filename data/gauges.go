package data

import (
	"context"
	"fmt"
	"time"
)

// Gauges lists the gauges.
func (e Evacuations) Gauges(ctx context.Context) ([]Gauge, error) {
	return rowsOf[Gauge](ctx, e.q, "evac_gauges")
}

// Thresholds lists the thresholds of all gauges, each with the day from which it
// holds, oldest first.
func (e Evacuations) Thresholds(ctx context.Context) ([]GaugeThreshold, error) {
	return rowsOf[GaugeThreshold](ctx, e.q, "evac_thresholds")
}

// Readings lists what was known at a moment: the stages observed in the time back
// before it, and of each kind of forecast the last that was issued.
func (e Evacuations) Readings(ctx context.Context, at time.Time, back time.Duration) ([]Reading, error) {
	return rowsOf[Reading](ctx, e.q, "evac_readings", at, back)
}

// AddReading stores a reading and says whether it was new; the same gauge, kind,
// moment and issue again is the same reading.
func (t *Tx) AddReading(ctx context.Context, r Reading) (bool, error) {
	tag, err := t.tx.Exec(ctx, query("evac_add_reading"), r.GaugeID, r.At, r.Kind, r.IssuedAt, r.StageM, r.Source)
	if err != nil {
		return false, fmt.Errorf("store a reading of gauge %d: %w", r.GaugeID, err)
	}
	return tag.RowsAffected() == 1, nil
}

// Team lists the leaders and the six of the teams of grids, masked.
func (e Evacuations) Team(ctx context.Context, grids []string, now time.Time) ([]TeamContact, error) {
	return rowsOf[TeamContact](ctx, e.q, "evac_team", grids, now)
}
