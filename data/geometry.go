package data

import (
	"database/sql/driver"
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
)

// geometryCodec carries orb geometries to and from PostGIS as EWKB, in binary
// and in text (hexadecimal). A nil orb.Geometry is null.
type geometryCodec struct{}

func registerGeometryOID(m *pgtype.Map, oid uint32) {
	m.RegisterType(&pgtype.Type{Name: "geometry", OID: oid, Codec: geometryCodec{}})
}

func (geometryCodec) FormatSupported(format int16) bool { return format == pgtype.BinaryFormatCode }
func (geometryCodec) PreferredFormat() int16            { return pgtype.BinaryFormatCode }

func (geometryCodec) PlanEncode(_ *pgtype.Map, _ uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(orb.Geometry); ok && format == pgtype.BinaryFormatCode {
		return encodeGeometry{}
	}
	return nil
}

type encodeGeometry struct{}

func (encodeGeometry) Encode(value any, buf []byte) ([]byte, error) {
	g, _ := value.(orb.Geometry)
	if g == nil {
		return nil, nil
	}
	b, err := ewkb.Marshal(g, SRID)
	if err != nil {
		return nil, fmt.Errorf("encode a %s: %w", g.GeoJSONType(), err)
	}
	return append(buf, b...), nil
}

func (geometryCodec) PlanScan(_ *pgtype.Map, _ uint32, format int16, target any) pgtype.ScanPlan {
	if format != pgtype.BinaryFormatCode {
		return nil
	}
	switch target.(type) {
	case *orb.Geometry, *orb.Point, *orb.MultiPolygon, *orb.MultiLineString:
		return scanGeometry{}
	}
	return nil
}

type scanGeometry struct{}

func (scanGeometry) Scan(src []byte, target any) error {
	var g orb.Geometry
	if src != nil {
		var err error
		if g, _, err = ewkb.Unmarshal(src); err != nil {
			return fmt.Errorf("decode a geometry: %w", err)
		}
	}
	ok := true
	switch t := target.(type) {
	case *orb.Geometry:
		*t = g
	case *orb.Point:
		*t, ok = g.(orb.Point)
	case *orb.MultiPolygon:
		*t, ok = g.(orb.MultiPolygon)
	case *orb.MultiLineString:
		*t, ok = g.(orb.MultiLineString)
	}
	if !ok {
		return fmt.Errorf("a %T does not fit into %T", g, target)
	}
	return nil
}

func (geometryCodec) DecodeDatabaseSQLValue(*pgtype.Map, uint32, int16, []byte) (driver.Value, error) {
	return nil, fmt.Errorf("geometry through database/sql is not offered")
}

func (geometryCodec) DecodeValue(_ *pgtype.Map, _ uint32, _ int16, src []byte) (any, error) {
	var g orb.Geometry
	err := scanGeometry{}.Scan(src, &g)
	return g, err
}
