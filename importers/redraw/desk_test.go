package redraw

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// openDesk opens a desk on a random community, on a plan drawn for it.
func openDesk(t testing.TB, seed uint64, buildings int) (*Desk, Input) {
	t.Helper()
	in := town(seed, 1, buildings)
	start := draw(t, in, Options{Seed: seed, Restarts: 1, Effort: 0.1, Micro: MicroNone}).Present()
	d, err := NewDesk(context.Background(), in, Options{}, start)
	if err != nil {
		t.Fatal(err)
	}
	return d, in
}

// stateOf is everything that can be seen of a desk but undo and redo.
func stateOf(t testing.TB, d *Desk) string {
	t.Helper()
	v := d.View()
	v.CanUndo, v.CanRedo = false, false
	b, err := json.Marshal(struct {
		View  Change
		Plots []Plot
		In    []Assignment
	}{v, d.Plots(), d.Assignments()})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestADeskBeginsWithTheGridsOfItsStart(t *testing.T) {
	for seed := range uint64(8) {
		in := town(seed, 1, 80+20*int(seed))
		plan := draw(t, in, Options{Seed: seed, Restarts: 1, Micro: MicroNone})
		d, err := NewDesk(context.Background(), in, Options{}, plan.Present())
		if err != nil {
			t.Fatal(err)
		}
		v := d.View()
		if len(v.Grids) != len(plan.Grids) || v.Moved != 0 {
			t.Fatalf("seed %d: %d grids, %d moved, want %d and 0", seed, len(v.Grids), v.Moved, len(plan.Grids))
		}
		for i, g := range v.Grids {
			want := &plan.Grids[i]
			if g.Code != want.Code || g.Households != want.Households || g.Persons != want.Persons || g.Dedicated != (want.Kind == Dedicated) || g.Layered != want.Layered {
				t.Errorf("seed %d: grid %+v, want %s %d %d %s layered %v", seed, g, want.Code, want.Households, want.Persons, want.Kind, want.Layered)
			}
			if fmt.Sprint(g.Outline) != fmt.Sprint(want.Outline) {
				t.Errorf("seed %d: the outline of %s differs", seed, g.Code)
			}
		}
		got, err1 := json.Marshal(d.Assignments())
		want, err2 := json.Marshal(plan.Assignments)
		if err1 != nil || err2 != nil || string(got) != string(want) {
			t.Errorf("seed %d: assignments differ from the plan's", seed)
		}
	}
}

func TestWhateverIsDoneTheDeskStaysWhole(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 8))
		d, in := openDesk(t, seed, 12+r.IntN(60))
		first := stateOf(t, d)
		states := []string{first}
		for range 16 {
			op := d.randomOp(r)
			before := states[len(states)-1]
			log := len(d.Log())
			c := d.Apply(op)
			after := stateOf(t, d)
			if c.Applied != (len(c.Blockers) == 0) || c.Applied != (len(d.Log()) == log+1) {
				t.Fatalf("seed %d: %+v applied %v with blockers %v", seed, op, c.Applied, c.Blockers)
			}
			if !c.Applied {
				if after != before || len(d.Log()) != log {
					t.Fatalf("seed %d: refused %+v changed the desk", seed, op)
				}
				continue
			}
			states = append(states, after)
			checkDesk(t, seed, d, in, c)
		}
		replay(t, seed, d, in, states)
	}
}

// replay undoes everything, does it again, and applies the log to a fresh desk.
func replay(t *testing.T, seed uint64, d *Desk, in Input, states []string) {
	t.Helper()
	log := d.Log()
	for i := len(states) - 2; i >= 0; i-- {
		if _, ok := d.Undo(); !ok || stateOf(t, d) != states[i] {
			t.Fatalf("seed %d: undo to step %d gives another state", seed, i)
		}
	}
	if _, ok := d.Undo(); ok || len(d.Log()) > 0 {
		t.Fatalf("seed %d: there is something to undo at the start", seed)
	}
	for i := 1; i < len(states); i++ {
		if _, ok := d.Redo(); !ok || stateOf(t, d) != states[i] {
			t.Fatalf("seed %d: redo of step %d gives another state", seed, i)
		}
	}
	if _, ok := d.Redo(); ok {
		t.Fatalf("seed %d: there is something to redo at the end", seed)
	}
	again, _ := openDesk(t, seed, len(in.Buildings))
	for _, op := range log {
		again.Apply(op)
	}
	if stateOf(t, again) != states[len(states)-1] {
		t.Fatalf("seed %d: the log gives another state", seed)
	}
}

