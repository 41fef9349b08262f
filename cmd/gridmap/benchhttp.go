package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gridmap/api"
	"gridmap/data"
	"gridmap/geo"
	"gridmap/layers"
	"gridmap/service/access"
	"gridmap/service/cases"
	"gridmap/service/divisions"
	"gridmap/service/figures"
	"gridmap/tiles"
)

// timing of one list of requests.
type timing struct {
	requests  int
	perSecond float64
	p50, p99  time.Duration
	bytes     int64
}

// http compares whole requests: ours first and repeated, and ST_AsMVT behind a
// plain handler, in turn.
func (b *bench) http(ctx context.Context, log *slog.Logger) error {
	people := access.New(b.s.pool, access.Options{District: b.scope})
	session, err := people.CreateToken(ctx, "bench", access.Operator, b.scope, 1)
	if err != nil {
		return err
	}
	caseService := cases.New(b.s.pool, cases.Options{Settled: func(ctx context.Context) { b.live.Settle(ctx) }})
	quiet := slog.New(slog.DiscardHandler)
	ours := httptest.NewServer(api.New(api.Config{Log: quiet, Access: people, Cases: caseService,
		Figures: figures.New(b.s.pool, nil), Divisions: divisions.New(b.s.pool), Map: b.live}))
	defer ours.Close()
	theirs := httptest.NewServer(b.plainHandler())
	defer theirs.Close()
	fmt.Printf("\nover HTTP, %d requests at once, zooms 10–18; ours gzipped, ST_AsMVT as it is\n", b.c.Level)
	fmt.Printf("  %-14s %-16s %10s %10s %10s %10s %8s\n", "layers", "", "requests/s", "p50 ms", "p99 ms", "kB/tile", "ratio")
	for _, set := range benchSets() {
		list, err := b.pick(ctx, set)
		if err != nil {
			fmt.Printf("  %-14s %v\n", setTitle(set), err)
			continue
		}
		name := strings.Join(set, ",")
		base, err := b.load(theirs.URL, "", name, list)
		if err != nil {
			return err
		}
		b.live.Forget()
		first, err := b.load(ours.URL, session.Secret, name, list)
		if err != nil {
			return err
		}
		again, err := b.load(ours.URL, session.Secret, name, slices.Repeat(list, 10))
		if err != nil {
			return err
		}
		printTiming(setTitle(set), "ST_AsMVT", base, base)
		printTiming("", "ours, first", first, base)
		printTiming("", "ours, repeated", again, base)
	}
	if b.c.Write == 0 {
		return nil
	}
	return b.writes(ctx, http.DefaultClient, ours.URL, session.Secret)
}

func printTiming(set, what string, t, base timing) {
	fmt.Printf("  %-14s %-16s %10.0f %10.2f %10.2f %10.1f %7.1f×\n", set, what, t.perSecond,
		float64(t.p50.Microseconds())/1e3, float64(t.p99.Microseconds())/1e3, float64(t.bytes)/1e3/float64(t.requests), t.perSecond/base.perSecond)
}

// plainHandler answers with ST_AsMVT by a pool, and does nothing else.
func (b *bench) plainHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var id tiles.ID
		parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/tiles/"), "/")
		if _, err := fmt.Sscanf(strings.Join(parts[1:], " "), "%d %d %d.mvt", &id.Z, &id.X, &id.Y); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		tile, err := asMVT(r.Context(), b.s.pool, strings.Split(parts[0], ","), id)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(tile)
	})
}

