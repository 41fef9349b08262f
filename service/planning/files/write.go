package files

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gridmap/importers/redraw"
)

// writer turns a plan into files.
type writer struct {
	r       *Request
	ground  *ground
	plane   plane
	in      redraw.Input
	plan    *redraw.Plan
	byID    map[int64]int  // number of a building → index in ground.buildings
	inGrid  []int          // buildings with a share in a grid
	inMicro map[[2]int]int // and in a micro-grid, by index of both
}

func newWriter(r *Request, g *ground, j plane, in redraw.Input, plan *redraw.Plan) *writer {
	w := &writer{r: r, ground: g, plane: j, in: in, plan: plan, byID: make(map[int64]int, len(g.buildings)),
		inGrid: make([]int, len(plan.Grids)), inMicro: map[[2]int]int{}}
	for i, b := range g.buildings {
		w.byID[b.ID] = i
	}
	w.renameReasons()
	type share struct {
		building    int64
		grid, micro int
	}
	seen := map[share]bool{}
	for _, a := range plan.Assignments {
		if s := (share{a.BuildingID, a.Grid, -2}); !seen[s] {
			seen[s] = true
			w.inGrid[a.Grid]++
		}
		if s := (share{a.BuildingID, a.Grid, a.Microgrid}); a.Microgrid >= 0 && !seen[s] {
			seen[s] = true
			w.inMicro[[2]int{a.Grid, a.Microgrid}]++
		}
	}
	return w
}

// rule gives the bounds with their defaults.
func (w *writer) rule() redraw.Options {
	o, r := w.r.Options, w.plan.Report
	o.Min, o.Max, o.Target = r.Grids.Min, r.Grids.Max, r.Grids.Target
	o.MicroMin, o.MicroMax, o.MicroTarget = r.Microgrids.Min, r.Microgrids.Max, r.Microgrids.Target
	return o
}

// engineFaults adds what the engine rejected, in the words of the files.
func (w *writer) engineFaults(sheets map[string]*sheet) {
	for _, x := range w.plan.Rejected {
		var f Fault
		var l *ledger
		switch {
		case x.Community != "":
			l = sheets[roleCommunities].ledger
			for _, c := range w.ground.communities {
				if c.Code == x.Community {
					f = l.fault(c.row, c.Code, "geometry", x.Reason, "", "")
				}
			}
		case x.Barrier > 0:
			l = sheets[roleBarriers].ledger
			f = l.fault(w.ground.barriers[x.Barrier-1].row, "", "geometry", x.Reason, "", "")
		default:
			l = sheets[roleBuildings].ledger
			b := w.ground.buildings[w.byID[x.BuildingID]]
			f = l.fault(b.row, b.id, engineField(x.Reason), x.Reason, "", "")
		}
		f.Zh, f.En = w.renamed(x.Zh, x.BuildingID), w.renamed(x.En, x.BuildingID)
		if x.Dropped {
			l.rejected = append(l.rejected, f)
		} else {
			l.mended = append(l.mended, f)
		}
	}
}

func engineField(reason string) string {
	switch reason {
	case "negative_count":
		return "households"
	case "stairwells_do_not_add_up":
		return "stairwells"
	}
	return "geometry"
}

// renameReasons has the plan's reasons name buildings as the file does.
func (w *writer) renameReasons() {
	rename := func(r *redraw.Reason) *redraw.Reason {
		if r == nil || r.BuildingID == 0 {
			return r
		}
		own := *r
		own.Zh, own.En = w.renamed(r.Zh, r.BuildingID), w.renamed(r.En, r.BuildingID)
		return &own
	}
	for i := range w.plan.Grids {
		g := &w.plan.Grids[i]
		g.Reason = rename(g.Reason)
		for k := range g.Microgrids {
			g.Microgrids[k].Reason = rename(g.Microgrids[k].Reason)
		}
	}
}

