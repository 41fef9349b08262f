package planning

import (
	"bytes"
	"container/list"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/importers/redraw"
)

// deskKey names a desk.
type deskKey struct {
	plan      int64
	community string
}

// deskCache holds the desks that were used last. A desk that was dropped is made
// again from its start and its log, which is all that there is to it; two of one
// name do no harm, because each reads on in the log before it is used.
type deskCache struct {
	mu    sync.Mutex
	limit int
	order *list.List // of *session, the last used first
	byKey map[deskKey]*list.Element
}

func newDeskCache(limit int) *deskCache {
	return &deskCache{limit: limit, order: list.New(), byKey: map[deskKey]*list.Element{}}
}

// get is the session of that name, perhaps one that was not opened yet.
func (c *deskCache) get(key deskKey) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.byKey[key]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(*session)
	}
	s := &session{deskKey: key}
	c.byKey[key] = c.order.PushFront(s)
	for c.order.Len() > c.limit {
		last := c.order.Back()
		delete(c.byKey, last.Value.(*session).deskKey)
		c.order.Remove(last)
	}
	return s
}

// session is a desk in memory. Whoever locks it holds a connection already, so
// that nobody waits for a connection while others wait for the lock.
type session struct {
	deskKey
	mu sync.Mutex

	desk   *redraw.Desk // nil: not open
	plane  plane
	ground [32]byte
	stamp  string // of the ground and of what is in force
	rule   PlanRule

	start  data.DraftStart
	stored bool // the start is in the database
	seq    int  // last entry that was read
	done   []int
	undone []int

	changed bool            // the ground is not that of the log
	skipped map[int]bool    // entries that could not be played
	lost    map[int][]int64 // buildings that went away, by entry

	outlines []orb.MultiPolygon // of plots, in degrees, once asked for
	edge     orb.MultiPolygon   // of the community, in degrees
}

// deskStart is what a desk begins from, as it is stored.
type deskStart struct {
	Grids  []startGrid  `json:"grids"`
	Places []startPlace `json:"places"`
}

type startGrid struct {
	Code      string `json:"code"`
	Name      string `json:"name,omitempty"`
	Dedicated string `json:"dedicated,omitempty"`
	Geom      string `json:"geom,omitempty"` // WKB, EPSG:4490; none of a layered grid
}

type startPlace struct {
	Building   int64  `json:"b"`
	Part       string `json:"p,omitempty"`
	Households int    `json:"h"`
	Grid       string `json:"g"`
}

// ready opens the session, or brings it up to what r sees. It is locked.
func (s *session) ready(ctx context.Context, r data.Drafts, p *data.DraftPlan) error {
	stamp, err := r.Stamp(ctx, s.community)
	if err != nil {
		return err
	}
	version, err := r.BasedOn(ctx, s.community)
	if err != nil {
		return err
	}
	stamp = fmt.Sprintf("%s.%d", stamp, version)
	if s.desk == nil || s.stamp != stamp {
		if err := s.open(ctx, r, p, version); err != nil {
			s.desk = nil
			return err
		}
		s.stamp = stamp
	}
	rows, err := r.Operations(ctx, s.plan, s.seq, s.community)
	if err != nil {
		return err
	}
	if len(rows) > 0 && !s.stored { // another server was first: its start is the start
		if err := s.open(ctx, r, p, version); err != nil {
			s.desk = nil
			return err
		}
	}
	for i := range rows {
		if err := s.play(&rows[i]); err != nil {
			s.desk = nil
			return err
		}
	}
	return nil
}

// open makes the desk as it began.
func (s *session) open(ctx context.Context, r data.Drafts, p *data.DraftPlan, version int64) (err error) {
	if s.start, s.stored, err = r.Start(ctx, s.plan, s.community); err != nil {
		return err
	}
	if !s.stored {
		if s.start, err = firstStart(ctx, r, p, s.community, version); err != nil {
			return err
		}
	}
	ground, zone, err := r.Ground(ctx, s.community, p.MicroMost)
	if err != nil {
		return err
	}
	s.plane = plane{geo.ProjectionAt(zone)}
	s.rule = PlanRule{p.Least, p.Most, p.Target, p.MicroLeast, p.MicroMost}
	in := s.plane.inputOf(ground, nil)
	if in.Present, err = s.held(ctx, r); err != nil {
		return err
	}
	start, err := s.plane.startOf(s.start.Start)
	if err != nil {
		return err
	}
	desk, err := redraw.NewDeskAmong(ctx, in, s.community, s.options(), start)
	if err != nil {
		return fmt.Errorf("open the desk of %s: %w", s.community, err)
	}
	s.desk, s.ground = desk, desk.Ground()
	s.seq, s.done, s.undone = 0, nil, nil
	s.changed, s.skipped, s.lost = false, map[int]bool{}, map[int][]int64{}
	s.outlines, s.edge = nil, nil
	return nil
}

func (s *session) options() redraw.Options {
	return redraw.Options{Min: s.rule.Min, Max: s.rule.Max, Target: s.rule.Target, MicroMin: s.rule.MicroMin, MicroMax: s.rule.MicroMax, Workers: 1}
}