// checkDesk counts everything again from scratch.
func checkDesk(t *testing.T, seed uint64, d *Desk, in Input, c Change) {
	t.Helper()
	v := d.View()
	index := map[string]*GridState{}
	households, persons := map[string]int{}, map[string]int{}
	area, off, total := 0.0, 0, 0
	for i := range v.Grids {
		g := &v.Grids[i]
		if index[g.Code] != nil {
			t.Fatalf("seed %d: code %s comes twice", seed, g.Code)
		}
		index[g.Code] = g
		total += g.Households
		if !g.Layered {
			area += planar.Area(g.Outline)
		}
		if !g.Dedicated {
			off += d.rule.Off(g.Households)
		}
	}
	of := map[int64]int{}
	for _, a := range d.Assignments() {
		of[a.BuildingID] += a.Households
		households[v.Grids[a.Grid].Code] += a.Households
		persons[v.Grids[a.Grid].Code] += a.Persons
	}
	sum := 0
	for _, b := range in.Buildings {
		sum += b.Households
		if h, ok := of[b.ID]; !ok || h != b.Households {
			t.Fatalf("seed %d: building %d has %d households on the desk, want %d", seed, b.ID, h, b.Households)
		}
	}
	if total != sum || c.Households != sum || c.Violation != off || v.Violation != off {
		t.Fatalf("seed %d: %d households, %d outside; the change says %d and %d, want %d", seed, total, off, c.Households, c.Violation, sum)
	}
	if want := planar.Area(in.Communities[0].Outline); math.Abs(area-want) > 1e-3 {
		t.Fatalf("seed %d: grids cover %.4f m², want %.4f", seed, area, want)
	}
	for code, g := range index {
		if g.Households != households[code] || g.Persons != persons[code] {
			t.Fatalf("seed %d: grid %s says %d and %d, its buildings have %d and %d", seed, code, g.Households, g.Persons, households[code], persons[code])
		}
	}
	for _, g := range c.Grids {
		if now, err := json.Marshal(g); err != nil || string(now) != marshal(t, *index[g.Code]) {
			t.Fatalf("seed %d: the change shows %s as it is not", seed, g.Code)
		}
	}
	for _, code := range c.Gone {
		if index[code] != nil {
			t.Fatalf("seed %d: %s is said to be gone", seed, code)
		}
	}
}