// renamed puts the file's id of a building in the place of the engine's number.
func (w *writer) renamed(text string, number int64) string {
	i, ok := w.byID[number]
	if !ok {
		return text
	}
	id := w.ground.buildings[i].id
	named := regexp.MustCompile(`(楼栋|[Bb]uilding )` + strconv.FormatInt(number, 10) + `\b`)
	return named.ReplaceAllString(text, "${1}"+strings.ReplaceAll(id, "$", "$$"))
}

// write makes all files.
func (w *writer) write(ctx context.Context, res *Result) ([]string, error) {
	grids, micros := w.features()
	outs := w.r.outputs()
	return stage(ctx, outs, func(ctx context.Context, o *output) error {
		if w.r.Progress != nil {
			w.r.Progress("write "+filepath.Base(o.place), 0, 0)
		}
		switch o.flag {
		case "--out":
			if strings.EqualFold(filepath.Ext(o.place), ".gpkg") {
				if err := os.Remove(o.temporary); err != nil { // ogr2ogr makes it anew
					return err
				}
				return writeGeoPackage(ctx, o.temporary, grids, micros)
			}
			return o.fill(func(f io.Writer) error { return writeGeoJSON(f, grids, micros) })
		case "--assign":
			return o.fill(w.writeAssign)
		case "--report":
			return o.fill(func(f io.Writer) error { return w.writeReport(f, res, grids, micros) })
		}
		return o.fill(func(f io.Writer) error { return w.r.Paint(f, w.in, w.plan) })
	})
}

// writeAssign writes a row for each building, or for each part of a divided one,
// in the order of the buildings' file.
func (w *writer) writeAssign(out io.Writer) error {
	rows := make([][]redraw.Assignment, len(w.ground.buildings))
	for _, a := range w.plan.Assignments { // sorted by part
		i := w.byID[a.BuildingID]
		rows[i] = append(rows[i], a)
	}
	c := csv.NewWriter(out)
	_ = c.Write([]string{"building_id", "part", "households", "grid_code", "microgrid_code"}) // Error tells
	for i, list := range rows {
		for _, a := range list {
			g := &w.plan.Grids[a.Grid]
			micro := ""
			if a.Microgrid >= 0 {
				micro = g.Microgrids[a.Microgrid].Code
			}
			_ = c.Write([]string{w.ground.buildings[i].id, a.Part, strconv.Itoa(a.Households), g.Code, micro})
		}
	}
	c.Flush()
	return c.Error()
}

// report is the form of report.json.
type report struct {
	Seed     uint64          `json:"seed"`
	Bounds   ruleReport      `json:"bounds"`
	Mode     string          `json:"mode"`
	Micro    string          `json:"micro"`
	Steps    int64           `json:"steps"` // of search allowed; 0: the default
	Inputs   []Input         `json:"inputs"`
	Figures  redraw.Report   `json:"figures"`
	Areas    []areaReport    `json:"communities"`
	Grids    []gridReport    `json:"grids"`
	Retired  []retiredReport `json:"retired"`       // codes of the present plan that end now
	Codes    []string        `json:"retired_codes"` // and all that ended before: never to be given again
	Counts   map[string]int  `json:"rejected_by_reason"`
	Rejected []Fault         `json:"rejected"`
	Mended   []Fault         `json:"mended"`
	Notes    []Note          `json:"notes"`
}

type ruleReport struct {
	Min         int `json:"min"`
	Max         int `json:"max"`
	Target      int `json:"target"`
	MicroMin    int `json:"micro_min"`
	MicroMax    int `json:"micro_max"`
	MicroTarget int `json:"micro_target"`
}

type retiredReport struct {
	Code       string   `json:"code"`
	Level      string   `json:"level"`
	Lineage    string   `json:"lineage,omitempty"` // S parted, M went into one, X both; empty: nothing is left of it
	Successors []string `json:"successors"`
}

