package flood

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"gridmap/geo/raster"
)

// Options of Build.
type Options struct {
	// River marks river cells. Nil: cells through which at least StreamAreaKM2
	// drains.
	River         []bool
	StreamAreaKM2 float64
	// D8, when given, pins the flow directions (ESRI's codes); the elevations are
	// then taken as they are. Else rivers are burned in and bridges cut, and
	// directions follow from the elevations.
	D8           *raster.Raster
	Connectivity Connectivity // zero: Eight
	Levees       []Levee
	// Breaches open the levees within BreachM of them, in coordinates of the raster.
	Breaches []orb.Point
	BreachM  float64
	ReachM   float64 // length of a reach, at least five cells; zero: 500
}

// Levee is a barrier up to its crest, in coordinates of the raster; CrestM is in
// the datum of the elevations.
type Levee struct {
	Line   orb.LineString
	CrestM float64
}

// Terrain is what follows from elevations and rivers, whatever the stage.
type Terrain struct {
	raster.Grid
	Elevation []float32 // NaN: unknown
	River     []bool
	To        Receivers
	Drained
	// Threshold is the lowest stage at which a cell is wet; NaN: never. See the
	// function of that name.
	Threshold    []float32
	ReachOf      []int32 // of the cell's drain; -1: none
	Reaches      []Reach
	Connectivity Connectivity
	Order        []int32 // cells, downstream first
	// LostRivers counts river cells without an elevation: no water comes from them.
	LostRivers int
	// DeckCells counts river cells that were lowered from a bridge's deck or a dam's
	// crest to the water below; never where D8 is given.
	DeckCells int
	unmap     func() error // of a terrain that Open mapped
}

// Build computes a Terrain.
func Build(dem *raster.Raster, o Options) (*Terrain, error) {
	if err := checkInput(dem, &o); err != nil {
		return nil, err
	}
	t := &Terrain{Grid: dem.Grid, Elevation: dem.Values, River: o.River, Connectivity: o.Connectivity}
	var err error
	if o.D8 != nil {
		if t.To, err = ReceiversOf(o.D8); err != nil {
			return nil, err
		}
	} else {
		if o.River != nil {
			t.Elevation, t.DeckCells = cutDecks(t.Grid, t.Elevation, o.River)
		}
		t.To, _ = Fill(burn(&raster.Raster{Grid: t.Grid, Values: t.Elevation}, o.River), nil)
	}
	if t.Order, err = t.To.order(); err != nil {
		return nil, err
	}
	areaM2 := t.To.accumulate(t.Grid, t.Order)
	if t.River == nil {
		t.River = make([]bool, t.Size())
		for i, a := range areaM2 {
			t.River[i] = a >= o.StreamAreaKM2*1e6 && t.To[i] != none
		}
	}
	cells := 0
	for i, is := range t.River {
		if is && t.Elevation[i] != t.Elevation[i] {
			t.LostRivers++
		} else if is {
			cells++
		}
	}
	if cells == 0 {
		return nil, fmt.Errorf("river: none of its %d cells has an elevation", t.LostRivers)
	}
	t.Drained = t.To.hand(t.Elevation, t.River, t.Order)
	t.Threshold = Threshold(t.Grid, t.raised(o), t.River, o.Connectivity)
	t.ReachOf, t.Reaches = cutReaches(t.Grid, t.To, t.Order, t.River, t.Elevation, areaM2, o.ReachM)
	for i, d := range t.Drain {
		if d != none {
			t.ReachOf[i] = t.ReachOf[d]
		}
	}
	return t, nil
}

func checkInput(dem *raster.Raster, o *Options) error {
	switch {
	case dem.Size() == 0 || len(dem.Values) != dem.Size():
		return errors.New("dem: it has no cells")
	case dem.Empty():
		return errors.New("dem: no cell has an elevation")
	case o.D8 != nil && !o.D8.Same(dem.Grid):
		return fmt.Errorf("d8: its cells are not those of the elevations: %d by %d against %d by %d", o.D8.Width, o.D8.Height, dem.Width, dem.Height)
	case o.River != nil && len(o.River) != dem.Size():
		return fmt.Errorf("river: %d cells against %d of the elevations", len(o.River), dem.Size())
	case o.River == nil && !(o.StreamAreaKM2 > 0):
		return errors.New("river: neither rivers nor an area from which a stream begins is given")
	}
	if o.Connectivity == 0 {
		o.Connectivity = Eight
	}
	if o.Connectivity != Four && o.Connectivity != Eight {
		return fmt.Errorf("connectivity: %d is neither 4 nor 8", o.Connectivity)
	}
	if o.ReachM == 0 {
		o.ReachM = 500
	}
	o.ReachM = max(o.ReachM, 5*dem.CellM())
	if o.BreachM == 0 {
		o.BreachM = 30
	}
	return nil
}

