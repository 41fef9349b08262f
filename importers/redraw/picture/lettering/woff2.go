package lettering

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
)

// maxUnpacked bounds what one font may unpack to.
const maxUnpacked = 32 << 20

var errFont = errors.New("not a WOFF2 font that can be read")

// knownTags are the tables that a directory entry names by number (WOFF2, 4.1).
const knownTags = "cmapheadhheahmtxmaxpnameOS/2postcvt fpgmglyflocaprepCFF VORGEBDTEBLCgasphdmxkernLTSHPCLTVDMXvheavmtxBASEGDEFGPOSGSUBEBSCJSTFMATHCBDTCBLC" +
	"COLRCPALSVG sbixacntavarbdatblocbslncvarfdscfeatfmtxfvargvarhstyjustlcarmortmorxopbdproptrakZapfSilfGlatGlocFeatSill"

// packedTable is an entry of the directory.
type packedTable struct {
	tag         string
	length      uint32 // of the table in the font
	packed      uint32 // of its bytes in the stream
	transformed bool
	data        []byte
}

// unpackWOFF2 gives the TrueType font in a WOFF2 file (W3C Recommendation WOFF
// 2.0). Hinting instructions are left out: outlines are drawn without.
func unpackWOFF2(b []byte) (font []byte, err error) {
	defer func() { // the reader below checks every length; a gap in it must not end the program
		if p := recover(); p != nil {
			font, err = nil, fmt.Errorf("%w: %v", errFont, p)
		}
	}()
	r := &reader{b: b}
	if r.u32() != 0x774F4632 {
		return nil, errFont
	}
	r.skip(8)
	n := int(r.u16())
	r.skip(6)
	size := r.u32()
	r.skip(24)
	tables := make([]packedTable, n)
	total := uint64(0)
	for i := range tables {
		tables[i] = r.table()
		total += uint64(tables[i].packed)
	}
	if r.bad || total > maxUnpacked || r.at+int(size) > len(b) {
		return nil, errFont
	}
	stream, err := io.ReadAll(io.LimitReader(brotli.NewReader(bytes.NewReader(b[r.at:r.at+int(size)])), maxUnpacked))
	if err != nil || uint64(len(stream)) < total {
		return nil, errors.Join(errFont, err)
	}
	for i := range tables {
		tables[i].data, stream = stream[:tables[i].packed], stream[tables[i].packed:]
	}
	return assemble(tables)
}

func (r *reader) table() packedTable {
	var t packedTable
	flags := r.u8()
	if k := int(flags & 63); k < 63 {
		t.tag = knownTags[4*k : 4*k+4]
	} else {
		t.tag = string(r.take(4))
	}
	t.length = r.base128()
	t.packed = t.length
	version := flags >> 6
	if t.transformed = version != 0; t.tag == "glyf" || t.tag == "loca" {
		t.transformed = version != 3
	}
	if t.transformed {
		t.packed = r.base128()
	}
	return t
}

// assemble undoes the transformations and writes the tables as a TrueType font.
func assemble(tables []packedTable) ([]byte, error) {
	by := map[string]*packedTable{}
	for i := range tables {
		by[tables[i].tag] = &tables[i]
	}
	glyf, loca, head := by["glyf"], by["loca"], by["head"]
	if head == nil || len(head.data) < 54 || by["hhea"] == nil || len(by["hhea"].data) < 36 {
		return nil, errFont
	}
	var lows []int16 // least x of each glyph
	if glyf != nil && glyf.transformed {
		if loca == nil {
			return nil, errFont
		}
		var err error
		if glyf.data, loca.data, lows, err = rebuildGlyphs(glyf.data); err != nil {
			return nil, err
		}
		head.data = bytes.Clone(head.data)
		binary.BigEndian.PutUint16(head.data[50:], 1) // long offsets
	}
	if hmtx := by["hmtx"]; hmtx != nil && hmtx.transformed {
		metrics := int(binary.BigEndian.Uint16(by["hhea"].data[34:]))
		var err error
		if hmtx.data, err = rebuildMetrics(hmtx.data, metrics, lows); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(tables, func(a, b packedTable) int { return strings.Compare(a.tag, b.tag) })
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	out = binary.BigEndian.AppendUint16(out, uint16(len(tables)))
	out = append(out, make([]byte, 6)...)
	at := len(out) + 16*len(tables)
	for _, t := range tables {
		out = append(out, t.tag...)
		out = binary.BigEndian.AppendUint32(out, 0) // checksum: nobody looks
		out = binary.BigEndian.AppendUint32(out, uint32(at))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.data)))
		at += (len(t.data) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t.data...)
		out = append(out, make([]byte, (4-len(t.data)&3)&3)...)
	}
	return out, nil
}

// rebuildMetrics undoes the transformation of hmtx (5.4): bearings that equal the
// least x of the glyph are left out of the file.
func rebuildMetrics(b []byte, metrics int, lows []int16) ([]byte, error) {
	r := &reader{b: b}
	flags := r.u8()
	advances := r.take(2 * metrics)
	if metrics > len(lows) {
		return nil, errFont
	}
	var out []byte
	for i, low := range lows {
		if i < metrics {
			out = append(out, advances[2*i:2*i+2]...)
		}
		given := i < metrics && flags&1 == 0 || i >= metrics && flags&2 == 0
		if given {
			low = int16(r.u16())
		}
		out = binary.BigEndian.AppendUint16(out, uint16(low))
	}
	if r.bad {
		return nil, errFont
	}
	return out, nil
}

// reader reads big-endian numbers; beyond the end it reads zeros and turns bad.
type reader struct {
	b   []byte
	at  int
	bad bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || r.at+n > len(r.b) {
		r.bad = true
		r.at = len(r.b)
		return make([]byte, max(0, min(n, 1<<20)))
	}
	r.at += n
	return r.b[r.at-n : r.at]
}

func (r *reader) skip(n int)  { r.take(n) }
func (r *reader) u8() byte    { return r.take(1)[0] }
func (r *reader) u16() uint16 { return binary.BigEndian.Uint16(r.take(2)) }
func (r *reader) u32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }

// base128 is UIntBase128 (6.1.1).
func (r *reader) base128() uint32 {
	v := uint32(0)
	for range 5 {
		c := r.u8()
		v = v<<7 | uint32(c&0x7f)
		if c&0x80 == 0 {
			return v
		}
	}
	r.bad = true
	return 0
}

// short is 255UInt16 (6.1.2).
func (r *reader) short() int {
	switch c := r.u8(); c {
	case 253:
		return int(r.u16())
	case 255:
		return int(r.u8()) + 253
	case 254:
		return int(r.u8()) + 506
	default:
		return int(c)
	}
}
