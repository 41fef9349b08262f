// Package redraw draws grids and micro-grids to a rule of households.
//
// It is a pure engine: no database, no clock, no state between calls. The same
// input, options and seed give the same plan, byte for byte, with any number of
// workers. Geometry goes in and comes out in metres of EPSG:4544.
//
// The pipeline: community outlines and barriers part the land into enclosures;
// the Voronoi cells of the building outlines part each enclosure into atoms,
// all in one planar coverage (package coverage); a graph of atoms, whose edges
// weigh the shared length times what is cut there, is divided into connected
// parts inside the range; micro-grids divide a grid in the same way. A grid is a
// set of faces, so gaps and overlaps cannot exist.
//
// It refuses (with an error) two communities or two buildings with one key, and
// bounds that make no sense. A building, community or barrier whose geometry
// cannot be used is reported in Plan.Rejected, never dropped in silence, and the
// rest is drawn without it.
package redraw

import (
	"fmt"

	"github.com/paulmach/orb"

	"gridmap/geo/regions"
)

// Input is all that the engine knows of the world.
type Input struct {
	Communities []Community
	Buildings   []Building
	Barriers    []Barrier
	Present     *Present // the plan that holds now; nil: none
}

// Present is the plan that holds now. Codes are any strings: those of a file need
// not be built like those that the engine gives.
type Present struct {
	Grids  []PresentGrid  // outlines: for the area that moves, and for buildings without a place
	Places []PresentPlace // where known; a building not listed is placed by position in Grids
	Used   []string       // codes of grids and micro-grids that may never be given again
}

// PresentGrid is a grid or micro-grid of the plan that holds now, in metres of
// the same plane as Input.
type PresentGrid struct {
	Code      string
	Outline   orb.MultiPolygon
	Microgrid bool
	Name      string // a desk begins with it; drawing does not look at it
	Dedicated string // name of what it is dedicated to, where its buildings do not say so; for a desk
}

// PresentPlace is where the plan that holds now puts a building or a part of it.
type PresentPlace struct {
	BuildingID int64
	Part       string
	Households int
	Grid       string
	Microgrid  string // empty: none
}

// Community is an area whose grids are drawn independently of all others. Where
// outlines overlap, the land goes to the smaller code.
type Community struct {
	Code    string // 12 digits
	Name    string
	Outline orb.MultiPolygon // metres, EPSG:4544
	Complex bool             // its grids are divided into micro-grids
	// Grids and Microgrids, when above zero, ask for exactly so many balanced
	// grids in the community and micro-grids in all of it, in place of the rule.
	Grids, Microgrids int
}

// Building stands at a Point, Polygon or MultiPolygon in metres of EPSG:4544.
type Building struct {
	ID         int64
	Community  string // hint for a building on the border; empty: by position
	Outline    orb.Geometry
	Households int
	Persons    int
	Compound   int64 // zero: none
	// Stairwells gives households by stairwell and floor. Empty: the building
	// cannot be divided. The engine trusts Households for the sum: a table that
	// does not add up to it is not used, and is reported.
	Stairwells [][]int
	Dedicated  string // name of the dedicated grid it belongs to; empty: none
}

// Kind names what runs along a line.
type Kind string

// Kinds of barriers. Any other kind counts as a street.
const (
	River    Kind = "river"
	Rail     Kind = "rail"
	Arterial Kind = "arterial"
	Street   Kind = "street"
)

// Barrier is a line that grids should follow, or an area along whose middle they
// should run where nobody lives in it (a wide river, a road's surface), or both,
// in metres of EPSG:4544.
type Barrier struct {
	Kind Kind
	Line orb.LineString
	Area orb.MultiPolygon
}

// Mode tells how the present plan is treated.
type Mode string

// Fresh ignores the present plan, apart from codes and lineage; Repair starts
// from it and moves as few households as it can.
const (
	Fresh  Mode = "fresh"
	Repair Mode = "repair"
)

// MicroMode tells where micro-grids are drawn.
type MicroMode string

// In complex communities (the default), everywhere, nowhere.
const (
	MicroComplex MicroMode = "complex"
	MicroAll     MicroMode = "all"
	MicroNone    MicroMode = "none"
)

// StepsPerSecond turns a time into Options.Steps.
const StepsPerSecond = regions.StepsPerSecond

// Weights are what a plan is rated by; see regions.Weights.
type Weights = regions.Weights

