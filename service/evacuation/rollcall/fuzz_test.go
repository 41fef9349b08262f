package rollcall_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"gridmap/service/evacuation/rollcall"
)

// FuzzEvents calls a roll by any events, in their order and backwards: the
// identity holds after each, for each grid and in all, and both come to the same.
func FuzzEvents(f *testing.F) {
	f.Add([]byte(`[{"Device":"a","Sequence":1,"At":"2026-01-01T00:00:00Z","Received":"2026-01-01T00:00:01Z","Person":11,"Status":"sheltered","Shelter":3},{"Device":"b","Sequence":1,"At":"2026-01-01T00:00:00Z","Household":1,"Status":"refused"}]`))
	f.Add([]byte(`[{"Device":"a","Extra":5,"Grid":"g","Status":"sheltered"},{"Device":"a","Extra":9223372036854775807,"Grid":"g","Sequence":2,"Status":"sheltered"}]`))
	f.Add([]byte(`[{"Sequence":-1,"Household":1,"Person":11,"Status":"x"},{"Household":99,"Status":"returned","Decision":true}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var events []rollcall.Event
		if json.Unmarshal(text, &events) != nil || len(events) > 200 {
			return
		}
		seen := map[[2]any]int{}
		for _, e := range events {
			if seen[[2]any{e.Device, e.Sequence}]++; seen[[2]any{e.Device, e.Sequence}] > 1 {
				return // of two that say they are the same the first counts, whatever the order
			}
		}
		on, back := roll(t, list()), roll(t, list())
		for i := range events {
			on.Apply(events[i])
			back.Apply(events[len(events)-1-i])
			if !on.Total().Holds() || on.Total().Unaccounted < 0 {
				t.Fatalf("after event %d: %+v", i, on.Total())
			}
		}
		for _, g := range on.Grids() {
			if c := on.Grid(g); !c.Holds() {
				t.Fatalf("grid %s: %+v", g, c)
			}
		}
		if !reflect.DeepEqual(everything(on), everything(back)) {
			t.Fatalf("got %+v, backwards %+v", everything(on), everything(back))
		}
	})
}