// burnM is how far rivers are lowered for the flow directions: deeper than any
// bridge or dam that the elevations carry across them.
const burnM = 50

// bedM is how much deeper a river is burned for each cell away from its bank. The
// water of a wide river, flat in the elevations, then gathers in its middle; else
// each row of its cells would run beside the others as a river of its own.
const bedM = 0.1

// burn lowers river cells, and with them the decks of bridges over them, so that
// water takes to them and stays in them. Heights are measured on the elevations as
// they are.
func burn(dem *raster.Raster, river []bool) *raster.Raster {
	if river == nil {
		return dem
	}
	out := &raster.Raster{Grid: dem.Grid, Values: append([]float32(nil), dem.Values...)}
	for i, cells := range fromBank(dem.Grid, river) {
		if river[i] {
			out.Values[i] -= burnM + bedM*float32(cells)
		}
	}
	return out
}

// fromBank counts the cells from each river cell to the next that is none.
func fromBank(g raster.Grid, river []bool) []uint16 {
	out := make([]uint16, len(river))
	dx, dy := neighbours()
	var front, next []int
	touches := func(i int, visit func(j int)) {
		for k := range 8 {
			if x, y := i%g.Width+dx[k], i/g.Width+dy[k]; g.Has(x, y) {
				visit(y*g.Width + x)
			}
		}
	}
	for i, is := range river {
		if !is {
			continue
		}
		touches(i, func(j int) {
			if !river[j] && out[i] == 0 {
				out[i] = 1
				front = append(front, i)
			}
		})
	}
	for n := uint16(2); len(front) > 0 && n < 1<<15; n++ {
		next = next[:0]
		for _, i := range front {
			touches(i, func(j int) {
				if river[j] && out[j] == 0 {
					out[j] = n
					next = append(next, j)
				}
			})
		}
		front, next = next, front
	}
	return out
}

// WithLevees is the same terrain with other levees and breaches: only the
// thresholds are computed anew, all else is shared. It is for "breach here", while
// the water stands; t must not be closed before it.
func (t *Terrain) WithLevees(levees []Levee, breaches []orb.Point, breachM float64) *Terrain {
	if breachM == 0 {
		breachM = 30
	}
	out := *t
	out.unmap = nil
	out.Threshold = Threshold(t.Grid, t.raised(Options{Levees: levees, Breaches: breaches, BreachM: breachM}), t.River, t.Connectivity)
	return &out
}

// raised is HAND with levees on it.
func (t *Terrain) raised(o Options) []float32 {
	if len(o.Levees) == 0 {
		return t.Hand
	}
	level := append([]float32(nil), t.Hand...)
	for _, l := range o.Levees {
		for _, i := range LineCells(t.Grid, l.Line) {
			d := t.Drain[i]
			if d == none || t.open(int(i), o) || t.River[i] {
				continue
			}
			level[i] = max(level[i], float32(l.CrestM)-t.Elevation[d])
		}
	}
	return level
}

// open says whether a breach lies at a cell.
func (t *Terrain) open(i int, o Options) bool {
	scale := 1.0
	if t.System.Geographic {
		scale = 111_132
	}
	c := t.Centre(i%t.Width, i/t.Width)
	for _, b := range o.Breaches {
		if math.Hypot(c[0]-b[0], c[1]-b[1])*scale <= o.BreachM {
			return true
		}
	}
	return false
}

// Stages are the stages of the reaches, in their order.
type Stages []float32

// Uniform is the same stage everywhere.
func (t *Terrain) Uniform(stage float32) Stages {
	out := make(Stages, len(t.Reaches))
	for i := range out {
		out[i] = stage
	}
	return out
}

// Wet marks the cells that are wet at the stages.
func (t *Terrain) Wet(stages Stages) []bool {
	out := make([]bool, t.Size())
	t.mark(out, stages)
	return out
}
