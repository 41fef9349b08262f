// Package geotiff reads and writes rasters of one band as GeoTIFF (TIFF 6.0,
// BigTIFF, OGC GeoTIFF 1.1): strips and tiles; whole numbers of 8, 16 and 32 bits
// and floating point of 32 and 64; uncompressed, LZW and deflate, with predictors;
// both byte orders.
//
// It does no input or output of its own. What it does not read it refuses with
// ErrUnsupported, so that the caller can have GDAL translate the file. Values
// become 32-bit floating point: whole numbers beyond 2²⁴ lose their last digits.
package geotiff

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math"

	"golang.org/x/image/tiff/lzw"

	"gridmap/geo/raster"
)

// ErrUnsupported says that a file may be right but is not read here.
var ErrUnsupported = errors.New("this kind of TIFF is not read here")

// MaxCells bounds a raster: 400 million cells are 1.6 GB.
const MaxCells = 400_000_000

const (
	compressionNone    = 1
	compressionLZW     = 5
	compressionDeflate = 8
	compressionOldZip  = 32946

	formatUnsigned = 1
	formatSigned   = 2
	formatFloat    = 3
)

// layout says how the cells of a file are stored.
type layout struct {
	raster.Grid
	dir                     *directory
	blockWidth, blockHeight int
	offsets, sizes          []uint64
	bits, format            int
	compression, predictor  int
	noData                  float64
}

// Decode reads a raster of one band.
func Decode(r io.ReaderAt) (*raster.Raster, error) {
	l, err := readLayout(r)
	if err != nil {
		return nil, err
	}
	if err := l.plausible(r); err != nil {
		return nil, err
	}
	out := raster.New(l.Grid)
	out.NoData = l.noData
	across := (l.Width + l.blockWidth - 1) / l.blockWidth
	for i := range l.offsets {
		column, row := i%across*l.blockWidth, i/across*l.blockHeight
		if row >= l.Height {
			break
		}
		if l.sizes[i] == 0 { // a sparse file: nothing stands there
			continue
		}
		raw, err := l.block(r, i, row)
		if err != nil {
			return nil, fmt.Errorf("block %d: %w", i, err)
		}
		l.lay(out, raw, column, row)
	}
	return out, nil
}

// DecodeGrid reads where a raster lies, without its cells.
func DecodeGrid(r io.ReaderAt) (raster.Grid, error) {
	l, err := readLayout(r)
	if err != nil {
		return raster.Grid{}, err
	}
	return l.Grid, nil
}

