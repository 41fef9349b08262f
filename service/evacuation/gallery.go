package evacuation

import (
	"context"
	"slices"
	"time"

	"gridmap/data"
	"gridmap/layers"
)

// The pictures that stand: who is shown which, and what of them is on the map.

// peek is the picture of an evacuation, or nil.
func (s *Service) peek(id int64) *picture {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pictures[id]
}

// show hands a new picture to everybody who looks.
func (s *Service) show(pic *picture, what []string) {
	s.mu.Lock()
	s.pictures[pic.v.ID] = pic
	s.offered[pic.v.ID] = remember(s.offered[pic.v.ID], pic)
	close(s.news)
	s.news = make(chan struct{})
	first := s.leading() == pic.v.ID
	s.mu.Unlock()
	if s.opt.Lay == nil {
		return
	}
	// The numbers first; outlining the water takes as long as all before it.
	note := &layers.EvacuationChange{ID: pic.v.ID, Version: pic.version, What: what}
	if err := s.opt.Lay(nil, note); err != nil {
		s.opt.Log.Error("what is new could not be told", "error", err)
	}
	if !first || !slices.Contains(what, partAll) && !slices.Contains(what, partWater) {
		return
	}
	if err := s.opt.Lay(pic.sheets(), nil); err != nil {
		s.opt.Log.Error("the water could not be laid on the map", "error", err)
	}
}

// offersMost is how many proposals can still be approved after newer ones: somebody
// reads the one before him while the gauges go on.
const offersMost = 20

// remember keeps the pictures of the last proposals, one of each.
func remember(list []*picture, pic *picture) []*picture {
	if pic.proposal == nil || len(list) > 0 && list[len(list)-1].proposal.Basis == pic.proposal.Basis {
		return list
	}
	list = append(list, pic)
	return list[max(0, len(list)-offersMost):]
}

// offer is the picture of a proposal that was made beside the plan that stands; nil:
// there is none.
func (s *Service) offer(id int64, basis string, version int) *picture {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, pic := range slices.Backward(s.offered[id]) {
		beside := 0
		if len(pic.plans) > 0 {
			beside = pic.plans[0].Version
		}
		if pic.proposal.Basis == basis && beside == version {
			return pic
		}
	}
	return nil
}

// leading is the evacuation that the map shows: the real one before a drill.
func (s *Service) leading() int64 {
	var best *picture
	for _, p := range s.pictures {
		if best == nil || best.v.Drill && !p.v.Drill || best.v.Drill == p.v.Drill && p.v.ID > best.v.ID {
			best = p
		}
	}
	if best == nil {
		return 0
	}
	return best.v.ID
}

// drop takes an evacuation that was closed off the map.
func (s *Service) drop(id int64, old *picture) {
	if old == nil {
		return
	}
	s.mu.Lock()
	delete(s.pictures, id)
	delete(s.offered, id)
	close(s.news)
	s.news = make(chan struct{})
	next := s.pictures[s.leading()]
	s.mu.Unlock()
	delete(s.told, id)
	s.clocks.forget(id)
	if s.opt.Lay == nil {
		return
	}
	sheets := map[string][]layers.Laid{layers.Inundation: nil, layers.Evacuation: nil}
	if next != nil {
		sheets = next.sheets()
	}
	if err := s.opt.Lay(sheets, &layers.EvacuationChange{ID: id, Version: old.version + 1, What: []string{partAll}}); err != nil {
		s.opt.Log.Error("the water could not be taken off the map", "error", err)
	}
}

// at is the picture of an evacuation that reaches into the reader's scope: as it is,
// or as it was at a moment of its clock.
func (s *Service) at(ctx context.Context, by data.Actor, id int64, when *time.Time) (*picture, error) {
	var v data.Evacuation
	err := data.At(ctx, s.all, func(m data.Moment) (err error) {
		v, err = m.Evacuations().Find(ctx, id)
		return err
	})
	if err != nil {
		if pic := s.peek(id); pic != nil && when == nil && data.CodeOf(err) != data.NotFound {
			return pic, visible(by, &pic.v) // the database is away; the last state stands
		}
		return nil, err
	}
	if err := visible(by, &v); err != nil {
		return nil, err
	}
	if when == nil && v.ClosedAt != nil {
		when = v.ClosedAt
	}
	if when != nil {
		return s.past.at(ctx, s, v, *when)
	}
	for {
		s.mu.Lock()
		pic, news := s.pictures[id], s.news
		s.mu.Unlock()
		if pic != nil {
			return pic, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return nil, data.Fault(data.Unavailable, "", "the water is being computed: ask again in a moment")
		}
	}
}

// visible refuses those who live elsewhere.
func visible(by data.Actor, v *data.Evacuation) error {
	if by.Covers(v.Division) || (data.Actor{ScopeCode: v.Division}).Covers(by.ScopeCode) {
		return nil
	}
	return data.Fault(data.Forbidden, "", "the evacuation is outside your scope "+by.ScopeCode)
}
