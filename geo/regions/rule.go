package regions

// Rule is the range of a part's weight, with the weight aimed at.
type Rule struct{ Min, Max, Target int }

// Inside tells whether a part of weight h is in the range.
func (r Rule) Inside(h int) bool { return h >= r.Min && h <= r.Max }

// Off is how far h lies outside the range.
func (r Rule) Off(h int) int { return max(0, r.Min-h, h-r.Max) }

// Counts gives the numbers of parts that arithmetic allows; lo > hi: none.
func (r Rule) Counts(h int) (lo, hi int) { return (h + r.Max - 1) / r.Max, h / max(1, r.Min) }

// Best is the number of parts that leaves the least weight outside the range,
// nearest to the target among equals.
func (r Rule) Best(h int) int {
	lo, hi := r.Counts(h)
	if lo > hi { // hi·max < h < lo·min
		if hi < 1 || h-hi*r.Max > lo*r.Min-h {
			return max(1, lo)
		}
		return hi
	}
	return max(1, min(hi, max(lo, (h+r.Target/2)/max(1, r.Target))))
}

// Shortfall is a lower bound on the weight outside the range.
func (r Rule) Shortfall(h int) int {
	lo, hi := r.Counts(h)
	if lo <= hi && hi > 0 {
		return 0
	}
	if hi < 1 {
		return r.Min - h
	}
	return min(h-hi*r.Max, lo*r.Min-h)
}

// tryCounts orders the allowed numbers of parts by their distance from target.
func (r Rule) tryCounts(h int) []int {
	lo, hi := r.Counts(h)
	if lo > hi {
		return []int{r.Best(h)}
	}
	mid := r.Best(h)
	out := []int{mid}
	for d := 1; mid-d >= lo || mid+d <= hi; d++ {
		if mid+d <= hi {
			out = append(out, mid+d)
		}
		if mid-d >= max(1, lo) {
			out = append(out, mid-d)
		}
	}
	return out
}
