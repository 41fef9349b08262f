package synth

import (
	"github.com/paulmach/orb"

	"gridmap/data"
)

// Options of the demo district.
type Options struct {
	Seed uint64
	// Scale thins out what is counted (buildings, people, cases); 1 is the
	// published scale, 0.02 a small district with the same features.
	Scale    float64
	Progress func(stage string, done, total int)
}

// Source marks every record that this package makes.
const Source = "synthetic"

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

// District is the geography: everything that stands still. Its records have
// ids from 1 up in each table; buildings carry how many households and persons
// live in them, and Stairwells how their dwellings lie.
type District struct {
	Options     Options
	Divisions   []data.Division // district, towns, communities
	Communities []Community     // in the order of codes
	Compounds   []data.Compound
	Buildings   []data.Building
	Stairwells  []uint8 // by building: number of stairwells, at least 1 where somebody lives
	Roads       []data.Road
	Water       []data.Water
	Land        []data.Land
	Terrain     *Terrain
}
