package standing

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Proxy stands between a server and its database and does what networks do.
type Proxy struct {
	URL string // of the database through it

	t        *testing.T
	listener net.Listener
	to       func() (net.Conn, error)
	mu       sync.Mutex
	mode     proxyMode
	pairs    map[net.Conn]net.Conn
	peak     int // most connections at once
	tries    int // connections that were asked for
	dropped  int // notifications that were swallowed
}

type proxyMode struct {
	swallow bool          // both directions, without a word
	delay   time.Duration // of what the database answers
	mute    bool          // notifications are swallowed, all else passes
}

// NewProxy listens on loopback and hands on to the database of a URL. The test's
// end closes it.
func NewProxy(t *testing.T, url string) *Proxy {
	t.Helper()
	cfg, err := pgconn.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	network, to := pgconn.NetworkAddress(cfg.Host, cfg.Port)
	l, err := listenLoopback()
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{URL: "postgres://" + cfg.User + "@" + l.Addr().String() + "/" + cfg.Database + "?sslmode=disable", t: t, listener: l, pairs: map[net.Conn]net.Conn{},
		to: func() (net.Conn, error) { return net.DialTimeout(network, to, 5*time.Second) }}
	go p.accept()
	t.Cleanup(p.close)
	return p
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(c)
	}
}

func (p *Proxy) serve(c net.Conn) {
	p.mu.Lock()
	p.tries++
	p.mu.Unlock()
	d, err := p.to()
	if err != nil {
		_ = c.Close() // nothing was promised yet
		return
	}
	p.mu.Lock()
	p.pairs[c] = d
	p.peak = max(p.peak, len(p.pairs))
	p.mu.Unlock()
	var both sync.WaitGroup
	end := func() { _, _ = c.Close(), d.Close() } // the other direction ends by it
	both.Go(func() { defer end(); p.requests(d, c) })
	both.Go(func() { defer end(); p.answers(c, d) })
	both.Wait()
	p.mu.Lock()
	delete(p.pairs, c)
	p.mu.Unlock()
}

// requests hands on what the server says, or swallows it.
func (p *Proxy) requests(to io.Writer, from io.Reader) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if n > 0 && !p.now().swallow {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// late is an answer that is on its way.
type late struct {
	at   time.Time
	body []byte
}

// answers hands on what the database says, message by message (PostgreSQL's
// protocol 3: a letter, a length of four bytes that counts itself, a body), each
// as late as told; order stays, and messages are on their way side by side.
func (p *Proxy) answers(to io.Writer, from io.Reader) {
	way := make(chan late, 1<<16)
	defer close(way)
	go func() {
		for m := range way {
			time.Sleep(time.Until(m.at)) // that is what the delay is
			if _, err := to.Write(m.body); err != nil {
				return
			}
		}
	}()
	for {
		var head [5]byte
		if _, err := io.ReadFull(from, head[:]); err != nil {
			return
		}
		body := make([]byte, 5+max(0, int(binary.BigEndian.Uint32(head[1:]))-4))
		copy(body, head[:])
		if _, err := io.ReadFull(from, body[5:]); err != nil {
			return
		}
		mode := p.now()
		if mode.mute && head[0] == 'A' {
			p.mu.Lock()
			p.dropped++
			p.mu.Unlock()
			continue
		}
		if !mode.swallow {
			way <- late{time.Now().Add(mode.delay), body}
		}
	}
}

func (p *Proxy) now() proxyMode {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mode
}

func (p *Proxy) set(change func(*proxyMode)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.mode)
}

// Swallow begins to swallow what is sent in both directions, or ends it. What was
// swallowed stays lost: connections that lost something never get right again.
func (p *Proxy) Swallow(on bool) { p.set(func(m *proxyMode) { m.swallow = on }) }

// Delay makes each answer of the database later by d.
func (p *Proxy) Delay(d time.Duration) { p.set(func(m *proxyMode) { m.delay = d }) }

// Mute begins to swallow notifications, or ends it.
func (p *Proxy) Mute(on bool) { p.set(func(m *proxyMode) { m.mute = on }) }

// Reset breaks all connections with a reset and says how many.
func (p *Proxy) Reset() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c, d := range p.pairs {
		for _, side := range []net.Conn{c, d} {
			if tcp, ok := side.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // close sends RST
			}
			_ = side.Close() // what else could a reset say
		}
	}
	return len(p.pairs)
}

// Peak is the most connections that there were at once.
func (p *Proxy) Peak() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.peak
}

// Tries is how often a connection was asked for.
func (p *Proxy) Tries() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tries
}

// Dropped is how many notifications were swallowed.
func (p *Proxy) Dropped() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dropped
}

func (p *Proxy) close() {
	if err := p.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		p.t.Error(err)
	}
	p.Reset()
}
