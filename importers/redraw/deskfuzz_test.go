package redraw

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"github.com/paulmach/orb/planar"
)

// FuzzDeskOperations feeds a desk with logs of operations as they come from a
// screen or a file: whatever they say, nothing is lost and everything can be
// undone.
func FuzzDeskOperations(f *testing.F) {
	for _, log := range []string{
		`[{"kind":"move","moves":[{"buildings":[4],"to":"500152001001002"}]}]`,
		`[{"kind":"split","grid":"500152001001001","line":[[580080,3339990],[580080,3340050]]},{"kind":"merge","grid":"500152001001003","to":"500152001001002","force":true}]`,
		`[{"kind":"move","moves":[{"plots":[0,7],"to":""},{"plots":[1],"to":"500152001001002"}],"force":true},{"kind":"lock","grid":"500152001001003"}]`,
		`[{"kind":"split","grid":"500152001001001","line":[[1e308,-1e308],[580080,3340020],[1e300,1e308]],"force":true},{"kind":"rename","grid":"500152001001001","name":"东"}]`,
		`[{"kind":"move","moves":[{"plots":[-1,99999],"buildings":[-4,0],"to":"x"}]},{"kind":"paint"}]`,
	} {
		f.Add([]byte(log))
	}
	in, start := rowOf([]int{100, 90, 80, 70, 60, 50, 40, 30}, "11112222")
	in.Buildings[1].Compound, in.Buildings[2].Compound = 9, 9
	f.Fuzz(func(t *testing.T, data []byte) {
		var log []Op
		if json.Unmarshal(data, &log) != nil || len(log) > 20 {
			t.Skip()
		}
		d, err := NewDesk(context.Background(), in, Options{}, start)
		if err != nil {
			t.Fatal(err)
		}
		before := stateOf(t, d)
		for _, op := range log {
			if c := d.Apply(op); c.Households != 520 || c.Applied != (len(c.Blockers) == 0) {
				t.Fatalf("%+v: %+v", op, c)
			}
		}
		area := 0.0
		for _, g := range d.View().Grids {
			if !g.Layered {
				area += planar.Area(g.Outline)
			}
		}
		if math.Abs(area-8*40*40) > 1e-3 {
			t.Fatalf("the grids cover %v m²", area)
		}
		for undone := true; undone; _, undone = d.Undo() {
		}
		if stateOf(t, d) != before {
			t.Fatal("undo does not lead back")
		}
	})
}
