package evacuation

import (
	"context"
	"sync"
	"time"

	"gridmap/data"
)

// pastPictures keeps some pictures of the past: whoever looks back drags a slider to
// and fro.
type pastPictures struct {
	mu    sync.Mutex // one is made at a time: each costs as much as a reading
	order []pastKey  // oldest first
	made  map[pastKey]*picture
}

type pastKey struct {
	id     int64
	minute int64
}

// pastKept is how many are kept.
const pastKept = 8

// at is the picture of an evacuation as it was at a moment of its clock, to the
// minute.
func (p *pastPictures) at(ctx context.Context, s *Service, v data.Evacuation, when time.Time) (*picture, error) {
	if when.Before(v.OpenedAt) {
		return nil, data.Fault(data.Invalid, "at", "lies before the evacuation was opened")
	}
	if now := s.clockOf(&v); when.After(now) {
		return nil, data.Fault(data.Invalid, "at", "must not lie in the future of the evacuation's clock")
	}
	when = when.Truncate(time.Minute).Add(time.Minute - time.Millisecond)
	key := pastKey{v.ID, when.Unix()}
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.made[key]; known != nil {
		return known, nil
	}
	var ground *ground
	if live := s.peek(v.ID); live != nil && len(live.breaches) == 0 {
		ground = live.ground // a breach is not undone on the ground that knows it
	}
	var made *picture
	err := data.At(ctx, s.all, func(m data.Moment) (err error) {
		made, err = s.paint(ctx, m, v, when, ground)
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.made == nil {
		p.made = map[pastKey]*picture{}
	}
	p.made[key] = made
	if p.order = append(p.order, key); len(p.order) > pastKept {
		delete(p.made, p.order[0])
		p.order = p.order[1:]
	}
	return made, nil
}
