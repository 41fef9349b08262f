package main_test

import (
	"testing"
	"time"
)

// plannerScale makes a district whose largest community has work for a planner;
// the smaller one of the other tests has communities of one grid.
const plannerScale = "0.15"

func TestPlannersRedrawAndPublishInBrowsers(t *testing.T) {
	s := start(t, emptyVar(t), "demo", "--scale", plannerScale, "--every", "0")
	t.Run("planner, approver and wall go the whole way, and axe finds nothing serious", func(t *testing.T) {
		inABrowser(t, s, 8*time.Minute, "tests/planner.e2e.ts", "tests/axe.e2e.ts")
	})
}
