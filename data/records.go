package data

import (
	"time"

	"github.com/paulmach/orb"
)

// The records below mirror the tables of package migrations, column by column;
// the SQL there holds the constraints. Ids are positive and below 2⁵³, since
// they are feature ids in tiles. Zero in an id column that may be null means
// null. Geometry is EPSG:4490.

// Division is a district, a town or a community.
type Division struct {
	ID               int64
	Code, Level      string // 12 digits; district, town, community
	Name, ParentCode string
	Kind             string // communities: residents, villagers
	Complex          bool   // dense: gets micro-grids
	Geom             orb.MultiPolygon
	Source, SourceID string
}

// Compound is a 小区 or another group of buildings inside one fence.
type Compound struct {
	ID               int64
	CommunityCode    string
	Name, Kind       string // residential, village, school, hospital, mall, industrial, government, other
	Geom             orb.MultiPolygon
	Source, SourceID string
}

// Building is one building; Geom is its footprint, or a point where no
// footprint is known.
type Building struct {
	ID                  int64
	Code                string
	CommunityCode       string // may be empty: outside every community
	CompoundID          int64
	Name, Address       string
	Kind                string // residential, farmhouse, commercial, public, industrial, school, hospital, other
	Dedicated           string // "", mall, school, hospital, industrial_park
	Floors              int
	HeightM             float64
	StoreyM, PlinthM    float64 // zero: the defaults 3 and 0.3
	Households, Persons int
	Estimated           bool // counts estimated from footprint and floors
	Geom                orb.Geometry
	Source, SourceID    string
	SourceCRS           string
}

// Stairwell is a 单元 of a building; Number counts from 1.
type Stairwell struct {
	ID, BuildingID int64
	Number         int
}

// Room is a dwelling; Floor is never 0 (basements are negative).
type Room struct {
	ID, StairwellID int64
	Floor           int
	Number          string // unique in its stairwell, as on the door
}

// Household lives in a room.
type Household struct {
	ID, RoomID       int64
	Persons          int
	Source, SourceID string
}

// Person is a resident. Name, Number (identity number) and Phone are sealed by
// the loader before they reach the database.
type Person struct {
	ID, HouseholdID     int64
	Name, Number, Phone string
	Sex                 byte // 'F' or 'M'
	BirthYear           int
	Care                []string // of elderly, child, disabled, sick, frail, pregnant
	Resident            bool
	Source              string
}

// Road is a road or railway.
type Road struct {
	ID               int64
	Class            string // motorway, arterial, secondary, street, lane, path, rail
	Name             string
	Bridge           bool
	DeckM            float64 // bridges: level of the carriageway in metres; NaN or 0: unknown
	Geom             orb.MultiLineString
	Source, SourceID string
}

// Water is a river, stream, lake or pond, as an area or a line.
type Water struct {
	ID               int64
	Kind, Name       string
	Geom             orb.Geometry
	Source, SourceID string
}

// Land is a parcel or a place; Risk is empty, flood, landslide, fire, traffic,
// drowning or other.
type Land struct {
	ID               int64
	Kind, Name, Risk string
	Geom             orb.MultiPolygon
	Source, SourceID string
}

// Object is a city component.
type Object struct {
	ID               int64
	Kind, Name       string
	State            string // good, damaged, missing
	Geom             orb.Point
	Source, SourceID string
}

// Organisation is an organisation, party organisations and departments among
// them. HasPlace says whether Geom holds a position.
type Organisation struct {
	ID, ParentID            int64
	Kind, Name              string // party_committee, party_branch, party_group, department, social, mass, enterprise, school, hospital, rider_team, other
	CommunityCode, GridCode string
	Members                 int
	HasPlace                bool
	Geom                    orb.Point
	Source, SourceID        string
}

// Condition is a report from a group, a patrol, a visit or the hotline.
type Condition struct {
	ID                     int64
	Kind, Channel, Summary string // channel: group, patrol, visit, hotline
	ReportedAt             time.Time
	GridCode               string
	Geom                   orb.Point
	Source, SourceID       string
}

// Team serves a grid.
type Team struct {
	ID             int64
	GridCode, Name string
	Source         string
}

// TeamMember has a role of team_roles (leader, full_time, part_time,
// instructor, mediator, police, medic, party_member, enforcement,
// building_head, volunteer, utility). Name and Phone are sealed by the loader,
// which also stores their masked forms.
type TeamMember struct {
	ID, TeamID  int64
	RoleCode    string
	Name, Phone string
}

