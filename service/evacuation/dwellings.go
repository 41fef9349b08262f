package evacuation

import (
	"context"
	"sync"

	"gridmap/data"
)

// dwellings remembers who lives in the buildings that were asked for: of a district
// only those near the water ever are.
type dwellings struct {
	mu    sync.Mutex
	known map[int64][]data.Dwelling
}

// load makes sure that buildings are known.
func (d *dwellings) load(ctx context.Context, e data.Evacuations, buildings []int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil {
		d.known = map[int64][]data.Dwelling{}
	}
	var missing []int64
	for _, id := range buildings {
		if _, ok := d.known[id]; !ok {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	list, err := e.Dwellings(ctx, missing)
	if err != nil {
		return err
	}
	for _, id := range missing {
		d.known[id] = nil
	}
	for _, w := range list {
		d.known[w.BuildingID] = append(d.known[w.BuildingID], w)
	}
	return nil
}

// of lists the households of a building that was loaded, by stairwell, floor and
// room.
func (d *dwellings) of(building int64) []data.Dwelling {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.known[building]
}
