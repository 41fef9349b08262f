package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// scene is a server on a cluster with writers at it.
type scene struct {
	t       *testing.T
	demo    standing.Demo
	cluster *standing.Cluster
	listen  string
	server  *standing.Server
	ledger  *standing.Ledger
}

// stage brings up a server over a cluster in dir with these settings. laid is
// called when the files are there and nothing runs yet.
func stage(t *testing.T, dir, prefix string, settings map[string]string, laid ...func()) *scene {
	t.Helper()
	s := &scene{t: t, demo: shop.DemoIn(t, dir), listen: "127.0.0.1:" + standing.FreePort(t)}
	for _, then := range laid {
		then()
	}
	s.cluster = standing.NewCluster(t, dir, settings)
	s.ledger = standing.NewLedger(t, prefix)
	s.serve()
	return s
}

func (s *scene) serve() {
	s.t.Helper()
	s.server = shop.Serve(s.t, standing.ServerOptions{Dir: shop.Folder(s.t), Database: s.cluster.URL(), Listen: s.listen})
}

// writeMore waits until n more writes are acknowledged.
func (s *scene) writeMore(n int) {
	s.t.Helper()
	from := s.ledger.Acknowledged()
	standing.Until(s.t, time.Minute, fmt.Sprint(n, " writes are acknowledged"), func() bool { return s.ledger.Acknowledged() >= from+n })
}

// whole settles what is open and wants everything there once, and the audit log
// in one piece.
func whole(t *testing.T, l *standing.Ledger, at standing.Client, url string) standing.Outcome {
	t.Helper()
	l.Settle(at)
	o, err := l.Compare(context.Background(), url)
	if err != nil {
		t.Fatalf("compare: %v", err)
	}
	o.Whole(t)
	for _, r := range l.Refused() {
		t.Errorf("a write was refused: %s", r)
	}
	for kind, least := range map[string]int{"case": 1, "step": 1, "roll": 1, "plan": 1} {
		if n := l.ByKind()[kind]; n < least {
			t.Errorf("%d writes of the kind %s were acknowledged: too little was going on", n, kind)
		}
	}
	if out, err := shop.Command(shop.Folder(t), []string{"DATABASE_URL=" + url}, "audit", "verify"); err != nil {
		t.Errorf("the audit log after it: %v %s", err, out)
	}
	return o
}

// anyMoment is under a second: the moment of a kill is what is under test.
func anyMoment(rng *rand.Rand) { time.Sleep(time.Duration(rng.IntN(1000)) * time.Millisecond) }

func TestAServerKilledLosesNothingThatItAcknowledged(t *testing.T) {
	standing.Long(t)
	const kills = 5
	s := stage(t, shop.Folder(t), "srv", nil)
	w := standing.StartWriters(t, s.demo, s.ledger, s.server.Client)
	rng := rand.New(rand.NewPCG(6, 1))
	for range kills {
		s.writeMore(100)
		anyMoment(rng)
		s.server.Kill()
		s.serve()
	}
	s.writeMore(50)
	w.Stop()
	o := whole(t, s.ledger, s.server.Client, s.cluster.URL())
	standing.Row(t, fmt.Sprintf("server killed (-9) %d times while it is written to", kills), fmt.Sprint(o, "; ", kinds(s.ledger)), "nothing acknowledged lost")
}

func TestAKilledDatabaseLosesNothingThatWasAcknowledged(t *testing.T) {
	standing.Long(t)
	for _, c := range []struct {
		name     string
		settings map[string]string
		loses    bool // a control
	}{
		{"as we run it", nil, false},
		{"control: synchronous_commit=off", map[string]string{"synchronous_commit": "off"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			const kills = 5
			s := stage(t, shop.Folder(t), "pg", c.settings)
			w := standing.StartWriters(t, s.demo, s.ledger, s.server.Client)
			rng := rand.New(rand.NewPCG(6, 2))
			checked, lost := 0, 0
			for range kills {
				s.writeMore(100)
				anyMoment(rng)
				s.cluster.Kill()
				acknowledged := s.ledger.Frozen()
				s.cluster.Start()
				if c.loses {
					checked, lost = checked+acknowledged.Acknowledged(), lost+missing(t, acknowledged, s.cluster.URL())
				}
			}
			name := fmt.Sprintf("PostgreSQL killed (-9, all processes) %d times, %s", kills, c.name)
			if c.loses {
				w.Stop()
				control(t, name, checked, lost)
				return
			}
			s.writeMore(50)
			w.Stop()
			o := whole(t, s.ledger, s.server.Client, s.cluster.URL())
			standing.Row(t, name, fmt.Sprint(o, "; ", kinds(s.ledger)), "nothing acknowledged lost")
		})
	}
}

// missing is how many of the acknowledged writes a database has lost.
func missing(t *testing.T, l *standing.Ledger, url string) int {
	t.Helper()
	o, err := l.Compare(context.Background(), url)
	if err != nil {
		t.Fatalf("compare: %v", err)
	}
	return len(o.Lost)
}

// control wants losses: a test that cannot fail proves nothing. checked counts a
// write once for each kill or cut after which it was looked for.
func control(t *testing.T, name string, checked, lost int) {
	t.Helper()
	if lost == 0 {
		t.Errorf("%s lost nothing: this test could not see a loss", name)
	}
	standing.Row(t, name, fmt.Sprintf("%d acknowledged looked for, lost %d", checked, lost), "loses, as it must: the test sees it")
}

func kinds(l *standing.Ledger) string {
	var all []string
	n := l.ByKind()
	for _, kind := range []string{"case", "step", "roll", "plan"} {
		all = append(all, fmt.Sprintf("%s %d", kind, n[kind]))
	}
	return strings.Join(all, ", ")
}