func marshal(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// rowOf is a row of plots 40 m wide, one building each, with two grids.
func rowOf(households []int, grids string) (Input, *Present) {
	in := Input{Communities: []Community{{Code: community, Outline: orb.MultiPolygon{rect(0, 0, 40*float64(len(households)), 40)}}}}
	start := &Present{}
	for i, h := range households {
		id := int64(i + 1)
		in.Buildings = append(in.Buildings, Building{ID: id, Households: h, Persons: 2 * h, Outline: rect(40*float64(i)+15, 15, 10, 10)})
		start.Places = append(start.Places, PresentPlace{BuildingID: id, Households: h, Grid: community + "00" + grids[i:i+1]})
	}
	return in, start
}

func TestAnOperationIsRefusedWithTheReason(t *testing.T) {
	in, start := rowOf([]int{100, 100, 100, 100, 100, 100, 100, 100}, "11112222")
	in.Buildings[1].Compound, in.Buildings[2].Compound = 9, 9
	in.Buildings = append(in.Buildings, Building{ID: 99, Households: 5, Outline: rect(5000, 5000, 10, 10)})
	g1, g2 := community+"001", community+"002"
	move := func(to string, ids ...int64) Op {
		return Op{Kind: MoveOp, Moves: []Transfer{{Buildings: ids, To: to}}}
	}
	cases := []struct {
		name   string
		before []Op
		op     Op
		want   BlockerKind
	}{
		{"the last of a grid may go over", nil, move(g2, 4), ""},
		{"the middle would leave two pieces", nil, move(g2, 1), InPieces},
		{"half a compound", []Op{move(g2, 4)}, move(g2, 3), OfCompound},
		{"the whole compound", []Op{move(g2, 4)}, move(g2, 2, 3), ""},
		{"a locked grid gives nothing", []Op{{Kind: LockOp, Grid: g1}}, move(g2, 4), Locked},
		{"a locked grid takes nothing", []Op{{Kind: LockOp, Grid: g2}}, move(g2, 4), Locked},
		{"not even by force", []Op{{Kind: LockOp, Grid: g2}}, Op{Kind: MoveOp, Force: true, Moves: []Transfer{{Buildings: []int64{4}, To: g2}}}, Locked},
		{"unlocked again", []Op{{Kind: LockOp, Grid: g2}, {Kind: UnlockOp, Grid: g2}}, move(g2, 4), ""},
		{"by force in two pieces", nil, Op{Kind: MoveOp, Force: true, Moves: []Transfer{{Buildings: []int64{1}, To: g2}}}, ""},
		{"an unknown building", nil, move(g2, 55), UnknownBuilding},
		{"a building of another community", nil, move(g2, 99), OtherCommunity},
		{"an unknown grid", nil, move("7", 4), UnknownGrid},
		{"an unknown plot", nil, Op{Kind: MoveOp, Moves: []Transfer{{Plots: []int{-1}, To: g2}}}, UnknownPlot},
		{"where it is already", nil, move(g1, 4), NothingChanges},
		{"nothing at all", nil, Op{Kind: MoveOp}, BadOp},
		{"nothing to somewhere", nil, move(g2), BadOp},
		{"twice at once", nil, Op{Kind: MoveOp, Moves: []Transfer{{Buildings: []int64{4}, To: g2}, {Buildings: []int64{4}, To: g1}}}, BadOp},
		{"an unknown operation", nil, Op{Kind: "paint", Grid: g1}, BadOp},
		{"a line beside the grid", nil, Op{Kind: SplitOp, Grid: g1, Line: orb.LineString{{originE - 9, originN}, {originE - 9, originN + 40}}}, NotParted},
		{"a line of one point", nil, Op{Kind: SplitOp, Grid: g1, Line: orb.LineString{{originE, originN}, {originE, originN}}}, BadOp},
		{"a line to nowhere", nil, Op{Kind: SplitOp, Grid: g1, Line: orb.LineString{{originE, originN}, {originE, math.NaN()}}}, BadOp},
		{"a line through a compound", nil, Op{Kind: SplitOp, Grid: g1, Line: orb.LineString{{originE + 80, originN - 5}, {originE + 80, originN + 45}}}, OfCompound},
		{"a line across", nil, Op{Kind: SplitOp, Grid: g1, Line: orb.LineString{{originE + 120, originN - 5}, {originE + 120, originN + 45}}}, ""},
		{"a merger", nil, Op{Kind: MergeOp, Grid: g1, To: g2}, ""},
		{"a merger with itself", nil, Op{Kind: MergeOp, Grid: g1, To: g1}, UnknownGrid},
		{"a merger over a grid between", []Op{{Kind: SplitOp, Grid: g2, Line: orb.LineString{{originE + 200, originN - 5}, {originE + 200, originN + 45}}}}, Op{Kind: MergeOp, Grid: g1, To: g2}, InPieces},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d, err := NewDesk(context.Background(), in, Options{}, start)
			if err != nil {
				t.Fatal(err)
			}
			for _, op := range tc.before {
				if c := d.Apply(op); !c.Applied {
					t.Fatalf("%+v: %v", op, c.Blockers)
				}
			}
			c := d.Apply(tc.op)
			if c.Applied != (tc.want == "") {
				t.Fatalf("applied %v with %+v, want %q", c.Applied, c.Blockers, tc.want)
			}
			if tc.want != "" && !slices.ContainsFunc(c.Blockers, func(b Blocker) bool { return b.Kind == tc.want && b.Zh != "" && b.En != "" }) {
				t.Errorf("got %+v, want %q", c.Blockers, tc.want)
			}
		})
	}
}

