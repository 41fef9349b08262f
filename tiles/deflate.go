package tiles

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
)

// deflater compresses small tiles with the fixed code of deflate (RFC 1951, 3.2.6).
// A code made for a tile alone takes most of the time that a small tile costs, and
// must be written into it: up to fixedTile bytes, tiles are no larger without.
type deflater struct {
	literals [256]prefixCode
	lengths  [maxMatch + 1]prefixCode  // with their extra bits
	backs    [fixedTile + 1]prefixCode // distances, with their extra bits
	head     [1 << hashBits]uint16     // place after the newest occurrence of three bytes
	earlier  [fixedTile]uint16         // the one before it
}

// prefixCode is a code and how many bits of it count, lowest first.
type prefixCode struct {
	bits  uint32
	count uint8
}

const (
	fixedTile = 4 << 10
	minMatch  = 3
	maxMatch  = 258
	hashBits  = 12
	looks     = 6 // places that are compared with
)

func newDeflater() *deflater {
	d := &deflater{}
	for i := range d.literals {
		d.literals[i] = fixedCode(i)
	}
	symbol, extra := 257, 0
	for n := minMatch; n < maxMatch; symbol++ {
		if symbol >= 265 {
			extra = (symbol - 261) / 4
		}
		for k := range 1 << extra {
			if n+k < maxMatch {
				d.lengths[n+k] = fixedCode(symbol).with(uint32(k), extra)
			}
		}
		n += 1 << extra
	}
	d.lengths[maxMatch] = fixedCode(285)
	for symbol, n := 0, 1; n <= fixedTile; symbol++ {
		extra := max(0, symbol/2-1)
		for k := 0; k < 1<<extra && n+k <= fixedTile; k++ {
			d.backs[n+k] = prefixCode{uint32(bits.Reverse8(uint8(symbol)) >> 3), 5}.with(uint32(k), extra)
		}
		n += 1 << extra
	}
	return d
}

// fixedCode is the fixed code of a literal or length.
func fixedCode(symbol int) prefixCode {
	reversed := func(code, count int) prefixCode {
		return prefixCode{uint32(bits.Reverse16(uint16(code)) >> (16 - count)), uint8(count)}
	}
	switch {
	case symbol < 144:
		return reversed(0x30+symbol, 8)
	case symbol < 256:
		return reversed(0x190+symbol-144, 9)
	case symbol < 280:
		return reversed(symbol-256, 7)
	}
	return reversed(0xc0+symbol-280, 8)
}

func (c prefixCode) with(value uint32, count int) prefixCode {
	return prefixCode{c.bits | value<<c.count, c.count + uint8(count)}
}

// bitWriter packs bits, lowest first.
type bitWriter struct {
	out  []byte
	held uint64
	n    uint8
}

func (w *bitWriter) put(c prefixCode) {
	w.held |= uint64(c.bits) << w.n
	if w.n += c.count; w.n >= 32 {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(w.held))
		w.held >>= 32
		w.n -= 32
	}
}

// gzip appends raw, of fixedTile bytes at most, to dst as a gzip member (RFC 1952).
func (d *deflater) gzip(dst, raw []byte) []byte {
	dst = append(dst, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
	w := bitWriter{out: dst}
	w.put(prefixCode{0b011, 3}) // the last block, of the fixed code
	clear(d.head[:])
	i := 0
	for i+minMatch < len(raw) {
		n, back := d.longest(raw, i)
		if n < minMatch {
			w.put(d.literals[raw[i]])
			i++
			continue
		}
		w.put(d.lengths[n])
		w.put(d.backs[back])
		for end := min(i+n, len(raw)-minMatch); i+1 < end; {
			i++
			d.note(raw, i)
			n--
		}
		i += n
	}
	for ; i < len(raw); i++ {
		w.put(d.literals[raw[i]])
	}
	w.put(fixedCode(256))
	for ; w.n > 0; w.n -= min(w.n, 8) {
		w.out = append(w.out, byte(w.held))
		w.held >>= 8
	}
	w.out = binary.LittleEndian.AppendUint32(w.out, crc32.ChecksumIEEE(raw))
	return binary.LittleEndian.AppendUint32(w.out, uint32(len(raw)))
}

// note remembers the three bytes at i and returns the place after their last
// occurrence; zero: there is none.
func (d *deflater) note(raw []byte, i int) uint16 {
	h := (binary.LittleEndian.Uint32(raw[i:]) << 8 * 0x9e3779b1) >> (32 - hashBits)
	last := d.head[h]
	d.earlier[i] = last
	d.head[h] = uint16(i + 1)
	return last
}

// longest looks for the longest earlier occurrence of what begins at i.
func (d *deflater) longest(raw []byte, i int) (length, back int) {
	at := d.note(raw, i)
	rest := raw[i:min(len(raw), i+maxMatch)]
	for k := 0; at != 0 && k < looks; k++ {
		p := int(at) - 1
		if length == len(rest) {
			break
		}
		if length == 0 || raw[p+length] == rest[length] {
			n := 0
			for n < len(rest) && raw[p+n] == rest[n] {
				n++
			}
			if n > length {
				length, back = n, i-p
			}
		}
		at = d.earlier[p]
	}
	return length, back
}
