package layers

import (
	"context"
	"time"

	"gridmap/data"
	"gridmap/tiles"
)

// pastSnapshot is a layer as it was in a version of the map, at a moment of it. What
// was cannot change, so it stays right for ever.
func (l *Live) pastSnapshot(ctx context.Context, i int, version int64, at time.Time) (*tiles.Snapshot, error) {
	return l.shelf.get(shelfKey{layer: i, version: version}, 0, func() (*tiles.Snapshot, error) {
		var features []tiles.Feature
		err := data.At(ctx, l.pool, func(m data.Moment) error {
			return m.MapRowsAt(ctx, l.catalogue[i].Name, at, func(r *data.MapRow) error {
				f, err := l.feature(i, r)
				features = append(features, f)
				return err
			})
		})
		if err != nil {
			return nil, err
		}
		return l.packed(i, features)
	})
}
