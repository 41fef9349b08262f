package flood

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Reading is the level of the water at a place on a river.
type Reading struct {
	Reach  int32
	LevelM float64 // in the datum of the elevations
}

// Surface says what is known of the water.
type Surface struct {
	Readings []Reading
	// SideStageM is the stage of streams on which no reading lies.
	SideStageM float64
	// Own are stages set by a person, by reach; they win over all else.
	Own map[int32]float64
	// Stem is MainStem of the readings, where it is known from before: it is the same
	// for all moments. Nil: it is looked for.
	Stem []int32
}

// Model says how the stages of a surface were found.
type Model string

// The models of water.
const (
	ModelHand         Model = "hand"         // one stage, or stages that were set
	ModelInterpolated Model = "interpolated" // between gauges along the main stem
	ModelLibrary      Model = "library"      // depths that a hydraulic model gave
)

// Standing is a surface over the reaches of a terrain.
type Standing struct {
	Stages Stages
	LevelM []float64 // Stages over the bed of the reach; NaN where the bed is not known
	OnStem []bool    // on the main stem, on which most readings lie
	Model  Model
}

// Stand finds the stage of each reach. Along the main stem the level is interpolated
// between readings by the distance along the river, at the middle of each reach;
// above the first and below the last the stage of that reading holds on, since a
// level that went on flat would leave the valley's slope. Side streams stand at
// their own stage (their reading's, or SideStageM) or at the backwater of the stem
// at their confluence, whichever is higher.
func (t *Terrain) Stand(s Surface) (Standing, error) {
	for _, r := range s.Readings {
		if r.Reach < 0 || int(r.Reach) >= len(t.Reaches) {
			return Standing{}, fmt.Errorf("readings: there is no reach %d", r.Reach)
		}
		if bed := t.Reaches[r.Reach].BedM; math.IsNaN(r.LevelM-bed) || math.IsInf(r.LevelM-bed, 0) {
			return Standing{}, fmt.Errorf("readings: the level %g over the bed %g of reach %d is no stage", r.LevelM, bed, r.Reach)
		}
	}
	out := Standing{Stages: make(Stages, len(t.Reaches)), LevelM: make([]float64, len(t.Reaches)), OnStem: make([]bool, len(t.Reaches)), Model: ModelHand}
	stem := s.Stem
	if stem == nil {
		stem = t.MainStem(s.Readings)
	}
	for _, r := range stem {
		out.OnStem[r] = true
	}
	onStem, own := t.settle(s, out.OnStem)
	if len(onStem) > 0 {
		out.Model = ModelInterpolated
	}
	backM := make([]float64, len(t.Reaches)) // level of the stem at the confluence below
	for i := range t.Reaches {
		r, reach := &t.Reaches[i], int32(i)
		stage, given := s.Own[reach]
		switch {
		case given:
		case out.OnStem[i]:
			stage = t.stageOnStem(onStem, reach)
		default:
			stage = own(reach)
			if r.Down >= 0 {
				if over := backM[r.Down] - r.BedM; over > stage {
					stage = over
				}
			}
		}
		out.Stages[i], out.LevelM[i] = float32(stage), r.BedM+stage
		switch {
		case out.OnStem[i]:
			backM[i] = out.LevelM[i]
		case r.Down >= 0:
			backM[i] = backM[r.Down]
		default:
			backM[i] = math.NaN() // another river: nothing backs it up
		}
	}
	return out, nil
}

// MainStem is the river on which most readings lie; of equals, the one that drains
// more at its highest reading.
func (t *Terrain) MainStem(readings []Reading) []int32 {
	var best []int32
	most, areaM2 := 0, 0.0
	for _, r := range readings {
		stem := t.Stem(r.Reach)
		n := 0
		for _, other := range readings {
			if slices.Contains(stem, other.Reach) {
				n++
			}
		}
		if a := t.Reaches[r.Reach].AreaM2; n > most || n == most && a > areaM2 {
			best, most, areaM2 = stem, n, a
		}
	}
	return best
}

// settle parts the readings into those on the stem, by their distance from the end,
// and those of side streams, whose stage holds for their whole stream.
func (t *Terrain) settle(s Surface, onStem []bool) (stem []Reading, own func(reach int32) float64) {
	stages := map[int32]float64{} // by the lowest reach of a side stream
	for _, r := range s.Readings {
		if onStem[r.Reach] {
			stem = append(stem, r)
			continue
		}
		mouth := t.mouth(r.Reach, onStem)
		stage := r.LevelM - t.Reaches[r.Reach].BedM
		if was, ok := stages[mouth]; !ok || stage > was {
			stages[mouth] = stage
		}
	}
	slices.SortFunc(stem, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(t.alongM(a.Reach), t.alongM(b.Reach)), cmp.Compare(a.LevelM, b.LevelM))
	})
	return stem, func(reach int32) float64 {
		if len(stages) > 0 {
			if stage, ok := stages[t.mouth(reach, onStem)]; ok {
				return stage
			}
		}
		return s.SideStageM
	}
}

// mouth is the lowest reach of the side stream on which a reach lies.
func (t *Terrain) mouth(reach int32, onStem []bool) int32 {
	for d := t.Reaches[reach].Down; d >= 0 && !onStem[d]; d = t.Reaches[reach].Down {
		reach = d
	}
	return reach
}

// alongM is the distance of a reach's middle from where its river leaves the terrain.
func (t *Terrain) alongM(reach int32) float64 {
	return t.Reaches[reach].FromEndM + t.Reaches[reach].LengthM/2
}

// stageOnStem interpolates between readings sorted from the river's end up.
func (t *Terrain) stageOnStem(readings []Reading, reach int32) float64 {
	at := t.alongM(reach)
	held := func(r Reading) float64 { return r.LevelM - t.Reaches[r.Reach].BedM }
	if first := readings[0]; at <= t.alongM(first.Reach) {
		return held(first)
	}
	for k := 1; k < len(readings); k++ {
		a, b := readings[k-1], readings[k]
		from, to := t.alongM(a.Reach), t.alongM(b.Reach)
		if at <= to && to > from {
			return a.LevelM + (b.LevelM-a.LevelM)*(at-from)/(to-from) - t.Reaches[reach].BedM
		}
	}
	return held(readings[len(readings)-1])
}

// RiverNear is the river cell next to a position in coordinates of the
// raster, and how far that is; ok is false where there is none.
func (t *Terrain) RiverNear(p orb.Point) (cell int32, awayM float64, ok bool) {
	high := t.CellM() // of a middle cell, as a square
	wideM, highM := high, high
	if t.System.Geographic {
		highM = t.DY * 111_132
		wideM = high * high / highM
	} else if t.DX != t.DY {
		wideM, highM = high*math.Sqrt(t.DX/t.DY), high*math.Sqrt(t.DY/t.DX)
	}
	x, y := (p[0]-t.West)/t.DX-0.5, (t.North-p[1])/t.DY-0.5
	cell, awayM = none, math.Inf(1)
	for i, is := range t.River {
		if !is || t.ReachOf[i] < 0 {
			continue
		}
		if d := math.Hypot((float64(i%t.Width)-x)*wideM, (float64(i/t.Width)-y)*highM); d < awayM {
			cell, awayM = int32(i), d
		}
	}
	return cell, awayM, cell >= 0
}
