package files

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gridmap/geo"
	"gridmap/importers/redraw"
)

// Request is what a person asks for with `gridmap redraw files`.
type Request struct {
	// Files to read, each as FILE or FILE#LAYER; Barriers and Current may be empty.
	Communities, Buildings, Barriers, Current string
	// Places is the assign.csv of the present plan: where each building, and each
	// part of a tower, is now. Without it buildings are placed by position in
	// Current, and the parts of a tower are all in one place. Empty: none.
	Places string
	// History is the report of an earlier run: the codes that it says are retired
	// are never given again. Empty: none.
	History string
	// CRS overrules what files say of their coordinate system, by role
	// ("communities", …) or for all (""); Datum: they are in gcj02 or bd09.
	CRS   map[string]string
	Datum geo.Datum
	// Fields maps "households" or "buildings.households" to a column.
	Fields map[string]string
	// Estimate lets households follow from footprint and floors where the file
	// has no column for them.
	Estimate bool
	// MissingIsZero takes an empty count for none instead of rejecting the row.
	MissingIsZero bool

	Options redraw.Options

	// Files to write; only Out is a must.
	Out, Assign, Report, Picture string
	// Paint draws the picture; it must be set when Picture is.
	Paint func(w io.Writer, in redraw.Input, plan *redraw.Plan) error

	// Progress, when set, is told how far a stage is; total zero is not known.
	Progress func(stage string, done, total int)
}

// Roles of the files that are read.
const (
	roleCommunities = "communities"
	roleBuildings   = "buildings"
	roleBarriers    = "barriers"
	roleCurrent     = "current"
	rolePlaces      = "current-assign"
)

// Systems reads what was said of coordinate systems: "EPSG:4544" for all files,
// "buildings=EPSG:4544" for one.
func Systems(said []string) map[string]string {
	by := map[string]string{}
	for _, text := range said {
		if role, crs, ok := strings.Cut(text, "="); ok && slices.Contains(roles(), role) {
			by[role] = crs
		} else {
			by[""] = text
		}
	}
	return by
}

func roles() []string {
	return []string{roleCommunities, roleBuildings, roleBarriers, roleCurrent, rolePlaces}
}

func (r *Request) spec(role string) string {
	switch role {
	case roleCommunities:
		return r.Communities
	case roleBuildings:
		return r.Buildings
	case roleBarriers:
		return r.Barriers
	}
	if role == rolePlaces {
		return r.Places
	}
	return r.Current
}

// outputs lists the files to be written by the flag that names them.
func (r *Request) outputs() []output {
	var all []output
	for _, o := range []output{
		{flag: "--out", place: r.Out, ends: []string{".gpkg", ".geojson"}},
		{flag: "--assign", place: r.Assign, ends: []string{".csv"}},
		{flag: "--report", place: r.Report, ends: []string{".json"}},
		{flag: "--picture", place: r.Picture, ends: []string{".png"}},
	} {
		if o.place != "" {
			all = append(all, o)
		}
	}
	return all
}

// check refuses, before anything is read, what cannot end well.
func (r *Request) check() error {
	if r.Out == "" {
		return fmt.Errorf("--out is missing: where the grids go (.gpkg or .geojson)")
	}
	if r.Picture != "" && r.Paint == nil {
		return fmt.Errorf("--picture: nobody to draw it")
	}
	if r.Current == "" && r.Options.Mode == redraw.Repair {
		return fmt.Errorf("--mode repair starts from the present plan: say it with --current")
	}
	if r.Places != "" && r.Current == "" {
		return fmt.Errorf("--current-assign says where buildings are; the grids themselves are missing: say them with --current")
	}
	outs := r.outputs()
	for i, o := range outs {
		if err := o.check(); err != nil {
			return err
		}
		for _, other := range outs[:i] {
			if samePlace(o.place, other.place) {
				return fmt.Errorf("%s and %s are the same file: %s", other.flag, o.flag, o.place)
			}
		}
		if r.History != "" && samePlace(o.place, r.History) {
			return fmt.Errorf("%s would write over the file of --history: %s", o.flag, o.place)
		}
		for _, role := range roles() {
			if path, _ := splitLayer(r.spec(role)); path != "" && samePlace(o.place, path) {
				return fmt.Errorf("%s would write over the file of --%s: %s", o.flag, role, o.place)
			}
		}
	}
	return nil
}

func (o output) check() error {
	if ext := strings.ToLower(filepath.Ext(o.place)); !slices.Contains(o.ends, ext) {
		return fmt.Errorf("%s %s: %q is not %s", o.flag, o.place, ext, strings.Join(o.ends, " or "))
	}
	folder := filepath.Dir(o.place)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("%s %s: there is no folder %s", o.flag, o.place, folder)
	}
	if info, err := os.Stat(o.place); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s %s: it is there and no regular file", o.flag, o.place)
	}
	return nil
}

// samePlace tells whether two paths lead to one file, be it there or not.
func samePlace(a, b string) bool {
	if x, err := os.Stat(a); err == nil {
		if y, err := os.Stat(b); err == nil {
			return os.SameFile(x, y)
		}
	}
	return canonical(a) == canonical(b)
}

func canonical(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		return filepath.Join(folder, filepath.Base(abs))
	}
	return abs
}

// splitLayer takes FILE#LAYER apart; a file whose own name holds a # is itself.
func splitLayer(spec string) (path, layer string) {
	if _, err := os.Stat(spec); err == nil {
		return spec, ""
	}
	if i := strings.LastIndexByte(spec, '#'); i > 0 {
		return spec[:i], spec[i+1:]
	}
	return spec, ""
}
