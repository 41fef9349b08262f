package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress draws a bar on a terminal and prints a plain line now and then
// elsewhere. A nil one shows nothing.
type progress struct {
	out      *os.File
	terminal bool
	stage    string
	last     time.Time
}

func newProgress(out *os.File) *progress {
	return &progress{out: out, terminal: term.IsTerminal(int(out.Fd()))}
}

// step shows that a stage has done so much of total; total 0 is unknown.
func (p *progress) step(stage string, done, total int) {
	if p == nil {
		return
	}
	every := 5 * time.Second
	if p.terminal {
		every = 100 * time.Millisecond
	}
	if stage == p.stage && time.Since(p.last) < every && done != total {
		return
	}
	if p != nil && p.terminal && p.stage != "" && stage != p.stage {
		fmt.Fprintln(p.out)
	}
	p.stage, p.last = stage, time.Now()
	line := fmt.Sprintf("%-28s %9d", stage, done)
	if done == 0 && total == 0 {
		line = stage
	}
	if total > 0 {
		const width = 30
		filled := width * min(done, total) / total
		line = fmt.Sprintf("%-28s [%s%s] %d/%d", stage, strings.Repeat("█", filled), strings.Repeat("·", width-filled), done, total)
	}
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	} else {
		fmt.Fprintln(p.out, line)
	}
}

func (p *progress) done() {
	if p != nil && p.terminal && p.stage != "" {
		fmt.Fprintln(p.out)
	}
}
