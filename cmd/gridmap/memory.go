package main

import (
	"log/slog"
	"math"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// Of the memory that a container or a unit of systemd may take, how much is ours:
// the rest is for what Go does not count, and for PostgreSQL, if it is our own and
// so in the same place.
const (
	memoryShare           = 0.85
	memoryShareWithServer = 0.6
)

// boundMemory has the collector keep us below the memory limit of our cgroup, where
// there is one: else it lets garbage grow to twice what is in use, and the kernel ends
// us. GOMEMLIMIT goes before it.
func boundMemory(ownDatabase bool, log *slog.Logger) {
	share := memoryShare
	if ownDatabase {
		share = memoryShareWithServer
	}
	limit, err := memlimit.Set(memlimit.WithRatio(share))
	switch {
	case err != nil: // no cgroup: nothing bounds us but the machine
		log.Debug("no memory limit was found", "error", err)
	case limit != math.MaxInt64:
		log.Info("memory is limited", "limit_mib", limit>>20)
	}
}
