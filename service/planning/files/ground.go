package files

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/importers"
	"gridmap/importers/redraw"
)

// ground is what the files hold, in degrees, before it is projected.
type ground struct {
	communities []community
	buildings   []building
	barriers    []barrier
	present     []redraw.PresentGrid
	places      []redraw.PresentPlace
	plane       plane // settled by the communities
	compounds   map[string]int64
}

// community and barrier are used ones, with the rows that they came from.
type community struct {
	redraw.Community
	row int64
}

type barrier struct {
	redraw.Barrier
	row int64
}

// building is one that is used, with where it came from.
type building struct {
	redraw.Building
	id  string // as it stands in the file
	row int64
}

func (g *ground) readCommunities(ctx context.Context, r *Request, s *sheet) error {
	if !s.has("code") {
		return fmt.Errorf("--communities %s: no column for code; name one with --field code=COLUMN (it has %s)", s.file, s.header())
	}
	seen := map[string]bool{}
	err := s.each(ctx, r.Progress, func(row importers.Row) {
		code := s.get(row, "code")
		area, flaw, bad := importers.MendArea(row.Geom)
		switch {
		case code == "":
			s.reject(row.Line, "", "code", "missing_code", "", "")
			return
		case seen[code]:
			s.reject(row.Line, code, "code", "code_twice", code, "")
			return
		case bad != nil:
			s.reject(row.Line, code, "geometry", geometryCode(row.Geom), "", bad.Reason)
			return
		case flaw != nil:
			s.mend(row.Line, code, "geometry", "invalid_geometry", "", flaw.Reason)
		}
		seen[code] = true
		hard, ok := yes(s.get(row, "complex"))
		if !ok {
			s.mend(row.Line, code, "complex", "bad_flag", s.get(row, "complex"), "")
		}
		if s.rows.LonLat {
			area = densify(area)
		}
		g.communities = append(g.communities, community{redraw.Community{Code: code, Name: s.get(row, "name"), Outline: area, Complex: hard}, row.Line})
	})
	if err != nil {
		return err
	}
	g.keepTogether(s)
	if len(g.communities) == 0 {
		return fmt.Errorf("--communities %s: none of its %d rows is a community%s", s.file, s.input.Rows, firstFault(s.ledger))
	}
	return nil
}

// keepTogether settles the plane and rejects communities in which it has no
// meaning; the engine judges what is nearer by the metre.
func (g *ground) keepTogether(s *sheet) {
	if len(g.communities) == 0 {
		return
	}
	g.plane = planeOf(g.communities)
	g.communities = slices.DeleteFunc(g.communities, func(c community) bool {
		far := g.plane.far(c.Outline)
		if far {
			s.reject(c.row, c.Code, "geometry", "too_far", "", "")
		}
		return far
	})
}

func firstFault(l *ledger) string {
	if len(l.rejected) == 0 {
		return ""
	}
	f := l.rejected[0]
	return fmt.Sprintf(" (row %d: %s: %s)", f.Row, f.Field, f.En)
}

func geometryCode(g orb.Geometry) string {
	if g == nil {
		return "no_geometry"
	}
	return "bad_geometry"
}

// chordM is how long an edge in degrees may be before it is divided: the chord of
// 200 m between two positions leaves the line of constant slope in degrees by
// less than a millimetre below 60 degrees of latitude.
const chordM = 200

// densify divides the long edges of an outline that is given in degrees, where
// they are straight in degrees: in metres they are not.
func densify(m orb.MultiPolygon) orb.MultiPolygon {
	for _, p := range m {
		for i, r := range p {
			out := make(orb.Ring, 0, len(r))
			for k, a := range r {
				if k > 0 {
					b := r[k-1]
					dx := (a[0] - b[0]) * math.Cos(a[1]*math.Pi/180)
					n := math.Ceil(math.Hypot(dx, a[1]-b[1]) * 111_320 / chordM)
					for j := 1.0; j < n; j++ {
						out = append(out, orb.Point{b[0] + (a[0]-b[0])*j/n, b[1] + (a[1]-b[1])*j/n})
					}
				}
				out = append(out, a)
			}
			p[i] = out
		}
	}
	return m
}
