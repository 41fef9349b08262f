package standing

import (
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Clock is what a server or a cluster of a test takes for the machine's clock. It
// can be set; the machine's own is left alone. As on a machine, nothing but the time
// of day moves: what measures how long something takes goes on as it did.
type Clock struct {
	t    *testing.T
	path string // of a file of eight bytes: the seconds that it is ahead
	env  []string
	by   time.Duration
}

// Set has the clock be ahead of the machine's from now on; negative: behind it.
func (c *Clock) Set(ahead time.Duration) {
	c.t.Helper()
	// Written in place: a server has the very file in its memory.
	f, err := os.OpenFile(c.path, os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteAt(ahead8(ahead), 0)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		c.t.Fatalf("set a clock: %v", err)
	}
	c.by = ahead
}

// Now is what it shows.
func (c *Clock) Now() time.Time { return time.Now().Add(c.by).Round(0) }

func ahead8(d time.Duration) []byte {
	return binary.NativeEndian.AppendUint64(nil, uint64(int64(d/time.Second)))
}

func (w *Workshop) newClock(t *testing.T) *Clock {
	t.Helper()
	c := &Clock{t: t, path: filepath.Join(w.Folder(t), "clock")}
	if err := os.WriteFile(c.path, ahead8(0), 0o644); err != nil {
		t.Fatal(err)
	}
	c.env = []string{clockVariable + "=" + c.path}
	return c
}

// ServerClock is one for servers, which are then built with it. Go asks the kernel
// for the time without a call that could be caught, so the program is built with a
// package time whose Now adds what a file says.
func (w *Workshop) ServerClock(t *testing.T) *Clock { return w.newClock(t) }

// ClusterClock is one for clusters: a library that is loaded before C's own answers
// when they ask for the time. (Debian's faketime does more, catches sleeping and
// waiting too, and with it now and then a cluster did not stop.)
func (w *Workshop) ClusterClock(t *testing.T) *Clock {
	t.Helper()
	c := w.newClock(t)
	c.env = append(c.env, "LD_PRELOAD="+built(t, w.shift))
	return c
}

//go:embed clock/shift.c
var shiftLibrary string

// buildShift builds the library of ClusterClock.
func (w *Workshop) buildShift() (string, error) {
	library := filepath.Join(w.Root, "shift.so")
	cmd := exec.Command("gcc", "-O2", "-Wall", "-shared", "-fPIC", "-x", "c", "-o", library, "-")
	cmd.Stdin = strings.NewReader(shiftLibrary)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the clock of clusters: %w: %s", err, out)
	}
	return library, nil
}

const clockVariable = "GRIDMAP_TEST_CLOCK"

// shiftSource goes into package time of the program whose clock can be set. A write
// to the file holds from that moment on.
const shiftSource = `package time

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

var shiftedBy = func() *int64 {
	path, ok := syscall.Getenv("` + clockVariable + `")
	if !ok {
		return new(int64)
	}
	file, err := syscall.Open(path, syscall.O_RDONLY, 0)
	if err != nil {
		panic("the clock's file: " + err.Error())
	}
	b, err := syscall.Mmap(file, 0, 8, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic("the clock's file: " + err.Error())
	}
	return (*int64)(unsafe.Pointer(&b[0]))
}()

func shifted() int64 { return atomic.LoadInt64(shiftedBy) }
`

// readsClock is the line of time.Now that asks the kernel.
const readsClock = "\tsec, nsec, mono := runtimeNow()\n"

// buildClocked builds the program as it is, but for the clock.
func (w *Workshop) buildClocked() (string, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("find Go's library: %w", err)
	}
	library := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	original, err := os.ReadFile(filepath.Join(library, "time.go"))
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(original), readsClock); n != 1 {
		return "", fmt.Errorf("time.go of this Go reads the clock at %d places, want 1: look at it anew", n)
	}
	changed := strings.Replace(string(original), readsClock, readsClock+"\tsec += shifted()\n", 1)
	replace := map[string]string{}
	for name, text := range map[string]string{"time.go": changed, "shifted_clock.go": shiftSource} {
		path := filepath.Join(w.Root, "overlay-"+name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return "", err
		}
		replace[filepath.Join(library, name)] = path
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(w.Root, "overlay.json")
	if err := os.WriteFile(overlay, list, 0o644); err != nil {
		return "", err
	}
	return w.goBuild("gridmap-clocked", "-overlay", overlay)
}
