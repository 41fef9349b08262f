package escape

import (
	"container/heap"
	"math"
)

// Edge is a piece of road between two junctions, by number, as time sees it.
type Edge struct {
	From, To int32
	Seconds  float64 // to pass it
	Shuts    float64 // seconds from now; infinite: it stays open
}

// Leave says for each junction the latest moment, in seconds from now, at which
// somebody who sets out there still reaches a goal: every edge on the way is passed
// marginS before it shuts, and each goal before its own moment in until. It is one
// search backward from the goals over the latest departures (Dijkstra's algorithm
// with the greatest first; Orda and Rom 1990 for roads that only shut). −∞: no way
// out, whenever one sets out. A moment below zero has passed.
func Leave(junctions int, edges []Edge, goals []int32, until []float64, marginS float64) []float64 {
	at := make([][]int32, junctions) // edges by junction
	for i, e := range edges {
		at[e.From] = append(at[e.From], int32(i))
		at[e.To] = append(at[e.To], int32(i))
	}
	latest := make([]float64, junctions)
	for i := range latest {
		latest[i] = math.Inf(-1)
	}
	open := &frontier{}
	for k, g := range goals {
		if until[k] > latest[g] {
			latest[g] = until[k]
			heap.Push(open, stop{g, -until[k]})
		}
	}
	for open.Len() > 0 {
		from, _ := heap.Pop(open).(stop)
		if -from.metres < latest[from.node] {
			continue
		}
		for _, i := range at[from.node] {
			e := edges[i]
			other := e.From + e.To - from.node
			if when := min(latest[from.node], e.Shuts-marginS) - e.Seconds; when > latest[other] {
				latest[other] = when
				heap.Push(open, stop{other, -when})
			}
		}
	}
	return latest
}
