package importers

import (
	"context"
	"math"
	"testing"

	"github.com/paulmach/orb"
)

func pointersTo(n int) ([]*orb.Point, []orb.Point) {
	held := make([]orb.Point, n)
	all := make([]*orb.Point, n)
	for i := range held {
		all[i] = &held[i]
	}
	return all, held
}

func TestCoordinateSystemsAreNamedInThreeFormsOnly(t *testing.T) {
	cases := []struct {
		name, crs string
		ok        bool
	}{
		{"none", "", true},
		{"an EPSG code", "EPSG:4544", true},
		{"a PROJ string", "+proj=tmerc +lat_0=0 +lon_0=105 +k=1 +x_0=500000 +ellps=GRS80", true},
		{"WKT", `PROJCS["x",GEOGCS["y"]]`, true},
		{"an address", "http://127.0.0.1/x", false},
		{"a file", "/etc/passwd", false},
		{"an option", "-t_srs", false},
		{"a virtual file", "/vsicurl/http://127.0.0.1/x.prj", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := checkCRS(c.crs); (err == nil) != c.ok {
				t.Errorf("got %v, want taken: %v", err, c.ok)
			}
		})
	}
}

func TestPositionsComeFromAnySystem(t *testing.T) {
	cases := []struct {
		name, crs string
		x, y      float64
	}{
		{"CGCS2000 3-degree zone of 105° E", "EPSG:4544", 580895.08, 3341473.88},
		{"Web Mercator", "EPSG:3857", 11782054.905560074, 3527996.0261507034},
		{"a local system as a PROJ string", "+proj=tmerc +lat_0=0 +lon_0=105 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs", 580895.08, 3341473.88},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			points, held := pointersTo(1)
			held[0] = orb.Point{c.x, c.y}
			if err := project(context.Background(), c.crs, "EPSG:4490", points); err != nil {
				t.Fatal(err)
			}
			if math.Abs(held[0][0]-105.84) > 1e-6 || math.Abs(held[0][1]-30.19) > 1e-6 {
				t.Errorf("got %v, want 105.84, 30.19", held[0])
			}
		})
	}
}
