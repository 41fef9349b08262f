package main_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
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
			out, err := exec.CommandContext(context.Background(), shop.binary, append(strings.Fields(c.args), "--var", t.TempDir())...).CombinedOutput()
			if err == nil || !strings.Contains(string(out), c.want) {
				t.Errorf("got %v: %s, want %q", err, out, c.want)
			}
		})
	}
}
