package tiles

import "slices"

// marks is an immutable set of small numbers, in pages that later versions
// share: the next set costs what is added, not what is there.
type marks struct {
	pages []*markPage // nil: nothing of the page is in the set
	n     int
}

type markPage [64]uint64

const pageBits = 64 * 64

func (m *marks) has(i uint32) bool {
	if m.n == 0 {
		return false
	}
	page := int(i / pageBits)
	if page >= len(m.pages) || m.pages[page] == nil {
		return false
	}
	return m.pages[page][i%pageBits/64]&(1<<(i%64)) != 0
}

// with is the set and the numbers of a list.
func (m marks) with(list []uint32) marks {
	next := marks{pages: slices.Clone(m.pages), n: m.n}
	copied := map[int]bool{}
	for _, i := range list {
		if next.has(i) {
			continue
		}
		page := int(i / pageBits)
		for len(next.pages) <= page {
			next.pages = append(next.pages, nil)
		}
		if !copied[page] {
			fresh := new(markPage)
			if next.pages[page] != nil {
				*fresh = *next.pages[page]
			}
			next.pages[page], copied[page] = fresh, true
		}
		next.pages[page][i%pageBits/64] |= 1 << (i % 64)
		next.n++
	}
	return next
}

func (m *marks) bytes() int {
	n := len(m.pages) * 8
	for _, p := range m.pages {
		if p != nil {
			n += pageBits / 8
		}
	}
	return n
}
