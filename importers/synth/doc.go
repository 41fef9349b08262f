// Package synth makes the demo district: Tongnan's real outline and its 23
// towns and 304 communities by real name and code, with synthetic rivers,
// terrain, roads, buildings, people and cases at the published scale.
//
// Everything but the names, codes, outline and published gauge figures is
// invented, and every record says so (source "synthetic"). It is pure: no clock,
// no network, no database. The same Options give the same bytes with any number
// of processors, since each community draws from its own stream of random
// numbers.
//
// Geography makes the land and those who live on it; Life, which needs the grids
// that others draw over that land, makes teams, groups, party units and cases.
//
// Inside, and in the fields that say so, coordinates are metres of EPSG:4544;
// records carry EPSG:4490. Levels are metres above the 1985 datum.
//
// It refuses (with an error) a scale outside (0, 1] and a missing Now.
package synth

import (
	"errors"
	"fmt"
	"time"
)

// Source is what every record of this package carries as its source.
const Source = "synthetic"

// Published figures of Tongnan, which a district of scale 1 has.
const (
	PublishedResidents   = 681_100
	PublishedHouseholds  = 262_000
	PublishedGrids       = 1_935
	PublishedMicrogrids  = 2_216
	PublishedCases       = 420_000
	PublishedMembers     = 25_000
	PublishedGroups      = 2_058
	PublishedInGroups    = 220_000
	PublishedBranches    = 193
	PublishedServices    = 75
	PublishedOrgs        = 362
	PublishedDepartments = 70
)

// Options say which district to make.
type Options struct {
	Seed  uint64
	Scale float64   // households, cases and members, as a share of the published; 0 is 1
	Now   time.Time // the end of the case log; required
	// Workers bounds the goroutines; 0 is GOMAXPROCS. The result does not
	// depend on it.
	Workers int
	// Progress, when set, is told of what is done of each stage. Calls come one
	// at a time.
	Progress func(stage string, done, total int)
}

func (o *Options) check() error {
	if o.Scale == 0 {
		o.Scale = 1
	}
	if !(o.Scale > 0 && o.Scale <= 1) {
		return fmt.Errorf("scale %v is not above 0 and at most 1", o.Scale)
	}
	if o.Now.IsZero() {
		return errors.New("the moment at which the case log ends is missing")
	}
	return nil
}

func (o *Options) progress(stage string, done, total int) {
	if o.Progress != nil {
		o.Progress(stage, done, total)
	}
}
