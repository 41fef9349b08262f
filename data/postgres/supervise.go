package postgres

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	restartAfter    = 200 * time.Millisecond
	restartAtMost   = 5 * time.Second
	startTries      = 40 // failed starts in a row before the first Start gives up
	fastStopTimeout = 60 * time.Second
)

// supervise runs the postmaster, and runs it again when it dies, until stop.
// The thread is kept, because the kernel sends the parent-death signal when the
// thread that started the child ends, not the process.
func (c *Cluster) supervise(first chan<- error) {
	runtime.LockOSThread()
	wait, failures := restartAfter, 0
	for {
		began := time.Now()
		err := c.runOnce()
		select {
		case <-c.stop:
			return
		default:
		}
		if time.Since(began) > 10*time.Second {
			wait, failures = restartAfter, 0
		}
		failures++
		c.opts.Log.Error("the private database ended; starting it again", "error", err, "in", wait)
		if failures == startTries {
			select {
			case first <- fmt.Errorf("the private database does not start: %w; see %s", err, c.logPath()):
			default:
			}
		}
		select {
		case <-c.stop:
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, restartAtMost)
	}
}

func (c *Cluster) logPath() string { return filepath.Join(c.dataDir, "server.log") }

// runOnce runs the postmaster until it ends. A postmaster that an earlier,
// killed owner left behind is stopped first.
func (c *Cluster) runOnce() error {
	if err := c.stopLeftover(); err != nil {
		return err
	}
	log, err := os.OpenFile(c.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return fmt.Errorf("open the server log: %w", err)
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(c.bin, "postgres"), c.arguments()...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dataDir, log, log
	cmd.SysProcAttr = c.account.attributes()
	cmd.SysProcAttr.Pdeathsig = syscall.SIGINT
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			err = fmt.Errorf("it stopped by itself")
		}
		return err
	case <-c.stop:
	}
	_ = cmd.Process.Signal(syscall.SIGINT) // fast shutdown
	select {
	case err := <-ended:
		return err
	case <-time.After(fastStopTimeout):
		_ = cmd.Process.Signal(syscall.SIGQUIT)
		return <-ended
	}
}

func (c *Cluster) arguments() []string {
	settings := map[string]string{
		"unix_socket_directories":           c.socketDir,
		"unix_socket_permissions":           "0700",
		"listen_addresses":                  "",
		"fsync":                             "on",
		"synchronous_commit":                "on",
		"max_connections":                   "60",
		"shared_buffers":                    "256MB",
		"maintenance_work_mem":              "256MB",
		"work_mem":                          "32MB",
		"max_wal_size":                      "4GB",
		"checkpoint_timeout":                "15min",
		"wal_compression":                   "lz4",
		"random_page_cost":                  "1.1",
		"jit":                               "off",
		"timezone":                          "UTC",
		"log_timezone":                      "UTC",
		"log_min_duration_statement":        "-1",
		"log_parameter_max_length":          "0", // parameters may hold personal data
		"log_parameter_max_length_on_error": "0",
		"log_min_error_statement":           "panic",
	}
	for k, v := range c.opts.Settings {
		settings[k] = v
	}
	names := make([]string, 0, len(settings))
	for k := range settings {
		names = append(names, k)
	}
	sort.Strings(names)
	args := []string{"-D", c.dataDir}
	for _, k := range names {
		args = append(args, "-c", k+"="+settings[k])
	}
	return args
}

// stopLeftover ends a postmaster that outlived its owner.
func (c *Cluster) stopLeftover() error {
	b, err := os.ReadFile(filepath.Join(c.dataDir, "postmaster.pid"))
	if err != nil {
		return nil // none
	}
	pid, err := strconv.Atoi(strings.SplitN(string(b), "\n", 2)[0])
	if err != nil || pid <= 1 || !isPostgres(pid) {
		return nil // stale; postgres itself removes it
	}
	_ = syscall.Kill(pid, syscall.SIGINT)
	for deadline := time.Now().Add(fastStopTimeout); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if !isPostgres(pid) {
			return nil
		}
	}
	return fmt.Errorf("a server of an earlier run (process %d) does not stop", pid)
}

func isPostgres(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return err == nil && strings.TrimSpace(string(b)) == "postgres"
}

// Stop stops the cluster if this process owns it, and waits until it is down.
func (c *Cluster) Stop() {
	if c.stop == nil {
		return
	}
	close(c.stop)
	<-c.done
	c.lock.Close()
	c.stop = nil
}
