package field

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/peterstace/simplefeatures/geom"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/service/planning"
)

// Request asks for boundaries to be taken into a new draft.
type Request struct {
	Path, Layer, CRS string
	Datum            geo.Datum
	Fields           map[string]string // field → column: code, name
	Plan             string            // name of the draft
	Division         string            // that the draft is for
	Overlapping      bool              // take boundaries that overlap where people live, by the greater share
	DryRun           bool              // find, and make nothing
	By               data.Actor
}

// Run takes boundaries in. The report is there with an error too, as far as it
// got; with an error there is no draft.
func Run(ctx context.Context, pool *pgxpool.Pool, drafts *planning.Drafts, r Request) (Report, error) {
	list, g, found, err := read(ctx, &r)
	report := Report{Boundaries: len(list), Findings: found}
	if err != nil {
		return report, err
	}
	places, outside, err := g.places(ctx, pool, list, r.Division)
	report.Findings = append(report.Findings, outside...)
	if err != nil {
		return report, err
	}
	hurt := 0
	for _, p := range places {
		found, inhabited, err := g.inspect(p)
		if err != nil {
			return report, err
		}
		report.Findings = append(report.Findings, found...)
		if inhabited {
			hurt++
		}
	}
	if hurt > 0 && !r.Overlapping {
		return report, data.Fault(data.Conflict, "boundaries", fmt.Sprintf("overlap where people live, in %d communities: the report lists where; nothing was taken in", hurt))
	}
	if r.DryRun {
		return report, nil
	}
	return report, takeIn(ctx, drafts, g, places, &r, &report)
}

// places finds the communities under the boundaries, in the order of codes.
func (g ground) places(ctx context.Context, pool *pgxpool.Pool, list []*boundary, division string) ([]*place, []Finding, error) {
	byCode := map[string]*place{}
	var found []Finding
	for _, b := range list {
		under, err := data.CommunitiesUnder(ctx, pool, b.outline)
		if err != nil {
			return nil, nil, err
		}
		rest := b.area
		for _, c := range under {
			p := byCode[c.Code]
			if p == nil {
				p = &place{FieldCommunity: c}
				if p.area, err = g.area(c.Geom); err != nil {
					return nil, nil, fmt.Errorf("community %s: %w", c.Code, err)
				}
				if p.footprints, err = data.Footprints(ctx, pool, c.Code); err != nil {
					return nil, nil, err
				}
				byCode[c.Code] = p
			}
			if !(data.Actor{ScopeCode: division}).Covers(c.Code) {
				return nil, nil, data.Fault(data.Invalid, "division", fmt.Sprintf("boundary %s reaches into %s (%s), which is not in %s", b.label(), c.Name, c.Code, division))
			}
			p.boundaries = append(p.boundaries, b)
			if rest, err = geom.Difference(rest, p.area); err != nil {
				return nil, nil, fmt.Errorf("boundary %s: %w", b.label(), err)
			}
		}
		if where, m2, _ := g.pieces(rest); m2 > 0 {
			found = append(found, Finding{Kind: Outside, Boundaries: []string{b.label()}, AreaM2: m2, Geom: where,
				Zh: fmt.Sprintf("边界%s有%.0f平方米在所涉社区之外", b.label(), m2), En: fmt.Sprintf("%.0f m² of the boundary %s are outside its communities.", m2, b.label())})
		}
	}
	if len(byCode) == 0 {
		return nil, found, data.Fault(data.OutOfPlace, "boundaries", "lie in no community of this district")
	}
	out := make([]*place, 0, len(byCode))
	for _, p := range byCode {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *place) int { return strings.Compare(a.Code, b.Code) })
	return out, found, nil
}

// takeIn makes the draft. If a step fails, the draft is abandoned: none is left
// half made.
func takeIn(ctx context.Context, drafts *planning.Drafts, g ground, places []*place, r *Request, report *Report) (err error) {
	plan, err := create(ctx, drafts, r)
	if err != nil {
		return err
	}
	version := 0
	defer func() {
		if err != nil {
			step := planning.Step{Plan: plan, Step: "abandon", Version: version, Remark: "导入未完成"}
			if _, failed := drafts.Step(ctx, r.By, request(r.By, plan, "abandon"), step, answer[planning.Plan]); failed == nil {
				report.PlanID = 0
			}
		}
	}()
	report.PlanID = plan
	for _, p := range places {
		part, found, err := takeCommunity(ctx, drafts, g, p, r.By, plan, &version)
		if err != nil {
			return fmt.Errorf("community %s: %w", p.Code, err)
		}
		report.Communities = append(report.Communities, part)
		report.Findings = append(report.Findings, found...)
	}
	return nil
}

func takeCommunity(ctx context.Context, drafts *planning.Drafts, g ground, p *place, by data.Actor, plan int64, version *int) (CommunityPart, []Finding, error) {
	part := CommunityPart{Code: p.Code, Name: p.Name, Boundaries: len(p.boundaries)}
	desk, err := drafts.Desk(ctx, by, plan, p.Code)
	if err != nil {
		return part, nil, err
	}
	s, err := g.snap(p, &desk)
	if err != nil {
		return part, nil, err
	}
	into, found := codes(p, &s, &desk)
	op, moved := moveOf(&s, into)
	part.Plots, part.Moved, part.SnappedM2, part.SliverM2 = len(desk.Plots), moved, s.shifted, p.slivers
	do := func(op planning.Operation) error {
		do := planning.Doing{Plan: plan, Community: p.Code, Version: *version, Operation: op}
		_, err := drafts.Do(ctx, by, request(by, plan, fmt.Sprint(*version)), do, func(c planning.Change) (int, []byte, error) {
			*version = c.Version
			return answer(c)
		})
		return err
	}
	if moved > 0 {
		if err := do(op); err != nil {
			return part, nil, err
		}
	}
	if desk, err = drafts.Desk(ctx, by, plan, p.Code); err != nil {
		return part, nil, err
	}
	part.Grids = len(desk.Grids)
	return part, found, rename(p, &s, &desk, do)
}

// rename gives grids the names that their boundaries have.
func rename(p *place, s *snapped, desk *planning.Desk, do func(planning.Operation) error) error {
	at, names := map[int]string{}, map[string]string{}
	for _, plot := range desk.Plots {
		at[plot.ID] = plot.Grid
	}
	for _, g := range desk.Grids {
		names[g.Code] = g.Name
	}
	for i, b := range p.boundaries {
		if b.name == "" || len(s.plots[i]) == 0 {
			continue
		}
		if code := at[s.plots[i][0].ID]; names[code] != b.name {
			if err := do(planning.Operation{Kind: "rename", Grid: code, Name: b.name}); err != nil {
				return err
			}
		}
	}
	return nil
}

func create(ctx context.Context, drafts *planning.Drafts, r *Request) (id int64, err error) {
	_, err = drafts.Create(ctx, r.By, request(r.By, 0, r.Plan), r.Plan, r.Division, func(p planning.Plan) (int, []byte, error) {
		id = p.ID
		return answer(p)
	})
	return id, err
}

// request names a write of this run: it is never sent again.
func request(by data.Actor, plan int64, what string) data.Request {
	key := fmt.Sprintf("field-%d-%s-%s", plan, what, rand.Text())
	sum := sha256.Sum256([]byte(key))
	return data.Request{Account: by.Account, Key: key, Hash: sum[:]}
}

func answer[T any](v T) (int, []byte, error) {
	body, err := json.Marshal(v)
	return 200, body, err
}
