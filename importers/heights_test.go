package importers

import "testing"

func TestTheLowestHeightOfALineIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		kind, coordinates string
		want              float64
		ok                bool
	}{
		"a line with heights has its lowest":           {"LineString", `[[105.8,30.1,241.5],[105.9,30.1,240.25]]`, 240.25, true},
		"several lines share one lowest":               {"MultiLineString", `[[[105.8,30.1,241],[105.9,30.1,242]],[[105.8,30.2,239],[105.9,30.2,250]]]`, 239, true},
		"a line below sea level keeps its sign":        {"LineString", `[[105.8,30.1,-3],[105.9,30.1,2]]`, -3, true},
		"a flat line has none":                         {"LineString", `[[105.8,30.1],[105.9,30.1]]`, 0, false},
		"an area is not asked":                         {"Polygon", `[[[1,1,5],[2,1,5],[2,2,5],[1,1,5]]]`, 0, false},
		"what is no list of positions has none either": {"LineString", `[1,2,3]`, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := lowestHeight(c.kind, []byte(c.coordinates))
			if got != c.want || ok != c.ok {
				t.Fatalf("got %v, %v, want %v, %v", got, ok, c.want, c.ok)
			}
		})
	}
}
