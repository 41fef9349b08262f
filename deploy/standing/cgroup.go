package standing

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Cgroup bounds the memory of what runs in it, as containers and units of systemd do.
type Cgroup struct {
	t    *testing.T
	dir  string
	peak string // file with the most that it took
}

// NewCgroup makes one of megabytes at most, inside the one that the test runs in:
// what bounds the test goes on to bound all of it. Where that is not possible the
// test is skipped and says why.
func NewCgroup(t *testing.T, megabytes int) *Cgroup {
	t.Helper()
	own, limit, peak, err := memoryController()
	if err != nil {
		t.Skipf("no memory limit can be set: %v", err)
	}
	c := &Cgroup{t: t, dir: filepath.Join(own, "gridmap-test-"+strconv.Itoa(os.Getpid())), peak: peak}
	if err := os.Mkdir(c.dir, 0o755); err != nil {
		t.Skipf("no cgroup can be made: %v", err)
	}
	t.Cleanup(c.remove)
	if err := os.WriteFile(filepath.Join(c.dir, limit), []byte(strconv.Itoa(megabytes<<20)), 0o644); err != nil {
		t.Skipf("no memory limit can be set: %v", err)
	}
	return c
}

// memoryController is the folder in which a cgroup may be made, and the names of its
// files for the limit and the peak.
func memoryController() (dir, limit, peak string, err error) {
	b, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", "", "", err
	}
	unified := ""
	for line := range strings.Lines(string(b)) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		switch {
		case len(f) != 3:
		case f[1] == "memory":
			return filepath.Join("/sys/fs/cgroup/memory", f[2]), "memory.limit_in_bytes", "memory.max_usage_in_bytes", nil
		case f[0] == "0" && f[1] == "":
			unified = f[2]
		}
	}
	// A group of version 2 has processes or groups: this one is made beside our own.
	dir = filepath.Join("/sys/fs/cgroup", filepath.Dir(unified))
	given, err := os.ReadFile(filepath.Join(dir, "cgroup.subtree_control"))
	if err == nil && !strings.Contains(string(given), "memory") {
		err = errors.New("the groups beside our own are given no controller of memory")
	}
	return dir, "memory.max", "memory.peak", err
}

// Wrap is the command that runs a program in it.
func (c *Cgroup) Wrap() []string {
	return []string{"sh", "-c", `echo $$ > "$0"/cgroup.procs && exec "$@"`, c.dir}
}

// PeakMiB is the most that it ever took, files that were read among it.
func (c *Cgroup) PeakMiB() int {
	c.t.Helper()
	b, err := os.ReadFile(filepath.Join(c.dir, c.peak))
	n, wrong := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || wrong != nil {
		c.t.Fatal(err, wrong)
	}
	return n >> 20
}

// Kills is how often the kernel ended a process for want of memory.
func (c *Cgroup) Kills() int {
	c.t.Helper()
	for _, name := range []string{"memory.oom_control", "memory.events"} {
		b, _ := os.ReadFile(filepath.Join(c.dir, name)) // one of them is there
		for line := range strings.Lines(string(b)) {
			if n, ok := strings.CutPrefix(strings.TrimSpace(line), "oom_kill "); ok {
				kills, err := strconv.Atoi(n)
				if err != nil {
					c.t.Fatal(err)
				}
				return kills
			}
		}
	}
	c.t.Fatal("the cgroup does not say whether a process was ended")
	return 0
}

// remove waits until it is empty.
func (c *Cgroup) remove() {
	Until(c.t, 30*time.Second, "the cgroup is empty", func() bool {
		err := os.Remove(c.dir)
		if err != nil && !errors.Is(err, syscall.EBUSY) {
			c.t.Fatal(err)
		}
		return err == nil
	})
}
