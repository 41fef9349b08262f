package files

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"gridmap/importers"
	"gridmap/importers/redraw"
)

// Input is what was read of one file.
type Input struct {
	Role     string            `json:"role"`
	File     string            `json:"file"` // name without folders
	Layer    string            `json:"layer,omitempty"`
	System   string            `json:"crs"`
	Columns  map[string]string `json:"columns"` // field → column
	Rows     int               `json:"rows"`
	Used     int               `json:"used"`
	Mended   int               `json:"mended"` // of those used
	Rejected int               `json:"rejected"`
}

// Result is a plan drawn from files, as it was written.
type Result struct {
	Plan     *redraw.Plan
	Inputs   []Input
	Rejected []Fault
	Mended   []Fault
	Notes    []Note
	Files    []string // what was written
}

// Run reads, draws and writes. On an error nothing was written.
func Run(ctx context.Context, r Request) (*Result, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	g := &ground{}
	sheets, err := r.read(ctx, g)
	if err != nil {
		return nil, err
	}
	j := g.plane
	in := j.inputOf(g)
	if err := r.retire(&in); err != nil {
		return nil, err
	}
	o := r.Options
	if r.Progress != nil {
		o.Progress = func(done, total int) { r.Progress("communities drawn", done, total) }
	}
	plan, err := redraw.Draw(ctx, in, o)
	if err != nil {
		return nil, fmt.Errorf("draw grids: %w", err)
	}
	w := newWriter(&r, g, j, in, plan)
	w.engineFaults(sheets)
	res := &Result{Plan: plan}
	for _, role := range roles() {
		if s := sheets[role]; s != nil {
			res.add(s)
		}
	}
	if res.Files, err = w.write(ctx, res); err != nil {
		return nil, err
	}
	return res, nil
}

// retire has the engine never give again what an earlier report retired.
func (r *Request) retire(in *redraw.Input) error {
	if r.History == "" {
		return nil
	}
	b, err := os.ReadFile(r.History)
	if err != nil {
		return fmt.Errorf("--history: %w", err)
	}
	var earlier struct {
		Codes *[]string `json:"retired_codes"`
	}
	if err := json.Unmarshal(b, &earlier); err != nil || earlier.Codes == nil {
		return fmt.Errorf("--history %s: not a report of redraw files", r.History)
	}
	if in.Present == nil {
		in.Present = &redraw.Present{}
	}
	in.Present.Used = *earlier.Codes
	return nil
}

// add sums up what became of a file's rows.
func (res *Result) add(s *sheet) {
	s.input.Rejected = len(s.rejected)
	s.input.Used = s.input.Rows - len(s.rejected)
	rows := map[int64]bool{}
	for _, f := range s.mended {
		rows[f.Row] = true
	}
	s.input.Mended = len(rows)
	res.Inputs = append(res.Inputs, s.input)
	res.Rejected = append(res.Rejected, s.rejected...)
	res.Mended = append(res.Mended, s.mended...)
	res.Notes = append(res.Notes, s.notes...)
}

// read reads all files. All are opened first: a wrong name or column is told
// before a large file is read.
func (r *Request) read(ctx context.Context, g *ground) (sheets map[string]*sheet, err error) {
	sheets = map[string]*sheet{}
	var opened []*sheet
	defer func() {
		for _, s := range opened {
			err = errors.Join(err, s.rows.Close())
		}
	}()
	for _, role := range roles() {
		if r.spec(role) == "" {
			if role == roleCommunities || role == roleBuildings {
				return nil, fmt.Errorf("--%s is missing", role)
			}
			continue
		}
		s, err := r.open(ctx, role, r.spec(role))
		if role == roleCurrent {
			s, err = r.openCurrent(ctx, s, err)
		}
		if err != nil {
			return nil, err
		}
		sheets[role] = s
		opened = append(opened, s)
	}
	if err := r.checkFields(opened); err != nil {
		return nil, err
	}
	for _, s := range opened {
		if err := r.readSheet(ctx, g, s); err != nil {
			return nil, err
		}
	}
	return sheets, nil
}

func (r *Request) readSheet(ctx context.Context, g *ground, s *sheet) error {
	switch s.role {
	case roleCommunities:
		return g.readCommunities(ctx, r, s)
	case roleBuildings:
		return g.readBuildings(ctx, r, s)
	case roleBarriers:
		return g.readBarriers(ctx, r, s)
	case rolePlaces:
		return g.readPlaces(ctx, r, s)
	}
	return r.readPresent(ctx, g, s)
}

// microLayer is the layer of micro-grids in a GeoPackage that this package wrote.
const gridLayer, microLayer = "grids", "microgrids"

// openCurrent takes the layer of grids of a file that this package wrote, when a
// file of several layers was named without one.
func (r *Request) openCurrent(ctx context.Context, s *sheet, err error) (*sheet, error) {
	var several *importers.LayersError
	if err == nil || !errors.As(err, &several) {
		return s, err
	}
	path, _ := splitLayer(r.Current)
	own, ownErr := r.open(ctx, roleCurrent, path+"#"+gridLayer)
	if ownErr != nil {
		return nil, err
	}
	return own, nil
}

func (r *Request) readPresent(ctx context.Context, g *ground, s *sheet) error {
	if !s.has("code") {
		return fmt.Errorf("--current %s: no column for code; name one with --field current.code=COLUMN (it has %s)", s.file, s.header())
	}
	var rows []presentRow
	if err := g.readCurrent(ctx, r, s, &rows); err != nil {
		return err
	}
	path, layer := splitLayer(r.Current)
	if layer == "" && s.input.Layer == gridLayer { // opened by openCurrent: the micro-grids lie beside it
		if micro, err := r.open(ctx, roleCurrent, path+"#"+microLayer); err == nil {
			micro.ledger = s.ledger
			err = g.readCurrent(ctx, r, micro, &rows)
			s.input.Rows += micro.input.Rows
			if err := errors.Join(err, micro.rows.Close()); err != nil {
				return err
			}
		}
	}
	g.present = settle(rows)
	if len(g.present) == 0 {
		return fmt.Errorf("--current %s: none of its %d rows is a grid%s", s.file, s.input.Rows, firstFault(s.ledger))
	}
	return nil
}