// Group is a WeChat group of a grid.
type Group struct {
	ID             int64
	GridCode, Name string
	Members        int
	Source         string
}

// HomeServiceItem is one of the services done at people's doors.
type HomeServiceItem struct {
	ID               int64
	Code, Name, Area string
}

// HomeServiceTask is a month's progress on an item in a grid.
type HomeServiceTask struct {
	ItemID      int64
	GridCode    string
	Month       time.Time // first day of the month
	Asked, Done int
}

// CaseType decides board, time limit and whether a case is kept off the wall.
type CaseType struct {
	Code, Name, Board string
	LimitHours        int
	Sensitive         bool
}

// Case is an event 事件 on its way through the seven steps.
type Case struct {
	ID                      int64
	Number                  string
	TypeCode                string
	Title, Description      string
	Level                   string // grid, community, town, district
	Step                    string // order, track, screen, dispatch, accept, handle, rate
	Board                   string // party, economy, livelihood, safety
	BuildingID              int64
	GridID, MicrogridID     int64
	CommunityCode, TownCode string
	TeamID                  int64
	OpenedAt, StepAt, DueAt time.Time
	ClosedAt                time.Time // zero: still open
	Rating                  int       // 1 to 5; zero: not rated
	Whistle                 bool      // a whistle is blown and unanswered
	Version                 int
	Geom                    orb.Point
	Source                  string
	SourceCRS               string // cgcs2000, gcj02, bd09, building, grid
}

// CaseStep is one row of a case's step log; Seq counts from 1.
type CaseStep struct {
	CaseID        int64
	Seq           int
	Step, Level   string
	At            time.Time
	Actor, Remark string
}

// Whistle calls a department to a case; ArrivedAt is zero until it arrives.
type Whistle struct {
	ID, CaseID, DepartmentID int64
	BlownAt, ArrivedAt       time.Time
	Remark                   string
}

// Gauge measures the stage of a river.
type Gauge struct {
	ID                int64
	Code, Name, River string
	Geom              orb.Point
	Source            string
}

// GaugeThreshold holds from a day on; WarningM and GuaranteeM are NaN when the
// notice did not give them.
type GaugeThreshold struct {
	GaugeID              int64
	ValidFrom            time.Time
	WarningM, GuaranteeM float64
	Datum, Source        string
}

// Reading is a stage, observed or forecast (observed, forecast_min,
// forecast_likely, forecast_max).
type Reading struct {
	GaugeID      int64
	At, IssuedAt time.Time
	Kind         string
	StageM       float64
	Source       string
}

// Shelter takes people in; Capacity is negative when unknown.
type Shelter struct {
	ID               int64
	Name             string
	Capacity         int
	Accessible       bool
	Geom             orb.Point
	Source, SourceID string
}

// LeveeRow is a levee with where it comes from.
type LeveeRow struct {
	Levee
	Source, SourceID string
}

// Plan is a set of grids, from draft to published.
type Plan struct {
	ID           int64
	Name, Status string
	Author       string
	Approver     string
	Source       string
	Division     string // code; empty: the district
	Parameters   []byte // JSON
	Report       []byte // JSON
	EffectiveOn  time.Time
}

// Grid is a version of a grid inside a plan.
type Grid struct {
	ID, PlanID                     int64
	CommunityCode, Code, Name      string
	Kind                           string // basic, dedicated
	Households, Persons            int
	InRule, Layered                bool
	ReasonKind, ReasonZH, ReasonEN string // why it is outside the rule
	Lineage                        string // N, U, S, M, X
	Predecessors                   []string
	Geom                           orb.MultiPolygon
	AreaM2                         float64
	ValidFrom                      time.Time // zero: not published
}

// Microgrid is a version of a micro-grid inside a grid.
type Microgrid struct {
	ID, PlanID, GridID             int64
	Code                           string
	Households, Persons            int
	InRule, Layered                bool
	ReasonKind, ReasonZH, ReasonEN string
	Geom                           orb.MultiPolygon
	AreaM2                         float64
	ValidFrom                      time.Time // zero: not published
}

// PlanBuilding places a building, or a part of it, in a grid.
type PlanBuilding struct {
	PlanID, BuildingID  int64
	Part                string // empty: the whole building
	Households          int
	GridID, MicrogridID int64
}
