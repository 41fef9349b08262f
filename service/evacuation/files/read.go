package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/geo/raster"
	"gridmap/importers"
)

// Input is a file that was read.
type Input struct {
	Role     string            `json:"role"`
	File     string            `json:"file"`
	SHA256   string            `json:"sha256"`
	System   string            `json:"crs,omitempty"`
	Columns  map[string]string `json:"columns,omitempty"`
	Rows     int               `json:"rows,omitempty"`
	Rejected []Refused         `json:"rejected,omitempty"`
}

// Refused is a row that was not used.
type Refused struct {
	Row    int64  `json:"row"`
	ID     string `json:"id,omitempty"`
	Reason string `json:"reason"`
}

// thing is a row of a vector file, its geometry in the system of the terrain.
type thing struct {
	id     string
	shape  orb.Geometry
	values map[string]string
}

// fieldsOf are the fields of a role, each with the names of columns it goes by.
func fieldsOf(role string) map[string][]string {
	id := []string{"id", "building_id", "编号", "标识码", "bsm", "uid", "uuid", "source_id", "osm_id", "code", "fid"}
	name := []string{"name", "名称", "mc"}
	switch role {
	case "buildings":
		return map[string][]string{"id": id, "floors": {"floors", "levels", "storeys", "building_levels", "building:levels", "层数", "楼层数", "地上层数"},
			"plinth_m": {"plinth_m", "plinth", "台基高", "勒脚高"}, "storey_m": {"storey_m", "storey", "层高"},
			"persons":    {"persons", "人数", "人口", "population", "residents"},
			"households": {"households", "户数", "dwellings", "homes"},
			"helped":     {"helped", "cannot_walk", "needs_help", "需协助", "行动不便"}, "grid": {"grid", "grid_code", "网格", "网格编码"}}
	case "roads":
		return map[string][]string{"id": id, "name": name, "class": {"class", "highway", "fclass", "等级", "类别"}, "bridge": {"bridge", "桥", "桥梁"}, "deck_m": {"deck_m", "deck", "桥面高程"}}
	case "shelters":
		return map[string][]string{"id": id, "name": name, "capacity": {"capacity", "beds", "容量", "床位", "可容纳人数"},
			"accessible": {"accessible", "barrier_free", "无障碍"}}
	case "levees":
		return map[string][]string{"id": id, "name": name, "crest_m": {"crest_m", "crest", "堤顶高程", "elevation"}}
	}
	return map[string][]string{"id": id, "name": name, "kind": {"kind", "类型", "waterway", "fclass"}}
}

// readThings reads a vector file into the system of a raster.
func (r *Request) readThings(ctx context.Context, role, spec string, system raster.System) ([]thing, Input, error) {
	path, layer, _ := strings.Cut(spec, "#")
	in := Input{Role: role, File: filepath.Base(path), Columns: map[string]string{}}
	rows, err := r.open(ctx, role, path, layer)
	if err != nil {
		return nil, in, fmt.Errorf("--%s: %w", role, err)
	}
	defer rows.Close()
	in.System = rows.System
	for field, names := range fieldsOf(role) {
		for _, said := range []string{r.Fields[role+"."+field], r.Fields[field]} {
			if said != "" {
				names = append([]string{said}, names...)
			}
		}
		if column, ok := importers.FindColumn(rows.Columns(), names...); ok {
			in.Columns[field] = column
		}
	}
	if said := r.Fields[role+".id"]; said != "" && in.Columns["id"] == "" {
		return nil, in, fmt.Errorf("--field %s.id=%s: %s has no such column", role, said, in.File)
	}
	out, err := collect(ctx, rows, &in)
	if err != nil {
		return nil, in, fmt.Errorf("--%s %s: %w", role, in.File, err)
	}
	shapes := make([]orb.Geometry, len(out))
	for i := range out {
		shapes[i] = out[i].shape
	}
	if shapes, err = importers.Reproject(ctx, "EPSG:4490", nameOf(system), shapes); err != nil {
		return nil, in, fmt.Errorf("--%s %s: %w", role, in.File, err)
	}
	for i := range out {
		out[i].shape = shapes[i]
	}
	if in.SHA256, err = fileHash(path); err != nil {
		return nil, in, err
	}
	return out, in, nil
}

// open opens a file; of several layers, unless one is named, the one that is called
// like the role.
func (r *Request) open(ctx context.Context, role, path, layer string) (*importers.Rows, error) {
	words := map[string][]string{"river": {"water", "rivers", "waterways"}, "roads": {"roads", "streets", "highways"}}[role]
	words = append([]string{role}, words...)
	rows, err := importers.OpenRows(ctx, importers.Source{Path: path, Layer: layer, CRS: r.CRS, OSM: words[min(1, len(words)-1)]})
	var several *importers.LayersError
	if layer != "" || !errors.As(err, &several) {
		return rows, err
	}
	for _, word := range words {
		for _, name := range several.Layers {
			if strings.EqualFold(name, word) {
				return r.open(ctx, role, path, name)
			}
		}
	}
	return nil, fmt.Errorf("%s has %d layers: say which as %s#LAYER (%s)", filepath.Base(path), len(several.Layers), filepath.Base(path), strings.Join(several.Layers, ", "))
}

// nameOf is a raster's system as GDAL takes it.
func nameOf(s raster.System) string {
	if s.EPSG != 0 {
		return fmt.Sprintf("EPSG:%d", s.EPSG)
	}
	return s.Name
}

func collect(ctx context.Context, rows *importers.Rows, in *Input) ([]thing, error) {
	var out []thing
	seen := map[string]bool{}
	for {
		row, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		in.Rows++
		t := thing{id: row.ID, shape: row.Geom, values: map[string]string{}}
		for field, column := range in.Columns {
			t.values[field] = strings.TrimSpace(row.Attrs[column])
		}
		if v := t.values["id"]; v != "" {
			t.id = v
		}
		if t.id == "" {
			t.id = strconv.FormatInt(row.Line, 10)
		}
		switch {
		case row.Err != nil:
			in.Rejected = append(in.Rejected, Refused{row.Line, t.id, row.Err.Error()})
		case row.Geom == nil || row.Geom.Bound().IsEmpty():
			in.Rejected = append(in.Rejected, Refused{row.Line, t.id, "geometry: it has none"})
		case seen[t.id]:
			in.Rejected = append(in.Rejected, Refused{row.Line, t.id, "id: it stands in the file twice"})
		default:
			seen[t.id] = true
			out = append(out, t)
		}
	}
}

// number reads a value; without one it is what holds without; a value that is no
// number at least low is an error that names the field.
func (t *thing) number(field string, without, low float64) (float64, error) {
	text := strings.ToLower(t.values[field])
	switch text {
	case "", "null", "nan", "n/a", "na", "-", "none", "unknown", "未知", "不详":
		return without, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || v < low || v > 1e7 {
		return without, fmt.Errorf("%s: %.30q is not a number from %g up", field, text, low)
	}
	return v, nil
}

func (t *thing) yes(field string) bool {
	switch strings.ToLower(t.values[field]) {
	case "1", "yes", "y", "t", "true", "是", "有", "viaduct", "1.0":
		return true
	}
	return false
}