// retired lists the codes that end now, and all that ever ended.
func (w *writer) retired() (now []retiredReport, all []string) {
	now, all = []retiredReport{}, []string{}
	if w.in.Present != nil {
		all = append(all, w.in.Present.Used...)
	}
	for _, r := range w.plan.Retired {
		level := "grid"
		if r.Microgrid {
			level = "microgrid"
		}
		now = append(now, retiredReport{r.Code, level, r.Lineage, orEmpty(r.Successors)})
		all = append(all, r.Code)
	}
	slices.Sort(all)
	return now, slices.Compact(all)
}

// areaReport sums a community up.
type areaReport struct {
	Code        string `json:"code"`
	Name        string `json:"name,omitempty"`
	Complex     bool   `json:"complex"`
	Households  int    `json:"households"`
	Grids       int    `json:"grids"`
	InRange     int    `json:"in_range"`
	Dedicated   int    `json:"dedicated"`
	Microgrids  int    `json:"microgrids"`
	MicroInside int    `json:"microgrids_in_range"`
}

type gridReport struct {
	properties
	Certificate *certificate `json:"certificate,omitempty"`
	Microgrids  []gridReport `json:"microgrids,omitempty"`
}

// certificate is a reason as data, with the building by its id.
type certificate struct {
	Kind       string `json:"kind"`
	Households int    `json:"households"`
	Min        int    `json:"min"`
	Max        int    `json:"max"`
	Bound      int    `json:"bound"`
	Building   string `json:"building,omitempty"`
}

func (w *writer) writeReport(out io.Writer, res *Result, grids, micros []feature) error {
	o := w.rule()
	doc := report{Seed: w.plan.Report.Seed, Mode: string(o.Mode), Micro: string(o.Micro), Steps: o.Steps,
		Bounds: ruleReport{o.Min, o.Max, o.Target, o.MicroMin, o.MicroMax, o.MicroTarget},
		Inputs: res.Inputs, Figures: w.plan.Report, Rejected: orEmpty(res.Rejected), Mended: orEmpty(res.Mended), Notes: orEmpty(res.Notes),
		Counts: map[string]int{}}
	for _, f := range res.Rejected {
		doc.Counts[f.Reason]++
	}
	doc.Areas = w.areas()
	doc.Retired, doc.Codes = w.retired()
	m := 0
	for i := range w.plan.Grids {
		g := gridReport{properties: grids[i].properties, Certificate: w.certificate(w.plan.Grids[i].Reason)}
		for k := range w.plan.Grids[i].Microgrids {
			g.Microgrids = append(g.Microgrids, gridReport{properties: micros[m].properties, Certificate: w.certificate(w.plan.Grids[i].Microgrids[k].Reason)})
			m++
		}
		doc.Grids = append(doc.Grids, g)
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (w *writer) certificate(r *redraw.Reason) *certificate {
	if r == nil {
		return nil
	}
	c := &certificate{Kind: string(r.Kind), Households: r.Households, Min: r.Min, Max: r.Max, Bound: r.Bound}
	if i, ok := w.byID[r.BuildingID]; ok {
		c.Building = w.ground.buildings[i].id
	}
	return c
}

func (w *writer) areas() []areaReport {
	o := w.rule()
	at := make(map[string]int, len(w.in.Communities))
	all := make([]areaReport, 0, len(w.in.Communities))
	for i, c := range w.in.Communities {
		at[c.Code] = i
		all = append(all, areaReport{Code: c.Code, Name: c.Name, Complex: c.Complex})
	}
	for i := range w.plan.Grids {
		g := &w.plan.Grids[i]
		a := &all[at[g.Community]]
		a.Grids++
		a.Households += g.Households
		a.Microgrids += len(g.Microgrids)
		switch {
		case g.Kind == redraw.Dedicated:
			a.Dedicated++
		case g.Households >= o.Min && g.Households <= o.Max:
			a.InRange++
		}
		for _, m := range g.Microgrids {
			if m.Households >= o.MicroMin && m.Households <= o.MicroMax {
				a.MicroInside++
			}
		}
	}
	return all
}
