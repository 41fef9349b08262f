package layers

import (
	"context"
	"sync"

	"gridmap/tiles"
)

// Frozen is one state of the map as somebody sees it, for archives: it stays as it
// was while the live copy goes on.
type Frozen struct {
	live *Live
	look look
	mu   sync.Mutex
	heat map[uint8]*tiles.Snapshot // by zoom, where it is made for the view
}

// Freeze holds the present state of the layers, or, by the view's filter, that of
// a past moment.
func (l *Live) Freeze(which []int, view View) *Frozen {
	return &Frozen{live: l, look: l.looking(which, view), heat: map[uint8]*tiles.Snapshot{}}
}

// Version of the map that it shows.
func (f *Frozen) Version() int64 { return f.look.version }

// Layers are what a zoom draws.
func (f *Frozen) Layers(ctx context.Context, zoom uint8) ([]*tiles.Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []*tiles.Snapshot
	for _, i := range f.look.which {
		if zoom < f.live.catalogue[i].MinZoom {
			continue
		}
		isHeat := f.live.catalogue[i].Name == Heat
		s, known := f.heat[zoom]
		if !isHeat || !known {
			var err error
			if s, err = f.live.snapshot(ctx, &f.look, i, zoom); err != nil {
				return nil, err
			}
		}
		if isHeat {
			f.heat[zoom] = s
		}
		if s != nil {
			out = append(out, s)
		}
	}
	return out, nil
}

// VectorLayer describes a layer as TileJSON 3.0 does.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     uint8             `json:"minzoom"`
	MaxZoom     uint8             `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// VectorLayers describes layers of the catalogue up to a zoom.
func VectorLayers(which []int, high uint8) []VectorLayer {
	var out []VectorLayer
	for _, i := range which {
		l := catalogue()[i]
		fields := map[string]string{}
		for _, f := range l.Fields {
			fields[f.Name] = f.Type
		}
		out = append(out, VectorLayer{l.Name, l.Title, l.MinZoom, high, fields})
	}
	return out
}
