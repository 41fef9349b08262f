package layers

import (
	"slices"

	"gridmap/data"
	"gridmap/tiles"
)

// applyCases takes in rows of cases as they are now.
func (l *Live) applyCases(rows []data.CaseRow, event *Event) error {
	now := l.opts.Now()
	i := indexOf(l.catalogue, Cases)
	var features []tiles.Feature
	var removed []uint64
	var touched []tiles.Box
	var moved []heatChange
	l.book.mu.Lock()
	for k := range rows {
		r := &rows[k]
		before := l.book.take(r.ID)
		c := l.book.makeCase(r, now)
		if before != nil {
			touched = append(touched, before.box())
			moved = append(moved, heatChange{before, -1})
			event.grid(before.GridID)
		}
		if r.ClosedAt == 0 {
			l.book.put(c)
			features = append(features, c.feature())
			touched = append(touched, c.box())
			moved = append(moved, heatChange{c, 1})
			event.grid(c.GridID)
		} else if before != nil {
			removed = append(removed, uint64(r.ID))
		}
		event.caseChange(before, c)
	}
	l.book.fillGrids(event)
	l.book.mu.Unlock()
	if h := l.history.Load(); h != nil {
		for k := range rows {
			h.observe(&rows[k])
		}
	}
	return l.publishCases(i, caseChanges{features, removed, touched, moved}, event)
}

// caseChanges is what a batch changes of the cases on the map.
type caseChanges struct {
	features []tiles.Feature
	removed  []uint64
	touched  []tiles.Box
	moved    []heatChange
}

// publishCases brings tiles of cases and heat to the state of the book.
func (l *Live) publishCases(i int, c caseChanges, event *Event) error {
	next, err := l.next().snaps[i].With(c.features, c.removed)
	if err != nil {
		return err
	}
	l.publish(i, next)
	l.dropBoxes(event, i, c.touched)
	dirty, err := l.variants.updateTracked(c.moved)
	if err != nil {
		return err
	}
	all := false
	for variant, d := range dirty {
		ids := distinctTiles(d.ids)
		if d.all {
			all, ids = true, nil
		} else if len(ids) == 0 {
			continue
		}
		l.next().dirty = append(l.next().dirty, dirtyTiles{heatMask(variant), ids})
		event.touch(Heat, ids)
	}
	if all {
		event.touchAll(Heat)
	} else if ids := event.Tiles[Heat]; len(ids) > 0 {
		slices.Sort(ids)
		event.Tiles[Heat] = slices.Compact(ids)
	}
	return nil
}

// rebuildCases makes the layer of cases anew from the book.
func (l *Live) rebuildCases() error {
	i := indexOf(l.catalogue, Cases)
	l.book.mu.RLock()
	defer l.book.mu.RUnlock()
	features := make([]tiles.Feature, 0, len(l.book.open))
	for _, c := range l.book.open {
		features = append(features, c.feature())
	}
	sortFeatures(features)
	packed, err := tiles.NewLayer(Cases, l.catalogue[i].keys(), features)
	if err != nil {
		return err
	}
	l.publish(i, tiles.NewSnapshot(packed))
	return nil
}

// applyTime moves the cases whose limit has come near or passed.
func (l *Live) applyTime() {
	now := l.opts.Now()
	event := &Event{ID: string(l.position), At: now}
	var features []tiles.Feature
	var touched []tiles.Box
	var changes []heatChange
	l.book.mu.Lock()
	for _, c := range l.book.open {
		next := *c
		if !next.setState(now) {
			continue
		}
		l.book.count(c, -1)
		before := *c
		l.book.open[c.ID] = &next
		l.book.count(&next, 1)
		features = append(features, next.feature())
		touched = append(touched, next.box())
		event.grid(next.GridID)
		event.caseChange(&before, &next)
		changes = append(changes, heatChange{&before, -1}, heatChange{&next, 1})
	}
	l.book.fillGrids(event)
	l.book.mu.Unlock()
	if len(features) == 0 {
		return
	}
	sortFeatures(features)
	if err := l.publishCases(indexOf(l.catalogue, Cases), caseChanges{features: features, touched: touched, moved: changes}, event); err != nil {
		l.abandon()
		l.opts.Log.Error("move cases in time", "error", err)
		return
	}
	l.commit()
	l.tell(event)
}

// fillGrids writes the counts of the grids that an event names; the caller
// holds the lock.
func (b *book) fillGrids(event *Event) {
	for id := range event.gridIDs {
		g := b.grids[id]
		g.ID = id
		event.Grids = append(event.Grids, g)
	}
	sortGrids(event.Grids)
}