func TestTheDeskSaysWhatIsWrongAndWhatWouldMendIt(t *testing.T) {
	in, start := rowOf([]int{200, 150, 100, 62, 100, 150, 150}, "1111222")
	d, err := NewDesk(context.Background(), in, Options{}, start)
	if err != nil {
		t.Fatal(err)
	}
	v := d.View()
	if len(v.Violations) != 1 || v.Violations[0].Kind != OverRange || v.Violations[0].By != 12 || len(v.Repairs) == 0 {
		t.Fatalf("violations %+v, repairs %+v", v.Violations, v.Repairs)
	}
	best := v.Repairs[0]
	if best.En != "move block 4 to grid 002 (grid 001: 512 → 450; 002: 400 → 462)" || best.Zh != "将楼栋4所在地块划入002（网格001：512 → 450户；002：400 → 462户）" {
		t.Errorf("the best repair is %s %s", best.En, best.Zh)
	}
	c := d.Apply(best.Op)
	if !c.Applied || c.Violation != 0 || len(c.Violations) != 0 || c.Moved != 62 || len(c.Grids) != 2 {
		t.Errorf("after it: %+v", c)
	}
	forced := d.Apply(Op{Kind: MoveOp, Force: true, Moves: []Transfer{{Buildings: []int64{1}, To: community + "002"}}})
	i := slices.IndexFunc(forced.Violations, func(v DeskViolation) bool { return v.Kind == Disconnected })
	if !forced.Applied || i < 0 || len(forced.Grids[1].Pieces) != 2 || forced.Grids[1].Connected {
		t.Errorf("by force: %+v", forced)
	}
	undone, ok := d.Undo()
	if !ok || len(undone.Grids) != 2 || !undone.Grids[1].Connected || !undone.CanRedo {
		t.Errorf("undone: %+v", undone)
	}
	if named := d.Apply(Op{Kind: RenameOp, Grid: community + "001", Name: "东门"}); !named.Applied || named.Grids[0].Name != "东门" || named.CanRedo {
		t.Errorf("renamed: %+v", named)
	}
}

func TestADrawnLinePartsPlotsByTheirMiddle(t *testing.T) {
	in, start := rowOf([]int{90, 80, 70, 60, 50, 40}, "111111")
	d, err := NewDesk(context.Background(), in, Options{}, start)
	if err != nil {
		t.Fatal(err)
	}
	at := func(xy ...float64) (l orb.LineString) {
		for i := 0; i < len(xy); i += 2 {
			l = append(l, orb.Point{originE + xy[i], originN + xy[i+1]})
		}
		return l
	}
	cases := []struct {
		name string
		line orb.LineString
		left int // households in the grid that keeps the code
	}{
		{"straight across", at(80, -10, 80, 50), 220},
		{"the other way", at(80, 50, 80, -10), 220},
		{"short, and drawn out straight", at(119, 10, 119, 11), 240},
		{"with a corner", at(40, 60, 40, 20, 120, 20, 120, -20), 0},
		{"slanted, by the middles", at(150, 0, 170, 40), 300},
	}
	for _, tc := range cases {
		c := d.Apply(Op{Kind: SplitOp, Grid: community + "001", Line: tc.line})
		if !c.Applied || len(c.Grids) != 2 || c.Grids[0].Households+c.Grids[1].Households != 390 || !c.Grids[0].Connected || !c.Grids[1].Connected ||
			c.Grids[0].Households < c.Grids[1].Households || tc.left > 0 && c.Grids[0].Households != tc.left {
			t.Errorf("%s: %v %+v", tc.name, c.Blockers, c.Grids)
		}
		if c.Grids[1].Code != community+"002" {
			t.Errorf("%s: the new grid is %s", tc.name, c.Grids[1].Code)
		}
		if back, ok := d.Undo(); !ok || strings.Join(back.Gone, " ") != community+"002" {
			t.Errorf("%s: undone: %+v", tc.name, back.Gone)
		}
	}
}

func TestADeskIsRefusedWhatItCannotHold(t *testing.T) {
	two := town(1, 2, 10)
	if _, err := NewDesk(context.Background(), two, Options{}, nil); err == nil {
		t.Error("two communities were taken")
	}
	in, start := rowOf([]int{10, 20}, "12")
	start.Places[0].Grid = ""
	if _, err := NewDesk(context.Background(), in, Options{}, start); err == nil {
		t.Error("a start without a code was taken")
	}
	empty, err := NewDesk(context.Background(), in, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if v := empty.View(); len(v.Grids) != 1 || v.Grids[0].Households != 30 {
		t.Errorf("without a start there is one grid: %+v", v.Grids)
	}
}
