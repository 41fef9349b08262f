package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// message is one message of an event stream.
type message struct {
	event, id, data string
	at              time.Time
}

// stream is a client of /api/v1/events.
type stream struct {
	cancel   context.CancelFunc
	ended    chan struct{}
	mu       sync.Mutex
	messages []message
	err      error
}

// listen opens an event stream, from lastID on if there is one, and reads it
// until it ends or the test does.
func (s *server) listen(token, lastID string) *stream {
	s.t.Helper()
	e := s.dial(token, lastID)
	s.until(10*time.Second, "the stream says hello", func() bool { return e.heard("hello", "", 0) || e.failure() != nil })
	if err := e.failure(); err != nil {
		s.t.Fatalf("open a stream: %v\n%s", err, s.log.tail())
	}
	return e
}

// dial opens a stream without waiting for it.
func (s *server) dial(token, lastID string) *stream {
	ctx, cancel := context.WithCancel(context.Background())
	e := &stream{cancel: cancel, ended: make(chan struct{})}
	s.t.Cleanup(e.close)
	go func() {
		defer close(e.ended)
		err := e.read(ctx, s.address+"/api/v1/events", token, lastID)
		e.mu.Lock()
		defer e.mu.Unlock()
		e.err = err
	}()
	return e
}

func (e *stream) read(ctx context.Context, url, token, lastID string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	// A connection of its own, as each screen has.
	transport := &http.Transport{DisableKeepAlives: true, DialContext: (&net.Dialer{Timeout: 20 * time.Second}).DialContext}
	res, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(res.Body)
		return errors.New(res.Status + " " + string(b))
	}
	lines, m := bufio.NewReader(res.Body), message{}
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return err
		}
		name, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ": ")
		switch name {
		case "event":
			m.event = value
		case "id":
			m.id = value
		case "data":
			m.data = value
		case "":
			m.at = time.Now()
			e.mu.Lock()
			e.messages = append(e.messages, m)
			e.mu.Unlock()
			m = message{}
		}
	}
}

func (e *stream) close() {
	e.cancel()
	<-e.ended
}

func (e *stream) failure() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

// all is what came so far.
func (e *stream) all() []message {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]message(nil), e.messages...)
}

// heard says whether a message of this event holds text, from the nth on.
func (e *stream) heard(event, text string, from int) bool {
	for _, m := range e.all()[from:] {
		if m.event == event && strings.Contains(m.data, text) {
			return true
		}
	}
	return false
}

// lastID is where this client resumes.
func (e *stream) lastID() string {
	id := ""
	for _, m := range e.all() {
		if m.id != "" {
			id = m.id
		}
	}
	return id
}

// inserted counts how often each case was told as new, with the moment of the
// first telling.
func (e *stream) inserted(t *testing.T) (times map[int64]int, first map[int64]time.Time) {
	t.Helper()
	times, first = map[int64]int{}, map[int64]time.Time{}
	for _, m := range e.all() {
		if m.event != "change" {
			continue
		}
		var change struct {
			Changes []struct {
				Kind, Op string
				Case     struct{ ID int64 }
			}
		}
		if err := json.Unmarshal([]byte(m.data), &change); err != nil {
			t.Fatalf("%v: %s", err, m.data)
		}
		for _, c := range change.Changes {
			if c.Kind == "case" && c.Op == "insert" {
				if times[c.Case.ID]++; times[c.Case.ID] == 1 {
					first[c.Case.ID] = m.at
				}
			}
		}
	}
	return times, first
}
