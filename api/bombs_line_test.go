package api_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"gridmap/api"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// TestBombsInTheHead are those that come before a body: addresses, queries and
// headers.
func TestBombsInTheHead(t *testing.T) {
	d := newDistrict(t, false)
	get := func(path string, b bomb) bomb {
		b.method, b.path, b.role = "GET", path, access.Operator
		return b
	}
	many := func(n int, form string) string {
		var out strings.Builder
		for i := range n {
			fmt.Fprintf(&out, "&"+form, i)
		}
		return out.String()[1:]
	}
	long := strings.Repeat("a", 60_000)
	for name, b := range map[string]bomb{
		"an address of 60 kB that there is not":      get("/"+long, bomb{status: []int{404}}),
		"an address of 60 kB of a route":             get("/api/v1/cases/"+strings.Repeat("9", 60_000), bomb{status: []int{400}, field: "id"}),
		"an address of 30,000 folders":               get(strings.Repeat("/a", 30_000), bomb{status: []int{404}}),
		"an address of 10,000 steps up":              get(strings.Repeat("/..", 10_000), bomb{status: []int{404}}),
		"an address of 20,000 escapes":               get("/styles/"+strings.Repeat("%2e", 20_000)+".json", bomb{status: []int{404}}),
		"10,000 layers in one tile":                  get("/tiles/"+strings.Repeat("grids,", 9_999)+"grids/12/3251/1687.mvt", bomb{status: []int{400}, field: "layers"}),
		"10,000 layers that there are not":           get("/tiles/"+strings.Repeat("x,", 9_999)+"x/12/3251/1687.mvt", bomb{status: []int{404}, field: "layers"}),
		"10,000 layers described":                    get("/tiles/"+strings.Repeat("grids,", 9_999)+"grids.json", bomb{status: []int{400}, field: "layers"}),
		"a tile of 60,000 digits":                    get("/tiles/grids/"+strings.Repeat("1", 60_000)+"/1/1.mvt", bomb{status: []int{400}, field: "z"}),
		"a query of 60 kB":                           get("/api/v1/cases?next="+long, bomb{status: []int{400}, field: "next"}),
		"10,000 parameters":                          get("/api/v1/cases?"+many(10_000, "a%d"), bomb{status: []int{400}}),
		"one parameter 10,000 times":                 get("/api/v1/cases?"+strings.Repeat("&level", 10_000)[1:], bomb{status: []int{400}, field: "level"}),
		"a filter of 1,000 values":                   get("/tiles/heat/12/3251/1687.mvt?level=grid"+strings.Repeat(",town", 1_000), bomb{status: []int{200, 204, 400}}),
		"a filter of 9,000 values":                   get("/tiles/cases/12/3251/1687.mvt?level=grid"+strings.Repeat(",town", 9_000), bomb{status: []int{200, 204, 400}}),
		"a filter with 10,000 brackets":              get("/api/v1/cases?state="+strings.Repeat("(", 10_000), bomb{status: []int{400}, field: "state"}),
		"9,000 states of plans":                      {method: "GET", path: "/api/v1/plans?status=draft" + strings.Repeat(",draft", 9_000), role: access.Planner, status: []int{200, 400}},
		"a limit of 400 digits":                      get("/api/v1/cases?limit="+strings.Repeat("9", 400), bomb{status: []int{400}, field: "limit"}),
		"a longitude of 60,000 digits":               get("/api/v1/locate?lat=30&lon="+strings.Repeat("1", 60_000), bomb{status: []int{400}, field: "lon"}),
		"a longitude of 60,000 zeros and a one":      get("/api/v1/locate?lat=30&lon=0."+strings.Repeat("0", 59_000)+"1", bomb{status: []int{422}}),
		"a longitude 1e308":                          get("/api/v1/locate?lat=30&lon=1e308", bomb{status: []int{400}, field: "lon"}),
		"a longitude that is infinite":               get("/api/v1/locate?lat=30&lon=Infinity", bomb{status: []int{400}, field: "lon"}),
		"a longitude in hexadecimal":                 get("/api/v1/locate?lat=30&lon=0x1p1023", bomb{status: []int{400}, field: "lon"}),
		"a time of 60 kB":                            get("/api/v1/figures?at=2024-01-01T00:00:00."+strings.Repeat("0", 59_000)+"Z", bomb{status: []int{200, 400}}),
		"text that is not UTF-8 in a query":          get("/api/v1/cases?state=%ff%fe", bomb{status: []int{400}, field: "state"}),
		"a zero byte in a query":                     get("/api/v1/divisions/"+fixture.West+"?a=%00", bomb{status: []int{400}}),
		"a zero byte in an address":                  get("/api/v1/divisions/%00", bomb{status: []int{400}, field: "path"}),
		"text that is not UTF-8 in an address":       {method: "PATCH", path: "/api/v1/accounts/%ff%fe", role: access.Administrator, body: text(`{"unlock":true}`), status: []int{400, 404}},
		"an If-Match of 50 kB":                       {method: "PATCH", path: "/api/v1/cases/1", role: access.Operator, headers: "If-Match: " + strings.Repeat("1", 50_000) + "\r\n", body: text(`{"action":"step"}`), status: []int{400}, field: "If-Match"},
		"an If-None-Match of 25,000 tags":            get("/tiles/grids/12/3251/1687.mvt", bomb{headers: "If-None-Match: " + strings.Repeat("a,", 25_000) + "\r\n", status: []int{200, 204}}),
		"an Accept-Encoding of 10,000 codings":       get("/tiles/grids/12/3251/1687.mvt", bomb{headers: "Accept-Encoding: " + strings.Repeat("x;q=1,", 10_000) + "gzip\r\n", status: []int{200, 204}}),
		"a Last-Event-ID of 50 kB":                   get("/api/v1/events", bomb{headers: "Last-Event-ID: " + strings.Repeat("1-", 25_000) + "\r\n", status: []int{400}, field: "Last-Event-ID"}),
		"a token of 50 kB":                           {method: "GET", path: "/api/v1/cases", headers: "Authorization: Bearer " + strings.Repeat("x", 50_000) + "\r\n", status: []int{401}},
		"3,000 cookies":                              {method: "GET", path: "/api/v1/cases", headers: "Cookie: " + strings.Repeat("gridmap_session=x; ", 3_000) + "\r\n", status: []int{401}},
		"an X-Forwarded-For of 10,000 hops":          get("/api/v1/cases", bomb{headers: "X-Forwarded-For: " + strings.Repeat("1.1.1.1,", 7_000) + "\r\n", status: []int{200}}),
		"100 kB of headers":                          get("/api/v1/cases", bomb{headers: many(2_000, "X-%d: "+strings.Repeat("x", 50)+"\r\n"), status: []int{431}}),
		"a header of 100 kB":                         get("/api/v1/cases", bomb{headers: "X: " + strings.Repeat("x", 100_000) + "\r\n", status: []int{431}}),
		"an invented method of 10 kB":                {method: strings.Repeat("A", 10_000), path: "/api/v1/cases", status: []int{400, 405}},
		"a length and chunks, for two to understand": {method: "POST", path: "/api/v1/session", headers: "Content-Length: 5\r\n", body: text("{}"), status: []int{400}},
	} {
		b.headers = strings.ReplaceAll(b.headers, "&X", "X")
		t.Run(name, func(t *testing.T) { d.check(t, b, d.drop(t, b)) })
	}
}