// Options are bounds and effort. Zero values take the default.
type Options struct {
	Min, Max, Target int // households in a grid: 300, 500, 400
	MicroMin         int // households in a micro-grid: 50
	MicroMax         int // 80
	MicroTarget      int // the middle of MicroMin and MicroMax
	Mode             Mode
	Micro            MicroMode
	Seed             uint64
	Workers          int     // GOMAXPROCS
	Restarts         int     // attempts by number of grids: 4
	Effort           float64 // multiplies the steps of each attempt: 1
	// Weights rate plans: range, compounds split, households moved, boundary,
	// balance. Zero: in that order.
	Weights Weights
	// Steps is the budget of search steps; zero takes the default. More steps
	// never give a worse plan.
	Steps int64
	// Progress, when set, is told of each community as it is done. Calls come
	// one at a time, in no fixed order.
	Progress func(done, total int)
}

// Plan is the result. Grids are sorted by code, Assignments by building and part.
type Plan struct {
	Grids       []Grid
	Assignments []Assignment
	Rejected    []Rejected
	Retired     []Retired // codes of the present plan that end, sorted
	Report      Report
}

// Lineage of a grid: what became of the grids that hold now.
const (
	New       = "N" // no household of the present plan is in it
	Unchanged = "U" // the same buildings as one present grid
	Split     = "S" // a part of one present grid
	Merged    = "M" // several present grids, whole
	Mixed     = "X" // parts of several
)

// Retired is a present code that no grid of the plan keeps.
type Retired struct {
	Code       string
	Microgrid  bool
	Lineage    string   // Split: parted; Merged: went whole into one; Mixed: some of both; empty: nothing of it is left
	Successors []string // codes of the grids that hold its households now, sorted

	community int // index in Input.Communities, sorted by code
}

// GridKind tells whether the household rule holds for a grid.
type GridKind string

// Kinds of grids.
const (
	Basic     GridKind = "basic"
	Dedicated GridKind = "dedicated"
)

// Grid is a connected part of one community.
type Grid struct {
	Community  string
	Code       string // 15 digits, or a present code that it keeps
	Kind       GridKind
	Name       string // of a dedicated grid
	Households int
	Persons    int
	Outline    orb.MultiPolygon
	// Layered: the grid consists of parts of a divided building alone, and its
	// outline is the footprint that it shares; the grid that owns the footprint
	// is not layered. Grids that are not layered tile the community.
	Layered    bool
	Reason     *Reason // why it is outside the rule; nil inside
	Microgrids []Microgrid
	// Lineage says what it was made of, Predecessors the present grids that gave
	// it buildings, sorted by code.
	Lineage      string
	Predecessors []string
}

// Microgrid is a connected part of one grid.
type Microgrid struct {
	Code       string // 17 digits, or a present code that it keeps
	Households int
	Persons    int
	Outline    orb.MultiPolygon
	Layered    bool // as for Grid; those that are not layered tile the grid
	Reason     *Reason

	Lineage      string // as for Grid
	Predecessors []string
}

// Assignment puts a building, or one part of a divided building, into a grid.
type Assignment struct {
	BuildingID int64
	Part       string // empty for a whole building; else stairwells and floors
	Households int
	Persons    int
	Grid       int // index in Plan.Grids
	Microgrid  int // index in Grid.Microgrids; -1 where there are none
}

// Rejected is an input that could not be used, or could not be used as it was: a
// building, or else a community or a barrier.
type Rejected struct {
	BuildingID int64
	Community  string // code, where it is a community
	Barrier    int    // place in Input.Barriers counted from one, where it is a barrier
	// Reason is a machine code. Of a building: outside, negative_count,
	// no_position, bad_outline, stairwells_do_not_add_up. Of a community:
	// bad_outline, too_wide, too_far, no_land. Of a barrier: bad_vertex.
	Reason  string
	Zh, En  string
	Dropped bool // false: it is in the plan, its fault mended
}

// String names what was wrong with what, for a terminal.
func (r Rejected) String() string {
	what := fmt.Sprintf("building %d", r.BuildingID)
	if r.Community != "" {
		what = "community " + r.Community
	} else if r.Barrier > 0 {
		what = fmt.Sprintf("barrier %d", r.Barrier)
	}
	return fmt.Sprintf("%s: %s %s", what, r.Zh, r.En)
}
