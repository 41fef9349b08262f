package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Options say where the cluster lives and how it runs.
type Options struct {
	Dir string // the cluster's folder; made when missing
	Log *slog.Logger
	// Settings are added to the server's command line, as name → value. Tests
	// use it to trade durability for speed; nothing else should.
	Settings map[string]string
}

// Cluster is a running private cluster, or a guest's view of one that another
// process of ours owns.
type Cluster struct {
	opts      Options
	bin       string
	dataDir   string
	socketDir string
	account   account
	lock      *os.File    // locked by the owner
	owner     atomic.Bool // whether that is this process
	stop      chan struct{}
	done      chan struct{}
}

const superuser = "gridmap"

// Start starts the cluster in o.Dir, making it first if there is none, and
// waits until it takes connections. If another process owns it already, Start
// joins it as a guest: Stop then leaves it alone, and when its owner goes away
// the guest becomes the owner and starts it again.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Log == nil {
		o.Log = discard()
	}
	c, err := prepare(o)
	if err != nil {
		return nil, err
	}
	if c.lock, err = os.OpenFile(filepath.Join(o.Dir, "owner.lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, fmt.Errorf("open the cluster's lock: %w", err)
	}
	c.stop, c.done = make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	if c.acquire() {
		if err := c.initialise(ctx); err != nil {
			c.lock.Close()
			return nil, err
		}
	} else {
		o.Log.Info("the private database is already running; joining it", "dir", o.Dir)
	}
	go c.run(context.WithoutCancel(ctx), first)
	if err := c.waitReady(ctx, first); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// acquire takes ownership if nobody has it.
func (c *Cluster) acquire() bool {
	if !c.owner.Load() && syscall.Flock(int(c.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		c.owner.Store(true)
	}
	return c.owner.Load()
}

// run waits for ownership and then keeps the cluster running, until stop.
func (c *Cluster) run(ctx context.Context, first chan<- error) {
	defer close(c.done)
	for !c.owner.Load() {
		select {
		case <-c.stop:
			return
		case <-time.After(restartAfter):
		}
		if c.acquire() {
			c.opts.Log.Warn("the owner of the private database is gone; taking it over")
		}
	}
	if err := c.initialise(ctx); err != nil {
		first <- err
		return
	}
	c.supervise(first)
}

func prepare(o Options) (*Cluster, error) {
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	acc, err := clusterAccount()
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", o.Dir, err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make %s: %w", dir, err)
	}
	c := &Cluster{opts: o, bin: bin, account: acc, dataDir: filepath.Join(dir, "data")}
	name := fmt.Sprintf("gridmap-%x", sha256.Sum256([]byte(dir)))[:20]
	if !acc.canReach(dir) {
		c.dataDir = filepath.Join("/var/lib/gridmap", name)
		if err := os.MkdirAll("/var/lib/gridmap", 0o755); err != nil {
			return nil, fmt.Errorf("make /var/lib/gridmap: %w", err)
		}
		o.Log.Warn("the database's user cannot enter the folder; the cluster lives elsewhere", "folder", dir, "cluster", c.dataDir)
	}
	// A unix socket's path may have 107 bytes at most, so it is not put into dir.
	c.socketDir = filepath.Join(os.TempDir(), name)
	for _, d := range []string{c.dataDir, c.socketDir} {
		if err := acc.own(d); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// initialise runs initdb unless a finished cluster is there. An initdb that was
// cut off leaves no marker, and is done again from nothing.
func (c *Cluster) initialise(ctx context.Context) error {
	marker := filepath.Join(c.dataDir, "gridmap.initialised")
	if _, err := os.Stat(marker); err == nil {
		return nil
	}
	entries, err := os.ReadDir(c.dataDir)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.dataDir, err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(c.dataDir, e.Name())); err != nil {
			return fmt.Errorf("clear a half-made cluster: %w", err)
		}
	}
	c.opts.Log.Info("making a private database cluster", "dir", c.dataDir)
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, "initdb"), "-D", c.dataDir, "-U", superuser,
		"-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums")
	cmd.Dir, cmd.SysProcAttr = c.dataDir, c.account.attributes()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, lastLines(string(out)))
	}
	return os.WriteFile(marker, []byte("15\n"), 0o644)
}

func lastLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "; ")
}

// URL is a connection string for a database of the cluster.
func (c *Cluster) URL(database string) string {
	at := fmt.Sprintf("postgres://%s@/%s?host=%s", superuser, database, url.QueryEscape(c.socketDir))
	if port := c.opts.Settings["port"]; port != "" { // the socket's name has it
		at += "&port=" + port
	}
	return at
}

// Owner says whether Stop will stop the cluster.
func (c *Cluster) Owner() bool { return c.owner.Load() }

// waitReady polls until the server takes connections, died reports that it
// never will, or ctx ends. Recovery after a crash may take a while.
func (c *Cluster) waitReady(ctx context.Context, died <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the private database did not become ready: %w", errors.Join(ctx.Err(), err))
		case err := <-died:
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}
