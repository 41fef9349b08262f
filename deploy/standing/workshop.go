package standing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// District is the demo's division code.
const District = "500152000000"

// Workshop is what all tests of a package share: a folder that goes with them,
// the program, built when it is first wanted, and a small demo district.
type Workshop struct {
	Root  string // PostgreSQL's own user may enter it
	build func() (string, error)
	clock func() (string, error) // build with a clock that can be set
	shift func() (string, error) // what sets the clock of clusters
	demo  func() (Demo, error)
}

// Demo is a stopped --var folder with a small demo district in it, and tokens
// that open it, by role.
type Demo struct {
	Dir    string
	Tokens map[string]string
}

// Main runs a package's tests with a workshop, and is all that its TestMain does.
func Main(m *testing.M, shop **Workshop) (code int) {
	code, err := runTests(m, shop)
	if err != nil {
		fmt.Fprintln(os.Stderr, "workshop:", err)
		return 1
	}
	return code
}

func runTests(m *testing.M, shop **Workshop) (code int, err error) {
	root, err := os.MkdirTemp("", "gridmap-standing-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	if err := os.Chmod(root, 0o755); err != nil {
		return 0, err
	}
	// The sockets of the private databases lie in the temporary folder.
	if err := os.Setenv("TMPDIR", root); err != nil {
		return 0, err
	}
	for _, name := range []string{"DATABASE_URL", "GRIDMAP_VAR"} {
		if err := os.Unsetenv(name); err != nil {
			return 0, err
		}
	}
	w := &Workshop{Root: root}
	w.build = sync.OnceValues(w.buildProgram)
	w.clock = sync.OnceValues(w.buildClocked)
	w.shift = sync.OnceValues(w.buildShift)
	w.demo = sync.OnceValues(w.makeDemo)
	*shop = w
	return m.Run(), nil
}

func (w *Workshop) buildProgram() (string, error) { return w.goBuild("gridmap") }

// goBuild builds the program under a name.
func (w *Workshop) goBuild(name string, flags ...string) (string, error) {
	binary := filepath.Join(w.Root, name)
	args := append(append([]string{"build"}, flags...), "-o", binary, "gridmap/cmd/gridmap")
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, out)
	}
	return binary, nil
}

// Binary is the built program.
func (w *Workshop) Binary(t *testing.T) string {
	t.Helper()
	return built(t, w.build)
}

func built(t *testing.T, build func() (string, error)) string {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// Folder is an empty one that goes with the test.
func (w *Workshop) Folder(t *testing.T) string {
	t.Helper()
	dir, err := w.folder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func (w *Workshop) folder() (string, error) {
	dir, err := os.MkdirTemp(w.Root, "var-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

// Command runs the program to its end and returns what it printed. env are
// further variables, as NAME=value.
func (w *Workshop) Command(dir string, env []string, args ...string) (string, error) {
	return w.CommandWith(dir, "", env, args...)
}

// CommandWith is Command with something on the program's standard input.
func (w *Workshop) CommandWith(dir, input string, env []string, args ...string) (string, error) {
	binary, err := w.build()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, append([]string{"--var", dir}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	var out, log strings.Builder
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &log
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("gridmap %s: %w: %s", strings.Join(args, " "), err, log.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// makeDemo makes the small district that the tests copy.
func (w *Workshop) makeDemo() (d Demo, err error) {
	if d.Dir, err = w.folder(); err != nil {
		return d, err
	}
	return w.demoIn(d.Dir, nil)
}

func (w *Workshop) demoIn(dir string, env []string) (d Demo, err error) {
	d = Demo{Dir: dir, Tokens: map[string]string{}}
	if _, err = w.Command(dir, env, "demo", "--scale", "0.02", "--prepare-only"); err != nil {
		return d, err
	}
	for _, role := range []string{"operator", "planner", "wall", "emergency"} {
		if d.Tokens[role], err = w.Command(dir, env, "token", "create", "--role", role, "--scope", District, "--days", "1", "--account", "test-"+role); err != nil {
			return d, err
		}
	}
	return d, nil
}

// DemoAt makes the small demo district in the database at url. dir is its --var.
func (w *Workshop) DemoAt(t *testing.T, dir, url string) Demo {
	t.Helper()
	d, err := w.demoIn(dir, []string{"DATABASE_URL=" + url})
	if err != nil {
		t.Fatalf("make the small demo: %v", err)
	}
	return d
}

// DemoIn puts a copy of the small demo district into dir, which must be there.
// dir may be on a file system of its own.
func (w *Workshop) DemoIn(t *testing.T, dir string) Demo {
	t.Helper()
	d, err := w.demo()
	if err != nil {
		t.Fatalf("make the small demo: %v", err)
	}
	if out, err := exec.Command("cp", "-a", "--reflink=auto", d.Dir+"/.", dir).CombinedOutput(); err != nil {
		t.Fatalf("copy the demo: %v: %s", err, out)
	}
	return Demo{Dir: dir, Tokens: maps.Clone(d.Tokens)} // a test may make others
}
