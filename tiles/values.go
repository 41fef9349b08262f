package tiles

import "math"

// Value is an attribute: a string, an integer, a floating-point number, a
// boolean, or absent (the zero Value).
type Value struct {
	kind valueKind
	text string
	bits uint64
}

type valueKind uint8

const (
	absent valueKind = iota
	text
	integer
	float
	boolean
)

// String, Int, Float and Bool make values. An empty string and NaN are absent.
func String(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{kind: text, text: s}
}

// Int is an integer value.
func Int(i int64) Value { return Value{kind: integer, bits: uint64(i)} }

// Float is a floating-point value.
func Float(f float64) Value {
	if math.IsNaN(f) {
		return Value{}
	}
	return Value{kind: float, bits: math.Float64bits(f)}
}

// Bool is a boolean value.
func Bool(b bool) Value {
	v := Value{kind: boolean}
	if b {
		v.bits = 1
	}
	return v
}

// encode appends v as the body of an MVT Value message.
func (v Value) encode(b []byte) []byte {
	switch v.kind {
	case text:
		b = append(b, 1<<3|2)
		b = appendVarint(b, uint64(len(v.text)))
		return append(b, v.text...)
	case float:
		b = append(b, 3<<3|1)
		for i := range 8 {
			b = append(b, byte(v.bits>>(8*i)))
		}
		return b
	case boolean:
		return append(b, 7<<3, byte(v.bits))
	case integer:
		if i := int64(v.bits); i < 0 {
			b = append(b, 6<<3)
			return appendVarint(b, uint64(i<<1)^uint64(i>>63))
		}
		b = append(b, 5<<3)
		return appendVarint(b, v.bits)
	}
	return b
}

func appendVarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// dictionary interns the values of a layer; each is encoded once. Entry 0 is
// the absent value.
type dictionary struct {
	ids     map[Value]uint32
	values  []Value  // by entry
	at      []uint32 // encoded[at[i]:at[i+1]] is entry i, with its field header
	encoded []byte
}

func newDictionary() *dictionary {
	return &dictionary{ids: map[Value]uint32{{}: 0}, values: []Value{{}}, at: []uint32{0, 0}}
}

func (d *dictionary) intern(v Value) uint32 {
	if id, ok := d.ids[v]; ok {
		return id
	}
	id := uint32(len(d.at) - 1)
	d.ids[v] = id
	d.values = append(d.values, v)
	var scratch [64]byte
	body := v.encode(scratch[:0])
	d.encoded = append(d.encoded, 4<<3|2)
	d.encoded = appendVarint(d.encoded, uint64(len(body)))
	d.encoded = append(d.encoded, body...)
	d.at = append(d.at, uint32(len(d.encoded)))
	return id
}

func (d *dictionary) entry(id uint32) []byte { return d.encoded[d.at[id]:d.at[id+1]] }
func (d *dictionary) len() int               { return len(d.at) - 1 }
func (d *dictionary) bytes() int             { return len(d.encoded) + len(d.at)*4 + len(d.ids)*56 }
