package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"time"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/service/evacuation"
)

// benchReadings is how many readings are measured on their way to the screen.
const benchReadings = 9

// benchFlood measures what stands between a reading and the screen: the water, who it
// reaches, the plan, the tiles, the event, and what the screen then asks for.
type benchFlood struct {
	s       *store
	live    *layers.Live
	service *evacuation.Service
	by      data.Actor
	ctx     context.Context
	id      int64
	keys    int
}

func (c *benchCommand) flood(ctx context.Context, s *store, log *slog.Logger, district string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	live := layers.New(s.pool, layers.Options{Log: log})
	b := &benchFlood{s: s, live: live, by: data.Actor{Account: "bench", Role: "emergency", ScopeCode: district},
		service: evacuation.New(s.pool, s.web, evacuation.Options{Log: log, Dir: s.terrain, Sealer: s.sealer, Lay: live.Lay})}
	b.ctx = data.WithActor(ctx, b.by)
	go func() { _ = live.Run(ctx) }()
	for live.Ready() != nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	go b.service.Follow(ctx)
	if err := b.open(); err != nil {
		return err
	}
	defer b.close()
	return b.readings()
}

func (b *benchFlood) key() data.Request {
	b.keys++
	return data.Request{Account: "bench", Key: fmt.Sprint("bench ", time.Now().UnixNano(), " ", b.keys), Hash: []byte{1}}
}

// open opens a drill; one that is under way is measured as it is.
func (b *benchFlood) open() error {
	from := time.Now()
	a, err := b.service.Open(b.ctx, b.by, b.key(), evacuation.Opening{Name: "测速", Division: b.by.ScopeCode, Drill: true, Settings: []byte(`{"cut_off":"hold"}`)})
	if err != nil {
		return fmt.Errorf("open a drill to measure: %w", err)
	}
	var head evacuation.Head
	if err := json.Unmarshal(a.Body, &head); err != nil {
		return err
	}
	b.id = head.ID
	if _, err := b.service.State(b.ctx, b.by, b.id, nil); err != nil {
		return err
	}
	fmt.Printf("\nevacuation of the district\n  first picture (buildings, roads and shelters meet the terrain): %.1f s\n", time.Since(from).Seconds())
	return nil
}

// close ends the drill; nobody was put on its list.
func (b *benchFlood) close() {
	if _, err := b.service.Close(b.ctx, b.by, b.key(), b.id); err != nil {
		fmt.Println("  the drill could not be closed:", err)
	}
}

// readings posts levels that rise, with a forecast to 5 m over guarantee.
func (b *benchFlood) readings() error {
	gauges, err := b.service.Gauges(b.ctx, b.by, b.id, nil)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(gauges, func(g evacuation.GaugeView) bool { return g.GuaranteeM != nil && g.StageM != nil })
	if i < 0 {
		fmt.Println("  no gauge has a guarantee level: readings are not measured")
		return nil
	}
	sub, _, _, _ := b.live.Subscribe(b.ctx, "")
	defer func() { sub.Close() }()
	var toEvent, toScreen []time.Duration
	for n := range benchReadings {
		event, screen, err := b.reading(sub, gauges[i], n)
		if err != nil {
			return err
		}
		if n > 0 { // the first has twice as much to say: the flood itself
			toEvent, toScreen = append(toEvent, event), append(toScreen, screen)
		}
	}
	st, err := b.service.State(b.ctx, b.by, b.id, nil)
	if err != nil {
		return err
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	slices.Sort(toEvent)
	slices.Sort(toScreen)
	h := st.Headline
	fmt.Printf("  %d buildings wet or to be wet, %d cut off, %d people; plan for %d\n", h.WetNow+h.WillBeWet, h.CutOff, h.Persons, persons(st.Proposal))
	fmt.Printf("  reading → event on the stream: median %d ms, longest %d ms\n", toEvent[len(toEvent)/2].Milliseconds(), toEvent[len(toEvent)-1].Milliseconds())
	fmt.Printf("  reading → all that the screen shows anew: median %d ms, longest %d ms\n", toScreen[len(toScreen)/2].Milliseconds(), toScreen[len(toScreen)-1].Milliseconds())
	fmt.Printf("  memory with the map: %d MB\n", m.HeapAlloc>>20)
	return nil
}

func persons(p *evacuation.Proposal) int {
	if p == nil {
		return 0
	}
	return p.Persons
}

// reading posts one and waits for the event of its water, then reads what a screen
// reads.
func (b *benchFlood) reading(sub *layers.Subscription, g evacuation.GaugeView, n int) (event, screen time.Duration, err error) {
	now := time.Now()
	in := evacuation.NewReadings{Readings: []evacuation.NewReading{{At: now, Kind: "observed", StageM: *g.StageM + 0.05*float64(n)}}}
	for h := 1.0; h <= 18; h++ {
		level := *g.StageM + (*g.GuaranteeM+5-*g.StageM+0.05*float64(n))*h/18
		in.Readings = append(in.Readings, evacuation.NewReading{At: now.Add(time.Duration(h * float64(time.Hour))), Kind: "forecast_likely", StageM: level})
	}
	if _, err := b.service.Readings(b.ctx, b.by, b.key(), g.ID, in); err != nil {
		return 0, 0, err
	}
	for told := false; !told; {
		select {
		case e, ok := <-sub.C:
			if !ok {
				return 0, 0, fmt.Errorf("the stream ended")
			}
			told = e != nil && slices.ContainsFunc(e.Evacuations, func(v layers.EvacuationChange) bool { return v.ID == b.id && slices.Contains(v.What, "water") })
		case <-time.After(time.Minute):
			return 0, 0, fmt.Errorf("no event for a reading within a minute")
		}
	}
	event = time.Since(now)
	st, err := b.service.State(b.ctx, b.by, b.id, nil)
	if err != nil {
		return 0, 0, err
	}
	columns, err := b.service.Buildings(b.ctx, b.by, b.id, nil)
	if err != nil {
		return 0, 0, err
	}
	stages, err := b.service.Stages(b.ctx, b.by, b.id, nil)
	if err != nil {
		return 0, 0, err
	}
	for _, v := range []any{st, columns, stages} {
		if _, err := json.Marshal(v); err != nil {
			return 0, 0, err
		}
	}
	return event, time.Since(now), nil
}