// load asks for every tile of the list once, some at a time.
func (b *bench) load(base, token, name string, list []tiles.ID) (timing, error) {
	took := make([]time.Duration, len(list))
	var next, bytes atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	began := time.Now()
	for range b.c.Level {
		wg.Go(func() {
			w, err := newWorker(base, token)
			if err != nil {
				failed.Store(&err)
				return
			}
			defer w.conn.Close()
			for {
				i := int(next.Add(1)) - 1
				if i >= len(list) || failed.Load() != nil {
					return
				}
				at := time.Now()
				n, err := w.fetch(fmt.Sprintf("/tiles/%s/%s.mvt", name, list[i]))
				if err != nil {
					failed.Store(&err)
					return
				}
				took[i] = time.Since(at)
				bytes.Add(n)
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return timing{}, *err
	}
	whole := time.Since(began)
	slices.Sort(took)
	return timing{len(list), float64(len(list)) / whole.Seconds(), took[len(took)/2], took[len(took)*99/100], bytes.Load()}, nil
}

// worker is one keep-alive connection. It is leaner than http.Client, so that on
// a machine shared with the server the server's cost is what shows.
type worker struct {
	conn net.Conn
	in   *bufio.Reader
	head string // of every request, behind its path
}

func newWorker(base, token string) (*worker, error) {
	host := strings.TrimPrefix(base, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	head := " HTTP/1.1\r\nHost: " + host + "\r\nAccept-Encoding: gzip\r\n"
	if token != "" {
		head += "Authorization: Bearer " + token + "\r\n"
	}
	return &worker{conn, bufio.NewReaderSize(conn, 64<<10), head + "\r\n"}, nil
}

func (w *worker) fetch(path string) (int64, error) {
	if _, err := io.WriteString(w.conn, "GET "+path+w.head); err != nil {
		return 0, err
	}
	resp, err := http.ReadResponse(w.in, nil)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s answers %s", path, resp.Status)
	}
	return n, err
}

// writes opens cases and measures from the request to the acknowledgement, and
// from the acknowledgement until the case is in its tile.
func (b *bench) writes(ctx context.Context, client *http.Client, base, token string) error {
	places, err := data.SamplePlaces(ctx, b.s.pool, b.c.Write)
	if err != nil {
		return err
	}
	types, err := data.CaseTypeCodes(ctx, b.s.pool)
	if err != nil || len(types) == 0 || len(places) == 0 {
		return err
	}
	var acknowledged, visible []time.Duration
	which, err := layers.Find([]string{"cases"})
	if err != nil {
		return err
	}
	for i, p := range places {
		x, y := tiles.World(p.Lon, p.Lat)
		id := tiles.ID{Z: 16, X: uint32(x) >> 14, Y: uint32(y) >> 14}
		before, _, err := b.live.Tile(ctx, id, which, b.view(), tiles.Identity)
		if err != nil {
			return err
		}
		began := time.Now()
		if err := openCase(client, base, token, types[0], p, fmt.Sprintf("bench-%d-%d", began.UnixNano(), i)); err != nil {
			return err
		}
		acknowledged = append(acknowledged, time.Since(began))
		at := time.Now()
		for {
			after, _, err := b.live.Tile(ctx, id, which, b.view(), tiles.Identity)
			if err != nil {
				return err
			}
			if after.ETag != before.ETag {
				break
			}
			if time.Since(at) > 10*time.Second {
				return fmt.Errorf("a case that was acknowledged is not in tile %s", id)
			}
		}
		visible = append(visible, time.Since(at))
	}
	slices.Sort(acknowledged)
	slices.Sort(visible)
	n := len(visible)
	fmt.Printf("\nwrite to tile, %d cases opened through the API\n", n)
	fmt.Printf("  request to acknowledgement: p50 %.2f ms, p99 %.2f ms\n", ms(acknowledged[n/2]), ms(acknowledged[n*99/100]))
	fmt.Printf("  acknowledgement to tile:    p50 %.2f ms, p99 %.2f ms\n", ms(visible[n/2]), ms(visible[n*99/100]))
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

func openCase(client *http.Client, base, token, typ string, at geo.LonLat, key string) error {
	body := fmt.Sprintf(`{"type":%q,"location":{"lon":%f,"lat":%f}}`, typ, at.Lon, at.Lat)
	req, err := http.NewRequest(http.MethodPost, base+"/api/v1/cases", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Idempotency-Key", key)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusCreated {
		err = fmt.Errorf("opening a case answers %s: %s", resp.Status, answer)
	}
	return err
}
