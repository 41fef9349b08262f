package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/layers"
	"gridmap/tiles"
)

// timing of one list of requests.
type timing struct {
	whole time.Duration
	took  []time.Duration
	bytes int64
}

// load asks a server for every path of the list once, level at a time.
func load(base, token string, list []string, level int) (timing, error) {
	took := make([]time.Duration, len(list))
	var next, bytes atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	began := time.Now()
	for range level {
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
				n, err := w.fetch(list[i])
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
	return timing{time.Since(began), took, bytes.Load()}, nil
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
