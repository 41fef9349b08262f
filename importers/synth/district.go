package synth

import (
	"github.com/paulmach/orb"

	"gridmap/data"
)

// Community is what later steps need to know of a community beyond its record.
type Community struct {
	Code, TownCode string
	Name           string
	Urban          bool // built up in blocks
	Complex        bool // dense: gets micro-grids
	Households     int
	Persons        int
	Grids          int              // of the present plan; at least 1
	Microgrids     int              // of the present plan; 0 where not complex
	Outline        orb.MultiPolygon // EPSG:4544 metres
}

// Barrier is a line that grid boundaries should follow, in metres of EPSG:4544.
type Barrier struct {
	Kind string // river, rail, arterial, street
	Line orb.LineString
}

// District is the geography: everything that stands still. Its records have
// ids from 1 up in each table, in the order of the slice. Households, rooms and
// people are many: Rooms, Households and People give them one by one.
type District struct {
	Options       Options
	Divisions     []data.Division // district, towns, communities
	Communities   []Community     // in the order of codes
	Compounds     []data.Compound
	Buildings     []data.Building
	Footprints    []orb.Polygon // by building, in metres of EPSG:4544
	Roads         []data.Road
	Water         []data.Water
	Land          []data.Land
	Objects       []data.Object
	Organisations []data.Organisation // without those of grids, which Life makes
	Shelters      []data.Shelter
	Levees        []data.LeveeRow
	Gauges        []data.Gauge
	Thresholds    []data.GaugeThreshold
	Readings      []data.Reading
	Barriers      []Barrier
	Terrain       *Terrain

	communityOf []int32 // index in Communities by building
	homes       homes
	outline     orb.Ring
}

// Building finds a building by its id.
func (d *District) Building(id int64) (*data.Building, bool) {
	if id < 1 || id > int64(len(d.Buildings)) {
		return nil, false
	}
	return &d.Buildings[id-1], true
}

// Community finds the community of a building.
func (d *District) Community(building int64) *Community {
	return &d.Communities[d.communityOf[building-1]]
}
