package main_test

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// killings is how often the server is killed while planners work and plans take
// force: a few times, or as often as GRIDMAP_KILLS says ("make kills": 200).
func killings(t *testing.T) int {
	given := os.Getenv("GRIDMAP_KILLS")
	if given == "" {
		return 8
	}
	n, err := strconv.Atoi(given)
	if err != nil {
		t.Fatalf("GRIDMAP_KILLS: %v", err)
	}
	return n
}

func TestServerKilledWhilePlansAreDrawnAndPublishedLosesNothingAndMixesNothing(t *testing.T) {
	kills, demo := killings(t), shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	w := newPlanners(t, s, demo)
	rng := rand.New(rand.NewPCG(4, 728))
	for round := range kills {
		var all sync.WaitGroup
		ctx, cancel := context.WithCancel(context.Background())
		at := s
		var idle atomic.Bool // one of them met what only a kill explains, and stopped
		all.Go(func() { w.draw(ctx, at, round); idle.Store(true) })
		all.Go(func() { w.publish(ctx, at, round); idle.Store(true) })
		all.Go(func() { w.read(ctx, at) })
		operations, publications := w.acknowledged()
		s.Until(time.Minute, "something is acknowledged", func() bool {
			o, p := w.acknowledged()
			return idle.Load() || o > operations && (p > publications || round%3 > 0)
		})
		time.Sleep(time.Duration(rng.IntN(1500)) * time.Millisecond) // the moment is what is under test
		s.Kill()
		cancel()
		all.Wait()
		killed := time.Now()
		s = start(t, demo.Dir, "serve")
		t.Logf("kill %d: ready again after %v; %d operations, %d publications so far", round+1, time.Since(killed).Round(time.Millisecond), w.operations, w.publications)
		w.settle(s)
		if t.Failed() {
			t.Fatalf("after kill %d", round+1)
		}
	}
	w.wholeDatabase(databaseURL(demo.Dir))
	t.Logf("%d kills: %d operations and %d publications acknowledged, %d settled by sending them again; %d looks at %d versions",
		kills, w.operations, w.publications, w.resent, w.looks, len(w.seen))
	if w.operations < kills || w.publications < kills/4 {
		t.Errorf("only %d operations and %d publications: too little was going on", w.operations, w.publications)
	}
}