func readLayout(r io.ReaderAt) (*layout, error) {
	d, err := readDirectory(r)
	if err != nil {
		return nil, err
	}
	width, height := d.one(tagWidth, 0), d.one(tagHeight, 0)
	if width == 0 || height == 0 || width > MaxCells || height > MaxCells || width*height > MaxCells {
		return nil, fmt.Errorf("a raster of %d by %d cells", width, height)
	}
	l := &layout{dir: d, bits: int(d.one(tagBits, 1)), format: int(d.one(tagFormat, formatUnsigned)), compression: int(d.one(tagCompression, compressionNone)),
		predictor: int(d.one(tagPredictor, 1)), noData: d.noData()}
	l.Width, l.Height = int(width), int(height)
	if n := d.one(tagSamples, 1); n != 1 {
		return nil, fmt.Errorf("it has %d bands: one is read", n)
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	if err := l.blocks(); err != nil {
		return nil, err
	}
	return l, d.place(&l.Grid)
}

// check refuses what is not read.
func (l *layout) check() error {
	switch l.compression {
	case compressionNone, compressionLZW, compressionDeflate, compressionOldZip:
	default:
		return fmt.Errorf("%w: compression %d", ErrUnsupported, l.compression)
	}
	ok := l.format == formatFloat && (l.bits == 32 || l.bits == 64) ||
		(l.format == formatSigned || l.format == formatUnsigned) && (l.bits == 8 || l.bits == 16 || l.bits == 32)
	if !ok {
		return fmt.Errorf("%w: %d bits of format %d", ErrUnsupported, l.bits, l.format)
	}
	if l.predictor < 1 || l.predictor > 3 || l.predictor == 3 && l.format != formatFloat || l.predictor == 2 && l.format == formatFloat && l.bits == 64 {
		return fmt.Errorf("%w: predictor %d", ErrUnsupported, l.predictor)
	}
	return nil
}

// blocks reads where the strips or tiles are.
func (l *layout) blocks() error {
	d := l.dir
	l.blockWidth, l.blockHeight = l.Width, int(min(d.one(tagRowsPerStrip, math.MaxInt32), uint64(l.Height)))
	l.offsets, l.sizes = d.whole(tagStripOffsets), d.whole(tagStripBytes)
	if _, tiled := d.entries[tagTileWidth]; tiled {
		w, h := d.one(tagTileWidth, 0), d.one(tagTileHeight, 0)
		if w > 1<<16 || h > 1<<16 {
			return fmt.Errorf("tiles of %d by %d cells", w, h)
		}
		l.blockWidth, l.blockHeight = int(w), int(h)
		l.offsets, l.sizes = d.whole(tagTileOffsets), d.whole(tagTileBytes)
	}
	if l.blockWidth < 1 || l.blockHeight < 1 {
		return errors.New("strips or tiles without cells")
	}
	across, down := (l.Width+l.blockWidth-1)/l.blockWidth, (l.Height+l.blockHeight-1)/l.blockHeight
	if len(l.offsets) < across*down || len(l.sizes) != len(l.offsets) {
		return fmt.Errorf("it names %d of its %d strips or tiles", min(len(l.offsets), len(l.sizes)), across*down)
	}
	l.offsets, l.sizes = l.offsets[:across*down], l.sizes[:across*down]
	if uint64(l.blockWidth)*uint64(l.blockHeight) > MaxCells {
		return fmt.Errorf("blocks of %d by %d cells", l.blockWidth, l.blockHeight)
	}
	return nil
}

// maxRatio bounds what a byte may unpack to: deflate makes at most 1032 of one
// (zlib, "Maximum Compression Factor"), LZW with codes of nine bits and more at
// most 4096 of each code.
const maxRatio = 4096

// plausible refuses blocks that cannot hold their cells, before there is memory
// for the cells: a small file must not claim gigabytes.
func (l *layout) plausible(r io.ReaderAt) error {
	across := (l.Width + l.blockWidth - 1) / l.blockWidth
	end := uint64(0) // of the last that is written
	for i, size := range l.sizes {
		if size == 0 {
			continue
		}
		if l.offsets[i] > 1<<60 {
			return fmt.Errorf("block %d lies outside the file", i)
		}
		end = max(end, l.offsets[i]+size)
		if want := uint64(l.rows(i/across*l.blockHeight)) * uint64(l.blockWidth) * uint64(l.bits) / 8; want/maxRatio > size {
			return fmt.Errorf("block %d: %d bytes cannot hold %d", i, size, want)
		}
	}
	if end == 0 {
		return errors.New("none of its strips or tiles is written")
	}
	if _, err := r.ReadAt(make([]byte, 1), int64(end-1)); err != nil {
		return fmt.Errorf("its strips or tiles end at byte %d: %w", end, unexpected(err))
	}
	return nil
}

// rows of cells in the block that begins at a row: the last strip may be short.
func (l *layout) rows(row int) int {
	if _, tiled := l.dir.entries[tagTileWidth]; tiled {
		return l.blockHeight
	}
	return min(l.blockHeight, l.Height-row)
}

// block reads a strip or tile and undoes compression and predictor.
func (l *layout) block(r io.ReaderAt, i, row int) ([]byte, error) {
	rows := l.rows(row)
	want := rows * l.blockWidth * l.bits / 8
	size := l.sizes[i]
	if size > uint64(want)*4+1<<16 {
		return nil, fmt.Errorf("%d bytes for %d cells", size, rows*l.blockWidth)
	}
	packed, err := readPart(r, int64(l.offsets[i]), int(size))
	if err != nil {
		return nil, err
	}
	raw, err := l.unpack(packed, want)
	if err != nil {
		return nil, err
	}
	for y := range rows {
		l.unpredict(raw[y*l.blockWidth*l.bits/8 : (y+1)*l.blockWidth*l.bits/8])
	}
	return raw, nil
}

// unpack decompresses exactly want bytes.
func (l *layout) unpack(packed []byte, want int) ([]byte, error) {
	var in io.Reader
	switch l.compression {
	case compressionNone:
		if len(packed) < want {
			return nil, io.ErrUnexpectedEOF
		}
		return packed[:want], nil
	case compressionLZW:
		z := lzw.NewReader(bytes.NewReader(packed), lzw.MSB, 8)
		defer z.Close()
		in = z
	default:
		z, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		defer z.Close()
		in = z
	}
	raw := make([]byte, want)
	if _, err := io.ReadFull(in, raw); err != nil {
		return nil, unexpected(err)
	}
	return raw, nil
}

// unpredict undoes the predictor over a row: horizontal differences (TIFF 6.0,
// section 14), or those of bytes by significance (TIFF Technical Note 3).
func (l *layout) unpredict(row []byte) {
	switch l.predictor {
	case 2:
		l.undifference(row)
	case 3:
		width := l.bits / 8
		for i := 1; i < len(row); i++ {
			row[i] += row[i-1]
		}
		cells := len(row) / width
		shuffled := bytes.Clone(row)
		for c := range cells {
			for b := range width {
				v := shuffled[b*cells+c] // most significant first
				if l.dir.order.String() == "LittleEndian" {
					row[c*width+width-1-b] = v
				} else {
					row[c*width+b] = v
				}
			}
		}
	}
}

func (l *layout) undifference(row []byte) {
	o := l.dir.order
	switch l.bits {
	case 8:
		for i := 1; i < len(row); i++ {
			row[i] += row[i-1]
		}
	case 16:
		for i := 2; i+1 < len(row); i += 2 {
			o.PutUint16(row[i:], o.Uint16(row[i:])+o.Uint16(row[i-2:]))
		}
	case 32:
		for i := 4; i+3 < len(row); i += 4 {
			o.PutUint32(row[i:], o.Uint32(row[i:])+o.Uint32(row[i-4:]))
		}
	}
}

// lay copies a block into the raster.
func (l *layout) lay(out *raster.Raster, raw []byte, column, row int) {
	width := l.bits / 8
	rows := min(len(raw)/(l.blockWidth*width), l.Height-row)
	columns := min(l.blockWidth, l.Width-column)
	for y := range rows {
		line := raw[y*l.blockWidth*width:]
		to := out.Values[(row+y)*l.Width+column:]
		for x := range columns {
			v := l.value(line[x*width:])
			if v == l.noData || math.IsInf(v, 0) || l.format == formatFloat && l.bits == 32 && float32(v) == float32(l.noData) {
				continue // stays NaN
			}
			to[x] = float32(v)
		}
	}
}

func (l *layout) value(b []byte) float64 {
	o := l.dir.order
	switch {
	case l.format == formatFloat && l.bits == 32:
		return float64(math.Float32frombits(o.Uint32(b)))
	case l.format == formatFloat:
		return math.Float64frombits(o.Uint64(b))
	case l.bits == 8 && l.format == formatSigned:
		return float64(int8(b[0]))
	case l.bits == 8:
		return float64(b[0])
	case l.bits == 16 && l.format == formatSigned:
		return float64(int16(o.Uint16(b)))
	case l.bits == 16:
		return float64(o.Uint16(b))
	case l.format == formatSigned:
		return float64(int32(o.Uint32(b)))
	}
	return float64(o.Uint32(b))
}
