package redraw

import (
	"fmt"

	"gridmap/geo/regions"
)

// ReasonKind is why a grid is outside the rule.
type ReasonKind string

// The kinds of certificates. The first four are proofs.
const (
	Arithmetic ReasonKind = "arithmetic"  // no number of grids divides the households
	OneAtom    ReasonKind = "one_atom"    // one indivisible building is over the top
	Pocket     ReasonKind = "pocket"      // an area that hangs on by one atom, or by none
	Exhausted  ReasonKind = "exhausted"   // all divisions were tried
	NotProven  ReasonKind = "not_proven"  // none was found; none was ruled out
	FixedCount ReasonKind = "fixed_count" // the number of grids was given
	OffRule    ReasonKind = "dedicated"   // no household rule holds
	ByHand     ReasonKind = "by_hand"     // a planner left it so
)

// Reason is a certificate as data and as a sentence in two languages.
type Reason struct {
	Kind       ReasonKind `json:"kind"`
	Households int        `json:"households"`           // of the area that the proof is about
	Min        int        `json:"min"`                  // of the range
	Max        int        `json:"max"`                  //
	BuildingID int64      `json:"buildingId,omitempty"` // for OneAtom and Pocket: what stands in the way
	Bound      int        `json:"bound"`                // households outside the range that cannot be avoided (proven), or were left (not proven)
	Zh         string     `json:"zh"`
	En         string     `json:"en"`

	area int // which connected area of its community or grid the proof is about
}

func (r bounds) arithmetic(h int) *Reason {
	c := &Reason{Kind: Arithmetic, Households: h, Min: r.Min, Max: r.Max, Bound: r.Shortfall(h)}
	if h < r.Min {
		c.Zh = fmt.Sprintf("此区域共%d户，不足%d户，只能设一个网格。", h, r.Min)
		c.En = fmt.Sprintf("The area has %d households, fewer than %d, and makes one grid.", h, r.Min)
		return c
	}
	lo, hi := h/r.Min, (h+r.Max-1)/r.Max
	c.Zh = fmt.Sprintf("此区域共%d户：分%d个网格则至少一个超过%d户，分%d个则至少一个不足%d户。", h, lo, r.Max, hi, r.Min)
	c.En = fmt.Sprintf("The area has %d households: with %d grid(s) one is over %d, with %d one is under %d.", h, lo, r.Max, hi, r.Min)
	return c
}

func (r bounds) oneAtom(h int, building int64) *Reason {
	return &Reason{
		Kind: OneAtom, Households: h, Min: r.Min, Max: r.Max, BuildingID: building, Bound: h - r.Max,
		Zh: fmt.Sprintf("楼栋%d有%d户，超过%d户，且无单元楼层数据可分。", building, h, r.Max),
		En: fmt.Sprintf("Building %d has %d households, over %d, and no stairwells to divide it by.", building, h, r.Max),
	}
}

func (r bounds) pocket(h, withGate int, gate int64) *Reason {
	return &Reason{
		Kind: Pocket, Households: h, Min: r.Min, Max: r.Max, BuildingID: gate, Bound: 1,
		Zh: fmt.Sprintf("%d户的区域只经楼栋%d所在地块相连：单独不足%d户，合并则为%d户，超过%d户。", h, gate, r.Min, withGate, r.Max),
		En: fmt.Sprintf("An area of %d households hangs on by the plot of building %d alone: by itself it is under %d, with it %d, over %d.", h, gate, r.Min, withGate, r.Max),
	}
}

func (r bounds) island(h int) *Reason {
	return &Reason{
		Kind: Pocket, Households: h, Min: r.Min, Max: r.Max, Bound: r.Shortfall(h),
		Zh: fmt.Sprintf("此处与社区其余部分不相连，共%d户，无法划入%d至%d户。", h, r.Min, r.Max),
		En: fmt.Sprintf("The area is cut off from the rest of its community and has %d households, which cannot be divided into %d to %d.", h, r.Min, r.Max),
	}
}

func (r bounds) exhausted(h, left int) *Reason {
	return &Reason{
		Kind: Exhausted, Households: h, Min: r.Min, Max: r.Max, Bound: left,
		Zh: fmt.Sprintf("此区域共%d户，已穷尽所有连通划分，没有一种全部在%d至%d户之间。", h, r.Min, r.Max),
		En: fmt.Sprintf("The area has %d households; every connected division was tried, and none keeps all grids within %d to %d.", h, r.Min, r.Max),
	}
}

func (r bounds) notProven(h, left int) *Reason {
	return &Reason{
		Kind: NotProven, Households: h, Min: r.Min, Max: r.Max, Bound: left,
		Zh: fmt.Sprintf("此区域共%d户，未找到全部在%d至%d户之间的划分（尚差%d户），但未证明不存在。", h, r.Min, r.Max, left),
		En: fmt.Sprintf("The area has %d households; no division within %d to %d was found (%d households off), but none was ruled out.", h, r.Min, r.Max, left),
	}
}

func (r bounds) fixed(h, k int) *Reason {
	return &Reason{
		Kind: FixedCount, Households: h, Min: r.Min, Max: r.Max, Bound: 0,
		Zh: fmt.Sprintf("按给定的%d个网格均衡划分，不以%d至%d户为准。", k, r.Min, r.Max),
		En: fmt.Sprintf("Drawn as one of %d balanced grids as asked, not to the range of %d to %d.", k, r.Min, r.Max),
	}
}

func (r bounds) dedicated(h int) *Reason {
	return &Reason{
		Kind: OffRule, Households: h, Min: r.Min, Max: r.Max,
		Zh: "专属网格，不适用户数标准。",
		En: "A dedicated grid: no household rule holds.",
	}
}

// bounds is the range of households in a grid, with the target.
type bounds struct{ regions.Rule }

func newBounds(low, high, target int) bounds {
	return bounds{regions.Rule{Min: low, Max: high, Target: target}}
}

// balanced is the range for a given number of grids: as even as may be.
func balanced(h, k int) bounds {
	mean := h / k
	return newBounds(mean*4/5, (h+k-1)/k*6/5+1, max(1, mean))
}

// reason puts a proof about a graph into words; the building is that of a node.
func (r bounds) reason(p *regions.Proof, building func(node int) int64) *Reason {
	switch p.Kind {
	case regions.Arithmetic:
		return r.arithmetic(p.Weight)
	case regions.OneNode:
		return r.oneAtom(p.Weight, building(p.Node))
	case regions.Pocket:
		return r.pocket(p.Weight, p.Gated, building(p.Node))
	case regions.Exhausted:
		return r.exhausted(p.Weight, p.Bound)
	}
	return r.notProven(p.Weight, p.Bound)
}
