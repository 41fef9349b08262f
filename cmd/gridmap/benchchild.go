package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// benchChild is a bench-server in a process of its own.
type benchChild struct {
	url, token string
	cmd        *exec.Cmd
	in         io.WriteCloser
	out        *bufio.Reader
}

func startBenchChild(ctx context.Context, database, kind string, more ...string) (*benchChild, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	c := &benchChild{cmd: exec.CommandContext(ctx, self, append([]string{"bench-server", kind}, more...)...)}
	c.cmd.Env = append(os.Environ(), "DATABASE_URL="+database)
	c.cmd.Stderr = os.Stderr
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start the server %s: %w", kind, err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the server %s: %w", kind, err)
	}
	c.out = bufio.NewReader(out)
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the server %s: %w", kind, err)
	}
	line, err := c.out.ReadString('\n')
	if err != nil {
		c.end()
		return nil, fmt.Errorf("the server %s did not say where it is: %w", kind, err)
	}
	c.url, c.token, _ = strings.Cut(strings.TrimSpace(line), " ")
	return c, nil
}

// end lets the server stop by itself, and waits for that.
func (c *benchChild) end() {
	_ = c.in.Close()
	_ = c.cmd.Wait() // its outcome concerns nobody: it has been measured
}

func (c *benchChild) command(line string) (string, error) {
	if _, err := io.WriteString(c.in, line+"\n"); err != nil {
		return "", fmt.Errorf("ask the server: %w", err)
	}
	answer, err := c.out.ReadString('\n')
	return strings.TrimSpace(answer), err
}

func (c *benchChild) forget() error {
	_, err := c.command("forget")
	return err
}

func (c *benchChild) cpu() (time.Duration, error) {
	answer, err := c.command("cpu")
	if err != nil {
		return 0, err
	}
	ns, err := strconv.ParseInt(answer, 10, 64)
	return time.Duration(ns), err
}

// clusterCPU takes the processor time of PostgreSQL: the server process and all
// of its children, those that ended among them.
type clusterCPU struct{ server int }

// newClusterCPU finds the server process. Where it is on another machine its
// time stays zero.
func newClusterCPU(ctx context.Context, pool *pgxpool.Pool) (*clusterCPU, error) {
	var backend int
	if err := pool.QueryRow(ctx, `select pg_backend_pid()`).Scan(&backend); err != nil {
		return nil, fmt.Errorf("find the server process: %w", err)
	}
	f, ok := procStat(backend)
	if !ok || len(f) < 2 || !strings.Contains(procName(backend), "postgres") {
		return &clusterCPU{}, nil
	}
	parent, err := strconv.Atoi(f[1])
	if err != nil {
		return &clusterCPU{}, nil
	}
	return &clusterCPU{parent}, nil
}

func (c *clusterCPU) spent() (time.Duration, error) {
	if c.server == 0 {
		return 0, nil
	}
	ticks := int64(0)
	add := func(pid int, fields ...int) {
		if f, ok := procStat(pid); ok {
			for _, i := range fields {
				n, _ := strconv.ParseInt(f[i], 10, 64)
				ticks += n
			}
		}
	}
	add(c.server, 11, 12, 13, 14) // its own, and that of children that it waited for
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", c.server, c.server))
	if err != nil {
		return 0, fmt.Errorf("list the database's processes: %w", err)
	}
	for _, pid := range strings.Fields(string(b)) {
		n, _ := strconv.Atoi(pid)
		add(n, 11, 12)
	}
	return time.Duration(ticks) * tick, nil
}

func procName(pid int) string {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return string(b)
}

const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on

// procStat is /proc/PID/stat from the field "state" on (field 3 of proc(5) is
// index 0).
func procStat(pid int) ([]string, bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, false
	}
	_, rest, ok := strings.Cut(string(b), ") ")
	fields := strings.Fields(rest)
	return fields, ok && len(fields) > 14
}
