package planning_test

import (
	"context"
	"testing"

	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/importers/redraw"
	"gridmap/service/planning"
)

func TestARepairOfWhatIsInOrderMovesNobody(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	fixture.Load(t, db.Pool)
	s := planning.New(db.Pool)
	if err := s.Publish(ctx, draw(t, s, nil), "approver", today()); err != nil {
		t.Fatal(err)
	}
	var before string
	if err := db.Pool.QueryRow(ctx, `select string_agg(code, ',' order by code) from grids where upper_inf(valid)`).Scan(&before); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		mode redraw.Mode
		seed uint64
	}{
		{"a repair", redraw.Repair, 77},
		{"a fresh plan of the same seed", redraw.Fresh, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d, err := s.Draw(ctx, planning.Drawing{Division: fixture.District, Name: "修补", Author: "author", Source: "drawn",
				Options: redraw.Options{Mode: c.mode, Seed: c.seed}})
			if err != nil {
				t.Fatal(err)
			}
			moved := d.Report.Stability
			if moved.FirstIssue || moved.Households == 0 || moved.HouseholdsMoved != 0 || moved.AreaMovedShare != 0 {
				t.Errorf("moved %+v", moved)
			}
			var after, lineage, parameters string
			err = db.Pool.QueryRow(ctx, `select (select string_agg(code, ',' order by code) from grids where plan_id = $1),
				(select string_agg(distinct lineage, ',') from grids where plan_id = $1), (select parameters->>'mode' from plans where id = $1)`,
				d.PlanID).Scan(&after, &lineage, &parameters)
			if err != nil || after != before || lineage != "U" || parameters != string(c.mode) {
				t.Errorf("codes %s lineage %s mode %s, %v; want %s U %s", after, lineage, parameters, err, before, c.mode)
			}
		})
	}
}
