package replay

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"gridmap/data"
	"gridmap/service/evacuation"
)

// feed sends the readings and forecasts that are due, those of a gauge together.
func (r *Replay) feed(ctx context.Context, now time.Time) error {
	from := r.fed
	to := from
	for to < len(r.flood.Reports) && !r.flood.Reports[to].Sent.After(now) {
		to++
	}
	due := map[int64][]evacuation.NewReading{}
	var gauges []int64
	for _, report := range r.flood.Reports[from:to] {
		if due[report.GaugeID] == nil {
			gauges = append(gauges, report.GaugeID)
		}
		for i := range report.Readings {
			v := &report.Readings[i]
			due[report.GaugeID] = append(due[report.GaugeID], evacuation.NewReading{At: v.At, Kind: v.Kind, StageM: v.StageM, IssuedAt: &v.IssuedAt})
		}
	}
	for _, gauge := range gauges {
		in := evacuation.NewReadings{Readings: due[gauge], Source: "回放 " + r.flood.Name}
		key := fmt.Sprintf("replay-%d-gauge-%d-%d-%d", r.id, gauge, from, to)
		if _, err := r.service.Readings(r.as(ctx, r.actor), r.actor, request(r.actor, key, in), gauge, in); err != nil {
			return fmt.Errorf("feed gauge %d: %w", gauge, err)
		}
	}
	r.fed = to
	return nil
}

// team acts for the team of a grid: what it may see and write is its community.
func team(grid string) data.Actor {
	return data.Actor{Account: "demo-team-" + grid[:12], Role: "operator", ScopeCode: grid[:12]}
}

// answer lets the teams answer their orders.
func (r *Replay) answer(ctx context.Context, now time.Time) error {
	orders, err := r.service.Orders(r.as(ctx, r.actor), r.actor, r.id, nil)
	if err != nil {
		return waited(err)
	}
	for i := range orders {
		o := &orders[i]
		a := answerTo(r.opt.Seed, o)
		for n, step := range []struct {
			state string
			at    time.Time
		}{{"received", a.received}, {"on_scene", a.onScene}} {
			said := n == 0 && o.ReceivedAt != nil || n == 1 && o.OnSceneAt != nil // before the replay was cut off, or by a person
			if said || r.answered[o.ID] > n || step.at.After(now) || o.Kind == "lifted" && step.state == "on_scene" {
				continue
			}
			by := team(o.Grid)
			saying := evacuation.Answering{State: step.state, At: &step.at}
			key := fmt.Sprintf("replay-%d-order-%d-%s", r.id, o.ID, step.state)
			if _, err := r.service.Answer(r.as(ctx, by), by, request(by, key, saying), r.id, o.ID, saying); err != nil {
				return fmt.Errorf("answer order %d: %w", o.ID, err)
			}
			r.answered[o.ID] = n + 1
		}
	}
	return nil
}

// waited is nothing for a picture that is still being computed.
func waited(err error) error {
	if data.CodeOf(err) == data.Unavailable {
		return nil
	}
	return err
}

// rounds lays out what the teams on the scene will say, of the households that came
// onto the list since.
func (r *Replay) rounds(ctx context.Context, _ time.Time) error {
	rows, err := r.service.Grids(r.as(ctx, r.actor), r.actor, r.id, nil)
	if err != nil {
		return waited(err)
	}
	for i := range rows {
		g := &rows[i]
		o := g.Order
		if o != nil && o.Kind == "lifted" && o.ReceivedAt != nil && !r.home[g.Grid] {
			if err := r.bringHome(ctx, g.Grid, *o.ReceivedAt); err != nil {
				return err
			}
			continue
		}
		if o == nil || o.OnSceneAt == nil || o.Kind != "move" && o.Kind != "hold_upstairs" || g.Identity.Listed == r.listed[g.Grid] {
			continue
		}
		by := team(g.Grid)
		sheet, err := r.service.Sheet(r.as(ctx, by), by, r.id, g.Grid)
		if err != nil {
			return fmt.Errorf("read the sheet of grid %s: %w", g.Grid, err)
		}
		s := &scene{seed: r.opt.Seed, grid: g.Grid, kind: o.Kind, onScene: *o.OnSceneAt}
		if r.listed[g.Grid] == 0 {
			r.waiting = append(r.waiting, s.extras(sheet.Households)...)
		} else {
			s.onScene = r.Clock() // they came onto the list while the team was under way
		}
		for k := range sheet.Households {
			h := &sheet.Households[k]
			if !r.told[h.ID] {
				r.told[h.ID] = true
				r.waiting = append(r.waiting, s.from(r.Clock(), h, r.round[g.Grid])...)
				r.round[g.Grid]++
			}
		}
		r.listed[g.Grid] = g.Identity.Listed
		inOrder(r.waiting)
	}
	return nil
}

// bringHome lays out how the households of a grid return.
func (r *Replay) bringHome(ctx context.Context, grid string, told time.Time) error {
	by := team(grid)
	sheet, err := r.service.Sheet(r.as(ctx, by), by, r.id, grid)
	if err != nil {
		return fmt.Errorf("read the sheet of grid %s: %w", grid, err)
	}
	s := &scene{seed: r.opt.Seed, grid: grid, kind: "lifted", onScene: told}
	for k := range sheet.Households {
		r.waiting = append(r.waiting, s.returning(&sheet.Households[k], k))
	}
	r.home[grid] = true
	inOrder(r.waiting)
	return nil
}

// send lets devices send what is due, some devices at a time.
func (r *Replay) send(ctx context.Context, now time.Time) error {
	due := sort.Search(len(r.waiting), func(i int) bool { return r.waiting[i].sent.After(now) })
	if due == 0 {
		return nil
	}
	var devices []string
	by := map[string][]call{}
	for _, c := range r.waiting[:due] {
		if by[c.device] == nil {
			devices = append(devices, c.device)
		}
		by[c.device] = append(by[c.device], c)
	}
	gone := map[string]bool{}
	for _, device := range devices[:min(len(devices), postsAtOnce)] {
		if err := r.post(ctx, device, by[device]); err != nil {
			return err
		}
		gone[device] = true
	}
	rest := slices.DeleteFunc(slices.Clone(r.waiting[:due]), func(c call) bool { return gone[c.device] })
	r.waiting = append(rest, r.waiting[due:]...)
	return nil
}

// rollMost is how many events one post may hold.
const rollMost = 500

func (r *Replay) post(ctx context.Context, device string, calls []call) error {
	actor := team(calls[0].grid)
	for part := range slices.Chunk(calls, rollMost) {
		post := evacuation.RollPost{Device: device}
		for _, c := range part {
			post.Events = append(post.Events, c.event)
		}
		out, err := r.service.RollCall(r.as(ctx, actor), actor, r.id, post)
		if err != nil {
			return fmt.Errorf("call the roll from %s: %w", device, err)
		}
		for _, x := range out.Refused {
			r.opt.Log.WarnContext(ctx, "an event of the roll was refused", "device", device, "field", x.Field, "reason", x.Reason)
		}
	}
	return nil
}
