package files

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/geo"
	"gridmap/importers"
	"gridmap/importers/redraw"
)

// properties are the attributes of a grid or micro-grid in the files written.
type properties struct {
	Code         string  `json:"code"`
	Level        string  `json:"level"` // grid or microgrid
	Community    string  `json:"community"`
	GridCode     string  `json:"grid_code"` // of a micro-grid; of a grid its own
	Name         string  `json:"name"`
	Kind         string  `json:"kind"`
	Households   int     `json:"households"`
	Persons      int     `json:"persons"`
	Buildings    int     `json:"buildings"`
	InRange      bool    `json:"in_range"`
	ReasonKind   *string `json:"reason_kind"` // null inside the range
	ReasonZh     *string `json:"reason_zh"`
	ReasonEn     *string `json:"reason_en"`
	Layered      bool    `json:"layered"`
	Lineage      string  `json:"lineage"`
	Predecessors string  `json:"predecessors"` // codes, comma between
}

// feature is a grid or micro-grid with its outline in degrees.
type feature struct {
	properties
	outline orb.MultiPolygon
}

// features lists grids and micro-grids in the order of the plan.
func (w *writer) features() (grids, micros []feature) {
	o := w.rule()
	for i := range w.plan.Grids {
		g := &w.plan.Grids[i]
		p := properties{Code: g.Code, Level: "grid", Community: g.Community, GridCode: g.Code, Name: gridName(g), Kind: string(g.Kind),
			Households: g.Households, Persons: g.Persons, Buildings: w.inGrid[i], Layered: g.Layered, Lineage: g.Lineage,
			Predecessors: strings.Join(g.Predecessors, ","),
			InRange:      g.Kind == redraw.Basic && g.Households >= o.Min && g.Households <= o.Max}
		if !p.InRange {
			p.explain(g.Reason)
		}
		grids = append(grids, feature{p, w.plane.degrees(g.Outline)})
		for k := range g.Microgrids {
			m := &g.Microgrids[k]
			p := properties{Code: m.Code, Level: "microgrid", Community: g.Community, GridCode: g.Code, Name: gridName(g) + m.Code[len(g.Code):],
				Kind: string(g.Kind), Households: m.Households, Persons: m.Persons, Buildings: w.inMicro[[2]int{i, k}], Layered: m.Layered,
				Lineage: m.Lineage, Predecessors: strings.Join(m.Predecessors, ","),
				InRange: m.Households >= o.MicroMin && m.Households <= o.MicroMax}
			if !p.InRange {
				p.explain(m.Reason)
			}
			micros = append(micros, feature{p, w.plane.degrees(m.Outline)})
		}
	}
	return grids, micros
}

func (p *properties) explain(r *redraw.Reason) {
	if r == nil {
		return
	}
	kind := string(r.Kind)
	p.ReasonKind, p.ReasonZh, p.ReasonEn = &kind, &r.Zh, &r.En
}

// gridName is a dedicated grid's own name, else the last three characters of its
// code, as a number.
func gridName(g *redraw.Grid) string {
	if g.Name != "" {
		return g.Name
	}
	return "第" + g.Code[max(0, len(g.Code)-3):] + "网格"
}

// writeGeoJSON writes features as one FeatureCollection (RFC 7946).
func writeGeoJSON(w io.Writer, features ...[]feature) error {
	var b bytes.Buffer
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	first := true
	for _, list := range features {
		for _, f := range list {
			p, err := json.Marshal(f.properties)
			if err != nil {
				return fmt.Errorf("grid %s: %w", f.Code, err)
			}
			if !first {
				b.WriteByte(',')
			}
			first = false
			b.WriteString("\n" + `{"type":"Feature","properties":`)
			b.Write(p)
			b.WriteString(`,"geometry":`)
			geo.AppendGeoJSON(&b, f.outline)
			b.WriteByte('}')
			if b.Len() > 1<<20 {
				if _, err := b.WriteTo(w); err != nil {
					return err
				}
			}
		}
	}
	b.WriteString("\n]}\n")
	_, err := b.WriteTo(w)
	return err
}

// writeGeoPackage makes the layers grids and microgrids with ogr2ogr. A layer
// without rows keeps its columns: it is made of one row that is left out.
func writeGeoPackage(ctx context.Context, path string, grids, micros []feature) error {
	for i, layer := range []struct {
		name string
		rows []feature
	}{{gridLayer, grids}, {microLayer, micros}} {
		args := []string{"-f", "GPKG", path, "/vsistdin/", "-nln", layer.name, "-nlt", "MULTIPOLYGON", "-a_srs", "EPSG:4490", "-lco", "GEOMETRY_NAME=geom"}
		if i == 0 {
			args = append(args, "-overwrite")
		} else {
			args = append(args, "-update")
		}
		rows := layer.rows
		if len(rows) == 0 {
			word := ""
			rows = []feature{{properties: properties{ReasonKind: &word, ReasonZh: &word, ReasonEn: &word}}}
			args = append(args, "-where", "code <> ''")
		}
		var b bytes.Buffer
		if err := writeGeoJSON(&b, rows); err != nil {
			return err
		}
		if err := importers.RunOGR(ctx, &b, args...); err != nil {
			return err
		}
	}
	return nil
}
