package layers

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"gridmap/tiles"
)

// layerOf makes a layer of n points.
func layerOf(t *testing.T, n int) *tiles.Snapshot {
	t.Helper()
	l, err := tiles.NewLayer("points", []string{"name"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := tiles.NewSnapshot(l)
	var features []tiles.Feature
	for i := range n {
		features = append(features, tiles.Feature{ID: uint64(i + 1), Geometry: orb.Point{105.8, 30.1}, Values: []tiles.Value{tiles.String("x")}})
	}
	if s, err = s.With(features, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestALayerOnTheShelf(t *testing.T) {
	town := shelfKey{filter: (&Filter{Scope: "500152101000"}).key()}
	one := layerOf(t, 1)
	type ask struct {
		key   shelfKey
		epoch uint64
	}
	tests := []struct {
		name  string
		asked []ask
		made  int
	}{
		{"is made once for all who ask", []ask{{town, 3}, {town, 3}, {town, 3}}, 1},
		{"is made again when a case has changed", []ask{{town, 3}, {town, 4}, {town, 4}}, 2},
		{"is good enough for a reader of an older state", []ask{{town, 4}, {town, 3}}, 1},
		{"is another at another resolution, threshold, version, filter or moment", []ask{{town, 1}, {shelfKey{resolution: 7, filter: town.filter}, 1}, {shelfKey{k: 5, filter: town.filter}, 1}, {shelfKey{version: 2, filter: town.filter}, 1},
			{shelfKey{filter: (&Filter{Scope: "500152101000", Overdue: true}).key()}, 1},
			{shelfKey{filter: (&Filter{Scope: "500152101000", Levels: []string{"grid"}}).key()}, 1},
			{shelfKey{filter: (&Filter{Scope: "500152101000", Boards: []string{"grid"}}).key()}, 1},
			{shelfKey{filter: (&Filter{Scope: "500152101000", At: time.Unix(7, 0)}).key()}, 1}}, 8},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, made := newShelf(), 0
			for _, a := range test.asked {
				if got, err := s.get(a.key, a.epoch, func() (*tiles.Snapshot, error) { made++; return one, nil }); got != one || err != nil {
					t.Fatalf("got %v, %v", got, err)
				}
			}
			if made != test.made {
				t.Errorf("it was made %d times, want %d", made, test.made)
			}
		})
	}
}

func TestWhoeverAsksAtOnceGetsTheSameLayer(t *testing.T) {
	s, one := newShelf(), layerOf(t, 1)
	var made atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if got, err := s.get(shelfKey{}, 1, func() (*tiles.Snapshot, error) { made.Add(1); return one, nil }); got != one || err != nil {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 {
		t.Errorf("it was made %d times", made.Load())
	}
}

func TestWhatCouldNotBeMadeIsTriedAgain(t *testing.T) {
	s, one, failed := newShelf(), layerOf(t, 1), errors.New("not now")
	if _, err := s.get(shelfKey{}, 1, func() (*tiles.Snapshot, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Fatalf("got %v", err)
	}
	if got, err := s.get(shelfKey{}, 1, func() (*tiles.Snapshot, error) { return one, nil }); got != one || err != nil {
		t.Fatalf("got %v, %v", got, err)
	}
}

func TestTheShelfIsBoundedAndForgetsWhatWasAskedForLongestAgo(t *testing.T) {
	s, big := newShelf(), layerOf(t, 20_000)
	key := func(n int) shelfKey { return shelfKey{version: int64(n)} }
	fill := func(n int) {
		_, _ = s.get(key(n), 1, func() (*tiles.Snapshot, error) { return big, nil })
	}
	fits := shelfHolds / (big.Bytes() + shelfPlace)
	for n := range fits {
		fill(n)
	}
	fill(0) // asked for again: the next to go is 1
	fill(fits)
	made := 0
	for _, n := range []int{0, fits, 1} {
		_, _ = s.get(key(n), 1, func() (*tiles.Snapshot, error) { made++; return big, nil })
	}
	if made != 1 {
		t.Errorf("%d of the three were made again, want the one that had to go", made)
	}
	for n := range 10 * fits {
		_, _ = s.get(key(-n), 1, func() (*tiles.Snapshot, error) { return nil, ErrNoHistory })
		fill(n)
	}
	if s.bytes > shelfHolds || len(s.places) != s.recent.Len() {
		t.Errorf("%d bytes in %d places, a list of %d", s.bytes, len(s.places), s.recent.Len())
	}
	s.clear()
	if s.bytes != 0 || len(s.places) != 0 || s.recent.Len() != 0 {
		t.Error("something is left after it was cleared")
	}
}
