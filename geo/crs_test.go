package geo_test

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"gridmap/geo"
)

func metresApart(a, b geo.LonLat) float64 {
	x, y := geo.ToMetres(a), geo.ToMetres(b)
	return math.Hypot(x.E-y.E, x.N-y.N)
}

func TestProjectionAgreesWithTheSurveyedPoint(t *testing.T) {
	got := geo.ToMetres(geo.LonLat{Lon: 105.84, Lat: 30.19})
	if math.Abs(got.E-580895.08) > 0.01 || math.Abs(got.N-3341473.88) > 0.01 {
		t.Fatalf("ToMetres(105.84, 30.19) = %.3f %.3f, want 580895.08 3341473.88", got.E, got.N)
	}
}

func TestProjectionsComeBackToWhereTheyStarted(t *testing.T) {
	for lon := 103.6; lon <= 106.5; lon += 0.17 {
		for lat := 20.0; lat <= 45; lat += 0.83 {
			p := geo.LonLat{Lon: lon, Lat: lat}
			if d := metresApart(p, geo.ToLonLat(geo.ToMetres(p))); d > 1e-4 {
				t.Fatalf("Gauss-Krueger round trip at %v is off by %g m, want below 0.1 mm", p, d)
			}
			if d := metresApart(p, geo.FromMercator(geo.ToMercator(p))); d > 1e-4 {
				t.Fatalf("Mercator round trip at %v is off by %g m, want below 0.1 mm", p, d)
			}
		}
	}
}

func TestShiftedSystemsAgreeWithPublishedVectors(t *testing.T) {
	f, err := os.Open("testdata/coord_vectors.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	num := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, r := range rows[1:] {
		want := geo.LonLat{Lon: num(r[0]), Lat: num(r[1])}
		for datum, in := range map[geo.Datum]geo.LonLat{
			geo.GCJ02: {Lon: num(r[2]), Lat: num(r[3])},
			geo.BD09:  {Lon: num(r[4]), Lat: num(r[5])},
		} {
			got := geo.FromDatum(datum, in)
			d := math.Hypot(got.Lon-want.Lon, got.Lat-want.Lat) * 111320
			if d > 0.01 {
				t.Errorf("%s %v = %v, want %v (off by %.3f m)", datum, in, got, want, d)
			}
		}
	}
}

func TestPlacesOutsideChinaAreNotShifted(t *testing.T) {
	p := geo.LonLat{Lon: 9.52, Lat: 47.14}
	if got := geo.FromGCJ02(p); got != p {
		t.Fatalf("FromGCJ02(%v) = %v, want it unchanged", p, got)
	}
}
