package api

import (
	"context"
	"sync"
	"time"
)

// class orders requests by how much depends on their answer.
type class int

// The classes, in the order in which a gate that is full gives up on them last.
const (
	ofWrites   class = iota // cases, roll calls, plans: somebody did something
	ofWalls                 // screens that people steer by
	ofPeople                // whoever is known, or signs in
	ofCrawlers              // machines that read tiles, and whoever is not known
	classes
)

func (c class) String() string {
	return [classes]string{"write", "wall", "person", "crawler"}[c]
}

// weights share the places of a full gate between the classes that wait. Writes
// come before all of them. The last class keeps a trickle: one that starves
// altogether only asks the more often.
var weights = [classes]int{ofWalls: 12, ofPeople: 4, ofCrawlers: 1}

// refusal is why a gate let somebody not through; empty is not refused.
type refusal string

const (
	refusedFull  refusal = "full"  // too many wait already
	refusedShare refusal = "share" // too many of them are this client's
	refusedLate  refusal = "late"  // the wait was too long to be of use
	refusedGone  refusal = "gone"  // the client left
)

// gateOptions bound a gate.
type gateOptions struct {
	slots    int                    // requests that are answered at once
	share    [classes]int           // most of them that a class may hold
	waiting  int                    // requests of a class that may wait
	patience [classes]time.Duration // the longest that one may wait
}

// gate lets a bounded number of requests through at once. The others wait, by
// class, and within a class by client, whose turns come round in a circle: a
// client with a thousand requests waits for itself, not the others for it.
//
// Waits are kept short as by CoDel (Nichols & Jacobson, ACM Queue 10(5), 2012;
// for requests: Maurer, ACM Queue 13(8), 2015): a queue that was never empty
// for an interval is no burst but a load that cannot be met, and lengthening the
// wait helps nobody, so that patience is then a tenth.
type gate struct {
	o gateOptions

	mu    sync.Mutex
	busy  int
	held  [classes]int // of busy
	queue [classes]fairQueue
	turn  [classes]int // weighted turns left over (smooth weighted round robin)
}

// standing is how long a queue may stand before it counts as one that will not
// go by itself.
const standing = 200 * time.Millisecond

// fairQueue holds the waiters of one class by client.
type fairQueue struct {
	clients map[string]*line
	circle  []*line // clients in the order of their turns
	n       int
	since   time.Time // when it was last empty
}

type line struct {
	client  string
	waiters []*waiter // oldest first
}

type waiter struct {
	in  chan refusal // one value: empty lets through
	out bool         // it is not in the queue any more; under the gate's lock
}

func newGate(o gateOptions) *gate {
	g := &gate{o: o}
	for c := range g.queue {
		g.queue[c].clients = map[string]*line{}
	}
	return g
}

// enter waits for a place. Who is let through calls leave with the same class.
func (g *gate) enter(ctx context.Context, c class, client string) refusal {
	g.mu.Lock()
	if g.free(c) && g.nobodyBefore(c) {
		g.take(c)
		g.mu.Unlock()
		return ""
	}
	q := &g.queue[c]
	if q.n >= g.o.waiting {
		if !q.dropFrom(q.longest(), client) {
			why := refusedFull
			if l := q.clients[client]; l != nil && len(l.waiters) > 1 {
				why = refusedShare
			}
			g.mu.Unlock()
			return why
		}
	}
	patience := g.o.patience[c]
	if c != ofWrites && q.n > 0 && time.Since(q.since) > standing {
		patience /= 10
	}
	w := &waiter{in: make(chan refusal, 1)}
	q.add(client, w)
	g.mu.Unlock()
	return g.wait(ctx, c, client, w, patience)
}

