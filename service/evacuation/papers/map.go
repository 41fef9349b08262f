package papers

import (
	"context"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/geo"
	"gridmap/importers/redraw/picture"
	"gridmap/importers/redraw/picture/canvas"
	"gridmap/service/press/charts"
	"gridmap/service/press/pages"
)

// The map is A3 across, in millimetres: the land at the left, a column at the right.
const (
	a3W, a3H  = 420.0, 297.0
	mapColumn = 98.0
	mapColX   = a3W - edge - mapColumn
	mapTop    = edge + 20.0
)

func mapFrame() charts.Frame {
	return charts.Frame{X: edge, Y: mapTop, W: mapColX - edge - 6, H: a3H - mapTop - edge - footH}
}

// Colours of the land.
const (
	land    tint = 0xf7f6f1
	river   tint = 0x7fb2d9
	wetNow  tint = 0x2f78bd
	wetSoon tint = 0xa5cdee
	road    tint = 0xa39d92
	border  tint = 0x3c4a48
)

// drawing is the map in the making.
type drawing struct {
	*edition
	brush
	plane  geo.Projection
	chart  charts.Chart
	taken  []orb.Bound // by labels, millimetres of the sheet
	hidden int         // labels without room
}

// writeMap writes the map as a PDF of one page.
func writeMap(_ context.Context, e *edition, out io.Writer) error {
	p := newPaper(e, a3W, a3H, e.say("转移态势图", "Evacuation map"))
	p.begin()
	d := &drawing{edition: e, brush: onPage{p}}
	d.all()
	p.finish("1 / 1")
	return p.finishTo(out)
}

// pixelsPerMM of the picture: 3,360 across.
const pixelsPerMM = 8

// writePicture writes the same map as a PNG.
func writePicture(_ context.Context, e *edition, out io.Writer) error {
	pen := &canvas.Pen{Canvas: canvas.New(a3W*pixelsPerMM, a3H*pixelsPerMM, color.White), Letters: e.letters}
	d := &drawing{edition: e, brush: onPicture{pen, pixelsPerMM}}
	d.all()
	d.foot()
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(out, pen.Img); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	return nil
}

// foot is what paper.finish writes on a page.
func (d *drawing) foot() {
	if mark := d.mark(); mark != "" {
		size := a3H * 0.62 / max(0.1, d.width(mark, 1, bold))
		d.turned(mark, a3W/2, a3H/2, size, 35, alert, 0.13)
	}
	y := a3H - edge - footH + 3
	d.stroke([][]orb.Point{{{edge, y}, {a3W - edge, y}}}, false, 0.3, ink)
	name := d.or(d.Event.Name) + " · " + d.say("转移态势图", "Evacuation map")
	if a := d.alarm(); a != "" {
		name = "【" + a + "】" + name
	}
	d.line(name, edge, y+4, a3W-2*edge, 8.5, true, ink)
	d.line(d.basis(), edge, y+8, a3W-2*edge, 7.5, false, ink)
}

// line writes a text that is shortened to a width.
func (d *drawing) line(text string, x, y, width, size float64, strong bool, with tint) {
	weight := regular
	if strong {
		weight = bold
	}
	if d.width(text, size, weight) > width {
		r := []rune(pages.Printable(text))
		few, many := 0, len(r)
		for many-few > 1 {
			if mid := (few + many) / 2; d.width(string(r[:mid])+"…", size, weight) <= width {
				few = mid
			} else {
				many = mid
			}
		}
		text = string(r[:few]) + "…"
	}
	d.put(text, x, y, size, weight, with)
}

func (d *drawing) all() {
	box, ok := d.extent()
	f := mapFrame()
	d.title()
	if ok {
		d.plane = geo.ProjectionAt(box.Center()[0])
		d.chart = charts.Fit(d.plane.InMetres(box.ToPolygon()).Bound(), f)
		d.clip(f)
		d.fill([][]orb.Point{corners(f)}, land, 1)
		d.water()
		d.roads()
		d.buildings()
		d.gridLines()
		d.shelterMarks()
		d.gridNames()
		d.unclip()
		d.scaleBar()
		d.north()
	} else {
		d.line(d.say("没有可以绘制的位置。", "There is nothing with a position."), f.X+10, f.Y+20, f.W-20, 16, true, ink)
	}
	d.stroke([][]orb.Point{corners(f)}, true, 0.4, ink)
	d.column()
}

func corners(f charts.Frame) []orb.Point {
	return []orb.Point{{f.X, f.Y}, {f.X + f.W, f.Y}, {f.X + f.W, f.Y + f.H}, {f.X, f.Y + f.H}}
}

