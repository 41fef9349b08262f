package importers

import (
	"context"
	"io"
	"strconv"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// stager feeds COPY with the rows that pass the checks of their kind; the
// others go to the report.
type stager struct {
	ctx    context.Context // of the one call of load that owns the stager
	kind   kind
	reader Reader
	cols   columns
	crs    string
	job    *job
	counts Counts
	values []any
	err    error
}

const progressEvery = 1000

// Next is part of pgx.CopyFromSource.
func (s *stager) Next() bool {
	for s.err == nil {
		row, err := s.reader.Next(s.ctx)
		if err == io.EOF {
			return false
		}
		if err != nil {
			s.err = err
			return false
		}
		if s.counts.Read++; s.counts.Read%progressEvery == 0 {
			s.progress()
		}
		shown := row.Geom
		bad := s.stage(&row)
		if bad == nil {
			return true
		}
		s.counts.Rejected++
		s.err = s.job.rejects.add(s.kind.name, data.IntakeReject{Line: row.Line, Field: bad.Field, Reason: bad.Reason, Value: bad.Value, Geom: shown})
	}
	return false
}

// Values and Err are part of pgx.CopyFromSource.
func (s *stager) Values() ([]any, error) { return s.values, nil }
func (s *stager) Err() error             { return s.err }

func (s *stager) progress() {
	if s.job.req.Progress != nil {
		s.job.req.Progress(Progress{File: s.job.path, Kind: s.kind.name, Read: s.counts.Read})
	}
}

// stage fills values from a row or says why not.
func (s *stager) stage(row *Row) *Refusal {
	if row.Err != nil {
		return row.Err
	}
	r := &record{row: row, cols: s.cols}
	g, bad := s.geometry(r)
	if bad != nil {
		return bad
	}
	id := strconv.FormatInt(row.Line, 10)
	if r.has("source_id") {
		id = r.required("source_id")
	}
	values := s.kind.convert(r, g)
	if r.bad != nil {
		return r.bad
	}
	if len(values) != len(s.kind.columns) {
		return refuse("row", "%d values for %d columns of %s", len(values), len(s.kind.columns), s.kind.name)
	}
	var stored any // a nil orb.Geometry inside an any would not be null
	if g != nil {
		stored = g
	}
	s.values = append([]any{row.Line, id, s.crs, stored}, values...)
	return nil
}

// geometry checks the row's geometry. A point may come by a building's code
// instead, and a building that is known already by its own.
func (s *stager) geometry(r *record) (orb.Geometry, *Refusal) {
	switch {
	case s.kind.shape == noShape:
		return nil, nil
	case r.row.Geom == nil && (s.kind.shape == maybePoint || s.kind.shape == pointShape && r.get("building_code") != "" ||
		s.kind.shape == footprintShape && r.get("code") != "" && r.row.Err == nil):
		return nil, nil
	case r.row.Geom == nil:
		return nil, refuse("geometry", "missing, or with coordinates that are not finite")
	}
	g, turned, bad := admit(r.row.Geom, s.kind.shape)
	if turned {
		s.counts.Turned++
	}
	return g, bad
}
