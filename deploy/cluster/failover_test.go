// Package cluster_test kills the leader of a replicated PostgreSQL while two
// servers of ours work on it. It runs deploy/cluster.sh, which operators can run.
package cluster_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// shop is set by TestMain; test-only state.
var shop *standing.Workshop

func TestMain(m *testing.M) { os.Exit(standing.Main(m, &shop)) }

// cluster is three nodes on loopback addresses.
type cluster struct {
	t   *testing.T
	dir string
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	for _, tool := range []string{"patroni", "etcd", "etcdctl", "curl", "setpriv"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%v: scripts/deps.sh faults", err)
		}
	}
	c := &cluster{t, shop.Folder(t)}
	t.Cleanup(func() { c.script("stop") })
	c.script("start")
	return c
}

// script runs deploy/cluster.sh on it.
func (c *cluster) script(command string, more ...string) string {
	c.t.Helper()
	// A file, not a pipe: what it starts in the background would hold that open.
	out, err := os.Create(filepath.Join(c.dir, "script.out"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command("../cluster.sh", append([]string{command, c.dir}, more...)...)
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	text, _ := os.ReadFile(out.Name())
	if err != nil {
		c.t.Fatalf("cluster.sh %s: %v\n%s", command, err, text)
	}
	return strings.TrimSpace(string(text))
}

// writesBackWithin is what a lost leader may cost.
const writesBackWithin = time.Minute

func TestALostLeaderLosesNothingAcknowledgedAndNoTile(t *testing.T) {
	standing.Long(t)
	const kills = 2
	c := startCluster(t)
	url, dir := c.script("url"), shop.Folder(t)
	demo := shop.DemoAt(t, dir, url)
	serve := func() *standing.Server {
		return shop.Serve(t, standing.ServerOptions{Dir: dir, Database: url})
	}
	here, there := serve(), serve()
	ledger := standing.NewLedger(t, "ha")
	tiles := []*watch{watchTiles(t, here.Client, demo), watchTiles(t, there.Client, demo)}
	still := wander(t, demo, time.Hour, here.Client)
	moving := wander(t, demo, 700*time.Millisecond, here.Client, there.Client)
	writers := standing.StartWriters(t, demo, ledger, here.Client, there.Client)
	var away []time.Duration
	for range kills {
		more(t, ledger, time.Minute, 100)
		leader := c.script("leader")
		killing := time.Now()
		c.script("kill", leader)
		killed := ledger.Acknowledged()
		more(t, ledger, 2*writesBackWithin, 200) // a few may have been on their way
		away = append(away, ledger.Silence(killing).Round(100*time.Millisecond))
		t.Logf("node %s killed after %d acknowledged writes", leader, killed)
		c.script("start-node", leader)
		c.script("wait")
	}
	handing := time.Now()
	c.script("switchover")
	more(t, ledger, time.Minute, 200)
	handed := ledger.Silence(handing).Round(100 * time.Millisecond)
	c.script("wait")
	more(t, ledger, time.Minute, 50)
	writers.Stop()
	ledger.Settle(here.Client)
	o, err := ledger.Compare(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	o.Whole(t)
	for _, r := range ledger.Refused() {
		t.Errorf("a write was refused: %s", r)
	}
	for _, d := range append(away, handed) {
		if d > writesBackWithin {
			t.Errorf("writes were back after %v, want within %v", d, writesBackWithin)
		}
	}
	standing.Row(t, fmt.Sprintf("leader of three killed (-9: PostgreSQL, Patroni, etcd) %d times", kills),
		fmt.Sprintf("%v; writes back after %v; after another node was made leader in order: %v", o, away, handed), "nothing acknowledged lost")
	for i, w := range tiles {
		standing.Row(t, fmt.Sprintf("meanwhile, tiles of server %d", i+1), w.stop(), "tiles never stop")
	}
	for _, s := range []*wanderer{still, moving} {
		s.saw(ledger.CaseIDs())
		standing.Row(t, "meanwhile, a screen that "+s.manner(), s.figures(), "nothing missed, nothing twice")
	}
}

func more(t *testing.T, l *standing.Ledger, limit time.Duration, n int) {
	t.Helper()
	from := l.Acknowledged()
	standing.Until(t, limit, fmt.Sprint(n, " more writes are acknowledged"), func() bool { return l.Acknowledged() >= from+n })
}
