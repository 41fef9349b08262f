package postgres

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// Detached starts the cluster in dir so that it outlives this process, or joins
// it when it already runs. Test processes share one this way; StopDetached ends
// it. settings are as in Options.
func Detached(ctx context.Context, dir string, settings map[string]string) (*Cluster, error) {
	c, err := prepare(Options{Dir: dir, Settings: settings, Log: discard()})
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "owner.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the cluster's lock: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, fmt.Errorf("lock the cluster: %w", err)
	}
	if conn, err := pgx.Connect(ctx, c.URL("postgres")); err == nil {
		return c, conn.Close(ctx)
	}
	if err := c.initialise(ctx); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(c.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, fmt.Errorf("open the server log: %w", err)
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(c.bin, "postgres"), c.arguments()...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = c.dataDir, log, log, c.account.attributes()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	died := make(chan error, 1)
	go func() { died <- fmt.Errorf("the test cluster ended: %w; see %s", cmd.Wait(), c.logPath()) }()
	return c, c.waitReady(ctx, died)
}

// StopDetached stops the cluster in dir, if it runs, and waits until it is down.
func StopDetached(dir string) error {
	c, err := prepare(Options{Dir: dir, Log: discard()})
	if err != nil {
		return err
	}
	return c.stopLeftover()
}
