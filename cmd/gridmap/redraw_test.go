package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gridmap/importers/redraw"
)

// None of these reaches the database: what is wrong is said before.
func TestRedrawWithoutASubcommandIsOverTheDatabase(t *testing.T) {
	cases := []struct {
		name string
		args string
		want string
	}{
		{"nothing is said", "redraw", "say --all, or --division CODE"},
		{"the subcommand is named", "redraw district", "say --all, or --division CODE"},
		{"a plan to publish without an approver", "redraw --publish 3", "--approver is missing"},
		{"an unknown mode", "redraw --all --mode mend", `must be one of "fresh","repair"`},
		{"a budget that is no time", "redraw --all --budget soon", `"soon" is not a time`},
		{"a budget of nothing", "redraw --all --budget 0s", `"0s" is not a time`},
		{"an unknown level of the report", "redraw --all --by street", `--by must be one of`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out, err := exec.CommandContext(context.Background(), shop.Binary(t), append(strings.Fields(c.args), "--var", t.TempDir())...).CombinedOutput()
			if err == nil || !strings.Contains(string(out), c.want) {
				t.Errorf("got %v: %s, want %q", err, out, c.want)
			}
		})
	}
}

// The small demo's grids are not to the rule asked for here, so the first repair
// has to move people; the second has nothing left to mend.
func TestARepairIsPublishedAndTheNextOneMovesNobody(t *testing.T) {
	d := shop.DemoIn(t, shop.Folder(t))
	report := filepath.Join(d.Dir, "report.json")
	draw := func() (r redraw.Report, printed string) {
		printed = mustRun(t, d.Dir, "redraw", "--all", "--mode", "repair", "--by", "community", "--report", report,
			"--min", "4", "--max", "14", "--target", "9")
		b, err := os.ReadFile(report)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &r); err != nil {
			t.Fatal(err)
		}
		plan := regexp.MustCompile(`plan (\d+) is kept as a draft`).FindStringSubmatch(printed)
		if plan == nil {
			t.Fatalf("no draft in:\n%s", printed)
		}
		mustRun(t, d.Dir, "redraw", "--publish", plan[1], "--approver", "approver")
		return r, printed
	}
	first, printed := draw()
	s := first.Stability
	if s.FirstIssue || s.HouseholdsMoved == 0 || s.Grids.CodesKept == 0 || s.AreaM2 == 0 || first.CPUSeconds <= 0 || first.Steps == 0 {
		t.Errorf("first repair: %+v, %.2f s, %d steps", s, first.CPUSeconds, first.Steps)
	}
	for _, want := range []string{"8 stability", "8 codes, grids", "5001520", fmt.Sprintf("retired %d", s.Grids.CodesRetired)} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is not in what was printed:\n%s", want, printed)
		}
	}
	if n := strings.Count(printed, "\ncode ") - 1; n != s.Grids.CodesRetired+s.Microgrids.CodesRetired { // but for the heading
		t.Errorf("%d codes are said to end, want %d", n, s.Grids.CodesRetired+s.Microgrids.CodesRetired)
	}
	second, _ := draw()
	if s := second.Stability; s.HouseholdsMoved != 0 || s.Grids.CodesNew+s.Grids.CodesRetired != 0 || s.Grids.CodesKept != first.Grids.Count {
		t.Errorf("second repair: %+v", s)
	}
}
