package importers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"gridmap/data"
)

// rejectFile writes refused rows as they come, into a GeoJSON file that QGIS
// opens, and counts them by reason. It is written beside its place and moved
// there at the end, so that a broken run leaves no half report.
type rejectFile struct {
	place   string // empty: no report is wanted
	summary string
	file    *os.File
	w       *bufio.Writer
	n       int64
	reasons map[string]int64
}

func newRejectFile(req Request, path string) (*rejectFile, error) {
	r := &rejectFile{reasons: map[string]int64{}}
	if req.ReportDir == "" {
		return r, nil
	}
	if err := os.MkdirAll(req.ReportDir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder for reports: %w", err)
	}
	stem := filepath.Join(req.ReportDir, reportName(req, path))
	r.place, r.summary = stem+".rejected.geojson", stem+".report.json"
	f, err := os.CreateTemp(req.ReportDir, ".rejected-*")
	if err != nil {
		return nil, fmt.Errorf("write the report of refused rows: %w", err)
	}
	r.file, r.w = f, bufio.NewWriter(f)
	_, err = r.w.WriteString(`{"type":"FeatureCollection","features":[`)
	return r, err
}

// reportName is the file's name and kind, with a number when another file of
// the same request has the same name.
func reportName(req Request, path string) string {
	same, before := 0, 0
	for _, f := range req.Files {
		if filepath.Base(f) == filepath.Base(path) {
			if same++; f == path {
				before = same
			}
		}
	}
	if same > 1 {
		return fmt.Sprintf("%s.%d.%s", filepath.Base(path), before, req.Kind)
	}
	return filepath.Base(path) + "." + req.Kind
}

// The summary counts this many reasons by themselves; the rows' own reasons are
// all in the GeoJSON.
const (
	maxReasons   = 200
	otherReasons = "further reasons"
)

// add writes one refused row.
func (r *rejectFile) add(kind string, bad data.IntakeReject) error {
	reason := bad.Field + ": " + general(bad.Reason)
	if _, known := r.reasons[reason]; !known && len(r.reasons) >= maxReasons {
		reason = otherReasons
	}
	r.reasons[reason]++
	if r.file == nil {
		return nil
	}
	f := map[string]any{"type": "Feature", "geometry": drawable(bad.Geom), "properties": map[string]any{
		"kind": kind, "line": bad.Line, "field": bad.Field, "reason": bad.Reason, "value": bad.Value}}
	b, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("write refused row %d: %w", bad.Line, err)
	}
	if r.n++; r.n > 1 {
		r.w.WriteByte(',')
	}
	r.w.WriteByte('\n')
	if _, err := r.w.Write(b); err != nil {
		return fmt.Errorf("write refused row %d: %w", bad.Line, err)
	}
	return nil
}

// drawable is a geometry as GeoJSON: in degrees already; what is too large is
// shown by its extent, what cannot be drawn by null.
func drawable(g orb.Geometry) any {
	if g == nil || vertices(g) == 0 || checkRange(g, 180, 90) != nil {
		return nil
	}
	if vertices(g) > MaxVertices {
		g = boundOf(g)
	}
	return geojson.NewGeometry(g)
}

// general cuts the particulars (numbers, places) off a reason, to count by.
func general(reason string) string {
	for _, mark := range []string{" (at or near", ": also in line"} {
		reason, _, _ = strings.Cut(reason, mark)
	}
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return '#'
		}
		return c
	}, reason)
}

// finish puts the reports in their place. Without a refused row there is no
// GeoJSON, and one of an earlier run goes away.
func (r *rejectFile) finish(f *FileReport) error {
	if r.file == nil {
		return nil
	}
	r.w.WriteString("\n]}\n")
	if err := r.w.Flush(); err != nil {
		return fmt.Errorf("write the report of refused rows: %w", err)
	}
	if err := r.file.Close(); err != nil {
		return fmt.Errorf("write the report of refused rows: %w", err)
	}
	temporary := r.file.Name()
	r.file = nil
	err := os.Remove(r.place)
	if os.IsNotExist(err) {
		err = nil
	}
	if err == nil && r.n > 0 {
		f.Rejects = r.place
		err = os.Rename(temporary, r.place)
	} else {
		os.Remove(temporary)
	}
	if err != nil {
		return fmt.Errorf("put the report of refused rows in place: %w", err)
	}
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	if err := os.WriteFile(r.summary, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	return nil
}

// discard removes an unfinished report.
func (r *rejectFile) discard() {
	if r.file != nil {
		r.file.Close()
		os.Remove(r.file.Name())
	}
}
