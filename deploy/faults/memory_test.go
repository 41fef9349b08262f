package faults_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

func TestMemoryIsLimitedByACgroup(t *testing.T) {
	standing.Long(t)
	const limit = 640
	for _, c := range []struct {
		name  string
		env   []string
		lives bool
	}{
		{"as we run it", nil, true},
		{"control: AUTOMEMLIMIT=off", []string{"AUTOMEMLIMIT=off"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			group := standing.NewCgroup(t, limit)
			s := stage(t, standing.ServerOptions{Env: c.env, Wrap: group.Wrap(), Args: []string{"--tile-cache", "64"}})
			bound := regexp.MustCompile(`msg="memory is limited" limit_mib=\d+`).FindString(s.server.Log.String())
			if (bound != "") != c.lives {
				t.Fatalf("the server says of its limit: %q", bound)
			}
			load := s.storm(16, "planner")
			ledger := standing.NewLedger(t, "cgroup")
			writers := standing.StartWriters(t, s.demo, ledger, s.server.Client)
			over := time.NewTimer(40 * time.Second)
			select {
			case <-over.C:
			case <-s.server.Ended:
			}
			writers.Stop()
			o := load.end()
			figures := fmt.Sprintf("%d tiles and %d writes; %d MiB at most, ended by the kernel: %d", o.accepted, ledger.Acknowledged(), group.PeakMiB(), group.Kills())
			fault := fmt.Sprintf("a cgroup of %d MiB under load for 40 s, %s", limit, c.name)
			if !c.lives {
				if group.Kills() == 0 {
					t.Errorf("%s: want it ended, else the limit bounds nothing", figures)
				}
				standing.Row(t, fault, figures, "is ended, as it must be: the test sees it")
				return
			}
			if group.Kills() > 0 || o.accepted == 0 || ledger.Acknowledged() == 0 || len(ledger.Refused()) > 0 {
				t.Errorf("%s; refused: %v", figures, ledger.Refused())
			}
			standing.Row(t, fault, figures+"; "+bound, "survived")
		})
	}
}