// held is what is in force in the community.
func (s *session) held(ctx context.Context, r data.Drafts) (*redraw.Present, error) {
	grids, err := r.Grids(ctx, 0, s.community)
	if err != nil {
		return nil, err
	}
	places, err := r.Places(ctx, 0, s.community)
	if err != nil {
		return nil, err
	}
	used, err := r.UsedCodes(ctx, s.plan, s.community)
	if err != nil {
		return nil, err
	}
	outlines, err := r.MicroOutlines(ctx, s.community)
	if err != nil {
		return nil, err
	}
	for _, g := range grids {
		if !g.Layered {
			outlines = append(outlines, data.HeldOutline{Code: g.Code, Geom: g.Geom})
		}
	}
	if len(grids) == 0 && len(used) == 0 {
		return nil, nil
	}
	return s.plane.presentOf(places, used, outlines), nil
}

// firstStart is what a desk without a log begins from: the grids that the plan was
// drawn with, or those in force.
func firstStart(ctx context.Context, r data.Drafts, p *data.DraftPlan, community string, version int64) (out data.DraftStart, err error) {
	out.BasedOn = version
	if out.Drawn, err = r.HasRows(ctx, p.ID, community); err != nil {
		return out, err
	}
	from := int64(0)
	if out.Drawn {
		from = p.ID
	}
	grids, err := r.Grids(ctx, from, community)
	if err != nil {
		return out, err
	}
	places, err := r.Places(ctx, from, community)
	if err != nil {
		return out, err
	}
	start := deskStart{Grids: make([]startGrid, len(grids)), Places: make([]startPlace, len(places))}
	for i, g := range grids {
		start.Grids[i] = startGrid{Code: g.Code, Name: g.Name}
		if g.Name == defaultName(community, g.Code) { // it was never given one
			start.Grids[i].Name = ""
		}
		if g.Kind == "dedicated" {
			start.Grids[i].Dedicated = g.Name
		}
		if g.Layered {
			continue
		}
		b, err := wkb.Marshal(g.Geom)
		if err != nil {
			return out, fmt.Errorf("keep the outline of %s: %w", g.Code, err)
		}
		start.Grids[i].Geom = base64.StdEncoding.EncodeToString(b)
	}
	for i, b := range places {
		start.Places[i] = startPlace{b.BuildingID, b.Part, b.Households, b.Grid}
	}
	if out.Start, err = json.Marshal(start); err != nil {
		return out, fmt.Errorf("keep what the desk of %s begins from: %w", community, err)
	}
	return out, nil
}

// startOf reads a stored start; nil where there was no grid.
func (j plane) startOf(stored json.RawMessage) (*redraw.Present, error) {
	var start deskStart
	if err := json.Unmarshal(stored, &start); err != nil {
		return nil, fmt.Errorf("read what a desk began from: %w", err)
	}
	if len(start.Grids) == 0 {
		return nil, nil
	}
	out := &redraw.Present{}
	for _, g := range start.Grids {
		grid := redraw.PresentGrid{Code: g.Code, Name: g.Name, Dedicated: g.Dedicated}
		if g.Geom != "" {
			b, err := base64.StdEncoding.DecodeString(g.Geom)
			if err != nil {
				return nil, fmt.Errorf("read the outline of %s: %w", g.Code, err)
			}
			geom, err := wkb.Unmarshal(b)
			if err != nil {
				return nil, fmt.Errorf("read the outline of %s: %w", g.Code, err)
			}
			grid.Outline, _ = j.InMetres(geom).(orb.MultiPolygon)
		}
		out.Grids = append(out.Grids, grid)
	}
	for _, b := range start.Places {
		out.Places = append(out.Places, redraw.PresentPlace{BuildingID: b.Building, Part: b.Part, Households: b.Households, Grid: b.Grid})
	}
	return out, nil
}

// play does an entry of the log.
func (s *session) play(o *data.DraftOperation) error {
	same := bytes.Equal(o.Ground, s.ground[:])
	s.changed = s.changed || !same
	ok := true
	switch {
	case s.skipped[o.Target] && o.Target != 0:
		s.skipped[o.Seq] = true
	case o.Kind == "undo":
		ok = s.swap(&s.done, &s.undone, o.Target, s.desk.PlayUndo)
	case o.Kind == "redo":
		ok = s.swap(&s.undone, &s.done, o.Target, s.desk.PlayRedo)
	default:
		var effect redraw.Effect
		if err := json.Unmarshal(o.Effect, &effect); err != nil {
			return fmt.Errorf("read entry %d of plan %d: %w", o.Seq, s.plan, err)
		}
		lost, played := s.desk.Play(redraw.Op{Kind: redraw.OpKind(o.Kind)}, effect, same)
		if len(lost) > 0 {
			s.lost[o.Seq] = lost
		}
		if s.skipped[o.Seq] = !played; played {
			s.done, s.undone = append(s.done, o.Seq), nil
		}
	}
	if !ok {
		return fmt.Errorf("entry %d of plan %d takes back what is not there", o.Seq, s.plan)
	}
	s.seq = o.Seq
	return nil
}

func (s *session) swap(from, to *[]int, target int, do func() bool) bool {
	last := len(*from) - 1
	if last < 0 || (*from)[last] != target || !do() {
		return false
	}
	*from, *to = (*from)[:last], append(*to, target)
	return true
}
