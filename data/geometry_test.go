package data_test

import (
	"context"
	"testing"

	"github.com/paulmach/orb"

	"gridmap/data/testdb"
)

func TestGeometriesComeBackFromPostGISAsTheyWentIn(t *testing.T) {
	db := testdb.New(t)
	ring := orb.Ring{{105.8, 30.1}, {105.9, 30.1}, {105.9, 30.2}, {105.8, 30.1}}
	for name, want := range map[string]orb.Geometry{
		"a point":         orb.Point{105.84, 30.19},
		"a line":          orb.LineString{{105, 30}, {106, 31}},
		"a polygon":       orb.Polygon{ring},
		"a multi-polygon": orb.MultiPolygon{{ring}},
	} {
		t.Run(name, func(t *testing.T) {
			var got orb.Geometry
			var srid int
			err := db.Pool.QueryRow(context.Background(), `select $1::geometry, st_srid($1::geometry)`, want).Scan(&got, &srid)
			if err != nil {
				t.Fatal(err)
			}
			if !orb.Equal(got, want) || srid != 4490 {
				t.Fatalf("got %v in %d, want %v in 4490", got, srid, want)
			}
		})
	}
}
