package importers

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"gridmap/data"
	"gridmap/geo"
)

// Request is what a person asks for with `gridmap import KIND FILE…`.
type Request struct {
	Kind   string            // one of Kinds
	Files  []string          // each is taken in by itself, in one transaction
	Layer  string            // layer of a file that has several, or sheet of a workbook
	CRS    string            // overrules what the file says of its coordinate system; for tables, which say nothing
	Datum  geo.Datum         // gcj02 or bd09: coordinates are shifted back; empty: cgcs2000
	Fields map[string]string // field of the kind → column of the file
	DryRun bool              // say what would happen, and change nothing in the database
	// Source names where the rows come from; with a row's identifier it is the
	// key under which the row is known. Empty: the file's name, or "osm".
	Source    string
	ReportDir string         // where reports of refused rows go; empty: none is written
	DataDir   string         // folder into which rasters of terrain are copied; empty: they stay where they are
	Progress  func(Progress) // may be nil

	Name   string  // terrain: what the version is called; empty: as the source
	ErrorM float64 // terrain: how far its elevations may be off, metres; zero: not said
	Gauge  string  // depth: the code of the gauge for whose level the depths hold
	StageM float64 // depth: that level, metres of the gauge's datum
}

// Progress tells how far a file is.
type Progress struct {
	File string
	Kind string
	Read int64
}

// Report says what became of each file.
type Report struct {
	Kind   string       `json:"kind"`
	DryRun bool         `json:"dry_run"`
	Files  []FileReport `json:"files"`
}

// FileReport says what became of one file. An OSM file has one Counts for each
// kind that it holds.
type FileReport struct {
	File    string           `json:"file"`
	Layer   string           `json:"layer,omitempty"`
	Source  string           `json:"source"`
	Counts  []Counts         `json:"counts"`
	Rejects string           `json:"rejects,omitempty"` // the GeoJSON of refused rows; empty: none
	Reasons map[string]int64 `json:"reasons,omitempty"` // "field: reason" → rows
	Seconds float64          `json:"seconds"`
}

// Counts says what became of the rows of one kind: Read = Inserted + Updated +
// Unchanged + Rejected.
type Counts struct {
	Kind      string               `json:"kind"`
	Read      int64                `json:"read"`
	Inserted  int64                `json:"inserted"`
	Updated   int64                `json:"updated"`
	Unchanged int64                `json:"unchanged"`
	Rejected  int64                `json:"rejected"`
	Turned    int64                `json:"rings_turned"`      // geometries whose rings were put in order
	Columns   map[string]string    `json:"columns,omitempty"` // field → column that it was read from
	Warnings  []data.IntakeWarning `json:"warnings,omitempty"`
}

// Total sums the counts of all kinds of all files.
func (r Report) Total() Counts {
	var t Counts
	for _, f := range r.Files {
		for _, c := range f.Counts {
			t.Read += c.Read
			t.Inserted += c.Inserted
			t.Updated += c.Updated
			t.Unchanged += c.Unchanged
			t.Rejected += c.Rejected
			t.Turned += c.Turned
		}
	}
	t.Kind = r.Kind
	return t
}

// Import takes files in, one transaction each. On an error the report holds the
// files before; of the file with the error nothing went in.
func Import(ctx context.Context, db data.Beginner, req Request) (Report, error) {
	report := Report{Kind: req.Kind, DryRun: req.DryRun}
	if len(req.Files) == 0 {
		return report, errors.New("no file to import")
	}
	if err := checkCRS(req.CRS); err != nil {
		return report, err
	}
	take, err := takerOf(req)
	if err != nil {
		return report, err
	}
	for _, path := range req.Files {
		f, err := importFile(ctx, db, req, path, take)
		if err != nil {
			return report, fmt.Errorf("import %s: %w", filepath.Base(path), err)
		}
		report.Files = append(report.Files, f)
	}
	return report, nil
}

// job is one file on its way in.
type job struct {
	req     Request
	path    string
	source  string
	in      *data.Intake
	rejects *rejectFile
	report  *FileReport
}

