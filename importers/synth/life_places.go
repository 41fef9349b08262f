package synth

import (
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// communityName is the name of a community, or its code when it is unknown.
func (d *District) communityName(code string) string {
	i, found := slices.BinarySearchFunc(d.Communities, code, func(c Community, code string) int { return strings.Compare(c.Code, code) })
	if !found {
		return code
	}
	return d.Communities[i].Name
}

// compound finds a compound; nil when there is none.
func (d *District) compound(id int64) *data.Compound {
	if id < 1 || id > int64(len(d.Compounds)) {
		return nil
	}
	return &d.Compounds[id-1]
}

// metresPerDegree of longitude and of latitude, at a latitude; good to a
// thousandth, which is enough to stand beside something.
func metresPerDegree(lat float64) (east, north float64) {
	return 111320 * math.Cos(lat*math.Pi/180), 110870
}

// placeOf is the middle of a building's bounds and half their size in degrees.
func placeOf(g orb.Geometry) (middle orb.Point, half [2]float64) {
	b := g.Bound()
	return b.Center(), [2]float64{(b.Max[0] - b.Min[0]) / 2, (b.Max[1] - b.Min[1]) / 2}
}

// departmentIDs finds the departments by name.
func (d *District) departmentIDs() map[string]int64 {
	ids := map[string]int64{}
	for _, o := range d.Organisations {
		if o.Kind == "department" {
			ids[o.Name] = o.ID
		}
	}
	return ids
}
