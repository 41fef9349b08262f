package faults_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// disk is a small file system of its own.
type disk struct{ path string }

// smallDisk mounts one in memory. Where that is not possible the test is skipped.
func smallDisk(t *testing.T) disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("a small disk is mounted, which needs root")
	}
	d := disk{shop.Folder(t)}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1g,mode=755", "tmpfs", d.path).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be mounted: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", d.path).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return d
}

func (d disk) ballast() string { return filepath.Join(d.path, "ballast") }

// fill takes all the room that there is.
func (d disk) fill(t *testing.T) {
	t.Helper()
	// It ends by itself when there is no room left: that is its purpose.
	out, _ := exec.Command("dd", "if=/dev/zero", "of="+d.ballast(), "bs=1M").CombinedOutput()
	if _, err := os.Stat(d.ballast()); err != nil {
		t.Fatalf("fill the disk: %v: %s", err, out)
	}
}

func (d disk) free(t *testing.T) {
	t.Helper()
	if err := os.Remove(d.ballast()); err != nil {
		t.Fatal(err)
	}
}
