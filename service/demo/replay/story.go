package replay

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"gridmap/service/evacuation"
	"gridmap/service/evacuation/rollcall"
)

// call is something that a device will say: about what happened at Event.At, sent
// when it has a network.
type call struct {
	sent   time.Time
	device string
	grid   string // whose team says it
	event  evacuation.RollEvent
}

// Sequences of a household's events lie together: each device counts on its own.
const eventsPerHousehold = 64

// scene is a team at work: one grid after an order.
type scene struct {
	seed    uint64
	grid    string
	kind    string // of the order
	onScene time.Time
}

// stream is a source of chance that belongs to one thing alone.
func stream(seed uint64, what string, id int64) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(what))
	return rand.New(rand.NewPCG(seed^h.Sum64(), uint64(id)))
}

func minutes(r *rand.Rand, low, high float64) time.Duration {
	return time.Duration((low + (high-low)*r.Float64()) * float64(time.Minute))
}

// visitEvery is how long one household takes one of a grid's two devices.
const visitEvery = 110 * time.Second

// household is what becomes of a household: everything that is said of it, until
// everybody of it is accounted for. index is its place in the team's round.
func (s *scene) household(h *evacuation.SheetHousehold, index int) []call {
	r := stream(s.seed, "household", h.ID)
	w := &writer{scene: s, r: r, household: h, device: s.device(index % 2)}
	visit := s.onScene.Add(minutes(r, 2, 8) + time.Duration(index/2)*visitEvery)
	w.mayBeOffline(visit)
	arrival := visit.Add(minutes(r, 20, 75))
	last := s.fate(h, r)
	switch {
	case r.Float64() < 0.04 && last == "sheltered":
		w.say(visit, 0, "refused", "")
		arrival = arrival.Add(minutes(r, 45, 150)) // persuaded, after some time
		w.say(arrival, 0, last, "劝说后转移")
	case last == "sheltered":
		w.say(arrival, 0, last, "")
	default:
		arrival = visit
		w.say(visit, 0, last, "")
	}
	w.mayDiffer(arrival)
	w.mayMiss(arrival, last)
	w.mayBeConfirmed(arrival, last)
	w.mayBeContradicted(arrival, last)
	w.maySendTwice()
	return w.calls
}

// from is what becomes of a household as seen from a moment. One whose story ought to
// be over and is not came onto the list while the replay was cut off, or was cut off
// itself: the team begins with it now.
func (s *scene) from(now time.Time, h *evacuation.SheetHousehold, index int) []call {
	calls := s.household(h, index)
	open := h.Status == string(rollcall.Unaccounted) || h.Status == string(rollcall.Refused)
	if open && !slices.ContainsFunc(calls, func(c call) bool { return c.sent.After(now) }) {
		late := *s
		late.onScene = now
		calls = late.household(h, 0)
	}
	return calls
}

// returning is when a household is back home: the last that is said of it.
func (s *scene) returning(h *evacuation.SheetHousehold, index int) call {
	r := stream(s.seed, "returning", h.ID)
	at := s.onScene.Add(minutes(r, 60, 420)).Truncate(time.Second)
	e := evacuation.RollEvent{Sequence: (h.ID+1)*eventsPerHousehold - 1, At: at, HouseholdID: h.ID, Status: string(rollcall.Returned)}
	return call{at.Add(minutes(r, 0.5, 20)), s.device(index % 2), s.grid, e}
}

func (s *scene) device(n int) string { return "sim-" + s.grid + "-" + string(rune('a'+n)) }

// fate is where a household ends up.
func (s *scene) fate(h *evacuation.SheetHousehold, r *rand.Rand) string {
	p := r.Float64()
	switch {
	case s.kind == "hold_upstairs":
		return "holding_upstairs"
	case p < 0.09:
		return "already_away"
	case p < 0.23:
		return "with_relatives"
	case p < 0.28 && h.Floor >= 3:
		return "holding_upstairs"
	case h.ShelterID == nil:
		return "with_relatives" // no bed: with somebody who has one
	}
	return "sheltered"
}

// writer writes what is said of one household.
type writer struct {
	*scene
	r         *rand.Rand
	household *evacuation.SheetHousehold
	device    string
	offline   [2]time.Time // the device has no network in between
	calls     []call
}

// say has the team's device say something of the household, or of a person of it.
func (w *writer) say(at time.Time, person int64, status, note string) {
	w.sayBy(w.device, at, person, status, note)
}

func (w *writer) sayBy(device string, at time.Time, person int64, status, note string) {
	at = at.Truncate(time.Second)
	e := evacuation.RollEvent{Sequence: w.household.ID*eventsPerHousehold + int64(len(w.calls)), At: at, HouseholdID: w.household.ID, Status: status, Note: note}
	if person != 0 {
		e.HouseholdID, e.PersonID = 0, person
	}
	if status == "sheltered" && w.household.ShelterID != nil {
		e.ShelterID = *w.household.ShelterID
	}
	sent := at.Add(minutes(w.r, 0.2, 2))
	if device == w.device && !sent.Before(w.offline[0]) && sent.Before(w.offline[1]) {
		sent = w.offline[1].Add(minutes(w.r, 0.1, 3))
	}
	w.calls = append(w.calls, call{sent, device, w.grid, e})
}

