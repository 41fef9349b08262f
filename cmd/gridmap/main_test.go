package main_test

import (
	"os"
	"testing"

	"gridmap/deploy/standing"
)

// The tests of this package drive the built program from the outside: by its
// command line, its signals and HTTP.

// shop is set by TestMain; test-only state.
var shop *standing.Workshop

func TestMain(m *testing.M) { os.Exit(standing.Main(m, &shop)) }

// mustRun runs the program to its end and returns what it printed.
func mustRun(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return withInput(t, dir, "", args...)
}

// withInput is mustRun with something on the program's standard input.
func withInput(t *testing.T, dir, input string, args ...string) string {
	t.Helper()
	out, err := shop.CommandWith(dir, input, nil, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
