package standing

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Volume is an ext4 file system on a loop device. Its device is a file: what is
// in that file reached the device; what the file system only has in memory did not.
type Volume struct {
	t                 *testing.T
	image, loop, Path string
}

// needed to make volumes, besides root
var volumeTools = []string{"losetup", "mkfs.ext4", "mount", "umount", "truncate"}

// NewVolume makes and mounts one of gigabytes at most, sparse. Where that is not
// possible the test is skipped and says why.
func (w *Workshop) NewVolume(t *testing.T, gigabytes int) *Volume {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("a power cut is simulated on a loop device, which needs root")
	}
	for _, tool := range volumeTools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("a power cut is simulated on a loop device: %v", err)
		}
	}
	if out, err := exec.Command("losetup", "-f").CombinedOutput(); err != nil {
		t.Skipf("no loop device: %v: %s", err, out)
	}
	image := filepath.Join(w.Folder(t), "device")
	run(t, "truncate", "-s", fmt.Sprintf("%dG", gigabytes), image)
	run(t, "mkfs.ext4", "-q", "-F", image)
	return w.mount(t, image)
}

func (w *Workshop) mount(t *testing.T, image string) *Volume {
	t.Helper()
	v := &Volume{t: t, image: image, Path: w.Folder(t)}
	v.loop = run(t, "losetup", "-f", "--show", image)
	t.Cleanup(func() { run(t, "losetup", "-d", v.loop) })
	run(t, "mount", v.loop, v.Path)
	t.Cleanup(func() { run(t, "umount", v.Path) })
	if err := os.Chmod(v.Path, 0o755); err != nil {
		t.Fatal(err)
	}
	return v
}

// Sync brings to the device what the file system has.
func (v *Volume) Sync() {
	v.t.Helper()
	run(v.t, "sync", "-f", v.Path)
}

// Cut mounts what a power cut would leave: a copy of the device as it is at one
// instant. Nothing may write to the device while it is copied, or the copy would
// have blocks of different times, which no power cut leaves; so the caller
// freezes those who write, and a copy during which the kernel wrote is done again.
func (v *Volume) Cut(w *Workshop) *Volume {
	v.t.Helper()
	image := filepath.Join(w.Folder(v.t), "device")
	for range 5 {
		before := v.writes()
		run(v.t, "cp", "--sparse=always", "--reflink=auto", v.image, image)
		if v.writes() == before {
			return w.mount(v.t, image)
		}
	}
	v.t.Fatalf("the kernel wrote to %s during each of five copies", v.loop)
	return nil
}

// writes are the device's counters of writes done and requests in flight.
func (v *Volume) writes() string {
	v.t.Helper()
	b, err := os.ReadFile(filepath.Join("/sys/block", filepath.Base(v.loop), "stat"))
	f := strings.Fields(string(b))
	if err != nil || len(f) < 9 {
		v.t.Fatalf("the counters of %s: %v %q", v.loop, err, b)
	}
	return f[4] + " done, " + f[8] + " in flight"
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}
