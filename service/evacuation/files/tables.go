package files

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// metresText writes a length to the millimetre; empty: not known.
func metresText(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64)
}

// buildingsTable has a row a building: id, threshold_m, depth_m, wet_floors and
// class at the peak, then the same for each stage where there are several.
func (w *water) buildingsTable(buildings []building) [][]string {
	head := []string{"id", "threshold_m", "depth_m", "wet_floors", "class"}
	several := w.courses() > 1
	for k := range w.courses() {
		if several {
			head = append(head, "depth_m_"+w.label(k), "wet_floors_"+w.label(k), "class_"+w.label(k))
		}
	}
	out := [][]string{head}
	for i := range buildings {
		b := &buildings[i]
		at := func(k int) []string {
			if !b.known {
				return []string{"", "", string(b.class[k])}
			}
			return []string{metresText(b.depthM[k]), strconv.Itoa(wetFloors(b.depthM[k], b.plinthM, b.storeyM, b.floors)), string(b.class[k])}
		}
		row := append([]string{b.id, metresText(b.thresholdM)}, at(w.courses()-1)...)
		for k := range w.courses() {
			if several {
				row = append(row, at(k)...)
			}
		}
		out = append(out, row)
	}
	return out
}

// roadsTable has a row a road: the stage from which some of it is under water, its
// length, and for each picture whether it is shut and how much of it is.
func (w *water) roadsTable(roads []road) [][]string {
	head := []string{"id", "threshold_m", "bridge", "length_m"}
	for k := range w.courses() {
		head = append(head, "state_"+w.label(k), "shut_m_"+w.label(k))
	}
	out := [][]string{head}
	for i := range roads {
		r := &roads[i]
		length, shut := 0.0, make([]float64, w.courses())
		for _, p := range r.pieces {
			d := math.Hypot(p.line[1][0]-p.line[0][0], p.line[1][1]-p.line[0][1])
			length += d
			for k, open := range p.open {
				if !open {
					shut[k] += d
				}
			}
		}
		row := []string{r.id, metresText(r.thresholdM), strconv.FormatBool(r.bridge), strconv.FormatFloat(length, 'f', 1, 64)}
		for k := range shut {
			state := "open"
			switch {
			case !r.known:
				state = "unknown"
			case r.wet[k]:
				state = "shut"
			}
			row = append(row, state, strconv.FormatFloat(shut[k], 'f', 1, 64))
		}
		out = append(out, row)
	}
	return out
}

// pairsTable has every way that the plan could choose from, so that it can be
// solved again by others.
func pairsTable(plan *Plan, pairs []pair) [][]string {
	out := [][]string{{"building", "helped", "shelter", "metres"}}
	for _, p := range pairs {
		s := plan.Sources[p.source]
		out = append(out, []string{s.Building, strconv.FormatBool(s.Helped), plan.Shelters[p.shelter].ID, strconv.FormatFloat(p.metres, 'f', 1, 64)})
	}
	return out
}

func writeTable(path string, rows [][]string) error {
	return beside(path, func(f *os.File) error {
		c := csv.NewWriter(f)
		if err := c.WriteAll(rows); err != nil {
			return err
		}
		return c.Error()
	})
}

func writeJSON(path string, v any) error {
	return beside(path, func(f *os.File) error {
		e := json.NewEncoder(f)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(v)
	})
}

// writeCompact writes what people hardly read.
func writeCompact(path string, v any) error {
	return beside(path, func(f *os.File) error { return json.NewEncoder(f).Encode(v) })
}

// beside writes a file next to its place and moves it there when it is whole.
func beside(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".flood-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}

// collection is a picture's polygons, each a feature.
func (w *water) collection(picture int, shape orb.MultiPolygon, model string, errorM float64) *geojson.FeatureCollection {
	fc := geojson.NewFeatureCollection()
	for _, p := range shape {
		f := geojson.NewFeature(p)
		f.Properties = geojson.Properties{"model": model, "error_m": errorM}
		if w.terrain != nil {
			f.Properties["stage_m"] = w.metres[picture]
		}
		fc.Append(f)
	}
	return fc
}
