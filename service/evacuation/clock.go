package evacuation

import (
	"sync"
	"time"

	"gridmap/data"
)

// clocks are what the clocks of evacuations under way showed last.
type clocks struct {
	mu    sync.Mutex
	shown map[int64]shown
}

type shown struct {
	at   time.Time // on the evacuation's clock
	wall time.Time // by the machine's, with its monotonic part
}

// clockOf is the moment on an evacuation's clock. It never goes back, whatever
// happens to the machine's clock: orders, plans and calls of the roll would lie in
// the future, silence would not be heard, and what somebody says now would rank
// behind what was said before. Set back, it runs at half its speed until time has
// caught up with it; after a start, or on another server, it begins at the last
// thing that was written down.
func (s *Service) clockOf(v *data.Evacuation) time.Time {
	wall := s.opt.Now()
	at := v.ClockFrom.Add(time.Duration(float64(wall.Sub(v.ClockAt)) * v.ClockRate))
	if v.ClosedAt != nil {
		return at.Truncate(time.Millisecond)
	}
	if v.LastAt != nil && at.Before(*v.LastAt) {
		at = *v.LastAt
	}
	s.clocks.mu.Lock()
	defer s.clocks.mu.Unlock()
	if was, ok := s.clocks.shown[v.ID]; ok {
		if least := was.at.Add(time.Duration(float64(max(0, wall.Sub(was.wall))) * v.ClockRate / 2)); at.Before(least) {
			at = least
		}
	}
	if s.clocks.shown == nil {
		s.clocks.shown = map[int64]shown{}
	}
	s.clocks.shown[v.ID] = shown{at, wall}
	return at.Truncate(time.Millisecond)
}

// forget drops the clock of an evacuation that is over.
func (c *clocks) forget(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.shown, id)
}
