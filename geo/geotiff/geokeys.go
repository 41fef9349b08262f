package geotiff

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"gridmap/geo/raster"
)

// Keys of OGC GeoTIFF 1.1.
const (
	keyModel      = 1024
	keyRasterType = 1025
	keyCitation   = 1026
	keyGeographic = 2048
	keyGeogName   = 2049
	keyProjected  = 3072
	keyProjName   = 3073

	modelProjected   = 1
	modelGeographic  = 2
	pixelIsPoint     = 2
	keyUserDefined   = 32767
	wellKnownEntries = 4
)

// geoKeys reads the keys: short ones by value, texts by their words.
func (d *directory) geoKeys() (numbers map[uint16]uint16, texts map[uint16]string) {
	numbers, texts = map[uint16]uint16{}, map[uint16]string{}
	keys, ascii := d.whole(tagGeoKeys), d.text(tagGeoASCII)
	for i := wellKnownEntries; i+3 < len(keys); i += 4 {
		id, place, count, value := uint16(keys[i]), keys[i+1], keys[i+2], keys[i+3]
		switch place {
		case 0:
			numbers[id] = uint16(value)
		case tagGeoASCII:
			if value+count <= uint64(len(ascii)) {
				texts[id] = strings.TrimRight(ascii[value:value+count], "|\x00 ")
			}
		}
	}
	return numbers, texts
}

// system says which coordinate system the file names.
func (d *directory) system() raster.System {
	numbers, texts := d.geoKeys()
	s := raster.System{Geographic: numbers[keyModel] == modelGeographic}
	code, name := numbers[keyProjected], keyProjName
	if s.Geographic {
		code, name = numbers[keyGeographic], keyGeogName
	}
	if code != 0 && code != keyUserDefined {
		s.EPSG = int(code)
	}
	for _, k := range []uint16{uint16(name), keyCitation} {
		if s.Name == "" {
			s.Name = texts[k]
		}
	}
	if s.Name == "" && s.EPSG == 0 && numbers[keyModel] != 0 {
		s.Name = "user-defined"
	}
	return s
}

// place reads where the cells lie.
func (d *directory) place(g *raster.Grid) error {
	g.System = d.system()
	scale, tie, matrix := d.doubles(tagPixelScale), d.doubles(tagTiePoint), d.doubles(tagTransform)
	switch {
	case len(scale) >= 2 && len(tie) >= 6:
		g.DX, g.DY = scale[0], scale[1]
		g.West, g.North = tie[3]-tie[0]*scale[0], tie[4]+tie[1]*scale[1]
	case len(matrix) >= 8:
		if matrix[1] != 0 || matrix[4] != 0 {
			return errors.New("the raster is rotated")
		}
		g.DX, g.DY, g.West, g.North = matrix[0], -matrix[5], matrix[3], matrix[7]
	default:
		return errors.New("the raster does not say where it lies")
	}
	if numbers, _ := d.geoKeys(); numbers[keyRasterType] == pixelIsPoint {
		g.West, g.North = g.West-g.DX/2, g.North+g.DY/2
	}
	for _, v := range []float64{g.DX, g.DY, g.West, g.North} {
		if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 1e12 {
			return errors.New("the raster does not say where it lies")
		}
	}
	if !(g.DX > 0) || !(g.DY > 0) {
		return fmt.Errorf("%w: cells of %g by %g", errUpsideDown, g.DX, g.DY)
	}
	return nil
}

var errUpsideDown = fmt.Errorf("%w: rows that run from south to north", ErrUnsupported)
