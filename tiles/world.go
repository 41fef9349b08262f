package tiles

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// The pyramid and the integer grid.
const (
	MaxZoom    = 18
	Extent     = 4096
	Buffer     = 64 // in units of the tile's grid, on every side
	worldBits  = 30
	WorldUnits = 1 << worldBits
)

// ID is the address of a tile in the WebMercatorQuad pyramid.
type ID struct {
	Z    uint8
	X, Y uint32
}

func (t ID) String() string { return fmt.Sprintf("%d/%d/%d", t.Z, t.X, t.Y) }

// Valid says whether t lies in the pyramid.
func (t ID) Valid() bool {
	return t.Z <= MaxZoom && t.X < 1<<t.Z && t.Y < 1<<t.Z
}

func (t ID) key() uint64 { return uint64(t.Z)<<58 | uint64(t.X)<<29 | uint64(t.Y) }

func idOf(key uint64) ID {
	return ID{uint8(key >> 58), uint32(key >> 29 & (1<<29 - 1)), uint32(key & (1<<29 - 1))}
}

// Box is a closed box in world units.
type Box struct{ MinX, MinY, MaxX, MaxY int32 }

// emptyBox is the neutral element of Union.
var emptyBox = Box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}

// Overlaps says whether b and c share a point.
func (b Box) Overlaps(c Box) bool {
	return b.MinX <= c.MaxX && c.MinX <= b.MaxX && b.MinY <= c.MaxY && c.MinY <= b.MaxY
}

// Union is the smallest box around both.
func (b Box) Union(c Box) Box {
	return Box{min(b.MinX, c.MinX), min(b.MinY, c.MinY), max(b.MaxX, c.MaxX), max(b.MaxY, c.MaxY)}
}

func (b Box) empty() bool { return b.MinX > b.MaxX }

// World converts longitude and latitude in degrees to world units.
func World(lon, lat float64) (x, y int32) {
	fx := (lon + 180) / 360
	s := math.Sin(lat * math.Pi / 180)
	fy := 0.5 - math.Atanh(s)/(2*math.Pi)
	return clampWorld(fx), clampWorld(fy)
}

func clampWorld(f float64) int32 {
	return int32(math.Round(math.Max(0, math.Min(1, f)) * WorldUnits))
}

// bounds of t in world units, without buffer.
func (t ID) bounds() (x0, y0, size int64) {
	shift := worldBits - uint(t.Z)
	return int64(t.X) << shift, int64(t.Y) << shift, 1 << shift
}

// box of t with its buffer.
func (t ID) box() Box {
	x0, y0, size := t.bounds()
	b := size * Buffer / Extent
	if b < 1 {
		b = 1
	}
	lim := func(v int64) int32 { return int32(max(-1, min(v, WorldUnits+1))) }
	return Box{lim(x0 - b), lim(y0 - b), lim(x0 + size + b), lim(y0 + size + b)}
}

// Covering appends the tiles of zooms from to to (inclusive) whose buffered
// boxes touch b.
func Covering(dst []ID, b Box, from, to uint8) []ID {
	if b.empty() {
		return dst
	}
	for z := from; z <= to; z++ {
		x0, x1, y0, y1 := touching(b, z)
		for x := x0; x <= x1; x++ {
			for y := y0; y <= y1; y++ {
				dst = append(dst, ID{z, uint32(x), uint32(y)})
			}
		}
	}
	return dst
}

// CountCovering is how many tiles Covering gives for one zoom.
func CountCovering(b Box, z uint8) int {
	if b.empty() {
		return 0
	}
	x0, x1, y0, y1 := touching(b, z)
	return int(max(0, x1-x0+1) * max(0, y1-y0+1))
}

// touching is the range of tiles at a zoom whose buffered boxes touch b.
func touching(b Box, z uint8) (x0, x1, y0, y1 int64) {
	shift := worldBits - uint(z)
	pad := max(int64(1), (int64(1)<<shift)*Buffer/Extent)
	last := int64(1)<<z - 1
	x0, x1 = max(0, (int64(b.MinX)-pad)>>shift), min(last, (int64(b.MaxX)+pad)>>shift)
	y0, y1 = max(0, (int64(b.MinY)-pad)>>shift), min(last, (int64(b.MaxY)+pad)>>shift)
	return x0, x1, y0, y1
}

// WorldBox is an orb bound in world units.
func WorldBox(b orb.Bound) Box {
	x0, y0 := World(b.Min[0], b.Max[1])
	x1, y1 := World(b.Max[0], b.Min[1])
	return Box{x0, y0, x1, y1}
}

// MaxLat is where the world square ends, in degrees.
const MaxLat = 85.0511287798066

// LonLat is the inverse of World, in degrees.
func LonLat(x, y int32) (lon, lat float64) {
	lon = float64(x)/WorldUnits*360 - 180
	lat = math.Atan(math.Sinh(math.Pi*(1-2*float64(y)/WorldUnits))) * 180 / math.Pi
	return lon, lat
}
