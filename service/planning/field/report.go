package field

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"

	"gridmap/geo"
)

// Kind of a finding.
type Kind string

// Findings: what could not be taken over as it was drawn.
const (
	Gap         Kind = "gap"          // land in no boundary
	Overlap     Kind = "overlap"      // land in two
	CutBuilding Kind = "cut_building" // a building that stands in two
	Outside     Kind = "outside"      // of a boundary, in no community
	BadRow      Kind = "bad_row"      // a row that cannot be used
	NewCode     Kind = "new_code"     // a code that is not that of a grid in force here
	Empty       Kind = "empty"        // a boundary that holds no plot for the most part
)

// Finding is one, with its place.
type Finding struct {
	Kind       Kind     `json:"kind"`
	Community  string   `json:"community,omitempty"`
	Boundaries []string `json:"boundaries"` // their codes, names or rows
	Building   string   `json:"building,omitempty"`
	Row        int64    `json:"row,omitempty"`
	AreaM2     float64  `json:"area_m2,omitempty"`
	Zh         string   `json:"zh"`
	En         string   `json:"en"`

	Geom orb.MultiPolygon `json:"-"` // EPSG:4490
}

// Report is what became of the boundaries.
type Report struct {
	PlanID      int64           `json:"plan_id"` // zero: none was made
	Boundaries  int             `json:"boundaries"`
	Communities []CommunityPart `json:"communities"`
	Findings    []Finding       `json:"findings"`
}

// CommunityPart is what became of one community.
type CommunityPart struct {
	Code       string  `json:"code"`
	Name       string  `json:"name"`
	Boundaries int     `json:"boundaries"`
	Grids      int     `json:"grids"`
	Plots      int     `json:"plots"`
	Moved      int     `json:"plots_moved"` // that are in another grid now than in force
	SnappedM2  float64 `json:"snapped_m2"`  // by which boundaries were shifted to plots
	SliverM2   float64 `json:"sliver_m2"`   // of gaps and overlaps no wider than a line, which are not listed one by one
}

// Counts are the findings by kind.
func (r *Report) Counts() map[Kind]int {
	out := map[Kind]int{}
	for _, f := range r.Findings {
		out[f.Kind]++
	}
	return out
}

// WriteGeoJSON writes the findings as a FeatureCollection that a desktop GIS opens
// (RFC 7946).
func (r *Report) WriteGeoJSON(out io.Writer) error {
	var b bytes.Buffer
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for i := range r.Findings {
		p, err := json.Marshal(&r.Findings[i])
		if err != nil {
			return fmt.Errorf("write a finding: %w", err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + `{"type":"Feature","properties":`)
		b.Write(p)
		b.WriteString(`,"geometry":`)
		geo.AppendGeoJSON(&b, r.Findings[i].Geom)
		b.WriteByte('}')
	}
	b.WriteString("\n]}\n")
	_, err := b.WriteTo(out)
	return err
}
