package heat

import (
	"fmt"

	"github.com/uber/h3-go/v4"
)

// Resolutions in use.
const (
	FinestResolution   = 11
	CoarsestResolution = 1
)

// Cell is an H3 index.
type Cell uint64

// CellAt is the cell of FinestResolution at a position.
func CellAt(lon, lat float64) (Cell, error) {
	c, err := h3.LatLngToCell(h3.NewLatLng(lat, lon), FinestResolution)
	if err != nil {
		return 0, fmt.Errorf("find the H3 cell: %w", err)
	}
	return Cell(c), nil
}

// The bit layout of an H3 index: four bits of resolution above fifteen digits
// of three bits; unused digits are 7.
const resolutionOffset = 52

// Resolution of c.
func (c Cell) Resolution() int { return int(c >> resolutionOffset & 0xf) }

// Parent of c at a coarser resolution, by bits alone.
func (c Cell) Parent(resolution int) Cell {
	unused := uint64(1)<<(3*(15-resolution)) - 1
	p := uint64(c)&^(uint64(0xf)<<resolutionOffset) | uint64(resolution)<<resolutionOffset
	return Cell(p | unused)
}

// child is the cell at the next finer resolution with a digit (0 to 6), by bits
// alone. Of a pentagon, digit 1 is a cell that no case is in.
func (c Cell) child(digit Cell) Cell {
	r := c.Resolution() + 1
	shift := 3 * (15 - r)
	return c&^(0xf<<resolutionOffset)&^(7<<shift) | Cell(r)<<resolutionOffset | digit<<shift
}

// ID is a stable number below 2⁵³ for a cell of resolution 12 or coarser: base
// cell, digits, resolution.
func (c Cell) ID() uint64 {
	return (uint64(c)>>9&(1<<43-1))<<4 | uint64(c.Resolution())
}

func (c Cell) String() string { return fmt.Sprintf("%x", uint64(c)) }

// Boundary is the outline of c as longitude and latitude pairs, not closed.
func (c Cell) Boundary() ([][2]float64, error) {
	b, err := h3.Cell(c).Boundary()
	if err != nil {
		return nil, fmt.Errorf("outline of H3 cell %s: %w", c, err)
	}
	out := make([][2]float64, len(b))
	for i, p := range b {
		out[i] = [2]float64{p.Lng, p.Lat}
	}
	return out, nil
}

// ResolutionAt is the resolution drawn at a zoom: hexagons some 20 to 40 pixels
// wide.
func ResolutionAt(zoom uint8) int {
	switch {
	case zoom <= 7:
		return 5
	case zoom <= 8:
		return 6
	case zoom <= 10:
		return 7
	case zoom <= 12:
		return 8
	case zoom <= 14:
		return 9
	case zoom <= 16:
		return 10
	}
	return FinestResolution
}
