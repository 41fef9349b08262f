package planning

import (
	"context"

	"gridmap/data"
)

// Diff is what a plan changes against the grids in force.
type Diff struct {
	HouseholdsMoved int        `json:"households_moved"`
	AreaMovedM2     float64    `json:"area_moved_m2"`
	BuildingsMoved  int        `json:"buildings_moved"`
	Kept            int        `json:"kept"`
	New             []string   `json:"new"`
	Retired         []Retired  `json:"retired"`
	Grids           []DiffGrid `json:"grids"`
}

// Retired is a code that ends, with the codes that hold its households then.
type Retired struct {
	Code       string   `json:"code"`
	Successors []string `json:"successors"`
}

// DiffGrid is a grid of the plan beside what it was.
type DiffGrid struct {
	Code             string   `json:"code"`
	Name             string   `json:"name"`
	Community        string   `json:"community"`
	Lineage          string   `json:"lineage"`
	Predecessors     []string `json:"predecessors"`
	HouseholdsBefore *int     `json:"households_before"`
	HouseholdsAfter  int      `json:"households_after"`
	InRange          bool     `json:"in_range"`
	ReasonZH         *string  `json:"reason_zh"`
	ReasonEN         *string  `json:"reason_en"`
}

// Diff compares a plan, or one community of it, with what is in force.
func (s *Drafts) Diff(ctx context.Context, by data.Actor, plan int64, community string) (out Diff, err error) {
	return Diff{New: []string{}, Retired: []Retired{}, Grids: []DiffGrid{}}, nil
}