// slow is a connection whose body comes a byte at a time, and never all of it.
func (d *district) slow(t *testing.T, head string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", d.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", head)
	return conn
}

// TestSlowBodiesHoldNobodyElseUp has more clients than there are places at the
// gates each begin a body and go on a byte at a time. Writes and reads of others
// are answered meanwhile, and the slow ones are let go.
func TestSlowBodiesHoldNobodyElseUp(t *testing.T) {
	d := newDistrict(t, false)
	d.config.Lines.Grace = 5 * time.Second
	d.server.Close()
	d.serve()
	token := d.as(access.Operator, fixture.District)
	var dripping sync.WaitGroup
	const clients = 64
	said := make(chan string, clients)
	for i := range clients {
		head := []string{"POST /api/v1/session", "POST /api/v1/cases", "GET /api/v1/figures", "GET /tiles/grids/12/3251/1687.mvt"}[i%4] // the last two need no body
		conn := d.slow(t, head+" HTTP/1.1\r\nAuthorization: Bearer "+token+"\r\nX-Rest:")
		t.Cleanup(func() { conn.Close() })
		dripping.Go(func() {
			for {
				if _, err := conn.Write([]byte(" ")); err != nil {
					return
				}
				time.Sleep(100 * time.Millisecond) // how slow they are
			}
		})
		go func() {
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				said <- head + ": " + err.Error()
				return
			}
			res.Body.Close()
			conn.Close()
			said <- res.Status
		}()
	}
	began := time.Now()
	for i := range 5 {
		a := d.send(token, http.MethodPost, "/api/v1/cases", `{"type":"light","building_code":"F01"}`, "Idempotency-Key", fmt.Sprint("beside ", i))
		if a.status != http.StatusCreated {
			t.Fatalf("beside slow bodies a write got %s", a)
		}
		if a := d.get(token, "/tiles/grids/12/3251/1687.mvt"); a.status != http.StatusOK && a.status != http.StatusNoContent {
			t.Fatalf("beside slow bodies a tile got %s", a)
		}
	}
	took := time.Since(began)
	if took > d.config.Lines.Grace {
		t.Errorf("beside slow bodies five writes and tiles took %v, want them before the slow ones are let go after %v", took, d.config.Lines.Grace)
	}
	for range clients {
		if got := <-said; got != "408 Request Timeout" {
			t.Errorf("a slow body got %s, want 408", got)
		}
	}
	dripping.Wait()
	t.Logf("bombs| %d bodies at ten bytes a second | 5 writes and tiles beside them, %v | all over %v | let go after %v", clients, took.Round(time.Millisecond), time.Since(began).Round(time.Millisecond), d.config.Lines.Grace)
}

