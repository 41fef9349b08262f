package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// server is a running gridmap with a private database.
type server struct {
	*standing.Server
	t   *testing.T
	dir string // --var
}

// start runs a command of gridmap that serves, on a free port, and waits until it is
// ready. The test's end stops it, and wants its database to be down then.
func start(t *testing.T, dir string, args ...string) *server {
	t.Helper()
	s := &server{t: t, dir: dir}
	t.Cleanup(s.databaseIsDown)
	s.Server = shop.Serve(t, standing.ServerOptions{Dir: dir, Command: args})
	return s
}

// end stops the server if it still runs, and waits until its database is down.
func (s *server) end() {
	s.Stop()
	s.databaseIsDown()
}

func (s *server) databaseIsDown() {
	if s.Server == nil {
		return // it did not start
	}
	for deadline := time.Now().Add(30 * time.Second); postmaster(s.dir) != 0 && s.Cmd.ProcessState.ExitCode() != 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Errorf("the database in %s outlives its server", s.dir)
			return
		}
	}
}

// postmaster is the process of the private database in dir, or zero.
func postmaster(dir string) int {
	lines := postmasterFile(dir)
	pid, err := strconv.Atoi(lines[0])
	if err != nil {
		return 0
	}
	if name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err != nil || strings.TrimSpace(string(name)) != "postgres" {
		return 0
	}
	return pid
}

// postmasterFile is postmaster.pid by lines; the fifth is the socket's folder.
func postmasterFile(dir string) []string {
	b, _ := os.ReadFile(filepath.Join(dir, "postgres", "data", "postmaster.pid")) // none: not running
	return append(strings.Split(string(b), "\n"), make([]string, 8)...)
}

// databaseURL reaches the private database in dir, which must run.
func databaseURL(dir string) string {
	return "postgres://gridmap@/gridmap?host=" + postmasterFile(dir)[4]
}

// listen opens an event stream, from lastID on if there is one, and waits until it
// says hello.
func (s *server) listen(token, lastID string) *standing.Stream {
	s.t.Helper()
	e := s.Listen(token, lastID)
	s.Until(10*time.Second, "the stream says hello", func() bool { return e.Heard("hello", "") || e.Err() != nil })
	if err := e.Err(); err != nil {
		s.t.Fatalf("open a stream: %v\n%s", err, s.Log.Tail())
	}
	return e
}

// inserted counts how often each case was told as new, with the moment of the
// first telling.
func inserted(t *testing.T, e *standing.Stream) (times map[int64]int, first map[int64]time.Time) {
	t.Helper()
	times, first = map[int64]int{}, map[int64]time.Time{}
	for _, m := range e.All() {
		if m.Event != "change" {
			continue
		}
		var change struct {
			Changes []struct {
				Kind, Op string
				Case     struct{ ID int64 }
			}
		}
		if err := json.Unmarshal([]byte(m.Data), &change); err != nil {
			t.Fatalf("%v: %s", err, m.Data)
		}
		for _, c := range change.Changes {
			if c.Kind == "case" && c.Op == "insert" {
				if times[c.Case.ID]++; times[c.Case.ID] == 1 {
					first[c.Case.ID] = m.At
				}
			}
		}
	}
	return times, first
}
