package importers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// levees are lines with the level of their crest, in the datum of the terrain.
func levees() kind {
	return kind{name: "levees", shape: lineShape,
		fields:  []field{idField(), nameField(), {"crest_m", []string{"crest", "crest_level", "elevation", "堤顶高程", "堤顶标高", "高程"}}},
		columns: []string{"name", "crest_m"},
		convert: func(r *record, _ orb.Geometry) []any {
			crest := r.number("crest_m", -500, 9000)
			// A line with heights carries its crest: the lowest point is overtopped first.
			if low := r.row.LowestM; crest == nil && low != nil {
				if crest = low; *low < -500 || *low > 9000 {
					r.refuse("geometry", "a height is not between -500 and 9000 m", "")
				}
			}
			if crest == nil && r.get("crest_m") == "" {
				r.refuse("crest_m", "missing: a levee without a crest holds nothing", "")
			}
			return []any{r.text("name", ""), crest}
		}}
}

// takeDepth takes in a raster of depths that a hydraulic model computed for a level
// at a gauge. Those for the same level are replaced.
func takeDepth(ctx context.Context, j *job) error {
	switch {
	case strings.TrimSpace(j.req.Gauge) == "":
		return errors.New("gauge: missing: the code of the gauge for whose level the depths hold")
	case math.IsNaN(j.req.StageM) || j.req.StageM < -500 || j.req.StageM > 9000:
		return fmt.Errorf("stage: %g is not a level between -500 and 9000 metres", j.req.StageM)
	}
	r, kept, err := takeRaster(ctx, j)
	if err != nil {
		return err
	}
	for i, v := range r.Values {
		if v < 0 || v > 100 {
			return fmt.Errorf("depth: %g m in column %d, row %d: a depth is between 0 and 100 metres", v, i%r.Width+1, i/r.Width+1)
		}
	}
	fresh, changed, err := j.in.Depth(ctx, data.DepthIntake{Gauge: j.req.Gauge, StageM: j.req.StageM, Path: kept.path, SHA256: kept.hash, CellM: r.CellM(), Extent: kept.extent})
	if err != nil {
		return err
	}
	c := Counts{Kind: "depth", Read: 1}
	switch {
	case fresh:
		c.Inserted = 1
	case changed:
		c.Updated = 1
	default:
		c.Unchanged = 1
	}
	j.report.Counts = append(j.report.Counts, c)
	return nil
}