// extent is what the map must show, in degrees: grids, buildings and shelters.
func (d *drawing) extent() (box orb.Bound, ok bool) {
	take := func(b orb.Bound) {
		if b.IsEmpty() || b.IsZero() || math.IsNaN(b.Min[0]+b.Min[1]+b.Max[0]+b.Max[1]) || math.IsInf(b.Min[0]+b.Min[1]+b.Max[0]+b.Max[1], 0) {
			return
		}
		if !ok {
			box, ok = b, true
			return
		}
		box = box.Union(b)
	}
	drawn := map[string]bool{}
	for _, g := range d.grids {
		drawn[g.Code] = true
	}
	for _, g := range d.Map.Grids {
		if drawn[g.Code] {
			take(g.Area.Bound())
		}
	}
	for _, g := range d.grids {
		for i := range g.Buildings {
			if at := shapeOf(&g.Buildings[i]); at != nil {
				take(at.Bound())
			}
		}
	}
	for i := range d.Shelters {
		if at := pointOf(d.Shelters[i].At); at != nil && d.inUse(&d.Shelters[i]) {
			take(at.Bound())
		}
	}
	if ok {
		box = box.Pad(0.0005)
	}
	return box, ok
}

// area lays an area of degrees out, outer rings one way round and holes the other.
func (d *drawing) area(m orb.MultiPolygon) [][]orb.Point {
	metres, _ := d.plane.InMetres(m).(orb.MultiPolygon)
	if !metres.Bound().Intersects(d.chart.Box) {
		return nil
	}
	for _, p := range metres {
		for k, r := range p {
			if (r.Orientation() == orb.CCW) != (k == 0) {
				r.Reverse()
			}
		}
	}
	return d.chart.Area(metres)
}

func (d *drawing) lines(g orb.Geometry) (out [][]orb.Point) {
	switch g := d.plane.InMetres(g).(type) {
	case orb.LineString:
		if g.Bound().Intersects(d.chart.Box) {
			out = append(out, d.chart.Line(g))
		}
	case orb.MultiLineString:
		for _, l := range g {
			if l.Bound().Intersects(d.chart.Box) {
				out = append(out, d.chart.Line(l))
			}
		}
	}
	return out
}

func (d *drawing) water() {
	d.fill(d.area(d.Map.Wet), wetSoon, 0.75)
	d.fill(d.area(d.Map.WetNow), wetNow, 0.7)
	for _, r := range d.Map.Rivers {
		switch shape := r.Shape.(type) {
		case orb.Polygon:
			d.fill(d.area(orb.MultiPolygon{shape}), river, 1)
		case orb.MultiPolygon:
			d.fill(d.area(shape), river, 1)
		case nil:
		default:
			d.stroke(d.lines(shape), false, 0.9, river)
		}
	}
}

// roads draws those that are open in grey, those that are shut in red and broken,
// so that they are told apart without colours too.
func (d *drawing) roads() {
	for _, shut := range []bool{false, true} {
		for _, r := range d.Map.Roads {
			if r.Shut != shut {
				continue
			}
			lines, width := d.lines(r.Line), 0.35
			if strings.Contains("motorway arterial secondary", r.Class) && r.Class != "" {
				width = 0.8
			}
			if !shut {
				d.stroke(lines, false, width, road)
				continue
			}
			d.stroke(lines, false, width+0.8, white)
			d.stroke(lines, false, width+0.4, alert, 2.4, 1.8)
		}
	}
}

// least size of a building on paper; one that is smaller is a square of it.
const leastMM = 1.6

func (d *drawing) buildings() {
	for _, class := range []Class{Unaffected, WillBeWet, WetNow, Unknown, CutOff} {
		for _, g := range d.grids {
			for i := range g.Buildings {
				if b := &g.Buildings[i]; known(b.Class) == class {
					d.building(b)
				}
			}
		}
	}
}

func (d *drawing) building(b *Building) {
	shape := shapeOf(b)
	if shape == nil {
		return
	}
	with := shade(b.Class)
	if m, ok := shape.(orb.MultiPolygon); ok {
		rings := d.area(m)
		box := orb.MultiPoint{}
		for _, r := range rings {
			box = append(box, r...)
		}
		if bound := box.Bound(); len(box) > 0 && (bound.Max[0]-bound.Min[0] > leastMM || bound.Max[1]-bound.Min[1] > leastMM) {
			d.fill(rings, with, 1)
			d.stroke(rings, true, 0.1, ink)
			return
		}
	}
	centre, _ := d.plane.InMetres(shape.Bound().Center()).(orb.Point)
	at := d.chart.At(centre)
	d.square(at, leastMM/2, with)
}

