package papers

// block is a piece of a sheet that is never divided.
type block struct {
	high float64         // millimetres
	keep bool            // it stays on the page of the block that follows
	draw func(y float64) // its upper edge
	// again is what is repeated above it when it comes to stand at the top of a
	// page: under which building and floor it is.
	again *block
}

// flow lays blocks out on pages. All are laid out before the first is drawn, so
// that every page can say how many there are.
type flow struct {
	room   float64 // of a page, millimetres
	later  float64 // by how much those after the first have less
	blocks []block
}

func (f *flow) add(b block) { f.blocks = append(f.blocks, b) }

// pages divides the blocks. A run of blocks that keep together goes to the next
// page as a whole when it fits on one.
func (f *flow) pages() (out [][]block) {
	var page []block
	left := f.room
	for i := 0; i < len(f.blocks); {
		end, high := i, 0.0
		for ; end < len(f.blocks); end++ {
			high += f.blocks[end].high
			if !f.blocks[end].keep {
				end++
				break
			}
		}
		if high > left && len(page) > 0 {
			out, page, left = append(out, page), nil, f.room-f.later
		}
		for _, b := range f.blocks[i:end] {
			if b.high > left && len(page) > 0 { // a run that is longer than a page
				out, page, left = append(out, page), nil, f.room-f.later
			}
			if len(page) == 0 && len(out) > 0 && b.again != nil {
				page, left = append(page, *b.again), left-b.again.high
			}
			page, left = append(page, b), left-b.high
		}
		i = end
	}
	if len(page) > 0 {
		out = append(out, page)
	}
	return out
}
