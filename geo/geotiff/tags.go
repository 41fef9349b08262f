package geotiff

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Tags of TIFF 6.0, GDAL's for missing values, and those of OGC GeoTIFF 1.1.
const (
	tagWidth        = 256
	tagHeight       = 257
	tagBits         = 258
	tagCompression  = 259
	tagPhotometric  = 262
	tagStripOffsets = 273
	tagSamples      = 277
	tagRowsPerStrip = 278
	tagStripBytes   = 279
	tagPlanar       = 284
	tagPredictor    = 317
	tagTileWidth    = 322
	tagTileHeight   = 323
	tagTileOffsets  = 324
	tagTileBytes    = 325
	tagFormat       = 339
	tagPixelScale   = 33550
	tagTiePoint     = 33922
	tagTransform    = 34264
	tagGeoKeys      = 34735
	tagGeoDoubles   = 34736
	tagGeoASCII     = 34737
	tagNoData       = 42113
)

// maxTagBytes bounds what is read of one tag: a table of a million tiles.
const maxTagBytes = 16 << 20

// sizes of the types of TIFF values, by their number.
func sizeOf(kind uint16) int {
	switch kind {
	case 1, 2, 6, 7:
		return 1
	case 3, 8:
		return 2
	case 4, 9, 11, 13:
		return 4
	case 5, 10, 12, 16, 17, 18:
		return 8
	}
	return 0
}

// entry is a tag of a directory with its value's bytes.
type entry struct {
	kind  uint16
	count uint64
	raw   []byte
}

// directory is the first of a file.
type directory struct {
	order   binary.ByteOrder
	entries map[uint16]entry
}

// readDirectory reads the header and the first directory, classic or BigTIFF.
func readDirectory(r io.ReaderAt) (*directory, error) {
	var head [16]byte
	if _, err := r.ReadAt(head[:8], 0); err != nil {
		return nil, fmt.Errorf("not a TIFF: %w", unexpected(err))
	}
	d := &directory{entries: map[uint16]entry{}}
	switch string(head[:2]) {
	case "II":
		d.order = binary.LittleEndian
	case "MM":
		d.order = binary.BigEndian
	default:
		return nil, errors.New("not a TIFF: it begins with neither II nor MM")
	}
	big := false
	at := int64(d.order.Uint32(head[4:8]))
	switch v := d.order.Uint16(head[2:4]); v {
	case 42:
	case 43:
		big = true
		if _, err := r.ReadAt(head[:], 0); err != nil {
			return nil, fmt.Errorf("read the header: %w", unexpected(err))
		}
		at = int64(d.order.Uint64(head[8:16]))
	default:
		return nil, fmt.Errorf("not a TIFF: its version is %d", v)
	}
	return d, d.read(r, at, big)
}

func (d *directory) read(r io.ReaderAt, at int64, big bool) error {
	counter, size, inline := 2, 12, 4
	if big {
		counter, size, inline = 8, 20, 8
	}
	if at <= 0 {
		return errors.New("the directory lies before the beginning")
	}
	b := make([]byte, counter)
	if _, err := r.ReadAt(b, at); err != nil {
		return fmt.Errorf("read the directory: %w", unexpected(err))
	}
	n := uint64(d.order.Uint16(b))
	if big {
		n = d.order.Uint64(b)
	}
	if n > 4096 {
		return fmt.Errorf("a directory of %d tags", n)
	}
	b = make([]byte, int(n)*size)
	if _, err := r.ReadAt(b, at+int64(counter)); err != nil {
		return fmt.Errorf("read the directory: %w", unexpected(err))
	}
	for ; len(b) > 0; b = b[size:] {
		e := entry{kind: d.order.Uint16(b[2:])}
		tag, value := d.order.Uint16(b), b[size-inline:size]
		e.count = uint64(d.order.Uint32(b[4:]))
		if big {
			e.count = d.order.Uint64(b[4:])
		}
		width := uint64(sizeOf(e.kind))
		if width == 0 {
			continue
		}
		if e.count > maxTagBytes/width {
			return fmt.Errorf("tag %d has %d values", tag, e.count)
		}
		bytes := int(e.count * width)
		if bytes <= inline {
			e.raw = value[:bytes]
		} else {
			place := int64(d.order.Uint32(value))
			if big {
				place = int64(d.order.Uint64(value))
			}
			var err error
			if e.raw, err = readPart(r, place, bytes); err != nil {
				return fmt.Errorf("read tag %d: %w", tag, err)
			}
		}
		d.entries[tag] = e
	}
	return nil
}

// readPart reads n bytes in pieces, so that a lie about their number costs no
// memory beyond what the file has.
func readPart(r io.ReaderAt, at int64, n int) ([]byte, error) {
	if at < 0 || n < 0 {
		return nil, errors.New("it lies outside the file")
	}
	const piece = 1 << 20
	out := make([]byte, 0, min(n, piece))
	for len(out) < n {
		from := len(out)
		out = append(out, make([]byte, min(piece, n-from))...)
		if _, err := r.ReadAt(out[from:], at+int64(from)); err != nil {
			return nil, unexpected(err)
		}
	}
	return out, nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// whole are the values of a tag of whole numbers.
func (d *directory) whole(tag uint16) []uint64 {
	e := d.entries[tag]
	out := make([]uint64, 0, e.count)
	for b := e.raw; len(b) > 0; b = b[sizeOf(e.kind):] {
		switch e.kind {
		case 1, 6, 7:
			out = append(out, uint64(b[0]))
		case 3, 8:
			out = append(out, uint64(d.order.Uint16(b)))
		case 4, 9, 13:
			out = append(out, uint64(d.order.Uint32(b)))
		case 16, 17, 18:
			out = append(out, d.order.Uint64(b))
		default:
			return nil
		}
	}
	return out
}

// one is the first value of a tag, or what holds without it.
func (d *directory) one(tag uint16, without uint64) uint64 {
	if v := d.whole(tag); len(v) > 0 {
		return v[0]
	}
	return without
}

func (d *directory) doubles(tag uint16) []float64 {
	e := d.entries[tag]
	if e.kind != 12 {
		return nil
	}
	out := make([]float64, 0, e.count)
	for b := e.raw; len(b) > 0; b = b[8:] {
		out = append(out, math.Float64frombits(d.order.Uint64(b)))
	}
	return out
}

func (d *directory) text(tag uint16) string {
	if e := d.entries[tag]; e.kind == 2 {
		return strings.TrimRight(string(e.raw), "\x00")
	}
	return ""
}

// noData is the value that stands for none; NaN: there is no such.
func (d *directory) noData() float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(d.text(tagNoData)), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
