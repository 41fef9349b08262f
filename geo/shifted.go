package geo

import (
	"fmt"
	"math"
	"strings"
)

// Datum names the system in which a position came in. It is stored with the
// row; see FromDatum.
type Datum string

// The systems in which positions reach the map.
const (
	CGCS2000 Datum = "cgcs2000"
	GCJ02    Datum = "gcj02"
	BD09     Datum = "bd09"
)

// ParseDatum reads a datum as people write it; an empty string is CGCS2000.
// WGS 84 is accepted as CGCS2000: they differ by less than a decimetre.
func ParseDatum(s string) (Datum, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "cgcs2000", "epsg:4490", "4490", "wgs84", "epsg:4326", "4326":
		return CGCS2000, nil
	case "gcj02", "gcj-02":
		return GCJ02, nil
	case "bd09", "bd-09", "bd09ll":
		return BD09, nil
	}
	return "", fmt.Errorf("crs %q is not one of cgcs2000, gcj02, bd09", s)
}

// FromDatum brings p from d into CGCS2000.
func FromDatum(d Datum, p LonLat) LonLat {
	switch d {
	case GCJ02:
		return FromGCJ02(p)
	case BD09:
		return FromBD09(p)
	}
	return p
}

const (
	gcjA  = 6378245.0
	gcjEE = 0.00669342162296594323
	bdPi  = math.Pi * 3000 / 180
)

// insideChina is the rectangle inside which GCJ-02 shifts positions; outside
// it the published algorithm is the identity.
func insideChina(p LonLat) bool {
	return p.Lon >= 72.004 && p.Lon <= 137.8347 && p.Lat >= 0.8293 && p.Lat <= 55.8271
}

// gcjShift is the offset of GCJ-02 at p, in degrees.
func gcjShift(p LonLat) (dLon, dLat float64) {
	x, y := p.Lon-105, p.Lat-35
	s := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	dLat = -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + s +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	dLon = 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + s +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	rad := p.Lat / 180 * math.Pi
	m := 1 - gcjEE*math.Sin(rad)*math.Sin(rad)
	sq := math.Sqrt(m)
	dLat = dLat * 180 / (gcjA * (1 - gcjEE) / (m * sq) * math.Pi)
	dLon = dLon * 180 / (gcjA / sq * math.Cos(rad) * math.Pi)
	return dLon, dLat
}

func toGCJ02(p LonLat) LonLat {
	if !insideChina(p) {
		return p
	}
	dLon, dLat := gcjShift(p)
	return LonLat{p.Lon + dLon, p.Lat + dLat}
}

// FromGCJ02 brings a GCJ-02 position into CGCS2000. One inverse step errs by up
// to 1.8 m; six iterations bring the error below a millimetre.
func FromGCJ02(p LonLat) LonLat {
	if !insideChina(p) {
		return p
	}
	g := p
	for range 6 {
		f := toGCJ02(g)
		g.Lon += p.Lon - f.Lon
		g.Lat += p.Lat - f.Lat
	}
	return g
}

func gcjToBD09(p LonLat) LonLat {
	z := math.Hypot(p.Lon, p.Lat) + 0.00002*math.Sin(p.Lat*bdPi)
	th := math.Atan2(p.Lat, p.Lon) + 0.000003*math.Cos(p.Lon*bdPi)
	return LonLat{z*math.Cos(th) + 0.0065, z*math.Sin(th) + 0.006}
}

// FromBD09 brings a BD-09 position into CGCS2000, by way of GCJ-02.
func FromBD09(p LonLat) LonLat {
	g := LonLat{p.Lon - 0.0065, p.Lat - 0.006}
	for range 6 {
		f := gcjToBD09(g)
		g.Lon += p.Lon - f.Lon
		g.Lat += p.Lat - f.Lat
	}
	return FromGCJ02(g)
}
