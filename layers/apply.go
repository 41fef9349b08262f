package layers

import (
	"context"
	"slices"

	"gridmap/data"
	"gridmap/tiles"
)

// apply brings the live copy from one moment to the next. Everything that it
// reads, it reads in m, so that the copy never mixes two moments.
func (l *Live) apply(ctx context.Context, m data.Moment, changes []data.Change) error {
	if len(changes) == 0 {
		return nil
	}
	byTable, reload := map[string][]int64{}, map[string]bool{}
	for _, c := range changes {
		if c.Op == "reload" {
			reload[c.Kind] = true
		} else {
			byTable[c.Kind] = append(byTable[c.Kind], c.Key)
		}
	}
	event := &Event{ID: string(m.Position)}
	if ids := byTable["plans"]; len(ids) > 0 || reload["plans"] {
		if err := l.applyPlans(ctx, m, ids, event); err != nil {
			return err
		}
	}
	for i := range l.catalogue {
		if err := l.applyLayer(ctx, m, i, byTable, reload, event); err != nil {
			return err
		}
	}
	if reload[Cases] || reload["divisions"] {
		if err := l.loadCases(ctx, m); err != nil {
			return err
		}
		l.dropAll(event, Cases, Heat)
		go l.loadHistory(context.WithoutCancel(ctx))
		event.Reset = "the cases were loaded anew"
	} else if ids := byTable[Cases]; len(ids) > 0 {
		rows, err := m.OpenCases(ctx, distinct(ids))
		if err != nil {
			return err
		}
		if err := l.applyCases(rows, event); err != nil {
			return err
		}
	}
	l.commit()
	l.tell(event)
	return nil
}

// applyPlans looks which version of the map is in force, and which drafts were
// worked on.
func (l *Live) applyPlans(ctx context.Context, m data.Moment, ids []int64, event *Event) error {
	versions, err := m.Enactments(ctx)
	if err != nil {
		return err
	}
	l.next().versions = versions
	event.Plans = distinct(ids)
	return nil
}

// applyLayer brings one layer up to date.
func (l *Live) applyLayer(ctx context.Context, m data.Moment, i int, byTable map[string][]int64, reload map[string]bool, event *Event) error {
	layer := &l.catalogue[i]
	var ids []int64
	whole := false
	for k, t := range layer.tables {
		whole = whole || reload[t] || (len(byTable[t]) > 0 && (k > 0 || layer.wholly || layer.simplify))
		if k == 0 {
			ids = distinct(byTable[t])
		}
	}
	switch {
	case whole:
		s, err := l.readLayer(ctx, m, i)
		if err != nil {
			return err
		}
		l.publish(i, s)
		l.dropAll(event, layer.Name)
		event.Reloaded = append(event.Reloaded, layer.Name)
		return nil
	case len(ids) == 0:
		return nil
	}
	features, err := l.readFeatures(ctx, m, i, ids)
	if err != nil {
		return err
	}
	return l.replaceFeatures(i, features, ids, event)
}

// replaceFeatures puts features of a layer in place; ids without one are gone.
// The tiles under their old and new boxes are dropped.
func (l *Live) replaceFeatures(i int, features []tiles.Feature, ids []int64, event *Event) error {
	old := l.next().snaps[i]
	var touched []tiles.Box
	var removed []uint64
	for _, id := range ids {
		if b, ok := old.Box(uint64(id)); ok {
			touched = append(touched, b)
		}
		if !slices.ContainsFunc(features, func(f tiles.Feature) bool { return f.ID == uint64(id) }) {
			removed = append(removed, uint64(id))
		}
	}
	next, err := old.With(features, removed)
	if err != nil {
		return err
	}
	for k := range features {
		if b, ok := next.Box(features[k].ID); ok {
			touched = append(touched, b)
		}
	}
	l.publish(i, next)
	l.dropBoxes(event, i, touched)
	return nil
}

// dropBoxes forgets the tiles of layer i that touch the boxes, and names them in
// the event.
func (l *Live) dropBoxes(event *Event, i int, boxes []tiles.Box) {
	layer := &l.catalogue[i]
	var ids []tiles.ID
	for _, b := range boxes {
		ids = tiles.Covering(ids, b, layer.MinZoom, tiles.MaxZoom)
	}
	l.dropTiles(event, i, ids)
}

func (l *Live) dropTiles(event *Event, i int, ids []tiles.ID) {
	if ids = distinctTiles(ids); len(ids) == 0 {
		return
	}
	l.next().dirty = append(l.next().dirty, dirtyTiles{1 << i, ids})
	event.touch(l.catalogue[i].Name, ids)
}

func (l *Live) dropAll(event *Event, names ...string) {
	for i := range l.catalogue {
		if slices.Contains(names, l.catalogue[i].Name) {
			mask := uint64(1) << i
			if l.catalogue[i].Name == Heat {
				mask = heatMask(heatWhole) | heatMask(heatMerged)
			}
			l.next().dirty = append(l.next().dirty, dirtyTiles{layers: mask})
			event.touchAll(l.catalogue[i].Name)
		}
	}
}

func distinct(ids []int64) []int64 {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}

func distinctTiles(ids []tiles.ID) []tiles.ID {
	slices.SortFunc(ids, func(a, b tiles.ID) int {
		if a.Z != b.Z {
			return int(a.Z) - int(b.Z)
		}
		if a.X != b.X {
			return int(int64(a.X) - int64(b.X))
		}
		return int(int64(a.Y) - int64(b.Y))
	})
	return slices.Compact(ids)
}

func indexOf(catalogue []Layer, name string) int {
	return slices.IndexFunc(catalogue, func(l Layer) bool { return l.Name == name })
}
