// Package transport sends people from many sources to few sinks at least cost: the
// transportation problem (Hitchcock 1941) with capacities, where some pairs may be
// forbidden and there may be too little room.
//
// It solves by successive shortest paths (Busacker and Gowen 1961) on the graph of
// sinks alone: an arc from sink j to k costs what it takes to send the cheapest of
// those at j to k instead. Nobody is left over while there is room that can be
// reached; among such flows it finds one of least cost. Every answer carries dual
// prices that prove it, and a minimum cut where there is no room.
//
// Costs are whole numbers in whatever unit the caller chose, per person. Same
// input, same answer: ties go to the lower index.
package transport

import (
	"errors"
	"fmt"
	"math"
)

// Forbidden is the cost of a pair that is not allowed.
const Forbidden = math.MaxInt64

// MaxCost bounds the cost of a pair, so that sums do not overflow.
const MaxCost = 1_000_000_000

// Problem is what is to be sent.
type Problem struct {
	Demand   []int64   // by source, persons
	Capacity []int64   // by sink, beds
	Cost     [][]int64 // by source and sink, per person
}

// Share is a part of a source's people.
type Share struct {
	Sink   int
	People int64
}

// Plan is an optimal answer.
type Plan struct {
	Shares [][]Share // by source, by sink ascending
	Load   []int64   // by sink
	Left   []int64   // by source: for whom there is no room
	Cost   int64     // of those who are sent

	// The proof. With Penalty as the cost of leaving a person, SourcePrice −
	// SinkPrice never exceeds the cost of a pair, SinkPrice is nowhere negative, and
	// the two sides of the linear programme are equal.
	Penalty     int64
	SourcePrice []int64
	SinkPrice   []int64
	Shortage    *Shortage // nil: everybody is sent
}

// Shortage is a minimum cut: the people of Sources can reach the sinks of Sinks
// only, and those have Missing beds too few.
type Shortage struct {
	Sources, Sinks        []int
	People, Beds, Missing int64
}

// Solve finds a plan.
func Solve(p Problem) (*Plan, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	s := newSolver(&p)
	for i := range p.Demand {
		s.send(i)
	}
	return s.plan(), nil
}

func (p *Problem) check() error {
	if len(p.Cost) != len(p.Demand) {
		return fmt.Errorf("costs of %d sources, demands of %d", len(p.Cost), len(p.Demand))
	}
	var people int64
	for i, d := range p.Demand {
		if d < 0 || d > MaxCost {
			return fmt.Errorf("source %d: %d people", i, d)
		}
		people += d
		if len(p.Cost[i]) != len(p.Capacity) {
			return fmt.Errorf("source %d: %d costs for %d sinks", i, len(p.Cost[i]), len(p.Capacity))
		}
		for j, c := range p.Cost[i] {
			if c != Forbidden && (c < 0 || c > MaxCost) {
				return fmt.Errorf("source %d, sink %d: a cost of %d", i, j, c)
			}
		}
	}
	if most := math.MaxInt64 / p.penalty(); people > most {
		return fmt.Errorf("%d people: with these costs sums hold for %d", people, most)
	}
	for j, c := range p.Capacity {
		if c < 0 || c > math.MaxInt32*int64(1000) {
			return fmt.Errorf("sink %d: %d beds", j, c)
		}
	}
	return nil
}

// penalty is what it costs to leave a person: more than any chain of moves that
// makes room, which passes each sink once.
func (p *Problem) penalty() int64 {
	var top int64
	for _, row := range p.Cost {
		for _, c := range row {
			if c != Forbidden {
				top = max(top, c)
			}
		}
	}
	return (top + 1) * int64(len(p.Capacity)+2)
}

// Check proves a plan optimal for a problem, or says where the proof fails. It
// looks at the problem and the plan alone.
func (pl *Plan) Check(p Problem) error {
	load := make([]int64, len(p.Capacity))
	var cost, left, primal, dual int64
	for i, shares := range pl.Shares {
		sent := pl.Left[i]
		if sent < 0 {
			return fmt.Errorf("source %d: fewer than nobody left", i)
		}
		left += sent
		for _, sh := range shares {
			c := p.Cost[i][sh.Sink]
			if sh.People <= 0 || c == Forbidden {
				return fmt.Errorf("source %d: %d people to sink %d", i, sh.People, sh.Sink)
			}
			sent += sh.People
			load[sh.Sink] += sh.People
			cost += c * sh.People
		}
		if sent != p.Demand[i] {
			return fmt.Errorf("source %d: %d of %d people", i, sent, p.Demand[i])
		}
		if pl.SourcePrice[i] > pl.Penalty {
			return fmt.Errorf("source %d: its price is above the penalty", i)
		}
		for j, c := range p.Cost[i] {
			if c != Forbidden && pl.SourcePrice[i]-pl.SinkPrice[j] > c {
				return fmt.Errorf("source %d, sink %d: the prices exceed the cost", i, j)
			}
		}
		dual += p.Demand[i] * pl.SourcePrice[i]
	}
	for j, c := range p.Capacity {
		if load[j] > c || load[j] != pl.Load[j] || pl.SinkPrice[j] < 0 {
			return fmt.Errorf("sink %d: %d people for %d beds at a price of %d", j, load[j], c, pl.SinkPrice[j])
		}
		dual -= c * pl.SinkPrice[j]
	}
	if primal = cost + left*pl.Penalty; primal != dual || cost != pl.Cost {
		return fmt.Errorf("the cost %d is not the bound %d", primal, dual)
	}
	return pl.checkShortage(p, left)
}

func (pl *Plan) checkShortage(p Problem, left int64) error {
	if (left > 0) != (pl.Shortage != nil) {
		return errors.New("people are left without a shortage, or the other way round")
	}
	if pl.Shortage == nil {
		return nil
	}
	inside := make([]bool, len(p.Capacity))
	var people, beds int64
	for _, j := range pl.Shortage.Sinks {
		inside[j] = true
		beds += p.Capacity[j]
	}
	for _, i := range pl.Shortage.Sources {
		people += p.Demand[i]
		for j, c := range p.Cost[i] {
			if c != Forbidden && !inside[j] {
				return fmt.Errorf("source %d reaches sink %d outside the cut", i, j)
			}
		}
	}
	if people-beds != left || people != pl.Shortage.People || beds != pl.Shortage.Beds || left != pl.Shortage.Missing {
		return fmt.Errorf("the cut lacks %d beds, %d people are left", people-beds, left)
	}
	return nil
}
