package geotiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"gridmap/geo/raster"
)

// Type is how cells are written.
type Type int

// The types that are written.
const (
	Float32 Type = iota // missing cells are the raster's NoData, or -9999
	Byte                // whole numbers 0 to 255; missing cells are the raster's NoData, or 255
)

const rowsPerStrip = 64

// field is a tag to be written.
type field struct {
	tag, kind uint16
	count     int
	raw       []byte
}

// Encode writes a raster as a little-endian TIFF of deflated strips. A raster of
// over 4 GB does not fit and is refused.
func Encode(w io.Writer, r *raster.Raster, t Type) error {
	if len(r.Values) != r.Size() || r.Size() == 0 {
		return fmt.Errorf("write a GeoTIFF: %d values for %d by %d cells", len(r.Values), r.Width, r.Height)
	}
	none := r.NoData
	if math.IsNaN(none) {
		none = [...]float64{Float32: -9999, Byte: 255}[t]
	}
	strips, err := packStrips(r, t, none)
	if err != nil {
		return fmt.Errorf("write a GeoTIFF: %w", err)
	}
	fields := describe(r, t, none)
	at, offsets, sizes := 8, make([]uint32, len(strips)), make([]uint32, len(strips))
	for i, s := range strips {
		if at+len(s) > math.MaxUint32-1<<20 {
			return fmt.Errorf("write a GeoTIFF: more than 4 GB")
		}
		offsets[i], sizes[i] = uint32(at), uint32(len(s))
		at += len(s) + len(s)%2
	}
	fields = append(fields, longs(tagStripOffsets, offsets...), longs(tagStripBytes, sizes...))
	slices.SortFunc(fields, func(a, b field) int { return int(a.tag) - int(b.tag) })
	var out bytes.Buffer
	out.WriteString("II*\x00")
	put32(&out, uint32(at))
	for _, s := range strips {
		out.Write(s)
		if len(s)%2 == 1 {
			out.WriteByte(0)
		}
	}
	writeDirectory(&out, fields)
	_, err = out.WriteTo(w)
	return err
}

// writeDirectory writes the tags, then the values that do not fit into them.
func writeDirectory(out *bytes.Buffer, fields []field) {
	put16(out, uint16(len(fields)))
	rest := out.Len() + 12*len(fields) + 4
	var tail []byte
	for _, f := range fields {
		put16(out, f.tag)
		put16(out, f.kind)
		put32(out, uint32(f.count))
		if len(f.raw) <= 4 {
			out.Write(append(slices.Clone(f.raw), 0, 0, 0, 0)[:4])
			continue
		}
		put32(out, uint32(rest+len(tail)))
		tail = append(tail, f.raw...)
		if len(tail)%2 == 1 {
			tail = append(tail, 0)
		}
	}
	put32(out, 0)
	out.Write(tail)
}

// describe makes the tags, without those of the strips.
func describe(r *raster.Raster, t Type, none float64) []field {
	bits, format := uint16(32), uint16(formatFloat)
	if t == Byte {
		bits, format = 8, formatUnsigned
	}
	keys := []uint16{1, 1, 0, 0}
	key := func(id, v uint16) {
		keys = append(keys, id, 0, 1, v)
		keys[3]++
	}
	code := uint16(keyUserDefined)
	if r.System.EPSG > 0 && r.System.EPSG < keyUserDefined {
		code = uint16(r.System.EPSG)
	}
	if r.System.Geographic {
		key(keyModel, modelGeographic)
		key(keyRasterType, 1)
		key(keyGeographic, code)
	} else if r.System.Known() {
		key(keyModel, modelProjected)
		key(keyRasterType, 1)
		key(keyProjected, code)
	}
	text := strconv.FormatFloat(none, 'g', -1, 64) + "\x00"
	out := []field{longs(tagWidth, uint32(r.Width)), longs(tagHeight, uint32(r.Height)), shorts(tagBits, bits), shorts(tagCompression, compressionDeflate),
		shorts(tagPhotometric, 1), shorts(tagSamples, 1), longs(tagRowsPerStrip, rowsPerStrip), shorts(tagPlanar, 1), shorts(tagFormat, format),
		doubles(tagPixelScale, r.DX, r.DY, 0), doubles(tagTiePoint, 0, 0, 0, r.West, r.North, 0), {tagNoData, 2, len(text), []byte(text)}}
	if keys[3] > 0 {
		out = append(out, shorts(tagGeoKeys, keys...))
	}
	return out
}

func packStrips(r *raster.Raster, t Type, none float64) ([][]byte, error) {
	var out [][]byte
	for from := 0; from < r.Height; from += rowsPerStrip {
		cells := r.Values[from*r.Width : min(r.Height, from+rowsPerStrip)*r.Width]
		raw := make([]byte, 0, 4*len(cells))
		for _, v := range cells {
			if v != v {
				v = float32(none)
			}
			if t == Byte {
				if v < 0 || v > 255 || v != float32(math.Trunc(float64(v))) {
					return nil, fmt.Errorf("%g is not a whole number from 0 to 255", v)
				}
				raw = append(raw, byte(v))
			} else {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
			}
		}
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		if _, err := z.Write(raw); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		out = append(out, b.Bytes())
	}
	return out, nil
}

func shorts(tag uint16, v ...uint16) field {
	f := field{tag: tag, kind: 3, count: len(v)}
	for _, x := range v {
		f.raw = binary.LittleEndian.AppendUint16(f.raw, x)
	}
	return f
}

func longs(tag uint16, v ...uint32) field {
	f := field{tag: tag, kind: 4, count: len(v)}
	for _, x := range v {
		f.raw = binary.LittleEndian.AppendUint32(f.raw, x)
	}
	return f
}

func doubles(tag uint16, v ...float64) field {
	f := field{tag: tag, kind: 12, count: len(v)}
	for _, x := range v {
		f.raw = binary.LittleEndian.AppendUint64(f.raw, math.Float64bits(x))
	}
	return f
}

func put16(b *bytes.Buffer, v uint16) { b.Write(binary.LittleEndian.AppendUint16(nil, v)) }
func put32(b *bytes.Buffer, v uint32) { b.Write(binary.LittleEndian.AppendUint32(nil, v)) }
