package importers

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/paulmach/orb"
)

// MaxVertices is the most vertices that a geometry may have.
const MaxVertices = 100_000

// errVertices stops the decoding of a geometry that is over MaxVertices.
var errVertices = errors.New("more than 100,000 vertices")

// coordinates decodes the nested arrays of a GeoJSON geometry (RFC 7946, 3.1.1)
// without building a tree, and stops at MaxVertices. Heights are dropped.
type coordinates struct {
	b        []byte
	i        int
	vertices int
}

func (c *coordinates) space() {
	for c.i < len(c.b) && (c.b[c.i] == ' ' || c.b[c.i] == '\n' || c.b[c.i] == '\t' || c.b[c.i] == '\r') {
		c.i++
	}
}

func (c *coordinates) take(want byte) bool {
	c.space()
	if c.i < len(c.b) && c.b[c.i] == want {
		c.i++
		return true
	}
	return false
}

// list calls item for each element of an array.
func (c *coordinates) list(item func() error) error {
	if !c.take('[') {
		return fmt.Errorf("coordinates: want an array at byte %d", c.i)
	}
	if c.take(']') {
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if c.take(']') {
			return nil
		}
		if !c.take(',') {
			return fmt.Errorf("coordinates: want a comma at byte %d", c.i)
		}
	}
}

func (c *coordinates) number() (float64, error) {
	c.space()
	start := c.i
	for c.i < len(c.b) {
		switch ch := c.b[c.i]; {
		case ch >= '0' && ch <= '9', ch == '-', ch == '+', ch == '.', ch == 'e', ch == 'E':
			c.i++
			continue
		}
		break
	}
	f, err := strconv.ParseFloat(string(c.b[start:c.i]), 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, fmt.Errorf("coordinates: no number at byte %d", start)
	}
	return f, nil
}

func (c *coordinates) point() (orb.Point, error) {
	var p orb.Point
	n := 0
	err := c.list(func() error {
		f, err := c.number()
		if err != nil {
			return err
		}
		if n < 2 {
			p[n] = f
		}
		n++
		return nil
	})
	if err != nil {
		return p, err
	}
	if n < 2 || n > 4 {
		return p, fmt.Errorf("coordinates: a position has %d numbers", n)
	}
	if c.vertices++; c.vertices > MaxVertices {
		return p, errVertices
	}
	return p, nil
}

func listOf[T any](c *coordinates, item func() (T, error)) ([]T, error) {
	var all []T
	err := c.list(func() error {
		v, err := item()
		if err == nil || errors.Is(err, errVertices) {
			all = append(all, v)
		}
		return err
	})
	return all, err
}

func (c *coordinates) points() ([]orb.Point, error) { return listOf(c, c.point) }

func (c *coordinates) line() (orb.LineString, error) {
	p, err := c.points()
	return orb.LineString(p), err
}

func (c *coordinates) ring() (orb.Ring, error) {
	p, err := c.points()
	return orb.Ring(p), err
}

func (c *coordinates) polygon() (orb.Polygon, error) {
	r, err := listOf(c, c.ring)
	return orb.Polygon(r), err
}

// decodeCoordinates decodes the coordinates of a geometry of type kind. The
// partial geometry is returned with errVertices, so that a report can show
// where it lies.
func decodeCoordinates(kind string, b []byte) (orb.Geometry, error) {
	c := &coordinates{b: b}
	var g orb.Geometry
	var err error
	switch kind {
	case "Point":
		if isEmptyArray(b) {
			return orb.MultiPoint{}, nil
		}
		g, err = c.point()
	case "MultiPoint":
		var p []orb.Point
		p, err = c.points()
		g = orb.MultiPoint(p)
	case "LineString":
		g, err = c.line()
	case "MultiLineString":
		var l []orb.LineString
		l, err = listOf(c, c.line)
		g = orb.MultiLineString(l)
	case "Polygon":
		g, err = c.polygon()
	case "MultiPolygon":
		var p []orb.Polygon
		p, err = listOf(c, c.polygon)
		g = orb.MultiPolygon(p)
	default:
		return nil, fmt.Errorf("a %q cannot be taken in", kind)
	}
	if err == nil {
		if c.space(); c.i != len(c.b) {
			err = fmt.Errorf("coordinates: something follows at byte %d", c.i)
		}
	}
	return g, err
}

func isEmptyArray(b []byte) bool {
	c := &coordinates{b: b}
	return c.take('[') && c.take(']')
}