func (d *drawing) square(at orb.Point, half float64, with tint) {
	ring := [][]orb.Point{corners(charts.Frame{X: at[0] - half, Y: at[1] - half, W: 2 * half, H: 2 * half})}
	d.fill(ring, with, 1)
	line := 0.1
	if with == white {
		line = 0.3 // of what is unknown there is nothing but the outline
	}
	d.stroke(ring, true, line, ink)
}

func (d *drawing) gridLines() {
	for _, g := range d.Map.Grids {
		d.stroke(d.area(g.Area), true, 0.45, border, 3, 1)
	}
}

// shelterMarks draws shelters, crossed out when they get wet themselves, with names
// where there is room.
func (d *drawing) shelterMarks() {
	for i := range d.Shelters {
		s := &d.Shelters[i]
		if pointOf(s.At) == nil {
			continue
		}
		metres, _ := d.plane.InMetres(s.At).(orb.Point)
		at := d.chart.At(metres)
		if !d.inUse(s) {
			d.square(at, 0.7, safe)
			continue
		}
		d.shelterMark(at, s.Wet)
		d.taken = append(d.taken, orb.Bound{Min: orb.Point{at[0] - 2.4, at[1] - 2.4}, Max: orb.Point{at[0] + 2.4, at[1] + 2.4}})
	}
	for i := range d.Shelters {
		if s := &d.Shelters[i]; pointOf(s.At) != nil && d.inUse(s) {
			metres, _ := d.plane.InMetres(s.At).(orb.Point)
			at := d.chart.At(metres)
			text := d.place(s)
			if s.Wet {
				text += d.say("（会被淹）", " (GETS WET)")
			}
			d.label(text, at[0]+3+d.width(text, 9, bold)/2+0.8, at[1], 9, safe)
		}
	}
}

func (d *drawing) shelterMark(at orb.Point, wet bool) {
	d.square(at, 2.1, white)
	with := safe
	if wet {
		with = grey
	}
	d.square(at, 1.7, with)
	if wet {
		d.stroke([][]orb.Point{{{at[0] - 2, at[1] - 2}, {at[0] + 2, at[1] + 2}}, {{at[0] - 2, at[1] + 2}, {at[0] + 2, at[1] - 2}}}, false, 0.7, alert)
		return
	}
	roof := [][]orb.Point{{{at[0], at[1] - 1.2}, {at[0] + 1.2, at[1]}, {at[0] + 0.8, at[1]}, {at[0] + 0.8, at[1] + 1.1}, {at[0] - 0.8, at[1] + 1.1}, {at[0] - 0.8, at[1]}, {at[0] - 1.2, at[1]}}}
	d.fill(roof, white, 1)
}

// label writes a text around a place unless another is there already.
func (d *drawing) label(text string, x, y, size float64, with tint) {
	w, h := d.width(text, size, bold)+1.6, size*pages.MMOfPoint*1.35
	box := orb.Bound{Min: orb.Point{x - w/2, y - h/2}, Max: orb.Point{x + w/2, y + h/2}}
	f := mapFrame()
	inside := box.Min[0] >= f.X && box.Max[0] <= f.X+f.W && box.Min[1] >= f.Y && box.Max[1] <= f.Y+f.H
	for _, b := range d.taken {
		inside = inside && !b.Intersects(box)
	}
	if !inside {
		d.hidden++
		return
	}
	d.taken = append(d.taken, box)
	d.fill([][]orb.Point{corners(charts.Frame{X: box.Min[0], Y: box.Min[1], W: w, H: h})}, white, 0.82)
	d.put(text, x-w/2+0.8, y+size*pages.MMOfPoint*0.36, size, bold, with)
}

// gridNames writes name and last departure of each grid, the first to leave first.
func (d *drawing) gridNames() {
	areas := map[string]orb.MultiPolygon{}
	for _, g := range d.Map.Grids {
		areas[g.Code] = g.Area
	}
	for _, g := range d.grids {
		if len(areas[g.Code]) == 0 {
			continue
		}
		metres, _ := d.plane.InMetres(areas[g.Code]).(orb.MultiPolygon)
		anchor, _ := picture.Anchor(metres)
		name := g.Name
		if name == "" {
			name = g.Code
		}
		due := d.unknown()
		if !g.LastDeparture.IsZero() {
			due = d.clock(g.LastDeparture)
		} else if g.Class == Unaffected {
			due = "—"
		}
		at := d.chart.At(anchor)
		d.label(name+" "+due, at[0], at[1], 8.5, ink)
	}
}
