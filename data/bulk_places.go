package data

import (
	"cmp"
	"context"
	"iter"
)

// Divisions loads the table divisions.
func (b *Bulk) Divisions(ctx context.Context, rows iter.Seq[Division]) error {
	return copyRows(ctx, b, "divisions", []string{"id", "code", "level", "name", "parent_code", "kind", "complex", "geom", "source", "source_id"}, rows, func(v *Division) []any {
		return []any{v.ID, v.Code, v.Level, v.Name, text(v.ParentCode), text(v.Kind), v.Complex, v.Geom, v.Source, v.SourceID}
	})
}

// Compounds loads the table compounds.
func (b *Bulk) Compounds(ctx context.Context, rows iter.Seq[Compound]) error {
	return copyRows(ctx, b, "compounds", []string{"id", "community_code", "name", "kind", "geom", "source", "source_id"}, rows, func(v *Compound) []any {
		return []any{v.ID, v.CommunityCode, v.Name, v.Kind, v.Geom, v.Source, v.SourceID}
	})
}

// Buildings loads the table buildings.
func (b *Bulk) Buildings(ctx context.Context, rows iter.Seq[Building]) error {
	return copyRows(ctx, b, "buildings", []string{"id", "code", "community_code", "compound_id", "name", "address", "kind", "dedicated", "floors", "height_m", "storey_m", "plinth_m", "households", "persons", "estimated", "geom", "source", "source_id", "source_crs"}, rows, func(v *Building) []any {
		return []any{v.ID, v.Code, text(v.CommunityCode), ref(v.CompoundID), v.Name, v.Address, v.Kind, text(v.Dedicated), v.Floors, v.HeightM, orElse(v.StoreyM, 3), orElse(v.PlinthM, 0.3), v.Households, v.Persons, v.Estimated, v.Geom, v.Source, v.SourceID, cmp.Or(v.SourceCRS, "EPSG:4490")}
	})
}

// Stairwells loads the table stairwells.
func (b *Bulk) Stairwells(ctx context.Context, rows iter.Seq[Stairwell]) error {
	return copyRows(ctx, b, "stairwells", []string{"id", "building_id", "number"}, rows, func(v *Stairwell) []any {
		return []any{v.ID, v.BuildingID, v.Number}
	})
}

// Rooms loads the table rooms.
func (b *Bulk) Rooms(ctx context.Context, rows iter.Seq[Room]) error {
	return copyRows(ctx, b, "rooms", []string{"id", "stairwell_id", "floor", "number"}, rows, func(v *Room) []any {
		return []any{v.ID, v.StairwellID, v.Floor, v.Number}
	})
}

// Households loads the table households.
func (b *Bulk) Households(ctx context.Context, rows iter.Seq[Household]) error {
	return copyRows(ctx, b, "households", []string{"id", "room_id", "persons", "source", "source_id"}, rows, func(v *Household) []any {
		return []any{v.ID, v.RoomID, v.Persons, v.Source, v.SourceID}
	})
}

// People loads the table people.
func (b *Bulk) People(ctx context.Context, rows iter.Seq[Person]) error {
	return copyRows(ctx, b, "people", []string{"id", "household_id", "sealed", "number_hash", "sex", "birth_year", "care", "resident", "source"}, rows, func(v *Person) []any {
		return []any{v.ID, v.HouseholdID, b.sealer.Seal("people", v.ID, v.Name, v.Number, v.Phone), b.sealer.Hash(v.Number), string(v.Sex), int16(v.BirthYear), list(v.Care), v.Resident, v.Source}
	})
}

// Roads loads the table roads.
func (b *Bulk) Roads(ctx context.Context, rows iter.Seq[Road]) error {
	return copyRows(ctx, b, "roads", []string{"id", "class", "name", "bridge", "deck_m", "geom", "source", "source_id"}, rows, func(v *Road) []any {
		return []any{v.ID, v.Class, v.Name, v.Bridge, level(v.DeckM), v.Geom, v.Source, v.SourceID}
	})
}

// Water loads the table water.
func (b *Bulk) Water(ctx context.Context, rows iter.Seq[Water]) error {
	return copyRows(ctx, b, "water", []string{"id", "kind", "name", "geom", "source", "source_id"}, rows, func(v *Water) []any {
		return []any{v.ID, v.Kind, v.Name, v.Geom, v.Source, v.SourceID}
	})
}