// mayBeOffline: the device loses the network for a while around a visit.
func (w *writer) mayBeOffline(visit time.Time) {
	if w.r.Float64() < 0.12 {
		from := visit.Add(-minutes(w.r, 0, 20))
		w.offline = [2]time.Time{from, from.Add(minutes(w.r, 40, 140))}
	}
}

// mayMiss: somebody is missed after all, and found.
func (w *writer) mayMiss(arrival time.Time, last string) {
	if who := w.somebody(); who != 0 && w.r.Float64() < 0.03 {
		w.say(arrival.Add(minutes(w.r, 7, 15)), who, "unaccounted", "未找到，继续寻找")
		w.say(arrival.Add(minutes(w.r, 40, 150)), who, last, "已找到")
	}
}

// somebody is a person of the household who is known by name, or zero.
func (w *writer) somebody() int64 {
	var named []int64
	for _, p := range w.household.Persons {
		if p.ID != 0 {
			named = append(named, p.ID)
		}
	}
	if len(named) == 0 {
		return 0
	}
	return named[w.r.IntN(len(named))]
}

// mayDiffer: one of several is elsewhere; said after the household, by name.
func (w *writer) mayDiffer(arrival time.Time) {
	who := w.somebody()
	if len(w.household.Persons) < 2 || who == 0 || w.r.Float64() > 0.15 {
		return
	}
	status := []string{"already_away", "with_relatives"}[w.r.IntN(2)]
	w.say(arrival.Add(minutes(w.r, 1, 6)), who, status, "")
}

// desk is the device at a shelter's door.
func (w *writer) desk() string { return "sim-desk-" + w.grid[:12] }

// mayBeConfirmed: the shelter counts them too.
func (w *writer) mayBeConfirmed(arrival time.Time, last string) {
	if last == "sheltered" && w.r.Float64() < 0.25 {
		w.sayBy(w.desk(), arrival.Add(minutes(w.r, 3, 12)), 0, last, "")
	}
}

// mayBeContradicted: another device has heard otherwise; somebody decides, or the
// later word stands.
func (w *writer) mayBeContradicted(arrival time.Time, last string) {
	if w.r.Float64() < 0.02 && last != "already_away" {
		w.sayBy(w.desk(), arrival.Add(minutes(w.r, 4, 20)), 0, "already_away", "邻居说早已外出")
	}
}

// maySendTwice: the answer to a device was lost, and it sends again.
func (w *writer) maySendTwice() {
	for _, c := range slices.Clone(w.calls) {
		if w.r.Float64() < 0.06 {
			c.sent = c.sent.Add(minutes(w.r, 1, 15))
			w.calls = append(w.calls, c)
		}
	}
}

// extras are people who turn up without being on the list.
func (s *scene) extras(households []evacuation.SheetHousehold) []call {
	r := stream(s.seed, "extras:"+s.grid, 0)
	if r.Float64() > 0.08 {
		return nil
	}
	for _, h := range households {
		if h.ShelterID == nil {
			continue
		}
		at := s.onScene.Add(minutes(r, 40, 160)).Truncate(time.Second)
		return []call{{at.Add(minutes(r, 1, 5)), "sim-desk-" + s.grid, s.grid, evacuation.RollEvent{Sequence: 0, At: at, Status: "sheltered", ShelterID: *h.ShelterID,
			Extra: &evacuation.Extra{Count: 1 + r.IntN(4), Grid: s.grid}, Note: "过路人员"}}}
	}
	return nil
}

// inOrder sorts calls by when they are sent.
func inOrder(list []call) {
	slices.SortStableFunc(list, func(a, b call) int {
		return cmp.Or(a.sent.Compare(b.sent), cmp.Compare(a.device, b.device), cmp.Compare(a.event.Sequence, b.event.Sequence))
	})
}

// answer is how the team of a grid takes an order.
type answer struct {
	received, onScene time.Time
}

// answerTo says when an order is received and when somebody is there: most within
// minutes, some by the deputy, a few only when the town calls.
func answerTo(seed uint64, o *evacuation.Order) answer {
	r := stream(seed, "order:"+o.Grid, o.ID)
	wait := minutes(r, 0.4, 4)
	switch p := r.Float64(); {
	case p < 0.03:
		wait = minutes(r, 10.5, 14)
	case p < 0.13:
		wait = minutes(r, 5.3, 9)
	}
	received := o.IssuedAt.Add(wait)
	return answer{received, received.Add(minutes(r, 6, 30))}
}
