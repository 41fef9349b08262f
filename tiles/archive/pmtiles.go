package archive

import (
	"encoding/binary"
	"fmt"
	"math"

	"gridmap/tiles"
)

// Info is what an archive says about itself.
type Info struct {
	MinZoom, MaxZoom uint8
	Bounds           [4]float64     // degrees: west, south, east, north
	Encoding         tiles.Encoding // of the tiles
	Metadata         []byte         // a JSON object
}

// The header of PMTiles 3: 127 bytes, little-endian.
type header struct {
	rootAt, rootLen, metaAt, metaLen, leavesAt, leavesLen, dataAt, dataLen uint64
	addressed, entries, contents                                           uint64
	info                                                                   Info
}

const (
	headerLen  = 127
	rootWithin = 16384 // header and root directory fit into the first so many bytes
	typeMVT    = 1
	packedGzip = 2 // our directories and metadata
)

// The codes of compressions.
var compressionCodes = map[tiles.Encoding]byte{tiles.Identity: 1, tiles.Gzip: 2, tiles.Brotli: 3, tiles.Zstd: 4}

func (h *header) bytes() []byte {
	b := append([]byte("PMTiles"), 3)
	for _, v := range []uint64{h.rootAt, h.rootLen, h.metaAt, h.metaLen, h.leavesAt, h.leavesLen, h.dataAt, h.dataLen,
		h.addressed, h.entries, h.contents} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	b = append(b, 1, packedGzip, compressionCodes[h.info.Encoding], typeMVT, h.info.MinZoom, h.info.MaxZoom)
	place := func(v float64) { b = binary.LittleEndian.AppendUint32(b, uint32(int32(math.Round(v*1e7)))) }
	w := h.info.Bounds
	place(w[0])
	place(w[1])
	place(w[2])
	place(w[3])
	b = append(b, (h.info.MinZoom+h.info.MaxZoom)/2)
	place((w[0] + w[2]) / 2)
	place((w[1] + w[3]) / 2)
	return b
}

func readHeader(b []byte) (h header, directories byte, err error) {
	if len(b) < headerLen || string(b[:7]) != "PMTiles" || b[7] != 3 {
		return h, 0, fmt.Errorf("this is no PMTiles archive of version 3")
	}
	for i, v := range []*uint64{&h.rootAt, &h.rootLen, &h.metaAt, &h.metaLen, &h.leavesAt, &h.leavesLen, &h.dataAt, &h.dataLen,
		&h.addressed, &h.entries, &h.contents} {
		*v = binary.LittleEndian.Uint64(b[8+8*i:])
	}
	if b[99] != typeMVT {
		return h, 0, fmt.Errorf("the archive holds tiles of type %d, not vector tiles", b[99])
	}
	found := false
	for enc, code := range compressionCodes {
		if code == b[98] {
			h.info.Encoding, found = enc, true
		}
	}
	if !found {
		return h, 0, fmt.Errorf("the archive's tiles have the unknown compression %d", b[98])
	}
	h.info.MinZoom, h.info.MaxZoom = b[100], b[101]
	for i := range h.info.Bounds {
		h.info.Bounds[i] = float64(int32(binary.LittleEndian.Uint32(b[102+4*i:]))) / 1e7
	}
	return h, b[97], nil
}

// Number is a tile's number: zoom by zoom, along a Hilbert curve in each.
func Number(id tiles.ID) uint64 {
	n := (uint64(1)<<(2*id.Z) - 1) / 3
	x, y := uint64(id.X), uint64(id.Y)
	for s := uint64(1) << id.Z >> 1; s > 0; s >>= 1 {
		var rx, ry uint64
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		n += s * s * ((3 * rx) ^ ry)
		x, y = x&(s-1), y&(s-1)
		if ry == 0 {
			if rx == 1 {
				x, y = s-1-x, s-1-y
			}
			x, y = y, x
		}
	}
	return n
}

// entry of a directory: run tiles from number on have the same content; run 0: a
// leaf directory from number on.
type entry struct {
	number, at uint64
	length     uint32
	run        uint32
}

func appendDirectory(b []byte, list []entry) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	last := uint64(0)
	for _, e := range list {
		b = binary.AppendUvarint(b, e.number-last)
		last = e.number
	}
	for _, e := range list {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range list {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range list {
		if i > 0 && e.at == list[i-1].at+uint64(list[i-1].length) {
			b = append(b, 0)
		} else {
			b = binary.AppendUvarint(b, e.at+1)
		}
	}
	return b
}

func readDirectory(b []byte) ([]entry, error) {
	broken := fmt.Errorf("a directory of the archive is broken")
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			b = nil
			return 0
		}
		b = b[n:]
		return v
	}
	n := next()
	if n > uint64(len(b))/4 { // an entry takes four bytes at least
		return nil, broken
	}
	list := make([]entry, n)
	last := uint64(0)
	for i := range list {
		last += next()
		list[i].number = last
	}
	for i := range list {
		list[i].run = uint32(next())
	}
	for i := range list {
		list[i].length = uint32(next())
	}
	for i := range list {
		if b == nil {
			return nil, broken
		}
		if v := next(); v > 0 {
			list[i].at = v - 1
		} else if i > 0 {
			list[i].at = list[i-1].at + uint64(list[i-1].length)
		}
	}
	return list, nil
}
