package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/geo/raster"
	"gridmap/importers"
	"gridmap/layers/flood"
)

func fileHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// raster reads a raster of a role.
func (r *Request) raster(ctx context.Context, role, path string) (*raster.Raster, Input, error) {
	in := Input{Role: role, File: filepath.Base(path)}
	out, err := importers.ReadRaster(ctx, path, r.CRS)
	if err == nil {
		in.System = short(out.System)
		in.SHA256, err = fileHash(path)
	}
	if err != nil {
		return nil, in, fmt.Errorf("--%s: %w", role, err)
	}
	return out, in, nil
}

func short(s raster.System) string {
	if s.EPSG != 0 {
		return fmt.Sprintf("EPSG:%d", s.EPSG)
	}
	name, _, _ := strings.Cut(s.Name, ",")
	return name
}

// dropStandIns makes missing what commonly stands for a missing elevation in files
// that do not say so: no ground on the Earth is that low or high.
func dropStandIns(dem *raster.Raster) (dropped int) {
	for i, v := range dem.Values {
		switch {
		case v == -9999 || v == -32768 || v == -32767 || v < -12_000 || v > 12_000:
			dem.Values[i] = float32(math.NaN())
			dropped++
		}
	}
	return dropped
}

// terrain reads elevations, directions, rivers and levees, and computes.
func (r *Request) terrain(ctx context.Context) (*flood.Terrain, []Input, error) {
	r.tell("reading elevations")
	dem, in, err := r.raster(ctx, "dem", r.DEM)
	if err != nil {
		return nil, nil, err
	}
	if n := dropStandIns(dem); n > 0 {
		in.Rejected = append(in.Rejected, Refused{0, "", fmt.Sprintf("%d cells hold -9999, -32768 or the like, which the file does not name as missing: taken as missing", n)})
	}
	inputs := []Input{in}
	o := flood.Options{StreamAreaKM2: r.StreamAreaKM2, Connectivity: r.connectivity(), ReachM: r.ReachM}
	if r.D8 != "" {
		if o.D8, in, err = r.raster(ctx, "d8", r.D8); err != nil {
			return nil, nil, err
		}
		inputs = append(inputs, in)
	}
	if r.River != "" {
		if o.River, in, err = r.river(ctx, dem.Grid); err != nil {
			return nil, nil, err
		}
		inputs = append(inputs, in)
	}
	if r.Levees != "" {
		if o.Levees, in, err = r.levees(ctx, dem.System); err != nil {
			return nil, nil, err
		}
		inputs = append(inputs, in)
	}
	r.tell("computing terrain")
	t, err := flood.Build(dem, o)
	if err != nil {
		return nil, nil, fmt.Errorf("--%w", err)
	}
	return t, inputs, nil
}

// river reads river cells: a raster's cells other than 0, or those that vectors
// pass.
func (r *Request) river(ctx context.Context, g raster.Grid) ([]bool, Input, error) {
	path, _, _ := strings.Cut(r.River, "#")
	marked := make([]bool, g.Size())
	if isVector(path) {
		things, in, err := r.readThings(ctx, "river", r.River, g.System)
		if err != nil {
			return nil, in, err
		}
		for _, t := range things {
			if kind := t.values["kind"]; kind == "lake" || kind == "pond" {
				continue // no water comes down from them
			}
			cells, _ := flood.Cells(g, t.shape)
			for _, c := range cells {
				marked[c] = true
			}
		}
		return marked, in, anyMarked(marked, in.File)
	}
	own, in, err := r.raster(ctx, "river", path)
	if err != nil {
		return nil, in, err
	}
	if !own.Same(g) {
		return nil, in, fmt.Errorf("--river %s: its cells are not those of the elevations: %d by %d against %d by %d", in.File, own.Width, own.Height, g.Width, g.Height)
	}
	for i, v := range own.Values {
		marked[i] = v == v && v != 0
	}
	return marked, in, anyMarked(marked, in.File)
}

func isVector(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".gpkg", ".shp", ".geojson", ".json", ".fgb", ".csv", ".xlsx", ".zip", ".pbf":
		return true
	}
	return false
}

func anyMarked(marked []bool, file string) error {
	for _, is := range marked {
		if is {
			return nil
		}
	}
	return fmt.Errorf("--river %s: no river lies on the elevations", file)
}

func (r *Request) levees(ctx context.Context, system raster.System) ([]flood.Levee, Input, error) {
	things, in, err := r.readThings(ctx, "levees", r.Levees, system)
	if err != nil {
		return nil, in, err
	}
	var out []flood.Levee
	for i := range things {
		t := &things[i]
		crest, err := t.number("crest_m", math.NaN(), -500)
		if err != nil || math.IsNaN(crest) {
			return nil, in, fmt.Errorf("--levees %s: %s: crest_m: its level is not given", in.File, t.id)
		}
		for _, l := range linesOf(t.shape) {
			out = append(out, flood.Levee{Line: l, CrestM: crest})
		}
	}
	return out, in, nil
}

// linesOf are the lines of a geometry, outlines for areas.
func linesOf(g orb.Geometry) []orb.LineString {
	switch g := g.(type) {
	case orb.LineString:
		return []orb.LineString{g}
	case orb.MultiLineString:
		return g
	case orb.Polygon:
		var out []orb.LineString
		for _, ring := range g {
			out = append(out, orb.LineString(ring))
		}
		return out
	case orb.MultiPolygon:
		var out []orb.LineString
		for _, p := range g {
			out = append(out, linesOf(p)...)
		}
		return out
	}
	return nil
}
