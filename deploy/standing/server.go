package standing

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// ServerOptions say how a server of our program runs.
type ServerOptions struct {
	Dir      string   // --var
	Command  []string // what serves, and its flags; empty: serve
	Database string   // URL; empty: its own private cluster under Dir
	Args     []string
	Env      []string // NAME=value
	Global   []string // flags before the command
	Wrap     []string // a command that runs it, such as prlimit
	// Unready: do not wait for /readyz, only until it listens.
	Unready bool
	Listen  string // empty: a free port of 127.0.0.1
	Clock   *Clock // of ServerClock; nil: the machine's
}

// Server is a running gridmap, seen from outside.
type Server struct {
	Client
	Cmd   *exec.Cmd
	Log   *LogText
	Ended chan struct{} // closed when the process has ended
}

// Serve runs `gridmap serve` and waits until it is ready. The test's end stops it.
func (w *Workshop) Serve(t *testing.T, o ServerOptions) *Server {
	t.Helper()
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	s := &Server{Log: &LogText{}, Ended: make(chan struct{})}
	s.Client = NewClient(t, "")
	binary := w.build
	if o.Clock != nil {
		binary = w.clock
		o.Env = append(o.Env, o.Clock.env...)
	}
	args := append(append([]string{}, o.Wrap...), built(t, binary), "--var", o.Dir)
	command := o.Command
	if len(command) == 0 {
		command = []string{"serve"}
	}
	args = append(append(args, o.Global...), command[0], "--listen", o.Listen)
	args = append(append(args, command[1:]...), o.Args...)
	s.Cmd = exec.Command(args[0], args[1:]...)
	s.Cmd.Env = append(os.Environ(), o.Env...)
	if o.Database != "" {
		s.Cmd.Env = append(s.Cmd.Env, "DATABASE_URL="+o.Database)
	}
	s.Cmd.Stdout, s.Cmd.Stderr = s.Log, s.Log
	s.Cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} // also when the tests are cut off
	if err := s.Cmd.Start(); err != nil {
		t.Fatalf("start the server: %v", err)
	}
	go func() {
		defer close(s.Ended)
		_ = s.Cmd.Wait() // its outcome is in ProcessState
	}()
	t.Cleanup(s.Stop)
	serving := regexp.MustCompile(`msg=serving address=(\S+)`)
	s.Until(2*time.Minute, "it serves", func() bool {
		if m := serving.FindStringSubmatch(s.Log.String()); m != nil {
			s.Address = m[1]
		}
		return s.Address != ""
	})
	if !o.Unready {
		s.Until(time.Minute, "it is ready", func() bool { return s.Get("", "/readyz").Status == http.StatusOK })
	}
	return s
}

// Until polls until done, and fails the test when that takes longer than limit
// or the server ends.
func (s *Server) Until(limit time.Duration, what string, done func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(5 * time.Millisecond) {
		select {
		case <-s.Ended:
			s.t.Fatalf("waiting until %s: the server ended: %v\n%s", what, s.Cmd.ProcessState, s.Log.Tail())
		default:
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("waiting until %s: nothing after %v\n%s", what, limit, s.Log.Tail())
		}
	}
}

// Stop ends the server by SIGTERM if it still runs.
func (s *Server) Stop() {
	s.http.CloseIdleConnections()
	_ = s.Cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-s.Ended:
	case <-time.After(40 * time.Second):
		_ = s.Cmd.Process.Signal(syscall.SIGQUIT) // it says where it hangs
		select {
		case <-s.Ended:
		case <-time.After(5 * time.Second):
			s.Kill()
		}
		s.t.Errorf("the server did not stop on SIGTERM\n%s", s.Log.Tail())
	}
}

// Kill is kill -9.
func (s *Server) Kill() {
	_ = s.Cmd.Process.Kill() // it may have ended
	<-s.Ended
}

// Metric is the sum of a metric of /metrics over its labels. ok is false when
// there is none of that name.
func (s *Server) Metric(name string) (sum float64, ok bool) {
	r := s.Get("", "/metrics")
	for line := range strings.Lines(string(r.Body)) {
		rest, found := strings.CutPrefix(line, name)
		if !found || rest == "" || rest[0] != ' ' && rest[0] != '{' {
			continue
		}
		fields := strings.Fields(rest)
		v, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err == nil {
			sum, ok = sum+v, true
		}
	}
	return sum, ok
}

// FileDescriptors is how many the process has open.
func (s *Server) FileDescriptors() int {
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.Cmd.Process.Pid))
	return len(entries)
}

func listenLoopback() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

// LogText collects what a program prints.
type LogText struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *LogText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *LogText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Tail is the end of it without the lines of single requests.
func (l *LogText) Tail() string {
	var kept []string
	for line := range strings.Lines(l.String()) {
		if !strings.Contains(line, "msg=request ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept[max(0, len(kept)-60):], "")
}
