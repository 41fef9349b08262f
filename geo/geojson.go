package geo

import (
	"bytes"
	"strconv"

	"github.com/paulmach/orb"
)

// decimals of a degree: a hundredth of a millimetre, so that vertices that lie a
// millimetre apart stay apart, and one vertex of two neighbours stays one.
const decimals = 10

// AppendGeoJSON writes the geometry object of an area (RFC 7946); an empty one is
// null.
func AppendGeoJSON(b *bytes.Buffer, m orb.MultiPolygon) {
	if len(m) == 0 {
		b.WriteString("null")
		return
	}
	b.WriteString(`{"type":"MultiPolygon","coordinates":[`)
	for i, p := range m {
		comma(b, i, "[")
		for k, r := range p {
			comma(b, k, "[")
			for n, v := range r {
				comma(b, n, "[")
				b.Write(strconv.AppendFloat(b.AvailableBuffer(), v[0], 'f', decimals, 64))
				b.WriteByte(',')
				b.Write(strconv.AppendFloat(b.AvailableBuffer(), v[1], 'f', decimals, 64))
				b.WriteByte(']')
			}
			b.WriteByte(']')
		}
		b.WriteByte(']')
	}
	b.WriteString("]}")
}

func comma(b *bytes.Buffer, i int, open string) {
	if i > 0 {
		b.WriteByte(',')
	}
	b.WriteString(open)
}
