package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"gridmap/api"
	"gridmap/data"
	"gridmap/layers"
	"gridmap/service/access"
	"gridmap/tiles"
	"gridmap/tiles/archive"
	"gridmap/web"
)

// standby is the wall's map on disk, and who may see it: what there is to show
// when the server starts while its database is away.
type standby struct {
	dir   string
	every time.Duration // between two maps
	log   *slog.Logger
}

const (
	standbyMinZoom = 6
	standbyMaxZoom = 16 // screens draw closer views from it
	knownEvery     = 15 * time.Second
	knownWithin    = 15 * time.Minute // somebody who was not seen for longer has to sign in again
	knownFor       = 7 * 24 * time.Hour
	looksForMap    = time.Second
	firstMapAfter  = time.Minute // at the start, screens want tiles
)

func (s *standby) mapFile() string   { return filepath.Join(s.dir, "wall.pmtiles") }
func (s *standby) knownFile() string { return filepath.Join(s.dir, "known.json") }

// known are the people and machines that were known at a time.
type known struct {
	At   time.Time     `json:"at"`
	Kept []access.Kept `json:"kept"`
}

// keep writes the map a minute after the start and then once in a while, and more
// often who is known, until ctx ends.
func (s *standby) keep(ctx context.Context, live *layers.Live, handler http.Handler, accounts *access.Service, district string) {
	if s.every == 0 {
		return
	}
	look := time.NewTicker(looksForMap)
	defer look.Stop()
	began := time.Now()
	var listed time.Time
	next := began.Add(min(s.every, firstMapAfter))
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-look.C:
			if _, gone := live.Since(); gone || live.Ready() != nil {
				continue
			}
			if now.Sub(listed) >= knownEvery {
				listed = now
				// After a start nobody is known until screens have come back.
				if err := s.list(accounts, now, now.Sub(began) < knownWithin); err != nil {
					s.log.Error("who is known could not be kept", "error", err)
				}
			}
			if now.Before(next) {
				continue
			}
			next = now.Add(s.every)
			if err := s.draw(ctx, live, handler, district); err != nil && ctx.Err() == nil {
				s.log.Error("the standby map could not be kept", "error", err)
			}
		}
	}
}

// list writes who is known; while early, not that nobody is.
func (s *standby) list(accounts *access.Service, now time.Time, early bool) error {
	kept := accounts.Kept(knownWithin)
	if early && len(kept) == 0 {
		return nil
	}
	body, err := json.Marshal(known{now.UTC(), kept})
	if err != nil {
		return fmt.Errorf("write who is known: %w", err)
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", filepath.Base(s.dir), err)
	}
	part := s.knownFile() + ".part"
	if err := os.WriteFile(part, body, 0o600); err != nil {
		return fmt.Errorf("write who is known: %w", err)
	}
	if err := os.Rename(part, s.knownFile()); err != nil {
		return fmt.Errorf("write who is known: %w", err)
	}
	return nil
}

// draw writes the map as the wall sees it. It works half of the time at most: what
// screens ask for meanwhile goes first.
func (s *standby) draw(ctx context.Context, live *layers.Live, handler http.Handler, district string) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", filepath.Base(s.dir), err)
	}
	which, err := (&exportTiles{}).which()
	if err != nil {
		return err
	}
	said, err := api.Record(ctx, handler, district, time.Time{})
	if err != nil {
		return err
	}
	began := time.Now()
	worked := began
	e := &exporting{frozen: live.Freeze(which, layers.View{Merge: true, Filter: layers.Filter{Scope: district}}), enc: tiles.Zstd, pause: func() {
		select {
		case <-ctx.Done():
		case <-time.After(time.Since(worked)):
		}
		worked = time.Now()
	}}
	about := archiveMetadata(which, standbyMaxZoom, e.frozen.Version(), said)
	if err := e.write(ctx, live, archive.NewPMTiles, s.mapFile(), standbyMinZoom, standbyMaxZoom, about); err != nil {
		return err
	}
	s.log.Info("the standby map is kept", "tiles", e.tiles, "mb", e.bytes>>20, "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// open serves what was kept, to those who were known, until close is called. There
// is nothing to serve when nothing was kept.
func (s *standby) open(ctx context.Context, databaseURL string) (http.Handler, func(), error) {
	file, err := archive.Open(s.mapFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, func() {}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	pool, err := data.Open(ctx, databaseURL, data.PoolOptions{MaxConns: 2, ConnectTimeout: 2 * time.Second})
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	accounts := access.New(pool, access.Options{})
	who, err := s.read()
	if err != nil {
		s.log.Error("who is known cannot be read; the standby map is for nobody", "error", err)
	}
	accounts.Trust(who)
	stopping := make(chan struct{})
	handler, err := api.NewStandby(api.Config{Log: s.log, Web: web.Files(), Access: accounts, Stopping: stopping,
		Ready: func(context.Context) error { return errors.New("the database is away; the standby map is shown") }}, file)
	if err != nil {
		pool.Close()
		return nil, nil, errors.Join(err, file.Close())
	}
	s.log.Info("the standby map is shown", "known", len(who))
	// The file stays open: a request may still be reading it. It ends with the program.
	return handler, func() { close(stopping); pool.Close() }, nil
}

// read returns who is known, unless that is too long ago.
func (s *standby) read() ([]access.Kept, error) {
	body, err := os.ReadFile(s.knownFile())
	if err != nil {
		return nil, fmt.Errorf("read who is known: %w", err)
	}
	var k known
	if err := json.Unmarshal(body, &k); err != nil {
		return nil, fmt.Errorf("read who is known: %w", err)
	}
	if age := time.Since(k.At); age > knownFor {
		return nil, fmt.Errorf("who is known was written %d days ago, which is too long", int(age.Hours()/24))
	}
	return k.Kept, nil
}