// TestALargeBodyThatMakesProgressIsTaken sends one over a line that is slow but
// not dead, for longer than a body of no size may take.
func TestALargeBodyThatMakesProgressIsTaken(t *testing.T) {
	d := newDistrict(t, false)
	d.config.Lines.Grace, d.config.Lines.Rate = time.Second, 10_000
	d.server.Close()
	d.serve()
	from, to := io.Pipe()
	go func() {
		_, _ = io.WriteString(to, `{"type":"light","building_code":"F01"`)
		for began := time.Now(); time.Since(began) < 3*time.Second/2; time.Sleep(10 * time.Millisecond) { // how slow the line is
			_, _ = io.WriteString(to, strings.Repeat(" ", 4096))
		}
		_, _ = io.WriteString(to, `}`)
		_ = to.Close()
	}()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.server.URL+"/api/v1/cases", from)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "slow")
	r.Header.Set("Authorization", "Bearer "+d.as(access.Operator, fixture.District))
	res, err := d.server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("got %s, want 201", res.Status)
	}
}

// TestClientsThatDoNotReadHoldNobodyElseUp has more clients than there are places
// at the gate each ask for a large answer and read nothing of it.
func TestClientsThatDoNotReadHoldNobodyElseUp(t *testing.T) {
	for name, x := range map[string]struct {
		held   int
		beside bool // others are answered while they wait
	}{
		"as long as their answers fit into memory the places are free": {held: 1 << 30, beside: true},
		"beyond they hold their places until they are let go":          {held: 1 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDistrict(t, false)
			const clients = 40
			gone := make(chan error, clients)
			large := make([]byte, 16<<20) // more than any socket holds
			d.config.More = []api.Route{{Method: http.MethodGet, Pattern: "/api/v1/large", Roles: access.Roles(), Handle: func(w http.ResponseWriter, _ *http.Request) error {
				_, err := w.Write(large)
				gone <- err
				return nil
			}}}
			d.config.Lines.Taken, d.config.Lines.Held = 2*time.Second, x.held
			d.server.Close()
			d.serve()
			token := d.as(access.Operator, fixture.District)
			began := time.Now()
			for range clients {
				d.deaf(t, "GET /api/v1/large HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+token+"\r\n\r\n")
			}
			answers := 0
			for ; x.beside && len(gone) == 0 && time.Since(began) < 10*time.Second; answers++ {
				if a := d.get(token, "/api/v1/figures"); a.status != http.StatusOK {
					t.Fatalf("beside clients that do not read: got %s, want 200", a)
				}
			}
			if err := <-gone; !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatalf("a client that does not read: got %v, want it let go by a deadline", err)
			}
			took := time.Since(began)
			a := d.get(token, "/api/v1/figures")
			for a.status == http.StatusServiceUnavailable && time.Since(began) < 30*time.Second {
				a = d.get(token, "/api/v1/figures") // it waits for its turn at the gate each time
			}
			if a.status != http.StatusOK {
				t.Errorf("after clients that do not read: got %s, want 200", a)
			}
			t.Logf("bombs| %d clients that read nothing of 16 MB each, %d MB held | the first let go after %v, %d answers beside them", clients, x.held>>20, took.Round(time.Millisecond), answers)
		})
	}
}

// deaf asks and reads nothing of the answer.
func (d *district) deaf(t *testing.T, request string) {
	t.Helper()
	conn, err := net.Dial("tcp", d.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4096)
	}
	_, _ = io.WriteString(conn, request)
}
