package standing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"gridmap/data/postgres"
)

// Cluster is a private PostgreSQL cluster that nobody starts again by itself.
type Cluster struct {
	t        *testing.T
	dir      string // holds data/
	settings map[string]string
	clock    *Clock // nil: the machine's
	running  *postgres.Cluster
}

// NewCluster starts the cluster in dir/postgres, which is made when it is not
// there, with settings over those that the program gives its own. The test's end
// stops it. With "listen_addresses" and "port" it listens on TCP too.
func NewCluster(t *testing.T, dir string, settings map[string]string) *Cluster {
	t.Helper()
	c := &Cluster{t: t, dir: filepath.Join(dir, "postgres"), settings: maps.Clone(settings)}
	t.Cleanup(c.Stop)
	c.Start()
	return c
}

// NewClusterUnder is NewCluster under a clock of ClusterClock.
func NewClusterUnder(t *testing.T, dir string, clock *Clock) *Cluster {
	t.Helper()
	c := &Cluster{t: t, dir: filepath.Join(dir, "postgres"), clock: clock}
	t.Cleanup(c.Stop)
	c.Start()
	return c
}

// Recover starts the cluster in dir/postgres as it was found on a disk after a
// power cut. It may fail: what is on the disk may be no cluster any more.
func Recover(t *testing.T, dir string, settings map[string]string) (*Cluster, error) {
	t.Helper()
	c := &Cluster{t: t, dir: filepath.Join(dir, "postgres"), settings: maps.Clone(settings)}
	t.Cleanup(c.Stop)
	// After a power cut the process that it names is another one or none. Here it
	// may be the cluster that the disk was copied from.
	if err := os.Remove(filepath.Join(c.DataDir(), "postmaster.pid")); err != nil && !os.IsNotExist(err) {
		return c, err
	}
	return c, c.start()
}

// Start starts it, or starts it again, and waits until it takes connections.
func (c *Cluster) Start() {
	c.t.Helper()
	if err := c.start(); err != nil {
		c.t.Fatalf("start the cluster: %v\n%s", err, c.LogTail())
	}
}

func (c *Cluster) start() (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if c.clock != nil {
		// The processes of PostgreSQL inherit it; these tests run one by one.
		for _, v := range c.clock.env {
			name, value, _ := strings.Cut(v, "=")
			if err := os.Setenv(name, value); err != nil {
				return err
			}
			defer func() { err = errors.Join(err, os.Unsetenv(name)) }()
		}
	}
	c.running, err = postgres.Detached(ctx, c.dir, c.settings)
	return err
}

// Stop shuts it down in order, if it runs.
func (c *Cluster) Stop() {
	if err := postgres.StopDetached(c.dir); err != nil {
		c.t.Errorf("stop the cluster: %v", err)
	}
}

// Kill is kill -9 of the postmaster and of all its processes at once. Only when
// none is left it returns. What the kernel has it keeps: a kill is no power cut.
func (c *Cluster) Kill() {
	c.t.Helper()
	family := c.Freeze()
	for _, pid := range family {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
	}
	Until(c.t, 30*time.Second, "the killed cluster is gone", func() bool {
		for _, pid := range family {
			if isPostgres(pid) {
				return false
			}
		}
		return true
	})
}

// Freeze stops all its processes where they are, and says which.
func (c *Cluster) Freeze() []int {
	c.t.Helper()
	head := c.Postmaster()
	if head == 0 {
		c.t.Fatal("freeze the cluster: it does not run")
	}
	// A stopped postmaster makes no more children while they are looked for.
	_ = syscall.Kill(head, syscall.SIGSTOP)
	family := append(children(head), head)
	for _, pid := range family {
		_ = syscall.Kill(pid, syscall.SIGSTOP) // it may have ended
	}
	Until(c.t, 10*time.Second, "the cluster stands still", func() bool {
		for _, pid := range family {
			if _, state, _ := stat(pid); state == "R" || state == "S" || state == "D" {
				return false
			}
		}
		return true
	})
	return family
}

// Thaw lets them go on.
func Thaw(family []int) {
	for _, pid := range family {
		_ = syscall.Kill(pid, syscall.SIGCONT) // it may have ended
	}
}

// Postmaster is its first process, or zero when it does not run.
func (c *Cluster) Postmaster() int {
	b, _ := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid")) // none: not running
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || !isPostgres(pid) {
		return 0
	}
	return pid
}

// URL reaches the database gridmap over the unix socket.
func (c *Cluster) URL() string { return c.running.URL("gridmap") }

// Admin reaches the database postgres.
func (c *Cluster) Admin() string { return c.running.URL("postgres") }

// TCP reaches it over address, which may be a proxy's. The cluster must have been
// started with listen_addresses.
func (c *Cluster) TCP(address string) string { return "postgres://gridmap@" + address + "/gridmap" }

// DataDir is PostgreSQL's own folder.
func (c *Cluster) DataDir() string { return filepath.Join(c.dir, "data") }

// Connect opens a connection that the test's end closes.
func (c *Cluster) Connect() *pgx.Conn {
	c.t.Helper()
	return Connect(c.t, c.URL())
}

// LogTail is the end of the server's log.
func (c *Cluster) LogTail() string {
	b, _ := os.ReadFile(filepath.Join(c.dir, "data", "server.log"))
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// Connect opens a connection to url that the test's end closes.
func Connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // it may be dead by then
	return conn
}

// isPostgres says whether a process lives and is PostgreSQL; a zombie does not.
func isPostgres(pid int) bool {
	name, state, _ := stat(pid)
	return name == "postgres" && state != "Z"
}

// stat reads a process's name, state and parent from /proc.
func stat(pid int) (name, state string, parent int) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", "", 0
	}
	open, end := strings.IndexByte(string(b), '('), strings.LastIndexByte(string(b), ')')
	if open < 0 || end < open {
		return "", "", 0
	}
	fields := strings.Fields(string(b[end+1:]))
	if len(fields) < 2 {
		return "", "", 0
	}
	parent, _ = strconv.Atoi(fields[1])
	return string(b[open+1 : end]), fields[0], parent
}

// children are the processes whose parent is pid.
func children(pid int) []int {
	entries, _ := os.ReadDir("/proc")
	var found []int
	for _, e := range entries {
		child, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if _, _, parent := stat(child); parent == pid {
			found = append(found, child)
		}
	}
	return found
}

// FreePort is a TCP port of the loopback interface that nobody uses just now.
func FreePort(t *testing.T) string {
	t.Helper()
	l, err := listenLoopback()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	return port
}
