package tiles

import (
	"encoding/binary"
	"errors"
)

// ErrBroken says that bytes are no vector tile.
var ErrBroken = errors.New("this is no vector tile")

// Only appends to dst the layers of an uncompressed tile whose names are wanted,
// in the order of the tile, without a look at their features.
func Only(dst, tile []byte, wanted func(name string) bool) ([]byte, error) {
	for len(tile) > 0 {
		field, body, size, err := nextField(tile)
		if err != nil {
			return dst, err
		}
		if field == 3 {
			name, err := layerName(body)
			if err != nil {
				return dst, err
			}
			if wanted(name) {
				dst = append(dst, tile[:size]...)
			}
		}
		tile = tile[size:]
	}
	return dst, nil
}

func layerName(layer []byte) (string, error) {
	for len(layer) > 0 {
		field, body, size, err := nextField(layer)
		if err != nil {
			return "", err
		}
		if field == 1 {
			return string(body), nil
		}
		layer = layer[size:]
	}
	return "", ErrBroken
}

// nextField reads one field of a protobuf message: its number, its body where it
// is length-delimited, and how many bytes it takes in all.
func nextField(b []byte) (field uint64, body []byte, size int, err error) {
	key, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil, 0, ErrBroken
	}
	switch key & 7 {
	case 0:
		_, m := binary.Uvarint(b[n:])
		if m <= 0 {
			return 0, nil, 0, ErrBroken
		}
		return key >> 3, nil, n + m, nil
	case 1:
		size = n + 8
	case 5:
		size = n + 4
	case 2:
		length, m := binary.Uvarint(b[n:])
		if m <= 0 || length > uint64(len(b)-n-m) {
			return 0, nil, 0, ErrBroken
		}
		end := n + m + int(length)
		return key >> 3, b[n+m : end], end, nil
	default:
		return 0, nil, 0, ErrBroken
	}
	if size > len(b) {
		return 0, nil, 0, ErrBroken
	}
	return key >> 3, nil, size, nil
}
