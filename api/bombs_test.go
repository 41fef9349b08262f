package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"gridmap/api"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// bomb is a request that costs its sender little and is meant to cost us much.
type bomb struct {
	role         access.Role // empty: nobody
	method, path string
	headers      string // lines beside those that every request has
	body         func() io.Reader
	length       int64 // what it says; zero: comes in chunks
	status       []int
	field        string // at fault; empty: any, or none
	reason       string // a part of what is said
	answerKB     int    // of a refusal, at most; zero: 4
	allocMB      int    // at most, of all that is allocated meanwhile; zero: 32
}

// within is far above what any bomb takes.
const within = 10 * time.Second

// repeated is a text repeated, without being in memory.
func repeated(before, text string, n int, after string) func() io.Reader {
	return func() io.Reader {
		block := strings.Repeat(text, max(1, 4096/len(text)))
		whole := len(block) / len(text)
		return io.MultiReader(strings.NewReader(before), io.LimitReader(&endless{block: block}, int64(n/whole*len(block)+n%whole*len(text))), strings.NewReader(after))
	}
}

// endless never ends.
type endless struct {
	block string
	at    int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.block[e.at:])
	e.at = (e.at + n) % len(e.block)
	return n, nil
}

func text(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }

// dropped is what became of a bomb.
type dropped struct {
	status  int
	problem api.Problem
	bytes   int
	took    time.Duration
	alloc   uint64
	err     error
}

// drop sends a bomb over a connection of its own: what a well-behaved client
// would refuse to send goes out too.
func (d *district) drop(t *testing.T, b bomb) (out dropped) {
	t.Helper()
	token := ""
	if b.role != "" {
		token = "Authorization: Bearer " + d.as(b.role, fixture.District) + "\r\n"
	}
	if !strings.HasPrefix(b.headers, "If-Match") {
		token += "If-Match: *\r\n"
	}
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: %s\r\n%s%s",
		b.method, b.path, strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()), token, b.headers)
	conn, err := net.Dial("tcp", d.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	_ = conn.SetDeadline(began.Add(2 * within))
	go writeBomb(conn, head, b)
	out.read(conn)
	out.took = time.Since(began)
	runtime.ReadMemStats(&after)
	out.alloc = after.TotalAlloc - before.TotalAlloc
	return out
}

// writeBomb stops by itself when the server closes the connection.
func writeBomb(conn net.Conn, head string, b bomb) {
	w := bufio.NewWriter(conn)
	switch {
	case b.body == nil:
		fmt.Fprintf(w, "%s\r\n", head)
	case b.length > 0:
		fmt.Fprintf(w, "%sContent-Length: %d\r\n\r\n", head, b.length)
		_, _ = io.Copy(w, b.body())
	default:
		fmt.Fprintf(w, "%sTransfer-Encoding: chunked\r\n\r\n", head)
		from, chunk := b.body(), make([]byte, 8192)
		for {
			n, err := from.Read(chunk)
			if n > 0 {
				_, _ = w.WriteString(strconv.FormatInt(int64(n), 16) + "\r\n")
				_, _ = w.Write(chunk[:n])
				if _, failed := w.WriteString("\r\n"); failed != nil {
					return
				}
			}
			if err != nil {
				break
			}
		}
		fmt.Fprint(w, "0\r\n\r\n")
	}
	_ = w.Flush()
}

func (o *dropped) read(conn net.Conn) {
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		o.err = err
		return
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	o.status, o.bytes, o.err = res.StatusCode, len(body), err
	if res.Header.Get("Content-Type") == "application/problem+json" {
		o.err = json.Unmarshal(body, &o.problem)
	}
}

// check holds a bomb's outcome against what is wanted, and the server against its
// next request.
func (d *district) check(t *testing.T, b bomb, o dropped) {
	t.Helper()
	field, reason := "", o.problem.Detail
	if len(o.problem.Errors) > 0 {
		field, reason = o.problem.Errors[0].Field, o.problem.Errors[0].Reason
	}
	t.Logf("bombs| %s | %d %s: %.80s | %v | %.1f MB", strings.TrimPrefix(t.Name(), "TestBombs/"), o.status, field, reason, o.took.Round(time.Millisecond), float64(o.alloc)/1e6)
	met := false
	for _, s := range b.status {
		met = met || s == o.status
	}
	if o.err != nil || !met || b.field != "" && field != b.field || !strings.Contains(reason, b.reason) {
		t.Errorf("got %d %q %q (%v), want %v %q %q", o.status, field, reason, o.err, b.status, b.field, b.reason)
	}
	if o.status >= 400 && o.bytes > max(4, b.answerKB)<<10 {
		t.Errorf("got %d bytes of refusal, want a short one", o.bytes)
	}
	if o.took > within {
		t.Errorf("took %v, want at most %v", o.took, within)
	}
	most := b.allocMB
	if most == 0 {
		most = 32
	}
	if o.alloc > uint64(most)<<20 {
		t.Errorf("%.1f MB allocated, want at most %d", float64(o.alloc)/(1<<20), most)
	}
	d.stands(t)
}

// stands wants a simple request answered.
func (d *district) stands(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.server.URL+"/api/v1/figures", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.as(access.Operator, fixture.District))
	res, err := d.server.Client().Do(r)
	if err != nil {
		t.Fatalf("after it: %v", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("after it: got %d, want 200", res.StatusCode)
	}
}
