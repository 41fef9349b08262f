package redraw

// Report holds the figures of a plan, of each town and of each community. Time is
// for the caller to measure: the engine has no clock.
type Report struct {
	Seed       uint64  `json:"seed"`
	Restarts   int     `json:"restarts"`
	Steps      int64   `json:"steps"`                // search steps used
	CPUSeconds float64 `json:"cpuSeconds,omitempty"` // set by the caller
	Rejected   int     `json:"rejected"`
	Figures
	Areas []AreaReport `json:"areas"` // sorted by code, each town before its communities
}

// AreaReport holds the figures of a town or a community.
type AreaReport struct {
	Code  string `json:"code"`
	Name  string `json:"name,omitempty"`
	Level Level  `json:"level"`
	Figures
}

// Level of an area in a report.
type Level string

// Levels. A town is known by the first nine digits of a community's twelve.
const (
	TownLevel      Level = "town"
	CommunityLevel Level = "community"
)

// Figures are the ten that are printed for every redraw.
type Figures struct {
	Communities int `json:"communities"`
	Atoms       int `json:"atoms"`
	Buildings   int `json:"buildings"`
	Households  int `json:"households"`

	Grids      LevelReport `json:"grids"`
	Microgrids LevelReport `json:"microgrids"`

	Topology  TopologyReport  `json:"topology"`
	Shape     ShapeReport     `json:"shape"`
	Barriers  BarrierReport   `json:"barriers"`
	Compounds CompoundReport  `json:"compounds"`
	Stability StabilityReport `json:"stability"`
	Optimum   OptimumReport   `json:"optimality"`
	Nesting   NestingReport   `json:"nesting"`
}

// LevelReport holds figures 1 to 3 for grids or for micro-grids. Dedicated grids
// and those of a given number are counted, and left out of all other figures.
type LevelReport struct {
	Min               int                `json:"min"`
	Max               int                `json:"max"`
	Target            int                `json:"target"`
	Count             int                `json:"count"`
	OffRule           int                `json:"offRule"` // dedicated, or of a given number
	InRange           int                `json:"inRange"`
	InRangeShare      float64            `json:"inRangeShare"`
	HouseholdsInRange float64            `json:"householdsInRangeShare"`
	Violation         int                `json:"violation"`     // households outside the range
	Feasible          int                `json:"feasibleAreas"` // communities (grids, for micro-grids) not proven to have no division inside
	FeasibleInRange   int                `json:"feasibleAreasInRange"`
	FeasibleShare     float64            `json:"feasibleInRangeShare"`
	Certificates      map[ReasonKind]int `json:"certificates"`
	LowestCount       int                `json:"lowestCount"`  // Σ ⌈H/U⌉
	HighestCount      int                `json:"highestCount"` // Σ ⌊H/L⌋
	Balance           BalanceReport      `json:"balance"`
}

// BalanceReport is |H − target| / target over grids, and percentiles of H.
type BalanceReport struct {
	MaxOff  float64 `json:"maxOff"`
	MeanOff float64 `json:"meanOff"`
	P5      int     `json:"p5"`
	P50     int     `json:"p50"`
	P95     int     `json:"p95"`
}

// TopologyReport: all zero by construction; counted, not assumed.
type TopologyReport struct {
	DisconnectedGrids int     `json:"disconnectedGrids"` // more parts than land cut off explains
	EmptyIslands      int     `json:"emptyIslands"`      // parts where no building stands, joined from afar
	GapM2             float64 `json:"gapM2"`
	OverlapM2         float64 `json:"overlapM2"`
	Holes             int     `json:"holes"` // grids that surround another
}

// ShapeReport is Polsby and Popper's 4πA/P², and that relative to the community.
type ShapeReport struct {
	PolsbyPopperMedian float64 `json:"polsbyPopperMedian"`
	PolsbyPopperP10    float64 `json:"polsbyPopperP10"`
	RelativeMedian     float64 `json:"relativeMedian"`
}

// BarrierReport is about the borders between grids of one community.
type BarrierReport struct {
	InternalKm float64 `json:"internalKm"`
	OnBarrier  float64 `json:"onBarrierShare"`
}

// CompoundReport counts compounds in more than one grid. A compound that lies in
// two communities counts as one in each: no grid crosses their border.
type CompoundReport struct {
	Compounds int `json:"compounds"`
	Split     int `json:"split"`
	// Avoidable: of at most Max households, connected, with nothing dedicated in it.
	Avoidable int `json:"avoidable"`
}

// StabilityReport compares with the present plan. Households and land without a
// present grid are in neither part of a share.
type StabilityReport struct {
	FirstIssue           bool        `json:"firstIssue"` // there is nothing to compare with
	Households           int         `json:"households"` // that had a grid
	HouseholdsMoved      int         `json:"householdsMoved"`
	HouseholdsMovedShare float64     `json:"householdsMovedShare"`
	AreaM2               float64     `json:"areaM2"` // that had a grid; by plot, each as a whole
	AreaMovedM2          float64     `json:"areaMovedM2"`
	AreaMovedShare       float64     `json:"areaMovedShare"`
	Grids                CodesReport `json:"grids"`
	Microgrids           CodesReport `json:"microgrids"`
}

// CodesReport counts grids by lineage, and codes.
type CodesReport struct {
	Unchanged int `json:"unchanged"`
	Split     int `json:"split"`
	Merged    int `json:"merged"`
	Mixed     int `json:"mixed"`
	New       int `json:"new"`

	CodesKept    int `json:"codesKept"`
	CodesNew     int `json:"codesNew"`
	CodesRetired int `json:"codesRetired"`
}

// OptimumReport says how much is proven about what is outside the range: the
// violation of grids against what no plan can be without.
type OptimumReport struct {
	ProvenOutside    int `json:"provenOutside"`
	NotProvenOutside int `json:"notProvenOutside"`
	Bound            int `json:"bound"` // households outside the range that are proven unavoidable
	Gap              int `json:"gap"`   // violation above that bound
}

// NestingReport: micro-grids that cross a grid cannot exist by construction.
type NestingReport struct {
	Crossing     int     `json:"crossing"`
	Layered      int     `json:"layeredMicrogrids"`
	LayeredShare float64 `json:"layeredShare"`
	LayeredGrids int     `json:"layeredGrids"`
}