func (g *gate) wait(ctx context.Context, c class, client string, w *waiter, patience time.Duration) refusal {
	late := time.NewTimer(patience)
	defer late.Stop()
	why := refusedLate
	select {
	case r := <-w.in:
		return r
	case <-late.C:
	case <-ctx.Done():
		why = refusedGone
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.out { // let through or refused in this very moment
		return <-w.in
	}
	g.queue[c].remove(client, w)
	return why
}

// leave gives a place back, to whoever's turn it is.
func (g *gate) leave(c class) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy--
	g.held[c]--
	for {
		next, ok := g.next()
		if !ok {
			return
		}
		w := g.queue[next].pop()
		g.take(next)
		w.in <- ""
	}
}

// free says whether there is a place for a class.
func (g *gate) free(c class) bool { return g.busy < g.o.slots && g.held[c] < g.o.share[c] }

// nobodyBefore says whether nobody waits who could take the place as well.
func (g *gate) nobodyBefore(c class) bool {
	for other := range g.queue {
		if g.queue[other].n > 0 && (class(other) == c || g.free(class(other))) {
			return false
		}
	}
	return true
}

func (g *gate) take(c class) {
	g.busy++
	g.held[c]++
}

// next is the class whose turn it is: writes if any wait, the others by weight.
func (g *gate) next() (class, bool) {
	if g.queue[ofWrites].n > 0 && g.free(ofWrites) {
		return ofWrites, true
	}
	best, total := classes, 0
	for c := ofWalls; c < classes; c++ {
		if g.queue[c].n == 0 || !g.free(c) {
			continue
		}
		total += weights[c]
		g.turn[c] += weights[c]
		if best == classes || g.turn[c] > g.turn[best] {
			best = c
		}
	}
	if best == classes {
		return 0, false
	}
	g.turn[best] -= total
	return best, true
}

// waitingNow is how many of a class wait.
func (g *gate) waitingNow(c class) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.queue[c].n
}

func (q *fairQueue) add(client string, w *waiter) {
	if q.n == 0 {
		q.since = time.Now()
	}
	l := q.clients[client]
	if l == nil {
		l = &line{client: client}
		q.clients[client] = l
		q.circle = append(q.circle, l)
	}
	l.waiters = append(l.waiters, w)
	q.n++
}

// pop takes the oldest waiter of the client whose turn it is.
func (q *fairQueue) pop() *waiter {
	l := q.circle[0]
	w := l.waiters[0]
	l.waiters = l.waiters[1:]
	q.circle = q.circle[1:]
	if len(l.waiters) == 0 {
		delete(q.clients, l.client)
	} else {
		q.circle = append(q.circle, l)
	}
	q.n--
	w.out = true
	return w
}

func (q *fairQueue) remove(client string, w *waiter) {
	l := q.clients[client]
	if l == nil {
		return
	}
	for i := range l.waiters {
		if l.waiters[i] == w {
			l.waiters = append(l.waiters[:i], l.waiters[i+1:]...)
			w.out = true
			q.n--
			break
		}
	}
	q.forget(l)
}

// forget takes a client's empty line out of the circle.
func (q *fairQueue) forget(l *line) {
	if len(l.waiters) > 0 {
		return
	}
	delete(q.clients, l.client)
	for i := range q.circle {
		if q.circle[i] == l {
			q.circle = append(q.circle[:i], q.circle[i+1:]...)
			return
		}
	}
}

// longest is the client with the most requests waiting.
func (q *fairQueue) longest() *line {
	var most *line
	for _, l := range q.circle {
		if most == nil || len(l.waiters) > len(most.waiters) {
			most = l
		}
	}
	return most
}

// dropFrom makes room for client by refusing the newest waiter of a line that is
// longer than its own; ok is false when there is none to refuse but itself.
func (q *fairQueue) dropFrom(l *line, client string) (ok bool) {
	own := 0
	if mine := q.clients[client]; mine != nil {
		own = len(mine.waiters)
	}
	if l == nil || l.client == client || len(l.waiters) <= own+1 {
		return false
	}
	last := len(l.waiters) - 1
	w := l.waiters[last]
	l.waiters = l.waiters[:last]
	w.out = true
	w.in <- refusedShare
	q.n--
	q.forget(l)
	return true
}
