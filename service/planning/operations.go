package planning

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/importers/redraw"
)

// Kinds lists what a planner can do.
func Kinds() []string {
	return []string{"move", "split", "merge", "lock", "unlock", "rename", "complex", "dedicated", "redraw", "repair", "undo", "redo"}
}

const (
	maxGridName  = 40
	maxLine      = 1000   // points
	maxTransfers = 1000   // of a move
	maxMoved     = 50_000 // plots and buildings, all together
	farDegrees   = 1      // a line that is farther off than this is not meant
)

// Check refuses what can be told from the operation alone.
func (o *Operation) Check() error {
	if !slices.Contains(Kinds(), o.Kind) {
		return data.Fault(data.Invalid, "kind", "must be one of "+strings.Join(Kinds(), ", "))
	}
	for _, f := range []struct {
		name  string
		given bool
		kinds string
	}{
		{"moves", o.Moves != nil, "move"},
		{"grid", o.Grid != "", "split merge lock unlock rename dedicated"},
		{"to", o.To != "", "merge"},
		{"line", o.Line != nil, "split"},
		{"name", o.Name != "", "rename"},
		{"complex", o.Complex != nil, "complex"},
		{"dedicated", o.Dedicated != nil, "dedicated"},
		{"seed", o.Seed != nil, "redraw repair"},
		{"force", o.Force, "move split merge"},
	} {
		takes := slices.Contains(strings.Fields(f.kinds), o.Kind)
		optional := f.name == "seed" || f.name == "force"
		switch {
		case f.given && !takes:
			return data.Fault(data.Invalid, f.name, "does not go with the kind "+o.Kind)
		case !f.given && takes && !optional:
			return data.Fault(data.Invalid, f.name, "must be given with the kind "+o.Kind)
		}
	}
	switch o.Kind {
	case "rename":
		return checkName("name", o.Name, maxGridName)
	case "dedicated":
		if *o.Dedicated != "" {
			return checkName("dedicated", *o.Dedicated, maxGridName)
		}
	case "move":
		return o.checkMoves()
	case "split":
		return o.checkLine()
	}
	return nil
}

func (o *Operation) checkMoves() error {
	if len(o.Moves) == 0 || len(o.Moves) > maxTransfers {
		return data.Fault(data.Invalid, "moves", "must be a list of 1 to 1000 moves")
	}
	plots, buildings := map[int]bool{}, map[int64]bool{}
	for _, m := range o.Moves {
		if len(m.Plots)+len(m.Buildings) == 0 {
			return data.Fault(data.Invalid, "moves", "each must name plots or buildings")
		}
		if len(plots)+len(m.Plots)+len(buildings)+len(m.Buildings) > maxMoved {
			return data.Fault(data.Invalid, "moves", "must name 50000 plots and buildings at most")
		}
		for _, v := range m.Plots {
			if plots[v] {
				return data.Fault(data.Invalid, "moves", fmt.Sprintf("plot %d is moved twice", v))
			}
			plots[v] = true
		}
		for _, v := range m.Buildings {
			if buildings[v] {
				return data.Fault(data.Invalid, "moves", fmt.Sprintf("building %d is moved twice", v))
			}
			buildings[v] = true
		}
	}
	return nil
}

func (o *Operation) checkLine() error {
	if len(o.Line) < 2 || len(o.Line) > maxLine {
		return data.Fault(data.Invalid, "line", "must have 2 to 1000 points")
	}
	for _, p := range o.Line {
		if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 || math.IsNaN(p[0]) || math.IsNaN(p[1]) {
			return data.Fault(data.Invalid, "line", "must be positions in degrees, longitude first")
		}
	}
	return nil
}

// changesAll says whether a kind changes everything on a desk.
func changesAll(kind string) bool { return kind == "redraw" || kind == "repair" || kind == "complex" }

// dedicatedWord is what is written for the kinds that buildings know.
func dedicatedWord(kind string) string {
	return dedicatedName(data.GroundBuilding{Dedicated: kind})
}

// engineOf turns an operation into the engine's.
func (s *session) engineOf(o *Operation) (redraw.Op, error) {
	op := redraw.Op{Kind: redraw.OpKind(o.Kind), Grid: o.Grid, To: o.To, Name: strings.TrimSpace(o.Name), Force: o.Force}
	if o.Complex != nil {
		op.Complex = *o.Complex
	}
	if o.Dedicated != nil {
		op.Dedicated = dedicatedWord(strings.TrimSpace(*o.Dedicated))
	}
	for _, m := range o.Moves {
		op.Moves = append(op.Moves, redraw.Transfer{Plots: m.Plots, Buildings: m.Buildings, To: m.To})
	}
	if len(o.Line) > 0 {
		near := s.desk.CommunityOutline().Bound()
		for _, p := range o.Line {
			m := s.plane.ToMetres(geo.LonLat{Lon: p[0], Lat: p[1]})
			at := orb.Point{m.E, m.N}
			if !near.Pad(farDegrees * 111_000).Contains(at) {
				return op, data.Fault(data.Invalid, "line", "is too far from the community")
			}
			op.Line = append(op.Line, at)
		}
	}
	return op, nil
}

// wireOf turns an operation of the engine into what planners send.
func (s *session) wireOf(op redraw.Op) Operation {
	o := Operation{Kind: string(op.Kind), Grid: op.Grid, To: op.To, Name: op.Name, Force: op.Force}
	for _, t := range op.Moves {
		o.Moves = append(o.Moves, Transfer{Plots: t.Plots, Buildings: t.Buildings, To: t.To})
	}
	for _, p := range op.Line {
		o.Line = append(o.Line, s.plane.screenPoint(p))
	}
	return o
}

// Line makes a line of positions.
func Line(at ...[2]float64) []orb.Point {
	out := make([]orb.Point, len(at))
	for i, p := range at {
		out[i] = p
	}
	return out
}
