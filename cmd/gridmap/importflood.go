package main

import (
	"maps"
	"math"

	"gridmap/importers"
)

// floodFlags are those of importing what floods need.
type floodFlags struct {
	Name   string   `help:"terrain: what this version is called; else as the source."`
	ErrorM float64  `name:"error-m" placeholder:"M" help:"terrain: how far its elevations may be off, metres; shown beside all that is computed from it."`
	Crest  string   `placeholder:"COLUMN" help:"levees: the column with the level of the crest, metres in the datum of the terrain."`
	Gauge  string   `placeholder:"CODE" help:"depth: the gauge for whose level the depths hold."`
	Stage  *float64 `placeholder:"M" help:"depth: that level, metres of the gauge's datum."`
}

// onto puts what was said into a request.
func (f *floodFlags) onto(r *importers.Request) {
	r.Name, r.ErrorM, r.Gauge, r.StageM = f.Name, f.ErrorM, f.Gauge, math.NaN()
	if f.Stage != nil {
		r.StageM = *f.Stage
	}
	if f.Crest != "" {
		r.Fields = maps.Clone(r.Fields)
		if r.Fields == nil {
			r.Fields = map[string]string{}
		}
		r.Fields["crest_m"] = f.Crest
	}
}
