package flood

import (
	"math"
	"runtime"
	"sync"
)

// mark fills out with what is wet, in parallel: each piece is its own.
func (t *Terrain) mark(out []bool, stages Stages) {
	uniform := true
	for _, s := range stages {
		uniform = uniform && s == stages[0]
	}
	inPieces(len(out), func(from, to int) {
		threshold, wet := t.Threshold[from:to], out[from:to]
		if uniform {
			s := float32(math.NaN())
			if len(stages) > 0 {
				s = stages[0]
			}
			for i, v := range threshold {
				wet[i] = v <= s
			}
			return
		}
		reach := t.ReachOf[from:to]
		for i, v := range threshold {
			wet[i] = v == v && reach[i] >= 0 && v <= stages[reach[i]]
		}
	})
}

// DepthM is the depth of water over a cell; zero where it is dry, NaN where it is
// not known.
func (t *Terrain) DepthM(cell int32, stages Stages) float64 {
	v, r := t.Threshold[cell], t.ReachOf[cell]
	switch {
	case t.Elevation[cell] != t.Elevation[cell]:
		return math.NaN()
	case v != v || r < 0 || !(v <= stages[r]):
		return 0
	}
	return float64(stages[r] - t.Hand[cell])
}

// inPieces does work over [0, n) on all processors.
func inPieces(n int, work func(from, to int)) {
	pieces := min(runtime.GOMAXPROCS(0), max(1, n/65536))
	var wait sync.WaitGroup
	for p := range pieces {
		wait.Go(func() { work(n*p/pieces, n*(p+1)/pieces) })
	}
	wait.Wait()
}
