package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/service/cases"
)

// Stream keeps a slow stream of cases going until ctx ends: new ones where
// people live, in the shares of the past, and steps of those it opened, so that
// the wall lives. A database that is away is waited for.
func Stream(ctx context.Context, pool *pgxpool.Pool, service *cases.Service, seed uint64, every time.Duration, log *slog.Logger) {
	if every <= 0 {
		return
	}
	s := &stream{pool: pool, cases: service, rng: rand.New(rand.NewPCG(seed, uint64(time.Now().UnixNano())))}
	for {
		// Exponential gaps, as of independent callers, cut at four times the mean.
		gap := time.Duration(min(4, s.rng.ExpFloat64()) * float64(every))
		select {
		case <-ctx.Done():
			return
		case <-time.After(gap):
		}
		if err := s.next(ctx); err != nil && ctx.Err() == nil {
			log.Warn("the demo's stream of cases pauses", "error", err)
			s.places = nil
		}
	}
}

type stream struct {
	pool   *pgxpool.Pool
	cases  *cases.Service
	rng    *rand.Rand
	actor  data.Actor
	places []string // codes of buildings
	types  []data.DemoType
	open   []opened
}

type opened struct {
	id   int64
	step string
}

const (
	placesAtOnce = 500 // read together; new ones after as many cases
	inHandAtMost = 40  // cases of its own that wait for their next step
)

func (s *stream) next(ctx context.Context) error {
	if len(s.places) == 0 {
		var err error
		if s.places, err = data.DemoPlaces(ctx, s.pool, placesAtOnce, s.rng.Int64N(1<<31)); err != nil {
			return err
		}
		if s.types, err = data.DemoTypes(ctx, s.pool); err != nil {
			return err
		}
		district, _, err := data.DistrictOf(ctx, s.pool)
		if err != nil {
			return err
		}
		s.actor = data.Actor{Account: "demo-stream", Role: "operator", ScopeCode: district}
		if len(s.places) == 0 || len(s.types) == 0 {
			return fmt.Errorf("there is no building or no case type")
		}
	}
	if len(s.open) > inHandAtMost || (len(s.open) > 5 && s.rng.IntN(2) == 0) {
		return s.stepOne(ctx)
	}
	return s.openOne(ctx)
}

func (s *stream) openOne(ctx context.Context) error {
	place := s.places[len(s.places)-1]
	s.places = s.places[:len(s.places)-1]
	var made opened
	_, err := s.cases.Open(ctx, s.actor, s.request(), cases.Opening{Type: s.pickType(), Level: s.pickLevel(), BuildingCode: place},
		func(c data.CaseView) (int, []byte, error) {
			made = opened{c.ID, c.Step}
			return 201, []byte("{}"), nil
		})
	if err == nil {
		s.open = append(s.open, made)
	}
	return err
}

// stepOne brings the case that waits longest one step on, and closes it after
// the last.
func (s *stream) stepOne(ctx context.Context) error {
	c := s.open[0]
	s.open = s.open[1:]
	change := cases.Change{Action: "step"}
	if steps := cases.Steps(); c.step == steps[len(steps)-2] {
		change = cases.Change{Action: "close"}
	} else {
		change.Step = steps[slices.Index(steps, c.step)+1]
	}
	closed := false
	_, err := s.cases.Apply(ctx, s.actor, s.request(), c.id, 0, change, func(v data.CaseView) (int, []byte, error) {
		c.step, closed = v.Step, !v.ClosedAt.IsZero()
		return 200, []byte("{}"), nil
	})
	if data.CodeOf(err) == data.Conflict {
		return nil // somebody else brought it on
	}
	if err == nil && !closed {
		s.open = append(s.open, c)
	}
	return err
}

// request is new each time: the stream never repeats itself.
func (s *stream) request() data.Request {
	key := fmt.Sprintf("demo-%016x", s.rng.Uint64())
	return data.Request{Account: s.actor.Account, Key: key, Hash: []byte(key)}
}

func (s *stream) pickType() string {
	total := 0
	for _, t := range s.types {
		total += t.Cases
	}
	n := s.rng.IntN(max(1, total))
	for _, t := range s.types {
		if n -= t.Cases; n < 0 {
			return t.Code
		}
	}
	return s.types[0].Code
}

// pickLevel follows the shares of the case log.
func (s *stream) pickLevel() string {
	switch n := s.rng.IntN(1000); {
	case n < 820:
		return "grid"
	case n < 940:
		return "community"
	case n < 985:
		return "town"
	}
	return "district"
}
