package papers

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/importers"
)

// gridProperties are the attributes of a grid in files for other programs.
type gridProperties struct {
	Code         string  `json:"code"`
	Name         string  `json:"name"`
	Kind         string  `json:"kind"`
	Community    string  `json:"community"`
	TownCode     string  `json:"town"`
	Households   int     `json:"households"`
	Persons      int     `json:"persons"`
	AreaM2       float64 `json:"area_m2"`
	InRule       bool    `json:"in_rule"`
	Layered      bool    `json:"layered"`
	Bounds       string  `json:"bounds"`
	Reason       string  `json:"reason"`
	Lineage      string  `json:"lineage"`
	Predecessors string  `json:"predecess"` // ten characters, as Shapefile allows
	Plan         int64   `json:"plan"`
}

type microgridProperties struct {
	Code       string  `json:"code"`
	Grid       string  `json:"grid"`
	Households int     `json:"households"`
	Persons    int     `json:"persons"`
	AreaM2     float64 `json:"area_m2"`
	InRule     bool    `json:"in_rule"`
	Layered    bool    `json:"layered"`
	Reason     string  `json:"reason"`
	Plan       int64   `json:"plan"`
}

// layer is rows for ogr2ogr.
type layer struct {
	name string
	json []byte // a FeatureCollection

}

// layersOf a plan: grids and micro-grids.
func layersOf(p *data.PlanPaper, english bool) ([]layer, error) {
	around := newSurroundings(p)
	var grids, micros collection
	for i := range p.Grids {
		g := &p.Grids[i]
		b := around.of(g)
		err := grids.add(gridProperties{g.Code, g.Name, g.Kind, g.CommunityCode, g.TownCode, g.Households, g.Persons, g.AreaM2, g.InRule, g.Layered,
			words(english, b.ZH, b.EN), words(english, g.ReasonZH, g.ReasonEN), g.Lineage, strings.Join(g.Predecessors, ","), p.Head.ID}, g.Geom)
		if err != nil {
			return nil, err
		}
	}
	for i := range p.Microgrids {
		m := &p.Microgrids[i]
		err := micros.add(microgridProperties{m.Code, m.Grid, m.Households, m.Persons, m.AreaM2, m.InRule, m.Layered, words(english, m.ReasonZH, m.ReasonEN), p.Head.ID}, m.Geom)
		if err != nil {
			return nil, err
		}
	}
	out := []layer{{"grids", grids.end()}}
	if micros.n > 0 {
		out = append(out, layer{"microgrids", micros.end()})
	}
	return out, nil
}

// collection is a GeoJSON FeatureCollection in the making.
type collection struct {
	bytes.Buffer
	n int
}

func (c *collection) add(properties any, g orb.MultiPolygon) error {
	p, err := json.Marshal(properties)
	if err != nil {
		return fmt.Errorf("write a feature: %w", err)
	}
	if c.n == 0 {
		c.WriteString(`{"type":"FeatureCollection","features":[`)
	} else {
		c.WriteByte(',')
	}
	c.n++
	c.WriteString("\n" + `{"type":"Feature","properties":`)
	c.Write(p)
	c.WriteString(`,"geometry":`)
	geo.AppendGeoJSON(&c.Buffer, g)
	c.WriteByte('}')
	return nil
}

func (c *collection) end() []byte {
	c.WriteString("\n]}\n")
	return c.Bytes()
}

// writeGeoPackage makes one file with the layers grids and microgrids.
func writeGeoPackage(ctx context.Context, _ *Service, out io.Writer, p *data.PlanPaper, r *Request) error {
	layers, err := layersOf(p, r.English)
	if err != nil {
		return err
	}
	return inFolder(func(folder string) error {
		path := filepath.Join(folder, "grids.gpkg")
		for i, l := range layers {
			args := []string{"-f", "GPKG", path, "/vsistdin/", "-nln", l.name, "-nlt", "MULTIPOLYGON", "-a_srs", "EPSG:4490", "-lco", "GEOMETRY_NAME=geom"}
			if i > 0 {
				args = append(args, "-update")
			}
			if err := importers.RunOGR(ctx, bytes.NewReader(l.json), args...); err != nil {
				return err
			}
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(out, f)
		return err
	})
}

// writeShapefile makes an archive of two Shapefiles whose attributes are in an
// encoding; the .cpg beside them says which.
func writeShapefile(encoding string) func(context.Context, *Service, io.Writer, *data.PlanPaper, *Request) error {
	return func(ctx context.Context, _ *Service, out io.Writer, p *data.PlanPaper, r *Request) error {
		layers, err := layersOf(p, r.English)
		if err != nil {
			return err
		}
		return inFolder(func(folder string) error {
			for _, l := range layers {
				err := importers.RunOGR(ctx, bytes.NewReader(l.json), "-f", "ESRI Shapefile", filepath.Join(folder, l.name+".shp"), "/vsistdin/",
					"-nlt", "POLYGON", "-a_srs", "EPSG:4490", "-lco", "ENCODING="+encoding)
				if err != nil {
					return err
				}
			}
			return zipFolder(out, folder)
		})
	}
}

// inFolder runs make with a folder that is gone afterwards.
func inFolder(make func(folder string) error) error {
	folder, err := os.MkdirTemp("", "gridmap-paper-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(folder)
	return make(folder)
}

func zipFolder(out io.Writer, folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	slices.Sort(names)
	z := zip.NewWriter(out)
	for _, name := range names {
		body, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		if _, err := w.Write(body); err != nil {
			return err
		}
	}
	return z.Close()
}
