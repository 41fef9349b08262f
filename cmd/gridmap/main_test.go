package main_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The tests of this package drive the built program from the outside: by its
// command line, its signals and HTTP. Everything they make is under one folder
// of the machine's temporary one, which PostgreSQL's own user can enter, and
// which is gone afterwards.

// workshop is what all tests share: the program, built once, and a small demo
// district, made once, that each test gets a copy of.
type workshop struct {
	root, binary string
	demo         func() (demoDistrict, error)
}

// shop is set by TestMain; test-only state.
var shop workshop

func TestMain(m *testing.M) {
	code, err := open(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gridmap from the outside:", err)
		code = 1
	}
	os.Exit(code)
}

func open(m *testing.M) (code int, err error) {
	root, err := os.MkdirTemp("", "gridmap-outside-")
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
	shop = workshop{root: root, binary: filepath.Join(root, "gridmap"), demo: sync.OnceValues(makeDemo)}
	if out, err := exec.Command("go", "build", "-o", shop.binary, ".").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build the program: %w: %s", err, out)
	}
	return m.Run(), nil
}

// newVar makes an empty folder for --var.
func newVar() (string, error) {
	dir, err := os.MkdirTemp(shop.root, "var-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

// emptyVar is a folder for --var that goes with the test.
func emptyVar(t *testing.T) string {
	t.Helper()
	dir, err := newVar()
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

// command runs the program to its end and returns what it printed.
func command(dir string, args ...string) (string, error) { return commandWith(dir, "", args...) }

// withPassword runs the program with something on its standard input.
func withPassword(t *testing.T, dir, input string, args ...string) {
	t.Helper()
	if _, err := commandWith(dir, input, args...); err != nil {
		t.Fatal(err)
	}
}

func commandWith(dir, input string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, shop.binary, append([]string{"--var", dir}, args...)...)
	var out, log strings.Builder
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &log
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("gridmap %s: %w: %s", strings.Join(args, " "), err, log.String())
	}
	return strings.TrimSpace(out.String()), nil
}

func mustRun(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := command(dir, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// district is the demo's division code.
const district = "500152000000"

// demoDistrict is a stopped --var folder with a small demo district in it, and
// tokens that open it.
type demoDistrict struct {
	dir                     string
	operator, planner, wall string
}

// makeDemo makes the small district that the tests copy.
func makeDemo() (d demoDistrict, err error) {
	if d.dir, err = newVar(); err != nil {
		return d, err
	}
	if _, err = command(d.dir, "demo", "--scale", "0.02", "--prepare-only"); err != nil {
		return d, err
	}
	for role, token := range map[string]*string{"operator": &d.operator, "planner": &d.planner, "wall": &d.wall} {
		if *token, err = command(d.dir, "token", "create", "--role", role, "--scope", district, "--days", "1", "--account", "test-"+role); err != nil {
			return d, err
		}
	}
	return d, nil
}

// copyOfDemo is the small demo district in a folder of the test's own.
func copyOfDemo(t *testing.T) demoDistrict {
	t.Helper()
	d, err := shop.demo()
	if err != nil {
		t.Fatalf("make the small demo: %v", err)
	}
	dir := emptyVar(t)
	if out, err := exec.Command("cp", "-a", "--reflink=auto", d.dir+"/.", dir).CombinedOutput(); err != nil {
		t.Fatalf("copy the demo: %v: %s", err, out)
	}
	d.dir = dir
	return d
}
