package layers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gridmap/data"
	"gridmap/tiles"
)

// load reads the whole map in one consistent look at the database.
func (l *Live) load(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	began := time.Now()
	err := data.At(ctx, l.pool, func(m data.Moment) error {
		for i := range l.catalogue {
			if l.catalogue[i].tables == nil {
				continue
			}
			s, err := l.readLayer(ctx, m, i)
			if err != nil {
				return err
			}
			l.publish(i, s)
		}
		if err := l.applyPlans(ctx, m, nil, &Event{}); err != nil {
			return err
		}
		if err := l.loadCases(ctx, m); err != nil {
			return err
		}
		l.position = m.Position
		return nil
	})
	if err != nil {
		l.abandon()
		return fmt.Errorf("load the map: %w", err)
	}
	l.commit()
	l.ahead.forgotten(l.store.DropLayers(^uint64(0)), true)
	l.loadTook.Store(int64(time.Since(began)))
	l.loaded.Store(true)
	l.hub.reset(string(l.position))
	l.opts.Log.Info("the map is loaded", "took", time.Since(began).Round(time.Millisecond), "open_cases", l.book.len())
	go l.loadHistory(ctx)
	return nil
}

func (l *Live) loadCases(ctx context.Context, m data.Moment) error {
	names, err := l.readNames(ctx, m)
	if err != nil {
		return err
	}
	rows, err := m.OpenCases(ctx, nil)
	if err != nil {
		return err
	}
	l.book.replace(rows, names, l.opts.Now())
	if err := l.rebuildCases(); err != nil {
		return err
	}
	return l.variants.rebuildTracked()
}

// readNames reads the names of towns and communities by code.
func (l *Live) readNames(ctx context.Context, m data.Moment) (map[string]string, error) {
	names := map[string]string{}
	for _, layer := range []string{"towns", "communities"} {
		err := m.MapRows(ctx, layer, nil, func(r *data.MapRow) error {
			names[r.Text(0)] = r.Text(1)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// readLayer reads a whole layer.
func (l *Live) readLayer(ctx context.Context, m data.Moment, i int) (*tiles.Snapshot, error) {
	features, err := l.readFeatures(ctx, m, i, nil)
	if err != nil {
		return nil, err
	}
	return l.packed(i, features)
}

// packed lays a whole layer out.
func (l *Live) packed(i int, features []tiles.Feature) (*tiles.Snapshot, error) {
	layer := &l.catalogue[i]
	if layer.simplify {
		tiles.Simplify(features)
	}
	packed, err := tiles.NewLayer(layer.Name, layer.keys(), features)
	if err != nil {
		return nil, err
	}
	return tiles.NewSnapshot(packed), nil
}

// readFeatures reads the rows of a layer with the given ids, or all for nil.
func (l *Live) readFeatures(ctx context.Context, m data.Moment, i int, ids []int64) ([]tiles.Feature, error) {
	var features []tiles.Feature
	err := m.MapRows(ctx, l.catalogue[i].Name, ids, func(r *data.MapRow) error {
		f, err := l.feature(i, r)
		features = append(features, f)
		return err
	})
	return features, err
}

// feature turns a row into a feature.
func (l *Live) feature(i int, r *data.MapRow) (tiles.Feature, error) {
	layer := &l.catalogue[i]
	if r.Fields() != len(layer.Fields) {
		return tiles.Feature{}, fmt.Errorf("layer %s has %d columns, the catalogue names %d", layer.Name, r.Fields(), len(layer.Fields))
	}
	f := tiles.Feature{ID: uint64(r.ID), Geometry: r.Geom, Values: make([]tiles.Value, r.Fields())}
	for k := range f.Values {
		f.Values[k] = value(r.Value(k))
	}
	if layer.shape != nil {
		f.Importance, f.MinZoom = shapeOf(layer, r)
	}
	return f, nil
}

func shapeOf(layer *Layer, r *data.MapRow) (float32, uint8) {
	importance, zoom := layer.shape(r.Geom, func(name string) any {
		k := slices.IndexFunc(layer.Fields, func(f Field) bool { return f.Name == name })
		if k < 0 {
			return nil
		}
		return r.Value(k)
	})
	return float32(importance), zoom
}

// loadHistory reads the past of all cases, for heat at a moment. Until it is
// there, a question about the past is answered with "not yet".
func (l *Live) loadHistory(ctx context.Context) {
	began := time.Now()
	h := newHistory()
	var from data.Position
	err := data.At(ctx, l.pool, func(m data.Moment) error {
		from = m.Position
		if err := m.CaseLives(ctx, h.addCase); err != nil {
			return err
		}
		return m.CaseSteps(ctx, h.addStep)
	})
	if err == nil {
		h.finish()
		err = l.adoptHistory(ctx, h, from)
	}
	if err != nil {
		l.opts.Log.Error("the history of cases could not be loaded", "error", err)
		return
	}
	l.opts.Log.Info("the history of cases is loaded", "cases", h.len(), "took", time.Since(began).Round(time.Millisecond))
}

// adoptHistory brings h up to now and puts it in place. No batch is applied
// meanwhile, and observing a change twice changes nothing.
func (l *Live) adoptHistory(ctx context.Context, h *history, from data.Position) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return data.At(ctx, l.pool, func(m data.Moment) error {
		changes, err := m.Since(ctx, from)
		if err != nil {
			return err
		}
		ids := []int64{}
		for _, c := range changes {
			if c.Kind == Cases && c.Op != "reload" {
				ids = append(ids, c.Key)
			}
		}
		rows, err := m.OpenCases(ctx, ids)
		if err != nil {
			return err
		}
		for i := range rows {
			h.observe(&rows[i])
		}
		l.history.Store(h)
		return nil
	})
}
