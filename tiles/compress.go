package tiles

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Encoding is a content encoding in which tiles are kept, by its name in HTTP.
type Encoding string

// The encodings.
const (
	Identity Encoding = "identity"
	Gzip     Encoding = "gzip"
	Brotli   Encoding = "br"   // RFC 7932
	Zstd     Encoding = "zstd" // RFC 8878
)

// The levels at which a tile costs about as much to compress as to encode: on the
// demo district zstd is the quickest, brotli the smallest by a tenth.
const (
	gzipLevel   = 6
	brotliLevel = 5
	zstdLevel   = zstd.SpeedDefault
)

// maker makes and compresses tiles. It keeps its buffers between calls and
// belongs to one goroutine at a time.
type maker struct {
	encoder Encoder
	raw     []byte
	out     bytes.Buffer
	packed  []byte
	small   *deflater // gzip of small tiles
	gzip    *gzip.Writer
	brotli  *brotli.Writer
	zstd    *zstd.Encoder
	seen    [512]seenTile
}

// seenTile remembers a small tile. Most tiles at high zooms lie inside the same
// few areas as their neighbours and are equal to the byte: those share one body.
type seenTile struct {
	hash [2]uint64
	tile Tile
}

// finish compresses a tile and gives it its tag: the same content has the same
// tag on every server.
func (m *maker) finish(raw []byte, enc Encoding) Tile {
	if len(raw) == 0 {
		return Tile{Encoding: enc, ETag: etag([2]uint64{}, enc)}
	}
	hash := hashOf(raw)
	seen := &m.seen[hash[0]%uint64(len(m.seen))]
	if seen.hash == hash && seen.tile.Encoding == enc {
		return seen.tile
	}
	t := Tile{Body: m.compress(raw, enc), Encoding: enc, ETag: etag(hash, enc)}
	if len(raw) <= fixedTile {
		*seen = seenTile{hash, t}
	}
	return t
}

// etag is a strong tag, another for each encoding of the same content.
func etag(hash [2]uint64, enc Encoding) string {
	const digits = "0123456789abcdef"
	b := make([]byte, 0, 36+len(enc))
	b = append(b, '"')
	for _, h := range hash {
		for shift := 60; shift >= 0; shift -= 4 {
			b = append(b, digits[h>>shift&15])
		}
	}
	b = append(append(b, '-'), enc...)
	return string(append(b, '"'))
}

// hashOf is a hash of 128 bits, of multiplications and shifts as in MurmurHash3.
// It guards against chance, not against malice: nobody else chooses our tiles.
func hashOf(b []byte) [2]uint64 {
	const p, q, r = 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f, 0x165667b19e3779f9
	x, y := uint64(len(b))*p, uint64(len(b))^q
	for len(b) >= 8 {
		v := binary.LittleEndian.Uint64(b)
		x = (x ^ v) * p
		x ^= x >> 29
		y = bits.RotateLeft64(y^v*r, 31) * q
		b = b[8:]
	}
	for _, c := range b {
		x = (x ^ uint64(c)) * p
		x ^= x >> 29
		y = bits.RotateLeft64(y^uint64(c)*r, 31) * q
	}
	return [2]uint64{x ^ x>>32, y ^ y>>29}
}

// compress returns raw in an encoding, in memory of its own. Nothing compressed
// is nothing.
func (m *maker) compress(raw []byte, enc Encoding) []byte {
	if len(raw) == 0 {
		return nil
	}
	m.out.Reset()
	// Writes into a bytes.Buffer do not fail.
	switch enc {
	case Gzip:
		return m.gzipped(raw)
	case Brotli:
		if m.brotli == nil {
			m.brotli = brotli.NewWriterLevel(&m.out, brotliLevel)
		}
		m.brotli.Reset(&m.out)
		_, _ = m.brotli.Write(raw)
		_ = m.brotli.Close()
	case Zstd:
		if m.zstd == nil {
			w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstdLevel), zstd.WithEncoderConcurrency(1),
				zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<20))
			mustKnow(err)
			m.zstd = w
		}
		return m.zstd.EncodeAll(raw, make([]byte, 0, len(raw)))
	default:
		m.out.Write(raw)
	}
	return bytes.Clone(m.out.Bytes())
}

func (m *maker) gzipped(raw []byte) []byte {
	if len(raw) <= fixedTile {
		if m.small == nil {
			m.small = newDeflater()
		}
		m.packed = m.small.gzip(m.packed[:0], raw)
		return bytes.Clone(m.packed)
	}
	if m.gzip == nil {
		w, err := gzip.NewWriterLevel(&m.out, gzipLevel)
		mustKnow(err)
		m.gzip = w
	}
	m.gzip.Reset(&m.out)
	_, _ = m.gzip.Write(raw)
	_ = m.gzip.Close()
	return bytes.Clone(m.out.Bytes())
}

// mustKnow is for settings that are constants, which the library must know.
func mustKnow(err error) {
	if err != nil {
		panic(fmt.Sprintf("compression: %v", err))
	}
}
