package standing

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Message is one message of an event stream.
type Message struct {
	Event, ID, Data string
	At              time.Time
}

// Stream is a client of /api/v1/events.
type Stream struct {
	cancel   context.CancelFunc
	Ended    chan struct{}
	mu       sync.Mutex
	messages []Message
	err      error
}

// Listen opens an event stream, from lastID on if there is one, on a connection
// of its own, as each screen has, and reads it until it ends or the test does.
func (c Client) Listen(token, lastID string) *Stream {
	ctx, cancel := context.WithCancel(context.Background())
	e := &Stream{cancel: cancel, Ended: make(chan struct{})}
	c.t.Cleanup(e.Close)
	go func() {
		defer close(e.Ended)
		err := e.read(ctx, c.Address+"/api/v1/events", token, lastID)
		e.mu.Lock()
		defer e.mu.Unlock()
		e.err = err
	}()
	return e
}

func (e *Stream) read(ctx context.Context, url, token, lastID string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
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
	return e.parse(bufio.NewReader(res.Body))
}

func (e *Stream) parse(lines *bufio.Reader) error {
	for m := (Message{}); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return err
		}
		name, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ": ")
		switch name {
		case "event":
			m.Event = value
		case "id":
			m.ID = value
		case "data":
			m.Data = value
		case "":
			m.At = time.Now()
			e.mu.Lock()
			e.messages = append(e.messages, m)
			e.mu.Unlock()
			m = Message{}
		}
	}
}

// Close ends it.
func (e *Stream) Close() {
	e.cancel()
	<-e.Ended
}

// Err is why it ended, if it did.
func (e *Stream) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

// All is what came so far.
func (e *Stream) All() []Message {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Message(nil), e.messages...)
}

// From is what came so far, without the first n messages.
func (e *Stream) From(n int) []Message {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Message(nil), e.messages[n:]...)
}

// Heard says whether a message of this event that holds text came.
func (e *Stream) Heard(event, text string) bool {
	for _, m := range e.All() {
		if m.Event == event && strings.Contains(m.Data, text) {
			return true
		}
	}
	return false
}

// LastID is where this client resumes.
func (e *Stream) LastID() string {
	id := ""
	for _, m := range e.All() {
		if m.ID != "" {
			id = m.ID
		}
	}
	return id
}
