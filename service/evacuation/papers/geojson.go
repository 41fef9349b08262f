package papers

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// origin is what a feature rests on; each carries it, because programs drop what
// stands beside the features.
type origin struct {
	Evacuation int64    `json:"evacuation"`
	Drill      bool     `json:"drill"`
	Mark       string   `json:"mark,omitempty"` // of a drill or a replay
	Plan       *int     `json:"plan_version"`
	ReadingAt  *string  `json:"gauge_time"`
	ForecastAt *string  `json:"forecast_time"`
	Terrain    string   `json:"terrain"`
	SHA256     string   `json:"terrain_sha256"`
	Model      string   `json:"model"`
	ErrorM     *float64 `json:"error_m"`
	Now        *string  `json:"as_of"`
	Printed    *string  `json:"printed"`
}

// Properties of features. What is unknown is null; nothing in them is about a
// single person.
type (
	buildingProperties struct {
		Kind          string  `json:"kind"` // building
		BuildingID    int64   `json:"building_id"`
		Name          string  `json:"name"`
		Grid          string  `json:"grid"`
		Class         Class   `json:"class"`
		DepthM        *number `json:"depth_m"`
		WetFloors     *int    `json:"wet_floors"`
		Arrival       *string `json:"arrival"`
		Deadline      *string `json:"deadline"`
		LastDeparture *string `json:"last_departure"`
		ShelterID     *int64  `json:"shelter_id"`
		Shelter       *string `json:"shelter"`
		Means         *Means  `json:"means"`
		Households    int     `json:"households"`
		Persons       int     `json:"persons"`
		origin
	}
	shelterProperties struct {
		Kind       string  `json:"kind"` // shelter
		ShelterID  int64   `json:"shelter_id"`
		Name       string  `json:"name"`
		Capacity   *int    `json:"capacity"`
		Accessible bool    `json:"accessible"`
		Wet        bool    `json:"wet"`
		ClosesAt   *string `json:"closes_at"`
		origin
	}
	roadProperties struct {
		Kind string `json:"kind"` // road
		Name string `json:"name"`
		Shut bool   `json:"shut"`
		origin
	}
)

// number is one that JSON can hold.
type number float64

func finite(m *float64) *number {
	if m = sure(m); m == nil {
		return nil
	}
	n := number(math.Round(*m*100) / 100)
	return &n
}

// iso is a moment in ISO 8601; nil: unknown.
func (e *edition) iso(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := e.local(t).Format(time.RFC3339)
	return &s
}

func (e *edition) origin() origin {
	o := origin{Evacuation: e.Event.ID, Drill: e.Event.Drill, Mark: e.alarm(), ReadingAt: e.iso(e.Basis.ReadingAt), ForecastAt: e.iso(e.Basis.ForecastAt),
		Terrain: e.Basis.Terrain, SHA256: e.Basis.SHA256, Model: e.Basis.Model, Now: e.iso(e.Now), Printed: e.iso(e.Printed)}
	if p := e.Plan; p != nil {
		o.Plan = &p.Version
	}
	if n := finite(e.Basis.ErrorM); n != nil {
		o.ErrorM = (*float64)(n)
	}
	return o
}

// writePlan writes buildings, shelters and shut roads as a FeatureCollection (RFC
// 7946). Positions are CGCS2000, which lies within centimetres to decimetres of the
// WGS 84 that the RFC asks for.
func writePlan(ctx context.Context, e *edition, out io.Writer) error {
	w := bufio.NewWriter(out)
	from := e.origin()
	head, err := json.Marshal(from)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, `{"type":"FeatureCollection","basis":%s,"features":[`, head)
	n := 0
	add := func(g orb.Geometry, properties any) {
		if err == nil {
			err = writeFeature(w, n, g, properties)
			n++
		}
	}
	for _, g := range e.grids {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, b := range buildingsOf(g) {
			add(shapeOf(b), e.buildingProperties(g, b, from))
		}
	}
	for i := range e.Shelters {
		s := &e.Shelters[i]
		add(pointOf(s.At), shelterProperties{"shelter", s.ID, s.Name, s.Capacity, s.Accessible, s.Wet, e.iso(s.ClosesAt), from})
	}
	for i := range e.Map.Roads {
		if r := &e.Map.Roads[i]; r.Shut && len(r.Line) > 0 {
			add(r.Line, roadProperties{"road", r.Name, true, from})
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprint(w, "\n]}\n")
	return w.Flush()
}

func (e *edition) buildingProperties(g *Grid, b *Building, from origin) buildingProperties {
	var sum tally
	sum.building(b)
	p := buildingProperties{Kind: "building", BuildingID: b.ID, Name: b.Name, Grid: g.Code, Class: known(b.Class), DepthM: finite(b.DepthM), WetFloors: b.WetFloors,
		Arrival: e.iso(b.Arrival), Deadline: e.iso(b.Deadline), LastDeparture: e.iso(b.LastDeparture), Households: sum.households, Persons: sum.persons, origin: from}
	if s := e.shelters[b.Shelter]; s != nil {
		p.ShelterID, p.Shelter = &s.ID, &s.Name
	}
	if b.Means != "" {
		p.Means = &b.Means
	}
	return p
}

func writeFeature(w io.Writer, n int, g orb.Geometry, about any) error {
	properties, err := json.Marshal(about)
	if err != nil {
		return fmt.Errorf("write a feature: %w", err)
	}
	shape := []byte("null")
	if g != nil {
		if shape, err = geojson.NewGeometry(g).MarshalJSON(); err != nil {
			return fmt.Errorf("write a feature: %w", err)
		}
	}
	comma := ","
	if n == 0 {
		comma = ""
	}
	_, err = fmt.Fprintf(w, "%s\n"+`{"type":"Feature","geometry":%s,"properties":%s}`, comma, shape, properties)
	return err
}

// pointOf is a position; nil: it has none.
func pointOf(p orb.Point) orb.Geometry {
	if p == (orb.Point{}) || math.IsNaN(p[0]+p[1]) || math.IsInf(p[0]+p[1], 0) {
		return nil
	}
	return p
}

// shapeOf a building is its outline, outer rings to the left (RFC 7946, 3.1.6), else
// its point.
func shapeOf(b *Building) orb.Geometry {
	var out orb.MultiPolygon
	for _, p := range b.Outline {
		var rings orb.Polygon
		for k, r := range p {
			if len(r) < 4 {
				continue
			}
			r = r.Clone()
			if (r.Orientation() == orb.CCW) != (k == 0) {
				r.Reverse()
			}
			rings = append(rings, r)
		}
		if len(rings) > 0 {
			out = append(out, rings)
		}
	}
	if len(out) == 0 {
		return pointOf(b.At)
	}
	return out
}
