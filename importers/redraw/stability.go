package redraw

// stability compares with the present plan: a household moves when the code of
// its grid changes.
func (p *publisher) stability(plan *Plan, grids [][]drawn, books []ledger) {
	for c := range grids {
		s := &books[c].stability
		for i := range grids[c] {
			id := &p.ids[c][i]
			s.Grids.count(id)
			for m := range id.micro {
				s.Microgrids.count(&id.micro[m])
			}
			for _, n := range grids[c][i].nodes {
				for _, sh := range n.shares {
					for _, piece := range p.present.pieces(p.in.Buildings, sh) {
						if piece.Grid == "" {
							continue
						}
						s.Households += piece.Households
						if piece.Grid != id.code {
							s.HouseholdsMoved += piece.Households
						}
					}
				}
			}
		}
	}
	for _, r := range plan.Retired {
		if s := &books[r.community].stability; r.Microgrid {
			s.Microgrids.CodesRetired++
		} else {
			s.Grids.CodesRetired++
		}
	}
	for a := range p.land.atoms {
		at := &p.land.atoms[a]
		was := p.presentGridOf(at)
		if was == "" || p.gridOf[a] < 0 {
			continue
		}
		s := &books[at.community].stability
		s.AreaM2 += at.areaM2
		if was != plan.Grids[p.gridOf[a]].Code {
			s.AreaMovedM2 += at.areaM2
		}
	}
}

// presentGridOf a plot is that of its largest building, or what lies at its
// middle where there is none.
func (p *publisher) presentGridOf(at *atom) string {
	if len(at.buildings) == 0 {
		return p.present.at([2]float64{at.x, at.y})
	}
	largest := at.buildings[0]
	for _, b := range at.buildings {
		if p.in.Buildings[b].Households > p.in.Buildings[largest].Households {
			largest = b
		}
	}
	grid, _ := p.present.of(largest, "")
	return grid
}

func (c *CodesReport) count(id *identity) {
	switch id.lineage {
	case Unchanged:
		c.Unchanged++
	case Split:
		c.Split++
	case Merged:
		c.Merged++
	case Mixed:
		c.Mixed++
	default:
		c.New++
	}
	if id.kept {
		c.CodesKept++
	} else {
		c.CodesNew++
	}
}

func (c *CodesReport) add(o CodesReport) {
	c.Unchanged += o.Unchanged
	c.Split += o.Split
	c.Merged += o.Merged
	c.Mixed += o.Mixed
	c.New += o.New
	c.CodesKept += o.CodesKept
	c.CodesNew += o.CodesNew
	c.CodesRetired += o.CodesRetired
}

func (s *StabilityReport) add(o StabilityReport) {
	s.Households += o.Households
	s.HouseholdsMoved += o.HouseholdsMoved
	s.AreaM2 += o.AreaM2
	s.AreaMovedM2 += o.AreaMovedM2
	s.Grids.add(o.Grids)
	s.Microgrids.add(o.Microgrids)
}

func (s *StabilityReport) share() {
	s.HouseholdsMovedShare = ratio(s.HouseholdsMoved, s.Households)
	if s.AreaM2 > 0 {
		s.AreaMovedShare = s.AreaMovedM2 / s.AreaM2
	}
}
