package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"gridmap/importers"
)

// namesOf are the fields of a role, each with the columns from which it is read
// when Request.Fields names none; its own name comes first.
func namesOf(role string) map[string][]string {
	code := []string{"code", "编码", "代码", "区划代码", "行政区划代码", "xzqdm"}
	switch role {
	case roleCommunities:
		return map[string][]string{"code": append(code, "community_code", "社区编码", "社区代码"), "name": {"name", "名称", "社区名称", "mc"},
			"complex": {"complex", "复杂区域", "复杂"}}
	case roleBuildings:
		return map[string][]string{"id": {"id", "building_id", "编号", "楼栋编号", "标识码", "bsm", "uid", "uuid", "source_id", "osm_id"},
			"households": {"households", "户数", "dwellings", "homes"}, "persons": {"persons", "人数", "人口", "population", "residents"},
			"compound": {"compound", "小区", "院落", "compound_id"}, "community": {"community", "community_code", "社区", "社区编码"},
			"floors":     {"floors", "levels", "storeys", "building_levels", "building:levels", "层数", "楼层数", "地上层数"},
			"stairwells": {"stairwells", "entrances", "单元数", "单元"}, "dedicated": {"dedicated", "专属网格", "专属"},
			"kind": {"kind", "类型", "用途", "building"}}
	case roleBarriers:
		return map[string][]string{"kind": {"kind", "class", "类别", "类型", "等级", "highway", "railway", "waterway", "fclass", "type"}}
	}
	if role == rolePlaces {
		return map[string][]string{"building_id": {"building_id", "id"}, "part": {"part"}, "households": {"households", "户数"},
			"grid_code": {"grid_code", "网格编码"}, "microgrid_code": {"microgrid_code", "微网格编码"}}
	}
	return map[string][]string{"code": append(code, "grid_code", "网格编码", "网格代码"), "level": {"level", "级别", "层级"}}
}

// sheet is one file of a role while it is read.
type sheet struct {
	*ledger
	rows    *importers.Rows
	columns map[string]string // field → column
	input   Input
}

// open opens the file of a role and finds its columns.
func (r *Request) open(ctx context.Context, role, spec string) (*sheet, error) {
	path, layer := splitLayer(spec)
	crs := r.CRS[role]
	if crs == "" {
		crs = r.CRS[""]
	}
	rows, err := importers.OpenRows(ctx, importers.Source{Path: path, Layer: layer, CRS: crs, Datum: r.Datum, OSM: role})
	var several *importers.LayersError
	if errors.As(err, &several) {
		if own := layerFor(role, several); own != "" && layer == "" {
			return r.open(ctx, role, path+"#"+own)
		}
		return nil, &severalLayers{role, path, several}
	}
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", role, err)
	}
	s := &sheet{ledger: newLedger(role, path), rows: rows, columns: map[string]string{},
		input: Input{Role: role, File: filepath.Base(path), Layer: layer, System: rows.System}}
	for field, names := range namesOf(role) {
		if column, ok := importers.FindColumn(rows.Columns(), names...); ok {
			s.columns[field] = column
		}
	}
	for field := range namesOf(role) {
		if err := s.rename(r.Fields, field); err != nil {
			rows.Close()
			return nil, err
		}
	}
	s.input.Columns = s.columns
	return s, nil
}

// layerFor chooses among several layers the one that is called like the role, or
// the only one of polygons where polygons are wanted; empty: a person has to say.
func layerFor(role string, several *importers.LayersError) string {
	for _, name := range several.Layers {
		if strings.EqualFold(name, role) {
			return name
		}
	}
	if role != roleBarriers && len(several.Polygons) == 1 {
		return several.Polygons[0]
	}
	return ""
}

// severalLayers says how a layer is named here.
type severalLayers struct {
	role, path string
	*importers.LayersError
}

func (e *severalLayers) Error() string {
	return fmt.Sprintf("--%s %s: the file has %d layers; say which as %s#LAYER (%s)",
		e.role, e.path, len(e.Layers), filepath.Base(e.path), strings.Join(e.Layers, ", "))
}

func (e *severalLayers) Unwrap() error { return e.LayersError }

// rename follows what a person said of a field. Said for one role it must be
// true; said for all, it holds for the files that have the column.
func (s *sheet) rename(said map[string]string, field string) error {
	if column, ok := said[s.role+"."+field]; ok {
		found, ok := importers.FindColumn(s.rows.Columns(), column)
		if !ok {
			return fmt.Errorf("--field %s.%s=%s: %s has no such column (it has %s)", s.role, field, column, s.file, s.header())
		}
		s.columns[field] = found
		return nil
	}
	if column, ok := said[field]; ok {
		if found, ok := importers.FindColumn(s.rows.Columns(), column); ok {
			s.columns[field] = found
		}
	}
	return nil
}

// header lists the columns for a person.
func (s *sheet) header() string {
	if len(s.rows.Columns()) == 0 {
		return "none at all"
	}
	return strings.Join(s.rows.Columns(), ", ")
}

// checkFields refuses a mapping that says something of no field, or that no file
// follows.
func (r *Request) checkFields(sheets []*sheet) error {
	keys := make([]string, 0, len(r.Fields))
	for key := range r.Fields {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		role, field, ok := strings.Cut(key, ".")
		if !ok {
			role, field = "", key
		}
		known, followed := false, false
		for _, s := range sheets {
			if role != "" && role != s.role {
				continue
			}
			_, has := namesOf(s.role)[field]
			known = known || has
			if found, ok := importers.FindColumn(s.rows.Columns(), r.Fields[key]); has && ok && s.columns[field] == found {
				followed = true
			}
		}
		if !known {
			return fmt.Errorf("--field %s: %q is not a field of a file that is read", key, key)
		}
		if !followed {
			return fmt.Errorf("--field %s=%s: no file that is read has such a column", key, r.Fields[key])
		}
	}
	return nil
}

// each calls use for every row that can be read; those that cannot are rejected.
func (s *sheet) each(ctx context.Context, progress func(string, int, int), use func(importers.Row)) error {
	for {
		row, err := s.rows.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("--%s: %w", s.role, err)
		}
		if s.input.Rows++; s.input.Rows%1000 == 0 && progress != nil {
			progress("read "+s.role, s.input.Rows, 0)
		}
		if row.Err != nil {
			code := "unreadable"
			if row.Err.Field == "geometry" {
				code = "bad_geometry"
			}
			s.reject(row.Line, s.get(row, "id"), row.Err.Field, code, row.Err.Value, row.Err.Reason)
			continue
		}
		use(row)
	}
}

// get is the text of a field, without spaces around it.
func (s *sheet) get(row importers.Row, field string) string {
	column, ok := s.columns[field]
	if !ok {
		return ""
	}
	return strings.TrimSpace(row.Attrs[column])
}

func (s *sheet) has(field string) bool { _, ok := s.columns[field]; return ok }