func takerOf(req Request) (func(context.Context, *job) error, error) {
	switch req.Kind {
	case "osm":
		return takeOSM, nil
	case "terrain":
		return takeTerrain, nil
	case "depth":
		return takeDepth, nil
	}
	k, ok := kindNamed(req.Kind)
	if !ok {
		return nil, fmt.Errorf("kind %q is not one of %s", req.Kind, strings.Join(Kinds(), ", "))
	}
	return func(ctx context.Context, j *job) error { return takeFile(ctx, j, k) }, nil
}

func importFile(ctx context.Context, db data.Beginner, req Request, path string, take func(context.Context, *job) error) (FileReport, error) {
	began := time.Now()
	f := FileReport{File: path, Layer: req.Layer, Source: sourceOf(req, path)}
	rejects, err := newRejectFile(req, path)
	if err != nil {
		return f, err
	}
	defer rejects.discard()
	in, err := data.BeginIntake(ctx, db, f.Source)
	if err != nil {
		return f, err
	}
	j := &job{req: req, path: path, source: f.Source, in: in, rejects: rejects, report: &f}
	err = take(ctx, j)
	if err == nil && !req.DryRun {
		err = in.Commit(ctx)
	}
	// The rollback must reach the database also when ctx was cancelled.
	if ended := in.Rollback(context.WithoutCancel(ctx)); err == nil {
		err = ended
	}
	if err != nil {
		return f, err
	}
	f.Seconds = time.Since(began).Seconds()
	f.Reasons = rejects.reasons
	return f, rejects.finish(&f)
}

func sourceOf(req Request, path string) string {
	switch {
	case req.Source != "":
		return req.Source
	case req.Kind == "osm":
		return "osm"
	}
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// takeFile takes in a file of one kind.
func takeFile(ctx context.Context, j *job, k kind) error {
	r, err := open(ctx, j.path, openOptions{layer: j.req.Layer, crs: j.req.CRS})
	if err != nil {
		return err
	}
	defer r.Close()
	cols, err := matchColumns(k.fields, r.Columns(), j.req.Fields)
	if err != nil {
		return fmt.Errorf("columns of %s: %w", filepath.Base(j.path), err)
	}
	crs := crsName(r.CRS(), j.req.Datum)
	c, err := j.load(ctx, k, &degrees{Reader: r, datum: j.req.Datum}, cols, crs)
	if err != nil {
		return err
	}
	if _, ok := cols["source_id"]; !ok {
		c.Warnings = append(c.Warnings, data.IntakeWarning{Text: "rows have no identifier: they are known by their line", Count: c.Read})
	}
	if err := j.sayIfNoDistrict(ctx, k, &c); err != nil {
		return err
	}
	j.report.Counts = append(j.report.Counts, c)
	return nil
}

func (j *job) sayIfNoDistrict(ctx context.Context, k kind, c *Counts) error {
	if k.shape == noShape || k.name == "divisions" {
		return nil
	}
	n, _, err := j.in.Districts(ctx)
	if err == nil && n == 0 {
		c.Warnings = append(c.Warnings, data.IntakeWarning{Text: "there is no district yet: rows were taken wherever they lie", Count: c.Read - c.Rejected})
	}
	return err
}

// crsName is what is stored of the system in which a row came in.
func crsName(crs string, d geo.Datum) string {
	if d == geo.GCJ02 || d == geo.BD09 {
		return string(d)
	}
	if m := epsgTail.FindStringSubmatch(crs); m != nil {
		return "EPSG:" + m[1]
	}
	if m := epsgName.FindStringSubmatch(crs); m != nil {
		return "EPSG:" + m[1]
	}
	if crs == "" {
		return "EPSG:4490"
	}
	return "other"
}

// load runs the rows of a reader through the checks of a kind into the database.
func (j *job) load(ctx context.Context, k kind, r Reader, cols columns, crs string) (Counts, error) {
	s := &stager{ctx: ctx, kind: k, reader: r, cols: cols, crs: crs, job: j}
	s.counts = Counts{Kind: k.name, Columns: cols}
	result, err := j.in.Load(ctx, k.name, k.columns, s, func(r data.IntakeReject) error {
		return j.rejects.add(k.name, r)
	})
	if err != nil {
		return s.counts, err
	}
	s.counts.Inserted, s.counts.Updated, s.counts.Unchanged = result.Inserted, result.Updated, result.Unchanged
	s.counts.Rejected += result.Rejected
	s.counts.Warnings = result.Warnings
	s.progress()
	return s.counts, nil
}
