package synth

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"gridmap/geo"
	"gridmap/geo/raster"
)

// Of the relief, in metres.
const (
	reliefMarginM = 500 // beyond the district's outline
	bankM         = 0.3 // ground beside water stands at least so high over it
)

// Relief is the terrain as a raster of elevations, metres over the 1985 datum, in
// EPSG:4544; NaN beyond the district. Rivers carry the level of their usual water, as
// elevations measured from the air do; brooks run in beds of their own.
func (d *District) Relief(cellM float64) *raster.Raster {
	bound := d.outline.Bound().Pad(reliefMarginM)
	g := raster.Grid{West: math.Floor(bound.Min[0]/cellM) * cellM, North: math.Ceil(bound.Max[1]/cellM) * cellM, DX: cellM, DY: cellM, System: raster.System{EPSG: 4544}}
	g.Width, g.Height = int(math.Ceil((bound.Max[0]-g.West)/cellM)), int(math.Ceil((g.North-bound.Min[1])/cellM))
	r := &relief{Raster: &raster.Raster{Grid: g, Values: make([]float32, g.Size()), NoData: -9999}, water: make([]bool, g.Size())}
	rows := make(chan int)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for y := range rows {
				inside := rowAbout(d.outline, g, y)
				for x := range g.Width {
					i := y*g.Width + x
					r.Values[i], r.water[i] = d.Terrain.seen(g.Centre(x, y), cellM, inside[x])
				}
			}
		})
	}
	for y := range g.Height {
		rows <- y
	}
	close(rows)
	wait.Wait()
	r.raiseBanks()
	for range 2 { // a brook lowers the ground beside another
		for i := range d.Water {
			if line, ok := d.Water[i].Geom.(orb.LineString); ok {
				r.carve(geo.ProjectionAt(105).InMetres(line).(orb.LineString))
			}
		}
	}
	for i, v := range r.Values {
		r.Values[i] = float32(math.Round(float64(v)*100) / 100)
	}
	return r.Raster
}

// beyondM is how far the relief goes beyond the outline along a river that bends
// out of the district and back.
const beyondM = 120.0

// seen is the level of the ground, or of the usual water within a cell of it. It
// ends at the outline, so that rivers leave the raster where they end.
func (t *Terrain) seen(p orb.Point, cellM float64, inside bool) (level float32, water bool) {
	none := float32(math.NaN())
	if t.grid.bilinear(t.awayM, p) < 300 {
		away, seg := t.rivers.nearest(p, 180)
		if seg >= 0 {
			s := &t.rivers.segs[seg]
			dx, dy := s.b[0]-s.a[0], s.b[1]-s.a[1]
			share := ((p[0]-s.a[0])*dx + (p[1]-s.a[1])*dy) / math.Max(1e-6, dx*dx+dy*dy)
			ends := share <= 0 && (seg == 0 || t.rivers.segs[seg-1].owner != s.owner) ||
				share >= 1 && (int(seg)+1 == len(t.rivers.segs) || t.rivers.segs[seg+1].owner != s.owner)
			if !inside && (ends || away > beyondM) {
				return none, false
			}
			if away < 0.75*cellM {
				share = math.Max(0, math.Min(1, share))
				return float32(t.usualM[seg][0] + share*(t.usualM[seg][1]-t.usualM[seg][0])), true
			}
			return float32(t.elevation(p)), false
		}
	}
	if !inside {
		return none, false
	}
	return float32(t.elevation(p)), false
}

// aboutCells is how many cells the relief goes beyond the outline everywhere, so
// that what stands at the border stands on it.
const aboutCells = 2

// rowAbout says which cells of a row lie inside a ring or a few cells from it.
func rowAbout(ring orb.Ring, g raster.Grid, y int) []bool {
	out := make([]bool, g.Width)
	for k := -aboutCells; k <= aboutCells; k++ {
		for x, in := range rowInside(ring, g, y+k) {
			if in {
				for i := max(0, x-aboutCells); i <= min(g.Width-1, x+aboutCells); i++ {
					out[i] = true
				}
			}
		}
	}
	return out
}

// rowInside says which cells of a row have their centre inside a ring.
func rowInside(ring orb.Ring, g raster.Grid, y int) []bool {
	out := make([]bool, g.Width)
	at := g.North - (float64(y)+0.5)*g.DY
	for k := 1; k < len(ring); k++ {
		p, q := ring[k-1], ring[k]
		if (p[1] > at) == (q[1] > at) {
			continue
		}
		x := (q[0]-p[0])*(at-p[1])/(q[1]-p[1]) + p[0]
		for i := max(0, int(math.Ceil((x-g.West)/g.DX-0.5))); i < g.Width; i++ {
			out[i] = !out[i]
		}
	}
	return out
}

// relief is a raster in the making.
type relief struct {
	*raster.Raster
	water []bool // of rivers
}

// around calls visit for the cells next to a cell.
func (r *relief) around(i int, visit func(j int)) {
	x, y := i%r.Width, i/r.Width
	for v := max(0, y-1); v <= min(r.Height-1, y+1); v++ {
		for u := max(0, x-1); u <= min(r.Width-1, x+1); u++ {
			if j := v*r.Width + u; j != i {
				visit(j)
			}
		}
	}
}

// raiseBanks keeps ground beside a river above its usual water: measured between
// the nodes of the lattice it may lie a little below.
func (r *relief) raiseBanks() {
	for i, wet := range r.water {
		if !wet {
			continue
		}
		r.around(i, func(j int) {
			if !r.water[j] {
				r.Values[j] = max(r.Values[j], r.Values[i]+bankM)
			}
		})
	}
}

// carve leads a brook downhill: its bed lies below the ground beside it, and never
// below the river that it runs into.
func (r *relief) carve(line orb.LineString) {
	cells := slices.DeleteFunc(r.along(line), func(i int) bool { return r.Values[i] != r.Values[i] })
	if len(cells) == 0 {
		return
	}
	if r.Values[cells[0]] < r.Values[cells[len(cells)-1]] {
		slices.Reverse(cells)
	}
	bed := float32(math.Inf(1))
	for _, i := range cells {
		if r.water[i] {
			return
		}
		bed = min(bed, r.Values[i])
		sea := float32(math.Inf(-1))
		r.around(i, func(j int) {
			if r.Values[j] == r.Values[j] {
				bed = min(bed, r.Values[j]-bankM)
			}
			if r.water[j] {
				sea = max(sea, r.Values[j])
			}
		})
		bed = max(bed, sea)
		r.Values[i] = bed
	}
}

// along lists the cells under a line, in its order.
func (r *relief) along(line orb.LineString) (cells []int) {
	last := -1
	for k := 1; k < len(line); k++ {
		a, b := line[k-1], line[k]
		n := int(math.Ceil(dist(a, b)/(r.DX/25))) + 1 // so that hardly a corner is cut
		for m := range n + 1 {
			p := lerp(a, b, float64(m)/float64(n))
			x, y := int(math.Floor((p[0]-r.West)/r.DX)), int(math.Floor((r.North-p[1])/r.DY))
			if i := y*r.Width + x; r.Has(x, y) && i != last {
				cells, last = append(cells, i), i
			}
		}
	}
	return cells
}
