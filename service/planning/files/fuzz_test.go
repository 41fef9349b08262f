package files

import "testing"

// FuzzValues holds that counts are within their bounds, and that a table of
// stairwells is one that a building can have.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"12", "1 200户", "1e5", "NaN", "-0", "0x10", "[[2,2],[2,1]]", "[[],[1e9]]", "[null]", "inf", "999999.5"} {
		f.Add(s, "18", 40)
	}
	f.Fuzz(func(t *testing.T, text, floors string, households int) {
		if n, exact, code := count(text); code == "" && (n < 0 || n > maxCount || exact < 0) {
			t.Fatalf("%q: got %d of %v", text, n, exact)
		}
		_, _ = yes(text)
		if households < 0 || households > maxCount {
			return // counted before
		}
		table, ok := stairwellTable(households, text, floors)
		if !ok {
			return
		}
		if len(table) > maxStairwells {
			t.Fatalf("%q: %d stairwells", text, len(table))
		}
		for _, well := range table {
			if len(well) > maxFloors {
				t.Fatalf("%q: %d floors", text, len(well))
			}
			for _, n := range well {
				if n < 0 {
					t.Fatalf("%q: %d households on a floor", text, n)
				}
			}
		}
	})
}
