package planning

import (
	"time"

	"github.com/paulmach/orb"
)

// What follows is read and written as JSON: positions are EPSG:4490 degrees,
// longitude first, to a millimetre.

// Operation is what a planner does. Which fields it has depends on its kind.
type Operation struct {
	Kind      string      `json:"kind"`
	Moves     []Transfer  `json:"moves,omitempty"`
	Grid      string      `json:"grid,omitempty"`
	To        string      `json:"to,omitempty"`
	Line      []orb.Point `json:"line,omitempty"`
	Name      string      `json:"name,omitempty"`
	Complex   *bool       `json:"complex,omitempty"`
	Dedicated *string     `json:"dedicated,omitempty"`
	Seed      *uint64     `json:"seed,omitempty"`
	Force     bool        `json:"force,omitempty"`
}

// Transfer takes plots, and the plots of buildings, to a grid; an empty code is a
// new grid.
type Transfer struct {
	Plots     []int   `json:"plots,omitempty"`
	Buildings []int64 `json:"buildings,omitempty"`
	To        string  `json:"to"`
}

// Desk is one community in a draft.
type Desk struct {
	PlanID        int64         `json:"plan_id"`
	Version       int           `json:"version"`
	Editable      bool          `json:"editable"`
	Community     DeskCommunity `json:"community"`
	Plots         []Plot        `json:"plots"`
	Grids         []GridState   `json:"grids"`
	Present       []PresentGrid `json:"present"`
	Violations    []Violation   `json:"violations"`
	Repairs       []Suggestion  `json:"repairs"`
	Certificates  []Certificate `json:"certificates"`
	Totals        DeskTotals    `json:"totals"`
	Log           []LogEntry    `json:"log"`
	GroundChanged bool          `json:"ground_changed"`
}

// DeskCommunity is the community of a desk.
type DeskCommunity struct {
	Code     string           `json:"code"`
	Name     string           `json:"name"`
	TownCode string           `json:"town_code"`
	Town     string           `json:"town"`
	Complex  bool             `json:"complex"`
	Bounds   [4]float64       `json:"bounds"`
	Outline  orb.MultiPolygon `json:"outline"`
}

// Plot is what moves as a whole.
type Plot struct {
	ID         int              `json:"id"`
	Buildings  []PlotBuilding   `json:"buildings"`
	Households int              `json:"households"`
	Persons    int              `json:"persons"`
	Compound   *int64           `json:"compound"`
	AreaM2     float64          `json:"area_m2"`
	Grid       string           `json:"grid"`
	At         orb.Point        `json:"at"`
	Outline    orb.MultiPolygon `json:"outline"`
}

// PlotBuilding is a building, or a part of a divided one.
type PlotBuilding struct {
	ID   int64  `json:"id"`
	Part string `json:"part,omitempty"`
}

// GridState is a grid as it stands in the draft.
type GridState struct {
	Code       string           `json:"code"`
	Name       string           `json:"name"`
	Households int              `json:"households"`
	Persons    int              `json:"persons"`
	Plots      int              `json:"plots"`
	AreaM2     float64          `json:"area_m2"`
	InRange    bool             `json:"in_range"`
	State      string           `json:"state"` // in, near (outside by no more than 5 % of the bound), out, dedicated
	Dedicated  *string          `json:"dedicated"`
	Locked     bool             `json:"locked"`
	Connected  bool             `json:"connected"`
	Layered    bool             `json:"layered"`
	Pieces     []Piece          `json:"pieces,omitempty"`
	Outline    orb.MultiPolygon `json:"outline"`
	Label      orb.Point        `json:"label"`
}

// Piece is a part of a grid that hangs together.
type Piece struct {
	Plots      []int `json:"plots"`
	Households int   `json:"households"`
}

// PresentGrid is a grid in force.
type PresentGrid struct {
	Code       string           `json:"code"`
	Name       string           `json:"name"`
	Households int              `json:"households"`
	Outline    orb.MultiPolygon `json:"outline"`
}

// Violation is what is wrong with a grid.
type Violation struct {
	Kind string `json:"kind"`
	Grid string `json:"grid"`
	By   int    `json:"by"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Suggestion is an operation that mends a grid.
type Suggestion struct {
	Op              Operation `json:"op"`
	For             string    `json:"for"`
	Shifts          []Shift   `json:"shifts"`
	Violation       int       `json:"violation"`
	Compounds       int       `json:"compounds"`
	HouseholdsMoved int       `json:"households_moved"`
	BorderM         float64   `json:"border_m"`
	Zh              string    `json:"zh"`
	En              string    `json:"en"`
	Plots           []int     `json:"plots"`
}

// Shift is what happens to one grid; an empty code is a new one.
type Shift struct {
	Grid   string `json:"grid"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

// Certificate says why a grid is outside the range.
type Certificate struct {
	Grid string `json:"grid"`
	Kind string `json:"kind"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// DeskTotals are the figures of a desk.
type DeskTotals struct {
	Violation       int  `json:"violation"`
	Households      int  `json:"households"`
	HouseholdsMoved int  `json:"households_moved"`
	CanUndo         bool `json:"can_undo"`
	CanRedo         bool `json:"can_redo"`
}

// LogEntry is an entry of the log, in words.
type LogEntry struct {
	Seq       int       `json:"seq"`
	Community string    `json:"community"`
	Actor     string    `json:"actor"`
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"`
	Undone    bool      `json:"undone"`
	Grids     []string  `json:"grids"`
	Zh        string    `json:"zh"`
	En        string    `json:"en"`
	// NotPlayed: the ground changed, and nothing that it was about is there any
	// more. MissingBuildings went away; the rest was done.
	NotPlayed        bool    `json:"not_played,omitempty"`
	MissingBuildings []int64 `json:"missing_buildings,omitempty"`
}

// Change is the answer to an operation.
type Change struct {
	Version    int          `json:"version"`
	Grids      []GridState  `json:"grids"`
	Gone       []string     `json:"gone"`
	Plots      []PlotMove   `json:"plots"`
	Reload     bool         `json:"reload"`
	Violations []Violation  `json:"violations"`
	Repairs    []Suggestion `json:"repairs"`
	Totals     DeskTotals   `json:"totals"`
	Entry      LogEntry     `json:"entry"`
}

// PlotMove is the number of a plot that changed its grid, and the code of the grid
// now: a pair, since there may be thousands.
type PlotMove [2]any

// Plot is the number.
func (m PlotMove) Plot() int { v, _ := m[0].(int); return v }

// Grid is the code.
func (m PlotMove) Grid() string { v, _ := m[1].(string); return v }

// Blocker is why an operation may not be done.
type Blocker struct {
	Kind       string `json:"kind"`
	Grid       string `json:"grid"`
	BuildingID int64  `json:"building_id"`
	Zh         string `json:"zh"`
	En         string `json:"en"`
}

// Offer is what may be done instead.
type Offer struct {
	Zh string    `json:"zh"`
	En string    `json:"en"`
	Op Operation `json:"op"`
}
