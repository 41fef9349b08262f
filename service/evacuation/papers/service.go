package papers

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"gridmap/data"
	"gridmap/importers/redraw/picture/lettering"
)

// Service writes the papers of evacuations.
type Service struct {
	letters *lettering.Lettering
	places  chan struct{} // for those being written: the call sheets of a district take some hundreds of megabytes
}

// atOnce is how many papers are written at the same time.
const atOnce = 2

// New makes a Service; letters are the fonts of its PDFs and pictures. Without
// Chinese ones it writes English.
func New(letters *lettering.Lettering) *Service {
	return &Service{letters, make(chan struct{}, atOnce)}
}

// Request asks for one paper.
type Request struct {
	Paper   string // a name of Papers
	Grid    string // only this grid: needed for callsheet.pdf, possible for those that are By Grid
	English bool
}

// Paper is a kind of paper.
type Paper struct {
	Name, MediaType string
	ByGrid          bool // Request.Grid is heeded
	Personal        bool // it holds labels of people where the reader may see them
	printed         bool // in the fonts at hand
	land, history   bool // it needs these
	write           func(ctx context.Context, e *edition, out io.Writer) error
}

// Papers lists the papers that there are.
func Papers() []Paper {
	const pdf, xlsx = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	return []Paper{
		{Name: "callsheet.pdf", MediaType: pdf, ByGrid: true, Personal: true, printed: true, write: writeCallSheets},
		{Name: "callsheets.pdf", MediaType: pdf, Personal: true, printed: true, write: writeCallSheets},
		{Name: "transfer.xlsx", MediaType: xlsx, ByGrid: true, Personal: true, write: writeTransfer},
		{Name: "intake.xlsx", MediaType: xlsx, Personal: true, write: writeIntake},
		{Name: "vehicles.xlsx", MediaType: xlsx, ByGrid: true, Personal: true, write: writeVehicles},
		{Name: "report.pdf", MediaType: pdf, printed: true, history: true, write: writeReport},
		{Name: "map.pdf", MediaType: pdf, ByGrid: true, printed: true, land: true, write: writeMap},
		{Name: "map.png", MediaType: "image/png", ByGrid: true, printed: true, land: true, write: writePicture},
		{Name: "plan.geojson", MediaType: "application/geo+json", land: true, write: writePlan},
	}
}

// Find looks a paper up by its name.
func Find(name string) (Paper, error) {
	all := Papers()
	if i := slices.IndexFunc(all, func(p Paper) bool { return p.Name == name }); i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.Name
	}
	return Paper{}, data.Fault(data.NotFound, "paper", "there is no such paper; there are "+strings.Join(names, ", "))
}

// Write writes a paper of a document to out. A grid that the document does not have
// is NotFound, a call sheet without one Invalid; both before anything is written.
func (s *Service) Write(ctx context.Context, out io.Writer, d *Document, r Request) error {
	paper, err := Find(r.Paper)
	if err != nil {
		return err
	}
	switch {
	case r.Grid == "" && paper.Name == "callsheet.pdf":
		return data.Fault(data.Invalid, "grid", "say the grid that the call sheet is for")
	case !paper.ByGrid:
		r.Grid = ""
	case r.Grid != "" && !slices.ContainsFunc(d.Grids, func(g Grid) bool { return g.Code == r.Grid }):
		return data.Fault(data.NotFound, "grid", "nobody is evacuated in this grid")
	}
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return fmt.Errorf("wait for a turn to write a paper: %w", ctx.Err())
	}
	e := newEdition(d, &r, s.letters, paper.printed && !s.letters.Chinese())
	if err := paper.write(ctx, e, out); err != nil {
		return fmt.Errorf("write %s of evacuation %d: %w", path.Base(r.Paper), d.Event.ID, err)
	}
	return nil
}
