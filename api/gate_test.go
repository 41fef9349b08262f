package api

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// tried is what became of one request at a gate.
type tried struct {
	class  class
	client string
	why    refusal
	waited time.Duration
}

// crowd sends requests at a gate, all in the same moment but in the order given,
// each of which takes a while once let through. The clock is synctest's.
func crowd(t *testing.T, g *gate, takes time.Duration, list []tried) []tried {
	t.Helper()
	var all sync.WaitGroup
	for i := range list {
		all.Go(func() {
			began := time.Now()
			list[i].why = g.enter(context.Background(), list[i].class, list[i].client)
			list[i].waited = time.Since(began)
			if list[i].why == "" {
				time.Sleep(takes)
				g.leave(list[i].class)
			}
		})
		synctest.Wait() // it has its place, or waits
	}
	all.Wait()
	return list
}

func times(n int, c class, client string) []tried {
	out := make([]tried, n)
	for i := range out {
		out[i] = tried{class: c, client: client}
	}
	return out
}

// through counts who was let through.
func through(list []tried, of func(tried) bool) (n, all int) {
	for _, x := range list {
		if of(x) {
			all++
			if x.why == "" {
				n++
			}
		}
	}
	return n, all
}

func smallGate(slots int) *gate {
	return newGate(gateOptions{slots: slots, share: [classes]int{slots, slots, slots, slots}, waiting: 64,
		patience: [classes]time.Duration{10 * time.Second, 2 * time.Second, 2 * time.Second, 2 * time.Second}})
}

func TestGateShedsInOrder(t *testing.T) {
	of := func(c class) func(tried) bool { return func(x tried) bool { return x.class == c } }
	synctest.Test(t, func(t *testing.T) {
		var list []tried
		for i := range 60 { // as they come on a bad day
			list = append(list, times(1, ofCrawlers, fmt.Sprint("crawler ", i%20))...)
			list = append(list, times(1, ofWalls, fmt.Sprint("wall ", i%5))...)
			list = append(list, times(1, ofWrites, fmt.Sprint("field ", i))...)
		}
		g := smallGate(2)
		g.o.share[ofWrites] = 1 // as at the gate of requests, which leaves reads a part
		list = crowd(t, g, 100*time.Millisecond, list)
		written, n := through(list, of(ofWrites))
		if written != n {
			t.Errorf("%d of %d writes were let through, want all", written, n)
		}
		seen, _ := through(list, of(ofWalls))
		crawled, _ := through(list, of(ofCrawlers))
		if seen <= crawled {
			t.Errorf("%d requests of walls were let through and %d of crawlers, want more of walls", seen, crawled)
		}
		for _, x := range list {
			if x.why == "" && x.class != ofWrites && x.waited > 2*time.Second {
				t.Errorf("a %v was let through after %v, beyond its patience", x.class, x.waited)
			}
		}
	})
}

func TestGateGivesEachClientItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// One client has a thousand requests there before the others come.
		list := times(1000, ofCrawlers, "greedy")
		for i := range 10 {
			list = append(list, times(2, ofCrawlers, fmt.Sprint("modest ", i))...)
		}
		list = crowd(t, smallGate(2), 10*time.Millisecond, list)
		modest, n := through(list, func(x tried) bool { return x.client != "greedy" })
		if modest != n {
			t.Errorf("%d of %d requests of modest clients were let through beside a greedy one, want all", modest, n)
		}
		greedy, _ := through(list, func(x tried) bool { return x.client == "greedy" })
		if greedy == 0 || greedy > 66 {
			t.Errorf("%d requests of the greedy one were let through, want some, and no more than may wait", greedy)
		}
		shares, fulls := 0, 0
		for _, x := range list {
			switch x.why {
			case refusedShare:
				shares++
			case refusedFull:
				fulls++
			}
		}
		if shares < 900 || fulls > 0 {
			t.Errorf("%d were told that they ask too much and %d that all is full, want the first for the greedy one", shares, fulls)
		}
	})
}

func TestGateIsFreeAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := smallGate(2)
		crowd(t, g, 50*time.Millisecond, times(500, ofCrawlers, "flood"))
		list := crowd(t, g, time.Millisecond, times(2, ofCrawlers, "later"))
		if n, _ := through(list, func(tried) bool { return true }); n != 2 || list[0].waited+list[1].waited > 0 {
			t.Errorf("after the flood %d of 2 were let through, after %v and %v, want both at once", n, list[0].waited, list[1].waited)
		}
		if g.busy != 0 || g.held != [classes]int{} || g.waitingNow(ofCrawlers) != 0 || len(g.queue[ofCrawlers].circle) != 0 {
			t.Errorf("the gate keeps %d busy, %v held, %d waiting", g.busy, g.held, g.waitingNow(ofCrawlers))
		}
	})
}

func TestGateKeepsPlacesForOtherClasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := smallGate(4)
		g.o.share = [classes]int{3, 3, 3, 1}
		// Writes that hang, at a lock for example.
		list := append(times(20, ofWrites, "field"), times(1, ofWalls, "wall")...)
		list = crowd(t, g, 9*time.Second, list)
		if wall := list[len(list)-1]; wall.why != "" || wall.waited > 0 {
			t.Errorf("the wall's request: %q after %v, want it let through at once beside writes that hang", wall.why, wall.waited)
		}
	})
}

func TestGateForgetsWhoLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := smallGate(1)
		if why := g.enter(t.Context(), ofWalls, "first"); why != "" {
			t.Fatal(why)
		}
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan refusal, 1)
		go func() { left <- g.enter(ctx, ofWalls, "gone") }()
		synctest.Wait()
		cancel()
		if why := <-left; why != refusedGone {
			t.Errorf("got %q, want %q", why, refusedGone)
		}
		g.leave(ofWalls)
		if why := g.enter(t.Context(), ofWalls, "next"); why != "" {
			t.Errorf("the place of who left is not free: %q", why)
		}
	})
}
