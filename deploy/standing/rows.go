package standing

import (
	"os"
	"strings"
	"testing"
)

// rowMark begins each line that `make faults` gathers into its table.
const rowMark = "faults| "

// Long skips a test that takes more than about ten seconds unless
// GRIDMAP_FAULTS is set, as `make faults` does.
func Long(t *testing.T) {
	t.Helper()
	if os.Getenv("GRIDMAP_FAULTS") == "" {
		t.Skip("takes long: run `make faults`, or set GRIDMAP_FAULTS=1")
	}
}

// Row writes one line of the table of faults: what was done, what was seen in
// figures, and the verdict. A test that has failed by then says so instead.
func Row(t *testing.T, fault, figures, verdict string) {
	t.Helper()
	if t.Failed() {
		verdict = "FAILED"
	}
	clean := strings.NewReplacer("|", "/", "\n", " ")
	t.Logf("%s%s | %s | %s", rowMark, clean.Replace(fault), clean.Replace(figures), clean.Replace(verdict))
}
