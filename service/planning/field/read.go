package field

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"gridmap/geo"
	"gridmap/importers"
)

// boundary is a grid as it was drawn elsewhere.
type boundary struct {
	row        int64
	code, name string // as the file has them; empty: none
	outline    orb.MultiPolygon
	area       geom.Geometry // in metres
}

// label names a boundary in findings.
func (b *boundary) label() string {
	switch {
	case b.code != "":
		return b.code
	case b.name != "":
		return b.name
	}
	return fmt.Sprintf("#%d", b.row)
}

// maxBoundaries bounds what is taken in at once: a city's grids.
const maxBoundaries = 100_000

// read reads the boundaries of a file. Rows that cannot be used are findings.
func read(ctx context.Context, r *Request) (list []*boundary, g ground, found []Finding, err error) {
	rows, err := importers.OpenRows(ctx, importers.Source{Path: r.Path, Layer: r.Layer, CRS: r.CRS, Datum: r.Datum})
	if err != nil {
		return nil, g, nil, err
	}
	defer rows.Close()
	column := func(field string, names ...string) string {
		if given := r.Fields[field]; given != "" {
			return given
		}
		name, _ := importers.FindColumn(rows.Columns(), names...)
		return name
	}
	code := column("code", "code", "网格编码", "编码", "grid_code", "gridcode")
	name := column("name", "name", "网格名称", "名称", "grid_name")
	for {
		row, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, g, nil, err
		}
		if len(list) == maxBoundaries {
			return nil, g, nil, fmt.Errorf("%s has more than %d boundaries", r.Path, maxBoundaries)
		}
		b := &boundary{row: row.Line, code: strings.TrimSpace(row.Attrs[code]), name: strings.TrimSpace(row.Attrs[name])}
		outline, flaw, bad := importers.MendArea(row.Geom)
		if bad == nil && flaw != nil {
			bad = flaw // what crosses itself has no clear inside
		}
		if bad != nil {
			found = append(found, badRow(b, bad.Reason, nil))
			continue
		}
		if len(list) == 0 {
			g = ground{geo.ProjectionAt(outline.Bound().Center()[0])}
		}
		b.outline = outline
		if b.area, err = g.area(outline); err != nil {
			found = append(found, badRow(b, "it crosses itself", outline))
			continue
		}
		list = append(list, b)
	}
	if len(list) == 0 {
		return nil, g, found, fmt.Errorf("%s has no boundary that can be used", r.Path)
	}
	return list, g, found, nil
}

func badRow(b *boundary, reason string, outline orb.MultiPolygon) Finding {
	return Finding{Kind: BadRow, Boundaries: []string{b.label()}, Row: b.row, Geom: outline,
		Zh: fmt.Sprintf("第%d行无法使用：%s", b.row, reason), En: fmt.Sprintf("Row %d cannot be used: %s.", b.row, reason)}
}
