package papers

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/importers/redraw/picture/lettering"
)

// Service writes the papers of plans.
type Service struct {
	pool    *pgxpool.Pool
	letters *lettering.Lettering
	places  chan struct{} // for those being written: a map series of a district takes some tens of megabytes
}

// atOnce is how many papers are written at the same time.
const atOnce = 2

// New makes a Service on pool; letters are the fonts of maps.
func New(pool *pgxpool.Pool, letters *lettering.Lettering) *Service {
	return &Service{pool, letters, make(chan struct{}, atOnce)}
}

// Request asks for one paper.
type Request struct {
	Plan     int64
	Paper    string // a name of Papers
	Division string // only what lies in this division of the plan; empty: all
	English  bool
	By       data.Actor // noted in the audit log
}

// Paper is a kind of paper.
type Paper struct {
	Name, MediaType string
	buildings       bool
	write           func(ctx context.Context, s *Service, out io.Writer, p *data.PlanPaper, r *Request) error
}

// Papers lists the papers that there are.
func Papers() []Paper {
	return []Paper{
		{Name: "ledger.xlsx", MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write: writeLedger},
		{Name: "grids.gpkg", MediaType: "application/geopackage+sqlite3", write: writeGeoPackage},
		{Name: "grids-gbk.zip", MediaType: "application/zip", write: writeShapefile("GBK")},
		{Name: "grids-utf8.zip", MediaType: "application/zip", write: writeShapefile("UTF-8")},
		{Name: "maps.pdf", MediaType: "application/pdf", buildings: true, write: writeMaps},
		{Name: "map.png", MediaType: "image/png", buildings: true, write: writePicture},
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

// Write writes a paper to out. It is an export: the audit log has it before the
// first byte is written. A plan or division outside the scope of who asks is
// Forbidden.
func (s *Service) Write(ctx context.Context, out io.Writer, r Request) error {
	paper, err := Find(r.Paper)
	if err != nil {
		return err
	}
	division, err := data.PlanDivision(ctx, s.pool, r.Plan)
	if err != nil {
		return err
	}
	if r.Division == "" {
		r.Division = division
	}
	if !r.By.Covers(r.Division) {
		return data.Fault(data.Forbidden, "", "this is outside your scope "+r.By.ScopeCode)
	}
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return fmt.Errorf("wait for a turn to write a paper: %w", ctx.Err())
	}
	p, err := data.Paper(ctx, s.pool, r.Plan, r.Division, paper.buildings)
	if err != nil {
		return err
	}
	err = data.WriteAudit(ctx, s.pool, data.AuditEntry{Actor: r.By.Account, Role: r.By.Role, Action: "plan.export", Subject: fmt.Sprint(r.Plan),
		Result: "done", Detail: map[string]any{"paper": r.Paper, "division": r.Division}})
	if err != nil {
		return err
	}
	if err := paper.write(ctx, s, out, &p, &r); err != nil {
		return fmt.Errorf("write %s of plan %d: %w", path.Base(r.Paper), r.Plan, err)
	}
	return nil
}
