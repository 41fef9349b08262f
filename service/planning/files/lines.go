package files

import (
	"context"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/importers"
	"gridmap/importers/redraw"
)

// readBarriers takes lines, and areas of rivers and roads.
func (g *ground) readBarriers(ctx context.Context, r *Request, s *sheet) error {
	kinds := barrierKinds()
	if !s.has("kind") {
		s.note("no_kind_column", s.input.Rows, "没有类别列，全部按街道计", "There is no column for kind: all lines count as streets.")
	}
	return s.each(ctx, r.Progress, func(row importers.Row) {
		lines, area, flaw, bad := importers.MendBarrier(row.Geom)
		if bad != nil {
			code := geometryCode(row.Geom)
			if _, ok := row.Geom.(orb.Point); ok {
				code = "not_a_barrier"
			}
			s.reject(row.Line, "", "geometry", code, "", bad.Reason)
			return
		}
		if g.plane.far(row.Geom) {
			s.reject(row.Line, "", "geometry", "too_far", "", "")
			return
		}
		if flaw != nil {
			s.mend(row.Line, "", "geometry", "invalid_geometry", "", flaw.Reason)
		}
		word := s.get(row, "kind")
		kind, ok := kinds[strings.ToLower(word)]
		if !ok {
			kind = redraw.Street
			if s.has("kind") {
				s.mend(row.Line, "", "kind", "unknown_kind", word, "")
			}
		}
		for _, l := range lines {
			g.barriers = append(g.barriers, barrier{redraw.Barrier{Kind: kind, Line: l}, row.Line})
		}
		if len(area) > 0 {
			g.barriers = append(g.barriers, barrier{redraw.Barrier{Kind: kind, Area: area}, row.Line})
		}
	})
}

// presentRow is a row of the present plan before its level is settled.
type presentRow struct {
	code, level string
	outline     orb.MultiPolygon
}

// readCurrent reads the grids that hold now, and micro-grids in the same file or
// in a second layer of it.
func (g *ground) readCurrent(ctx context.Context, r *Request, s *sheet, rows *[]presentRow) error {
	words := map[string]string{"grid": "grid", "basic": "grid", "dedicated": "grid", "网格": "grid", "基础网格": "grid", "专属网格": "grid",
		"microgrid": "microgrid", "micro-grid": "microgrid", "micro": "microgrid", "微网格": "microgrid"}
	seen := map[string]bool{}
	for _, other := range *rows {
		seen[other.code] = true
	}
	return s.each(ctx, r.Progress, func(row importers.Row) {
		code := s.get(row, "code")
		area, flaw, bad := importers.MendArea(row.Geom)
		switch {
		case code == "":
			s.reject(row.Line, "", "code", "missing_code", "", "")
			return
		case bad != nil:
			s.reject(row.Line, code, "geometry", geometryCode(row.Geom), "", bad.Reason)
			return
		case g.plane.far(area):
			s.reject(row.Line, code, "geometry", "too_far", "", "")
			return
		}
		if seen[code] {
			s.reject(row.Line, code, "code", "code_twice", code, "")
			return
		}
		seen[code] = true
		if flaw != nil {
			s.mend(row.Line, code, "geometry", "invalid_geometry", "", flaw.Reason)
		}
		if s.rows.LonLat {
			area = densify(area)
		}
		level := strings.ToLower(s.get(row, "level"))
		if level != "" && words[level] == "" {
			s.mend(row.Line, code, "level", "unknown_level", level, "")
		}
		*rows = append(*rows, presentRow{code, words[level], area})
	})
}

// settle tells grids from micro-grids: by the level that the file names; without
// one, a code that is another's with two more characters, or of 17 digits, is a
// micro-grid.
func settle(rows []presentRow) []redraw.PresentGrid {
	codes := make(map[string]bool, len(rows))
	for _, r := range rows {
		codes[r.code] = true
	}
	out := make([]redraw.PresentGrid, 0, len(rows))
	for _, r := range rows {
		micro := r.level == "microgrid"
		if r.level == "" {
			n := len(r.code)
			micro = n > 2 && codes[r.code[:n-2]] || n == 17 && strings.Trim(r.code, "0123456789") == ""
		}
		out = append(out, redraw.PresentGrid{Code: r.code, Outline: r.outline, Microgrid: micro})
	}
	return out
}

// readPlaces reads where buildings and parts of them are now. It comes last: the
// buildings have their numbers and the grids are known.
func (g *ground) readPlaces(ctx context.Context, r *Request, s *sheet) error {
	for _, field := range []string{"building_id", "grid_code"} {
		if !s.has(field) {
			return fmt.Errorf("--current-assign %s: no column for %s (it has %s)", s.file, field, s.header())
		}
	}
	type part struct {
		building int64
		name     string
	}
	seen := map[part]bool{}
	number := make(map[string]int64, len(g.buildings))
	for _, b := range g.buildings {
		number[b.id] = b.ID
	}
	level := make(map[string]bool, len(g.present)) // code → it is a micro-grid
	for _, p := range g.present {
		level[p.Code] = p.Microgrid
	}
	return s.each(ctx, r.Progress, func(row importers.Row) {
		id, grid := row.Attrs[s.columns["building_id"]], s.get(row, "grid_code")
		p := redraw.PresentPlace{BuildingID: number[id], Part: s.get(row, "part"), Grid: grid, Microgrid: s.get(row, "microgrid_code")}
		p.Households, _, _ = count(s.get(row, "households"))
		key := part{p.BuildingID, p.Part}
		micro, known := level[grid]
		switch {
		case p.BuildingID == 0:
			s.reject(row.Line, id, "building_id", "unknown_building", id, "")
		case !known || micro:
			s.reject(row.Line, id, "grid_code", "unknown_grid", grid, "")
		case seen[key]:
			s.reject(row.Line, id, "part", "part_twice", p.Part, "")
		default:
			seen[key] = true
			if !level[p.Microgrid] {
				p.Microgrid = ""
			}
			g.places = append(g.places, p)
		}
	})
}
