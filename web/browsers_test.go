package web_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// The tests of this package open the screens of the built program in a real browser,
// as tests/*.e2e.ts say.

// shop is set by TestMain; test-only state.
var shop *standing.Workshop

func TestMain(m *testing.M) { os.Exit(standing.Main(m, &shop)) }

const chromium = "/usr/bin/chromium"

// demo serves a demo district in a folder, with nothing happening in it by itself.
func demo(t *testing.T, dir string, flags ...string) *standing.Server {
	t.Helper()
	return shop.Serve(t, standing.ServerOptions{Dir: dir, Command: append([]string{"demo", "--every", "0"}, flags...)})
}

// inABrowser runs browser tests of the screens against the server.
func inABrowser(t *testing.T, s *standing.Server, limit time.Duration, files ...string) {
	t.Helper()
	for _, need := range []string{chromium, filepath.Join("node_modules", ".bin", "vitest")} {
		if _, err := os.Stat(need); err != nil {
			t.Skipf("the browser test needs %s: run 'make deps-test bin/gridmap'", need)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", append([]string{"run", "--silent", "e2e", "--"}, files...)...)
	cmd.Env = append(os.Environ(), "BASE_URL="+s.Address, "CHROMIUM="+chromium, "NO_COLOR=1")
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("the browser test: %v\n%s\n%s", err, out, s.Log.Tail())
	}
	t.Logf("%s", out)
}

func TestAWallShowsChineseLabelsHeatAndANewCaseWithinASecond(t *testing.T) {
	s := demo(t, shop.DemoIn(t, shop.Folder(t)).Dir, "--scale", "0.02")
	inABrowser(t, s, 3*time.Minute, "tests/wall.e2e.ts")
}

func TestAnAccountIsMadeChangedLockedUnlockedAndDisabledAndTheLogSaysSo(t *testing.T) {
	s := demo(t, shop.DemoIn(t, shop.Folder(t)).Dir, "--scale", "0.02")
	inABrowser(t, s, 3*time.Minute, "tests/office.e2e.ts")
}

// A district whose largest community has work for a planner; the smaller one of the
// other tests has communities of one grid.
func TestPlannerApproverAndWallGoTheWholeWayAndAxeFindsNothingSerious(t *testing.T) {
	s := demo(t, shop.Folder(t), "--scale", "0.15")
	inABrowser(t, s, 8*time.Minute, "tests/planner.e2e.ts", "tests/axe.e2e.ts")
}

// The replay of 28 July 2023 runs while a person works: the plan, orders, answers, the
// roll on a phone, and a minute without a network.
func TestTheFirstTenMinutesOfAFloodOnADeskAndAPhone(t *testing.T) {
	s := demo(t, shop.DemoIn(t, shop.Folder(t)).Dir, "--replay", "2023-07-28")
	inABrowser(t, s, 8*time.Minute, "tests/emergency.e2e.ts")
}