// Land loads the table land.
func (b *Bulk) Land(ctx context.Context, rows iter.Seq[Land]) error {
	return copyRows(ctx, b, "land", []string{"id", "kind", "name", "risk", "geom", "source", "source_id"}, rows, func(v *Land) []any {
		return []any{v.ID, v.Kind, v.Name, text(v.Risk), v.Geom, v.Source, v.SourceID}
	})
}

// Objects loads the table objects.
func (b *Bulk) Objects(ctx context.Context, rows iter.Seq[Object]) error {
	return copyRows(ctx, b, "objects", []string{"id", "kind", "name", "state", "geom", "source", "source_id"}, rows, func(v *Object) []any {
		return []any{v.ID, v.Kind, v.Name, cmp.Or(v.State, "good"), v.Geom, v.Source, v.SourceID}
	})
}

// Organisations loads the table organisations.
func (b *Bulk) Organisations(ctx context.Context, rows iter.Seq[Organisation]) error {
	return copyRows(ctx, b, "organisations", []string{"id", "parent_id", "kind", "name", "community_code", "grid_code", "members", "geom", "source", "source_id"}, rows, func(v *Organisation) []any {
		return []any{v.ID, ref(v.ParentID), v.Kind, v.Name, text(v.CommunityCode), text(v.GridCode), v.Members, place(v.HasPlace, v.Geom), v.Source, v.SourceID}
	})
}

// Conditions loads the table conditions.
func (b *Bulk) Conditions(ctx context.Context, rows iter.Seq[Condition]) error {
	return copyRows(ctx, b, "conditions", []string{"id", "kind", "channel", "summary", "reported_at", "grid_code", "geom", "source", "source_id"}, rows, func(v *Condition) []any {
		return []any{v.ID, v.Kind, v.Channel, v.Summary, v.ReportedAt, text(v.GridCode), v.Geom, v.Source, v.SourceID}
	})
}

// Gauges loads the table gauges.
func (b *Bulk) Gauges(ctx context.Context, rows iter.Seq[Gauge]) error {
	return copyRows(ctx, b, "gauges", []string{"id", "code", "name", "river", "geom", "source"}, rows, func(v *Gauge) []any {
		return []any{v.ID, v.Code, v.Name, v.River, v.Geom, v.Source}
	})
}

// GaugeThresholds loads the table gauge_thresholds.
func (b *Bulk) GaugeThresholds(ctx context.Context, rows iter.Seq[GaugeThreshold]) error {
	return copyRows(ctx, b, "gauge_thresholds", []string{"gauge_id", "valid_from", "warning_m", "guarantee_m", "datum", "source"}, rows, func(v *GaugeThreshold) []any {
		return []any{v.GaugeID, v.ValidFrom, level(v.WarningM), level(v.GuaranteeM), v.Datum, v.Source}
	})
}

// Readings loads the table readings.
func (b *Bulk) Readings(ctx context.Context, rows iter.Seq[Reading]) error {
	return copyRows(ctx, b, "readings", []string{"gauge_id", "at", "kind", "issued_at", "stage_m", "source"}, rows, func(v *Reading) []any {
		return []any{v.GaugeID, v.At, v.Kind, v.IssuedAt, v.StageM, v.Source}
	})
}

// Shelters loads the table shelters.
func (b *Bulk) Shelters(ctx context.Context, rows iter.Seq[Shelter]) error {
	return copyRows(ctx, b, "shelters", []string{"id", "name", "capacity", "accessible", "geom", "source", "source_id"}, rows, func(v *Shelter) []any {
		return []any{v.ID, v.Name, capacity(v.Capacity), v.Accessible, v.Geom, v.Source, v.SourceID}
	})
}

// Levees loads the table levees.
func (b *Bulk) Levees(ctx context.Context, rows iter.Seq[LeveeRow]) error {
	return copyRows(ctx, b, "levees", []string{"id", "name", "crest_m", "geom", "source", "source_id"}, rows, func(v *LeveeRow) []any {
		return []any{v.ID, v.Name, v.CrestM, v.Geom, v.Source, v.SourceID}
	})
}
