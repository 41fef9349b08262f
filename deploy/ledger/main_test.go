// Package ledger_test compares what was acknowledged with what is there after
// servers, databases and power were lost.
package ledger_test

import (
	"os"
	"testing"

	"gridmap/deploy/standing"
)

// shop is set by TestMain; test-only state.
var shop *standing.Workshop

func TestMain(m *testing.M) { os.Exit(standing.Main(m, &shop)) }
