package data

import (
	"cmp"
	"context"
	"fmt"
	"iter"
)

// Plans loads the table plans.
func (b *Bulk) Plans(ctx context.Context, rows iter.Seq[Plan]) error {
	err := copyRows(ctx, b, "plans", []string{"id", "name", "status", "author", "approver", "submitted_at", "approved_at", "published_at", "effective_on", "enacted_at", "parameters", "report", "source"}, rows, func(v *Plan) []any {
		return []any{v.ID, v.Name, v.Status, v.Author, text(v.Approver), moment(v.EffectiveOn), moment(v.EffectiveOn), moment(v.EffectiveOn), moment(v.EffectiveOn), moment(v.EffectiveOn), document(v.Parameters), document(v.Report), v.Source}
	})
	if err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, query("plan_note_loaded")); err != nil {
		return fmt.Errorf("note the plans in force: %w", err)
	}
	return nil
}

// Grids loads the table grids.
func (b *Bulk) Grids(ctx context.Context, rows iter.Seq[Grid]) error {
	return copyRows(ctx, b, "grids", []string{"id", "plan_id", "community_code", "code", "name", "kind", "households", "persons", "area_m2", "in_rule", "layered", "reason_kind", "reason_zh", "reason_en", "lineage", "predecessors", "geom", "valid"}, rows, func(v *Grid) []any {
		return []any{v.ID, v.PlanID, v.CommunityCode, v.Code, v.Name, v.Kind, v.Households, v.Persons, v.AreaM2, v.InRule, v.Layered, text(v.ReasonKind), text(v.ReasonZH), text(v.ReasonEN), v.Lineage, list(v.Predecessors), v.Geom, heldFrom(v.ValidFrom)}
	})
}

// Microgrids loads the table microgrids.
func (b *Bulk) Microgrids(ctx context.Context, rows iter.Seq[Microgrid]) error {
	return copyRows(ctx, b, "microgrids", []string{"id", "plan_id", "grid_id", "code", "households", "persons", "area_m2", "in_rule", "reason_kind", "reason_zh", "reason_en", "layered", "geom", "valid"}, rows, func(v *Microgrid) []any {
		return []any{v.ID, v.PlanID, v.GridID, v.Code, v.Households, v.Persons, v.AreaM2, v.InRule, text(v.ReasonKind), text(v.ReasonZH), text(v.ReasonEN), v.Layered, v.Geom, heldFrom(v.ValidFrom)}
	})
}

// PlanBuildings loads the table plan_buildings.
func (b *Bulk) PlanBuildings(ctx context.Context, rows iter.Seq[PlanBuilding]) error {
	return copyRows(ctx, b, "plan_buildings", []string{"plan_id", "building_id", "part", "households", "grid_id", "microgrid_id"}, rows, func(v *PlanBuilding) []any {
		return []any{v.PlanID, v.BuildingID, v.Part, v.Households, v.GridID, ref(v.MicrogridID)}
	})
}

// Teams loads the table teams.
func (b *Bulk) Teams(ctx context.Context, rows iter.Seq[Team]) error {
	return copyRows(ctx, b, "teams", []string{"id", "grid_code", "name", "valid", "source"}, rows, func(v *Team) []any {
		return []any{v.ID, v.GridCode, v.Name, always(), v.Source}
	})
}

// TeamMembers loads the table team_members.
func (b *Bulk) TeamMembers(ctx context.Context, rows iter.Seq[TeamMember]) error {
	return copyRows(ctx, b, "team_members", []string{"id", "team_id", "role_code", "name_masked", "phone_masked", "sealed", "valid"}, rows, func(v *TeamMember) []any {
		return []any{v.ID, v.TeamID, v.RoleCode, MaskName(v.Name), MaskPhone(v.Phone), b.sealer.Seal("team_members", v.ID, v.Name, v.Phone), always()}
	})
}

// Groups loads the table groups.
func (b *Bulk) Groups(ctx context.Context, rows iter.Seq[Group]) error {
	return copyRows(ctx, b, "groups", []string{"id", "grid_code", "name", "members", "valid", "source"}, rows, func(v *Group) []any {
		return []any{v.ID, v.GridCode, v.Name, v.Members, always(), v.Source}
	})
}

// HomeServiceItems loads the table home_service_items.
func (b *Bulk) HomeServiceItems(ctx context.Context, rows iter.Seq[HomeServiceItem]) error {
	return copyRows(ctx, b, "home_service_items", []string{"id", "code", "name", "area"}, rows, func(v *HomeServiceItem) []any {
		return []any{v.ID, v.Code, v.Name, v.Area}
	})
}

// HomeServiceTasks loads the table home_service_tasks.
func (b *Bulk) HomeServiceTasks(ctx context.Context, rows iter.Seq[HomeServiceTask]) error {
	return copyRows(ctx, b, "home_service_tasks", []string{"item_id", "grid_code", "month", "asked", "done"}, rows, func(v *HomeServiceTask) []any {
		return []any{v.ItemID, v.GridCode, v.Month, v.Asked, v.Done}
	})
}

// CaseTypes loads the table case_types.
func (b *Bulk) CaseTypes(ctx context.Context, rows iter.Seq[CaseType]) error {
	return copyRows(ctx, b, "case_types", []string{"code", "name", "board", "limit_hours", "sensitive"}, rows, func(v *CaseType) []any {
		return []any{v.Code, v.Name, v.Board, v.LimitHours, v.Sensitive}
	})
}

// Cases loads the table cases.
func (b *Bulk) Cases(ctx context.Context, rows iter.Seq[Case]) error {
	return copyRows(ctx, b, "cases", []string{"id", "number", "type_code", "title", "description", "level", "step", "board", "building_id", "grid_id", "microgrid_id", "community_code", "town_code", "team_id", "opened_at", "step_at", "due_at", "closed_at", "rating", "whistle", "version", "geom", "source", "source_crs"}, rows, func(v *Case) []any {
		return []any{v.ID, v.Number, v.TypeCode, v.Title, v.Description, v.Level, v.Step, v.Board, ref(v.BuildingID), v.GridID, ref(v.MicrogridID), v.CommunityCode, v.TownCode, ref(v.TeamID), v.OpenedAt, v.StepAt, v.DueAt, moment(v.ClosedAt), rating(v.Rating), v.Whistle, max(1, v.Version), v.Geom, v.Source, cmp.Or(v.SourceCRS, "cgcs2000")}
	})
}

// CaseSteps loads the table case_steps.
func (b *Bulk) CaseSteps(ctx context.Context, rows iter.Seq[CaseStep]) error {
	return copyRows(ctx, b, "case_steps", []string{"case_id", "seq", "step", "level", "at", "actor", "remark"}, rows, func(v *CaseStep) []any {
		return []any{v.CaseID, int16(v.Seq), v.Step, v.Level, v.At, v.Actor, v.Remark}
	})
}

// Whistles loads the table whistles.
func (b *Bulk) Whistles(ctx context.Context, rows iter.Seq[Whistle]) error {
	return copyRows(ctx, b, "whistles", []string{"id", "case_id", "department_id", "blown_at", "arrived_at", "remark"}, rows, func(v *Whistle) []any {
		return []any{v.ID, v.CaseID, v.DepartmentID, v.BlownAt, moment(v.ArrivedAt), v.Remark}
	})
}
