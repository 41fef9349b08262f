package field

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"gridmap/data"
)

// place is a community with the boundaries that reach into it.
type place struct {
	data.FieldCommunity
	area       geom.Geometry
	boundaries []*boundary
	footprints []data.Footprint
	slivers    float64 // m² of gaps and overlaps that are the width of a line
}

// inspect finds overlaps, gaps and cut buildings in a community. hurt says that
// two boundaries claim a building whose people would be counted twice.
func (g ground) inspect(p *place) (found []Finding, hurt bool, err error) {
	overlaps, err := g.overlaps(p)
	if err != nil {
		return nil, false, err
	}
	gaps, err := g.gaps(p)
	if err != nil {
		return nil, false, err
	}
	cut, err := g.cut(p)
	if err != nil {
		return nil, false, err
	}
	hurt, err = g.inhabited(p, overlaps)
	return append(append(overlaps, gaps...), cut...), hurt, err
}

func (g ground) overlaps(p *place) (found []Finding, err error) {
	for i, a := range p.boundaries {
		for _, b := range p.boundaries[i+1:] {
			both, err := shared(a.area, b.area)
			if err != nil {
				return nil, fmt.Errorf("boundaries %s and %s: %w", a.label(), b.label(), err)
			}
			where, m2, slivers := g.pieces(both)
			p.slivers += slivers
			if m2 > 0 {
				found = append(found, Finding{Kind: Overlap, Community: p.Code, Boundaries: []string{a.label(), b.label()}, AreaM2: m2, Geom: where,
					Zh: fmt.Sprintf("边界%s与%s重叠%.0f平方米", a.label(), b.label(), m2),
					En: fmt.Sprintf("The boundaries %s and %s overlap on %.0f m².", a.label(), b.label(), m2)})
			}
		}
	}
	return found, nil
}

func (g ground) gaps(p *place) (found []Finding, err error) {
	rest := p.area
	for _, b := range p.boundaries {
		if rest, err = geom.Difference(rest, b.area); err != nil {
			return nil, fmt.Errorf("boundary %s: %w", b.label(), err)
		}
	}
	where, _, slivers := g.pieces(rest)
	p.slivers += slivers
	for _, gap := range where {
		m2 := g.m2(gap)
		found = append(found, Finding{Kind: Gap, Community: p.Code, Boundaries: []string{}, AreaM2: m2, Geom: orb.MultiPolygon{gap},
			Zh: fmt.Sprintf("%s有%.0f平方米不在任何边界内", p.Name, m2), En: fmt.Sprintf("%.0f m² of %s are in no boundary.", m2, p.Name)})
	}
	return found, nil
}

// cut finds buildings of which two boundaries hold a real part.
func (g ground) cut(p *place) (found []Finding, err error) {
	for _, f := range p.footprints {
		footprint, ok := outline(f.Geom)
		if !ok {
			continue
		}
		area, err := g.area(footprint)
		if err != nil {
			continue // the import of buildings saw to it; nothing is lost by not cutting it
		}
		whole := g.m2(footprint)
		least := max(leastM2, 0.02*whole)
		var by []string
		for _, b := range p.boundaries {
			both, err := shared(area, b.area)
			if err != nil {
				return nil, fmt.Errorf("building %s: %w", f.Code, err)
			}
			if m2 := g.m2(polygons(both)); m2 >= least && m2 < whole-least {
				by = append(by, b.label())
			}
		}
		if len(by) > 0 {
			found = append(found, Finding{Kind: CutBuilding, Community: p.Code, Boundaries: by, Building: f.Code, AreaM2: whole, Geom: footprint,
				Zh: fmt.Sprintf("楼栋%s被边界切开，归入面积较大的一侧", f.Code),
				En: fmt.Sprintf("Building %s is cut by a boundary; it goes to the side that holds more of its plot.", f.Code)})
		}
	}
	return found, nil
}

func outline(g orb.Geometry) (orb.MultiPolygon, bool) {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}, true
	case orb.MultiPolygon:
		return g, true
	}
	return nil, false
}

// inhabited says whether a building with households lies for the most part in an
// overlap.
func (g ground) inhabited(p *place, overlaps []Finding) (bool, error) {
	for i := range overlaps {
		over, err := g.area(overlaps[i].Geom)
		if err != nil {
			return false, err
		}
		for _, f := range p.footprints {
			if f.Households == 0 {
				continue
			}
			at, err := g.area(f.Geom)
			if err != nil {
				continue
			}
			if middle := at.Centroid().AsGeometry(); boxed(middle, over) && geom.Intersects(middle, over) {
				return true, nil
			}
		}
	}
	return false, nil
}
