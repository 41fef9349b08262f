package geo

import "math"

// LonLat is a position in degrees, EPSG:4490.
type LonLat struct{ Lon, Lat float64 }

// Metres is a position in metres, EPSG:4544.
type Metres struct{ E, N float64 }

// Mercator is a position in EPSG:3857 units ("metres" at the equator only).
type Mercator struct{ X, Y float64 }

// The CGCS2000 ellipsoid (GB 22021-2008) and the projection of EPSG:4544.
const (
	semiMajorM    = 6378137.0
	flattening    = 1 / 298.257222101
	centralLonDeg = 105.0
	falseEastingM = 500000.0
	mercatorR     = 6378137.0
)

// krueger holds the series of Krüger (1912) in the third flattening n, to n⁴,
// as EPSG Guidance Note 7-2 (method 9807, JHS) prints them; the error inside a
// three-degree zone is below a tenth of a millimetre.
type krueger struct {
	b       float64
	h, hInv [4]float64
	e       float64
}

func newKrueger() krueger {
	n := flattening / (2 - flattening)
	n2, n3, n4 := n*n, n*n*n, n*n*n*n
	return krueger{
		b: semiMajorM / (1 + n) * (1 + n2/4 + n4/64),
		h: [4]float64{
			n/2 - 2.0/3*n2 + 5.0/16*n3 + 41.0/180*n4,
			13.0/48*n2 - 3.0/5*n3 + 557.0/1440*n4,
			61.0/240*n3 - 103.0/140*n4,
			49561.0 / 161280 * n4,
		},
		hInv: [4]float64{
			n/2 - 2.0/3*n2 + 37.0/96*n3 - 1.0/360*n4,
			1.0/48*n2 + 1.0/15*n3 - 437.0/1440*n4,
			17.0/480*n3 - 37.0/840*n4,
			4397.0 / 161280 * n4,
		},
		e: math.Sqrt(flattening * (2 - flattening)),
	}
}

var gaussKrueger = newKrueger() // constant in all but syntax: a table of series coefficients

// Projection is the Gauss-Krueger projection around a central meridian, with
// the false easting of EPSG:4544. It is good within some degrees of the
// meridian; far from it results are finite but meaningless.
type Projection struct{ CentralLonDeg float64 }

// ProjectionAt is the projection in which to measure around a longitude:
// EPSG:4544 where its zone reaches (103.5° to 106.5° E), else the zone of three
// degrees that holds lon, so that files of other places measure true, too.
func ProjectionAt(lon float64) Projection {
	return Projection{math.Round(lon/3) * 3}
}

// ToMetres projects p to EPSG:4544.
func ToMetres(p LonLat) Metres { return Projection{centralLonDeg}.ToMetres(p) }

// ToLonLat is the inverse of ToMetres.
func ToLonLat(m Metres) LonLat { return Projection{centralLonDeg}.ToLonLat(m) }

// ToMetres projects a position.
func (j Projection) ToMetres(p LonLat) Metres {
	k := &gaussKrueger
	lat := p.Lat * math.Pi / 180
	dLon := (p.Lon - j.CentralLonDeg) * math.Pi / 180
	q := math.Asinh(math.Tan(lat)) - k.e*math.Atanh(k.e*math.Sin(lat))
	beta := math.Atan(math.Sinh(q))
	eta0 := math.Atanh(math.Cos(beta) * math.Sin(dLon))
	xi0 := math.Asin(math.Max(-1, math.Min(1, math.Sin(beta)*math.Cosh(eta0))))
	xi, eta := xi0, eta0
	for i, h := range k.h {
		f := float64(2 * (i + 1))
		xi += h * math.Sin(f*xi0) * math.Cosh(f*eta0)
		eta += h * math.Cos(f*xi0) * math.Sinh(f*eta0)
	}
	return Metres{E: falseEastingM + k.b*eta, N: k.b * xi}
}

// ToLonLat is the inverse of ToMetres.
func (j Projection) ToLonLat(m Metres) LonLat {
	k := &gaussKrueger
	eta := (m.E - falseEastingM) / k.b
	xi := m.N / k.b
	xi0, eta0 := xi, eta
	for i, h := range k.hInv {
		f := float64(2 * (i + 1))
		xi0 -= h * math.Sin(f*xi) * math.Cosh(f*eta)
		eta0 -= h * math.Cos(f*xi) * math.Sinh(f*eta)
	}
	beta := math.Asin(math.Max(-1, math.Min(1, math.Sin(xi0)/math.Cosh(eta0))))
	q := math.Asinh(math.Tan(beta))
	qq := q + k.e*math.Atanh(k.e*math.Tanh(q))
	for range 6 {
		qq = q + k.e*math.Atanh(k.e*math.Tanh(qq))
	}
	lat := math.Atan(math.Sinh(qq))
	dLon := math.Asin(math.Max(-1, math.Min(1, math.Tanh(eta0)/math.Cos(beta))))
	return LonLat{Lon: j.CentralLonDeg + dLon*180/math.Pi, Lat: lat * 180 / math.Pi}
}

// MaxMercatorLat is the latitude at which the Web Mercator square ends.
const MaxMercatorLat = 85.0511287798066

// ToMercator projects p to EPSG:3857; latitudes beyond MaxMercatorLat are
// clamped to it.
func ToMercator(p LonLat) Mercator {
	lat := math.Max(-MaxMercatorLat, math.Min(MaxMercatorLat, p.Lat)) * math.Pi / 180
	return Mercator{X: mercatorR * p.Lon * math.Pi / 180, Y: mercatorR * math.Asinh(math.Tan(lat))}
}

// FromMercator is the inverse of ToMercator.
func FromMercator(m Mercator) LonLat {
	return LonLat{
		Lon: m.X / mercatorR * 180 / math.Pi,
		Lat: math.Atan(math.Sinh(m.Y/mercatorR)) * 180 / math.Pi,
	}
}
