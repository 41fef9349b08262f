package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"gridmap/deploy/standing"
)

// A process that is killed leaves its writes with the kernel; kill -9 therefore
// cannot show a missing fsync. A power cut takes the kernel's memory too: what a
// device has counts, and nothing else.

func TestAPowerCutLosesNothingThatWasAcknowledged(t *testing.T) {
	standing.Long(t)
	for _, c := range []struct {
		name     string
		settings map[string]string
		loses    bool // a control
	}{
		{"as we run it", nil, false},
		{"control: fsync=off", map[string]string{"fsync": "off"}, true},
		{"control: synchronous_commit=off", map[string]string{"synchronous_commit": "off"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			const cuts = 3
			disk := shop.NewVolume(t, 4)
			s := stageOn(t, disk, c.settings)
			w := standing.StartWriters(t, s.demo, s.ledger, s.server.Client)
			rng := rand.New(rand.NewPCG(6, 3))
			var sum standing.Outcome
			checked, lost, ruined := 0, 0, 0
			for range cuts {
				s.writeMore(100)
				anyMoment(rng)
				at, found := s.cut(disk)
				o, whole := recovered(t, c.settings, at, found, c.loses)
				if !whole {
					ruined++
				}
				checked, lost, sum = checked+len(at.Keys()), lost+len(o.Lost), o
			}
			w.Stop()
			name := fmt.Sprintf("power cut %d times, %s", cuts, c.name)
			if c.loses {
				if ruined > 0 {
					name += fmt.Sprintf(" (%d times no cluster was left)", ruined)
				}
				control(t, name, checked, lost)
				return
			}
			standing.Row(t, name, fmt.Sprintf("%d acknowledged looked for in all; the last time: %v", checked, sum), "nothing acknowledged lost")
		})
	}
}

// stageOn is a scene whose cluster, and nothing else, is on the disk.
func stageOn(t *testing.T, disk *standing.Volume, settings map[string]string) *scene {
	t.Helper()
	dir := filepath.Join(disk.Path, "var")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return stage(t, dir, "cut", settings, disk.Sync)
}

// cut takes the power away for the eyes of one who looks at the disk later, and
// says what was acknowledged up to then. The original goes on.
func (s *scene) cut(disk *standing.Volume) (*standing.Ledger, *standing.Volume) {
	s.t.Helper()
	family := s.cluster.Freeze()
	defer standing.Thaw(family)
	found := disk.Cut(shop)
	// Nothing was committed since the freeze: what was acknowledged until now,
	// also on its way to the client while the disk was copied, was before it.
	return s.ledger.Frozen(), found
}

// recovered starts what was found on a disk and compares. A control may leave no
// cluster at all: then everything is lost.
func recovered(t *testing.T, settings map[string]string, l *standing.Ledger, disk *standing.Volume, mayLose bool) (standing.Outcome, bool) {
	t.Helper()
	ruin := func(err error) (standing.Outcome, bool) {
		if !mayLose {
			t.Fatalf("after the power cut: %v", err)
		}
		t.Logf("after the power cut no cluster is left: %v", err)
		return standing.Outcome{Lost: l.Keys()}, false
	}
	cluster, err := standing.Recover(t, filepath.Join(disk.Path, "var"), settings)
	defer cluster.Stop()
	if err != nil {
		return ruin(fmt.Errorf("%w\n%s", err, cluster.LogTail()))
	}
	if mayLose {
		o, err := l.Compare(t.Context(), cluster.URL())
		if err != nil {
			return ruin(err)
		}
		return o, true
	}
	server := shop.Serve(t, standing.ServerOptions{Dir: shop.Folder(t), Database: cluster.URL()})
	defer server.Stop()
	return whole(t, l, server.Client, cluster.URL()), true
}
