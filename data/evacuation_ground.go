package data

import (
	"context"

	"github.com/paulmach/orb"
)

// Exposed is a building as a flood meets it.
type Exposed struct {
	ID                  int64
	GridCode            string // in force; empty: in none
	Floors              int
	StoreyM, PlinthM    float64
	Households, Persons int
	Geom                orb.Geometry // EPSG:4490
}

// Dwelling is a household where it lives, and who of it needs help first.
type Dwelling struct {
	BuildingID, HouseholdID                         int64
	Stairwell, Floor                                int
	Room                                            string
	Persons                                         int
	Helped                                          int // cannot walk: disabled, sick or frail
	Elderly, Child, Disabled, Sick, Frail, Pregnant int
}

// NamedBuilding is what a building is called.
type NamedBuilding struct {
	ID            int64
	Name, Address string
}

// Way is a road as people can leave by.
type Way struct {
	ID          int64
	Class, Name string
	Bridge      bool
	DeckM       float64             // level of a bridge's carriageway; NaN: unknown
	Geom        orb.MultiLineString // EPSG:4490
}

// ShelterPlace is a shelter; Capacity is negative when unknown.
type ShelterPlace struct {
	ID         int64
	Name       string
	Capacity   int
	Accessible bool
	Geom       orb.Point // EPSG:4490
}

// Course is a river or a stream, as an area or a line.
type Course struct {
	ID         int64
	Kind, Name string
	Geom       orb.Geometry // EPSG:4490
}

// Levee is a barrier up to its crest, metres in the terrain's datum.
type Levee struct {
	ID     int64
	Name   string
	CrestM float64
	Geom   orb.MultiLineString // EPSG:4490
}

// TerrainFile is a version of the terrain.
type TerrainFile struct {
	ID            int64
	Name, Path    string
	SHA256        []byte
	CellM         float64
	ErrorM        float64 // how far its levels may be off, metres
	Width, Height int
}

// DepthFile is a raster of depths, metres, that a hydraulic model gave for a level at
// a gauge, in the datum of the gauge.
type DepthFile struct {
	GaugeID int64
	LevelM  float64
	Path    string
}

// GridName is a grid in force and where it lies.
type GridName struct{ Code, Name, Community, Town string }

// TeamContact is somebody of a grid's team, masked.
type TeamContact struct{ GridCode, Role, RoleName, Name, Phone string }

// Exposed lists the buildings of a division.
func (e Evacuations) Exposed(ctx context.Context, division string) ([]Exposed, error) {
	return rowsOf[Exposed](ctx, e.q, "evac_buildings", CodePrefix(division))
}

// Dwellings lists the households of buildings, by building.
func (e Evacuations) Dwellings(ctx context.Context, buildings []int64) ([]Dwelling, error) {
	return rowsOf[Dwelling](ctx, e.q, "evac_households", buildings)
}

// Names lists what buildings are called.
func (e Evacuations) Names(ctx context.Context, buildings []int64) ([]NamedBuilding, error) {
	return rowsOf[NamedBuilding](ctx, e.q, "evac_names", buildings)
}

// Ways lists the roads of the district.
func (e Evacuations) Ways(ctx context.Context) ([]Way, error) {
	return rowsOf[Way](ctx, e.q, "evac_roads")
}

// Shelters lists the shelters.
func (e Evacuations) Shelters(ctx context.Context) ([]ShelterPlace, error) {
	return rowsOf[ShelterPlace](ctx, e.q, "evac_shelters")
}

// Courses lists rivers and streams.
func (e Evacuations) Courses(ctx context.Context) ([]Course, error) {
	return rowsOf[Course](ctx, e.q, "evac_water")
}

// Levees lists the levees.
func (e Evacuations) Levees(ctx context.Context) ([]Levee, error) {
	return rowsOf[Levee](ctx, e.q, "evac_levees")
}

// Terrain is a version of the terrain, the newest for zero; false: there is none.
func (e Evacuations) Terrain(ctx context.Context, id int64) (TerrainFile, bool, error) {
	var which *int64
	if id != 0 {
		which = &id
	}
	list, err := rowsOf[TerrainFile](ctx, e.q, "evac_terrain", which)
	if err != nil || len(list) == 0 {
		return TerrainFile{}, false, err
	}
	return list[0], true, nil
}

// Depths lists the rasters of depths, by gauge and level.
func (e Evacuations) Depths(ctx context.Context) ([]DepthFile, error) {
	return rowsOf[DepthFile](ctx, e.q, "evac_depths")
}

// GridNames lists the grids in force of a division.
func (e Evacuations) GridNames(ctx context.Context, division string) ([]GridName, error) {
	return rowsOf[GridName](ctx, e.q, "evac_grids", CodePrefix(division))
}
