package papers

import (
	"time"

	"github.com/paulmach/orb"
)

// Document is all that the papers of an evacuation are made of. A zero time, a nil
// pointer and an empty text are unknown.
type Document struct {
	Event    Event
	Now      time.Time      // of the evacuation's clock; in a replay the replay's
	Printed  time.Time      // of the wall's clock
	Zone     *time.Location // in which times are written; nil: UTC+8
	Named    bool           // the reader's role may see masked labels of people, what they need and what was noted
	Plan     *Plan          // nil: none is approved
	Basis    Basis
	Gauges   []Gauge
	Identity Identity // over the whole evacuation, in persons
	Roads    Roads
	Grids    []Grid // in any order; papers sort them
	Shelters []Shelter
	Shortage *Shortage // nil: there is a place for everybody
	History  []Standing
	Log      []Entry
	Map      Map
}

// Event is what the evacuation is.
type Event struct {
	ID                           int64
	Name, Division               string
	Drill                        bool
	Replay                       string // of which flood; empty: it is none
	OpenedBy                     string
	OpenedAt, LiftedAt, ClosedAt time.Time
	Settings                     Settings
}

// Settings are the rules by which deadlines were reckoned.
type Settings struct {
	LeadMin, MarginMin, SilenceMin int
	NightFrom, NightTo, NightBy    string // hours such as 18:00
	Arrival                        string // likely or max
}

// Plan is who approved what.
type Plan struct {
	Version    int
	ApprovedAt time.Time
	ApprovedBy string
	Certified  bool // its cost was proven to be the least
}

// Basis is what the water was computed from.
type Basis struct {
	ReadingAt, ForecastAt time.Time
	Terrain, SHA256       string   // name, and the checksum in hexadecimal
	Model                 string   // hand, interpolated, library or none
	ErrorM                *float64 // half the width of the band, metres
	Warnings              []Words
}

// Words is a text in two languages; one that is missing is that of the other.
type Words struct{ ZH, EN string }

// Gauge is a river gauge, in metres of its datum.
type Gauge struct {
	Name, River, Datum  string
	StageM              *float64
	At                  time.Time
	Stale               bool
	Suspect             Words
	WarningM            *float64
	GuaranteeM          *float64
	RiseMPerH           *float64
	PeakM               [3]*float64 // least, likely, most
	PeakAt              time.Time
	Past                bool // the whole forecast lies in the past
	Observed            []Level
	Least, Likely, Most []Level
}

// Level is a stage at a time.
type Level struct {
	At     time.Time
	StageM float64
}

// Identity says of everybody listed where they are, in persons.
type Identity struct {
	Listed, Sheltered, WithRelatives, HoldingUpstairs, AlreadyAway, Refused, Unaccounted int

	Returned, Extra, Contradictions int
}

// Roads counts those that water shuts.
type Roads struct{ Shut, Closing int }

// Class is how the water meets a building.
type Class string

// The classes.
const (
	WetNow     Class = "wet_now"
	WillBeWet  Class = "will_be_wet"
	CutOff     Class = "cut_off"
	Unaffected Class = "unaffected"
	Unknown    Class = "unknown"
)

// Status is what was heard of a household.
type Status string

// The statuses; Mixed: its people are in different places.
const (
	Unaccounted     Status = "unaccounted"
	Sheltered       Status = "sheltered"
	WithRelatives   Status = "with_relatives"
	HoldingUpstairs Status = "holding_upstairs"
	AlreadyAway     Status = "already_away"
	Refused         Status = "refused"
	Returned        Status = "returned"
	Mixed           Status = "mixed"
)

// Means is how people go: walk, vehicle, boat or mixed; empty is unknown.
type Means string

// The means.
const (
	Walk     Means = "walk"
	Vehicle  Means = "vehicle"
	Boat     Means = "boat"
	AnyMeans Means = "mixed"
)

// Grid is a grid with those of its buildings that people leave, or of which the
// water is unknown.
type Grid struct {
	Code, Name, Town, Community  string
	Team                         []Contact
	Order                        *Order // the newest; nil: none was issued
	Class                        Class  // the worst of its buildings
	FirstDeadline, LastDeparture time.Time
	Identity                     Identity
	Buildings                    []Building
}

// Contact is somebody of a grid's team, masked.
type Contact struct{ Role, Name, Phone string }

// Order is what a grid was told, and its answer.
type Order struct {
	Kind                            string // prepare, move, hold_upstairs or lifted
	IssuedBy                        string
	IssuedAt, ReceivedAt, OnSceneAt time.Time
	Escalated                       string // none, deputy or town
}

// Building is where people live, and how they leave it.
type Building struct {
	ID                               int64
	Name, Address                    string
	Class                            Class
	DepthM                           *float64 // at its worst, above the ground
	WetFloors                        *int
	Arrival, Deadline, LastDeparture time.Time // without a LastDeparture what is cut off has no way left
	Shelter                          int64     // where its households go who do not say otherwise; zero: none
	Route                            Words
	RouteM                           *float64
	Means                            Means
	At                               orb.Point
	Outline                          orb.MultiPolygon // nil: only At is known
	Floors                           []Floor
	Counted                          Counted // where no household is on file
}

// Counted is what a building counts without saying who lives there.
type Counted struct{ Households, Persons int }

// Floor is a floor; Number zero is unknown.
type Floor struct {
	Number     int
	WetAt      time.Time
	Households []Household
}

// Household lives on a floor. Head is a masked label; Helped are those who cannot
// go without help.
type Household struct {
	ID              int64
	Stairwell       int // zero: unknown, or there is one alone
	Room, Head      string
	Persons, Helped int
	Care            Care
	Shelter         int64 // zero: as its building
	Means           Means // empty: as its building
	Status          Status
	Note            string
}

// Care counts people by what they need; one may be in several.
type Care struct{ Elderly, Child, Disabled, Sick, Frail, Pregnant int }

// Shelter is where people go.
type Shelter struct {
	ID                int64
	Name              string
	At                orb.Point
	Capacity          *int
	Accessible, Wet   bool
	ClosesAt          time.Time // when the last road to it shuts; zero: none does
	Assigned, Arrived int
}

// Shortage says for how many people there is no place.
type Shortage struct {
	Missing       int
	BedsReachable *int
	Grids         []Missing
	Words         Words
}

// Missing is what is missing for a grid.
type Missing struct {
	Code, Name string
	Persons    int
}

// Standing is how things stood at a time, every two hours.
type Standing struct {
	At       time.Time
	Identity Identity
	WetNow   *int // buildings
	StageM   *float64
}

// Entry is a line of the log.
type Entry struct {
	At    time.Time
	Words Words
	By    string
}

// Map is what is drawn around buildings and shelters.
type Map struct {
	Grids  []Outline
	Wet    orb.MultiPolygon // at the forecast's worst
	WetNow orb.MultiPolygon
	Rivers []River
	Roads  []Road
}

// Outline is a grid's.
type Outline struct {
	Code string
	Area orb.MultiPolygon
}

// River is a river, as an area or a line.
type River struct {
	Name  string
	Shape orb.Geometry
}

// Road is a road; Shut when water stands on it.
type Road struct {
	Name, Class string
	Shut        bool
	Line        orb.MultiLineString
}
