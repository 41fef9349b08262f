package importers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"
)

// GDAL reads what people hand in, and a file can be made so that reading it never
// ends (a GeoPackage whose layer is a view that counts for ever) or takes all
// memory (a shape that says it has a thousand million parts). It runs as a process
// of its own, which is ended beyond these bounds.
const (
	gdalMemory  = 4 << 30          // bytes of its own
	gdalSilence = 2 * time.Minute  // in which not a row comes, or no description
	osmSilence  = time.Hour        // an extract is gone through before its first area comes
	gdalWhole   = 30 * time.Minute // for what is done in one go: a raster rewritten
)

func silenceOf(driver string) time.Duration {
	if driver == "OSM" {
		return osmSilence
	}
	return gdalSilence
}

// bound limits the memory of a process that has just started.
func bound(cmd *exec.Cmd, bytes uint64) error {
	limit := unix.Rlimit{Cur: bytes, Max: bytes}
	// One that is over already needs no limit.
	if err := unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_DATA, &limit, nil); err != nil && !errors.Is(err, unix.ESRCH) {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return fmt.Errorf("limit the memory of %s: %w", cmd.Args[0], err)
	}
	return nil
}

// patient is a process's output, which ends the process when it says nothing for
// too long. The time in which nobody reads does not count.
type patient struct {
	io.ReadCloser
	silence time.Duration
	ended   bool // by us
	kill    func()
}

func (p *patient) Read(b []byte) (int, error) {
	late := time.AfterFunc(p.silence, p.kill)
	n, err := p.ReadCloser.Read(b)
	if !late.Stop() {
		p.ended = true
		return n, fmt.Errorf("nothing came for %v", p.silence)
	}
	return n, err
}

// within says that a deadline was ours, when it was.
func within(ctx, bounded context.Context, limit time.Duration, err error) error {
	if err != nil && ctx.Err() == nil && errors.Is(bounded.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %v", limit)
	}
	return err
}
