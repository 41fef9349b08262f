package files

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/importers"
	"gridmap/importers/redraw"
)

func (g *ground) readBuildings(ctx context.Context, r *Request, s *sheet) error {
	estimate := r.Estimate && !s.has("households")
	if !s.has("households") && !estimate {
		return fmt.Errorf("--buildings %s: no column for households; name one with --field households=COLUMN, or have them estimated from footprint and floors with --estimate (it has %s)", s.file, s.header())
	}
	if !s.has("id") {
		s.note("no_id_column", s.input.Rows, "没有标识列，以要素号或行号为标识", "There is no column for id: the features' own numbers, or those of rows, stand for it.")
	}
	if estimate || s.rows.Estimated {
		s.note("households_estimated", 0, "户数按建筑基底与层数估算", "Households are estimated from footprint and floors.")
	}
	b := buildingReader{ground: g, r: r, s: s, estimate: estimate, seen: map[string]bool{}, community: map[string]bool{}}
	for _, c := range g.communities {
		b.community[c.Code] = true
	}
	g.compounds = map[string]int64{}
	if err := s.each(ctx, r.Progress, b.use); err != nil {
		return err
	}
	if b.rounded > 0 {
		s.note("fractions_rounded", b.rounded, fmt.Sprintf("%d行户数为小数，四舍五入：合计由%.3f变为%d", b.rounded, b.before, b.after),
			fmt.Sprintf("%d rows have fractions of households, rounded: their sum was %.3f and is %d.", b.rounded, b.before, b.after))
	}
	g.number()
	return nil
}

// number gives buildings the numbers that the engine knows them by, in the order
// of their ids, so that the order of rows makes no difference to the plan.
func (g *ground) number() {
	order := make([]int, len(g.buildings))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compareIDs(g.buildings[a].id, g.buildings[b].id) })
	for rank, i := range order {
		g.buildings[i].ID = int64(rank + 1)
	}
}

// compareIDs orders whole numbers by value and before all else.
func compareIDs(a, b string) int {
	x, errX := strconv.ParseInt(a, 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}

// buildingReader turns rows into buildings.
type buildingReader struct {
	*ground
	r         *Request
	s         *sheet
	estimate  bool
	seen      map[string]bool
	community map[string]bool
	rounded   int // rows with fractions, and the sum of their households
	before    float64
	after     int
}

func (b *buildingReader) use(row importers.Row) {
	s := b.s
	id := b.identifier(row)
	if strings.TrimSpace(id) == "" {
		s.reject(row.Line, "", "id", "missing_id", "", "")
		return
	}
	if b.seen[id] {
		s.reject(row.Line, id, "id", "id_twice", id, "")
		return
	}
	place, flaw, bad := importers.MendPlace(row.Geom)
	if bad != nil {
		s.reject(row.Line, id, "geometry", geometryCode(row.Geom), "", bad.Reason)
		return
	}
	if b.plane.far(place) {
		s.reject(row.Line, id, "geometry", "outside", "", "")
		return
	}
	households, ok := b.count(row, id, "households", place)
	if !ok {
		return
	}
	persons, ok := b.count(row, id, "persons", place)
	if !ok {
		return
	}
	b.seen[id] = true
	if flaw != nil {
		s.mend(row.Line, id, "geometry", "invalid_geometry", "", flaw.Reason)
	}
	out := building{id: id, row: row.Line, Building: redraw.Building{Outline: place, Households: households, Persons: persons,
		Community: b.hint(row, id), Compound: b.compound(row), Dedicated: dedicated(s.get(row, "dedicated"))}}
	if out.Stairwells, ok = stairwellTable(households, s.get(row, "stairwells"), s.get(row, "floors")); !ok {
		s.mend(row.Line, id, "floors", "bad_floors", s.get(row, "stairwells")+" "+s.get(row, "floors"), "")
	}
	b.buildings = append(b.buildings, out)
}

// identifier is the id exactly as it came.
func (b *buildingReader) identifier(row importers.Row) string {
	if b.s.has("id") {
		return row.Attrs[b.s.columns["id"]]
	}
	if row.ID != "" {
		return row.ID
	}
	return strconv.FormatInt(row.Line, 10)
}

// count reads households or persons. A file without a column for persons has
// none; households are estimated where that was asked for.
func (b *buildingReader) count(row importers.Row, id, field string, place orb.Geometry) (int, bool) {
	s := b.s
	if !s.has(field) {
		if field == "households" {
			floors, _, _ := count(s.get(row, "floors"))
			return importers.EstimateHouseholds(place, "", floors), true
		}
		return 0, true
	}
	text := s.get(row, field)
	n, exact, code := count(text)
	switch {
	case code == "missing_count" && (b.r.MissingIsZero || field == "persons"):
		if field == "households" {
			s.mend(row.Line, id, field, "missing_count_zero", text, "")
		}
		return 0, true
	case code != "":
		s.reject(row.Line, id, field, code, text, "")
		return 0, false
	case float64(n) != exact && field == "households":
		b.rounded, b.before, b.after = b.rounded+1, b.before+exact, b.after+n
	}
	return n, true
}

func (b *buildingReader) hint(row importers.Row, id string) string {
	code := b.s.get(row, "community")
	if code != "" && !b.community[code] {
		b.s.mend(row.Line, id, "community", "unknown_community", code, "")
		return ""
	}
	return code
}

// compound numbers compounds as they come; "0" is none.
func (b *buildingReader) compound(row importers.Row) int64 {
	name := b.s.get(row, "compound")
	if name == "" || name == "0" {
		return 0
	}
	n, ok := b.compounds[name]
	if !ok {
		n = int64(len(b.compounds) + 1)
		b.compounds[name] = n
	}
	return n
}

// dedicated is the name of the dedicated grid: what the file says, or 专属 where
// it only says yes.
func dedicated(text string) string {
	if is, ok := yes(text); ok {
		if is {
			return "专属"
		}
		return ""
	}
	names := map[string]string{"mall": "商场", "school": "学校", "hospital": "医院", "industrial_park": "工业园区"}
	return cmp.Or(names[text], text)
}
