package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is a running gridmap, seen from outside.
type server struct {
	t       *testing.T
	dir     string // --var
	address string
	cmd     *exec.Cmd
	log     *logText
	ended   chan struct{} // closed when the process has ended
	http    *http.Client
}

// start runs gridmap on a free port and waits until it is ready. The test's end
// stops it.
func start(t *testing.T, dir string, args ...string) *server {
	t.Helper()
	s := &server{t: t, dir: dir, log: &logText{}, ended: make(chan struct{}),
		http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	s.cmd = exec.Command(shop.binary, append([]string{"--var", dir, args[0], "--listen", "127.0.0.1:0"}, args[1:]...)...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} // also when the tests are cut off
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("start the server: %v", err)
	}
	go func() {
		defer close(s.ended)
		_ = s.cmd.Wait() // its outcome is in ProcessState
	}()
	t.Cleanup(s.end)
	serving := regexp.MustCompile(`msg=serving address=(\S+)`)
	s.until(2*time.Minute, "it serves", func() bool {
		if m := serving.FindStringSubmatch(s.log.String()); m != nil {
			s.address = m[1]
		}
		return s.address != ""
	})
	s.until(time.Minute, "it is ready", func() bool { return s.get("", "/readyz").status == http.StatusOK })
	return s
}

// until polls until done, and fails the test when that takes longer than limit
// or the server ends.
func (s *server) until(limit time.Duration, what string, done func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(5 * time.Millisecond) {
		select {
		case <-s.ended:
			s.t.Fatalf("waiting until %s: the server ended: %v\n%s", what, s.cmd.ProcessState, s.log.tail())
		default:
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("waiting until %s: nothing after %v\n%s", what, limit, s.log.tail())
		}
	}
}

// end stops the server if it still runs, and waits until its database is down.
func (s *server) end() {
	s.http.CloseIdleConnections()
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-s.ended:
	case <-time.After(40 * time.Second):
		s.t.Errorf("the server did not stop on SIGTERM\n%s", s.log.tail())
		s.kill()
	}
	for deadline := time.Now().Add(30 * time.Second); postmaster(s.dir) != 0 && s.cmd.ProcessState.ExitCode() != 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Errorf("the database in %s outlives its server", s.dir)
			return
		}
	}
}

// kill is kill -9.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	<-s.ended
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

// reply is an answer over HTTP. err is set when there was none.
type reply struct {
	status int
	header http.Header
	body   []byte
	err    error
}

func (r reply) String() string {
	if r.err != nil {
		return r.err.Error()
	}
	return fmt.Sprintf("%d %.600s", r.status, r.body)
}

// into reads a JSON body.
func (r reply) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%v: %v", err, r)
	}
}

// send makes a request; headers are pairs.
func (s *server) send(token, method, path, body string, headers ...string) reply {
	r, err := http.NewRequestWithContext(context.Background(), method, s.address+path, bytes.NewBufferString(body))
	if err != nil {
		return reply{err: err}
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := s.http.Do(r)
	if err != nil {
		return reply{err: err}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, b, err}
}

func (s *server) get(token, path string) reply { return s.send(token, http.MethodGet, path, "") }

// mustGet wants 200.
func (s *server) mustGet(token, path string) reply {
	s.t.Helper()
	r := s.get(token, path)
	if r.err != nil || r.status != http.StatusOK {
		s.t.Fatalf("GET %s: %v\n%s", path, r, s.log.tail())
	}
	return r
}

// logText collects what the server prints.
type logText struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// tail is the end of it without the lines of single requests.
func (l *logText) tail() string {
	var kept []string
	for _, line := range strings.Split(l.String(), "\n") {
		if !strings.Contains(line, "msg=request ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept[max(0, len(kept)-25):], "\n")
}
