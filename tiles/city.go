package tiles

import "fmt"

// Shifted is a layer of the features of a snapshot that lie elsewhere and have
// other ids: for making a large map out of a small one. It fails where the copy
// would leave the world.
func (s *Snapshot) Shifted(dx, dy int32, ids uint64) (*Layer, error) {
	whole := newMerge(s.Name(), s.Keys())
	for i := range s.levels {
		whole.take(&s.levels[i])
	}
	return whole.layer, whole.layer.shift(dx, dy, ids)
}

// shift moves a layer that is not sealed yet, and seals it.
func (l *Layer) shift(dx, dy int32, ids uint64) error {
	to := l.Extent()
	if int64(to.MinX)+int64(dx) < 0 || int64(to.MaxX)+int64(dx) > WorldUnits || int64(to.MinY)+int64(dy) < 0 || int64(to.MaxY)+int64(dy) > WorldUnits {
		return fmt.Errorf("layer %s shifted by %d, %d leaves the world", l.Name, dx, dy)
	}
	for i := 0; i < len(l.coords); i += 2 {
		l.coords[i], l.coords[i+1] = l.coords[i]+dx, l.coords[i+1]+dy
	}
	for i := range l.features {
		f := &l.features[i]
		if f.id += ids; f.id >= 1<<53 {
			return fmt.Errorf("feature id %d does not fit into 53 bits", f.id)
		}
		f.box = Box{f.box.MinX + dx, f.box.MinY + dy, f.box.MaxX + dx, f.box.MaxY + dy}
	}
	return l.seal()
}

// Join is a snapshot of several layers of one name and the same keys, a district
// each for example. A reader looks into each whose box it touches.
func Join(layers []*Layer) (*Snapshot, error) {
	if len(layers) == 0 {
		return nil, fmt.Errorf("there is nothing to join")
	}
	s := &Snapshot{}
	for _, l := range layers {
		if l.Name != layers[0].Name || len(l.keys) != len(layers[0].keys) {
			return nil, fmt.Errorf("layers %s and %s cannot be joined", layers[0].Name, l.Name)
		}
		s.levels = append(s.levels, level{Layer: l})
	}
	return s, nil
}
