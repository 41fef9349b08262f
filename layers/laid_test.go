package layers_test

import (
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

	"gridmap/layers"
	"gridmap/tiles"
)

// laidHouse is a building of the evacuation in the objects' tile.
func laidHouse(id int64, class string) layers.Laid {
	at := orb.Point{105.815 + float64(id)/1e6, 30.11}
	return layers.Laid{ID: id, Geometry: at, Values: []any{"building", class, int64(0), int64(0), "500152001001001", int64(3), false}}
}

func classes(t *testing.T, live *layers.Live) map[string]int {
	t.Helper()
	which, err := layers.Find([]string{layers.Evacuation})
	if err != nil {
		t.Fatal(err)
	}
	tile, _, err := live.Tile(t.Context(), objectTile(), which, layers.View{Filter: layers.Filter{Scope: "500152000000"}}, tiles.Gzip)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	if tile.Empty() {
		return out
	}
	decoded, err := mvt.UnmarshalGzipped(tile.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range decoded[0].Features {
		class, _ := f.Properties["class"].(string)
		out[class]++
	}
	return out
}

func TestWhatAServiceLaysIsInTheNextTile(t *testing.T) {
	db := loaded(t)
	live := start(t, db, layers.Options{Poll: time.Hour})
	sub, _, _, _ := live.Subscribe(t.Context(), "")
	defer sub.Close()
	for _, step := range []struct {
		name  string
		rows  []layers.Laid
		want  map[string]int
		tells bool // which tiles changed
	}{
		{"nothing is laid", nil, map[string]int{}, false},
		{"two buildings come", []layers.Laid{laidHouse(1, "wet_now"), laidHouse(2, "will_be_wet")}, map[string]int{"wet_now": 1, "will_be_wet": 1}, true},
		{"the same again changes nothing", []layers.Laid{laidHouse(1, "wet_now"), laidHouse(2, "will_be_wet")}, map[string]int{"wet_now": 1, "will_be_wet": 1}, false},
		{"one changes its class", []layers.Laid{laidHouse(1, "wet_now"), laidHouse(2, "wet_now")}, map[string]int{"wet_now": 2}, true},
		{"one goes", []layers.Laid{laidHouse(2, "wet_now")}, map[string]int{"wet_now": 1}, true},
		{"all go", nil, map[string]int{}, true},
	} {
		t.Run(step.name, func(t *testing.T) {
			if err := live.Lay(map[string][]layers.Laid{layers.Evacuation: step.rows}, &layers.EvacuationChange{ID: 1}); err != nil {
				t.Fatal(err)
			}
			got := classes(t, live)
			if len(got) != len(step.want) {
				t.Fatalf("got %v, want %v", got, step.want)
			}
			for class, n := range step.want {
				if got[class] != n {
					t.Fatalf("got %v, want %v", got, step.want)
				}
			}
			event := <-sub.C
			if told := event.Tiles[layers.Evacuation] != nil; told != step.tells || len(event.Evacuations) != 1 {
				t.Fatalf("readers were told %v of tiles and %v, want %v and one change", event.Tiles, event.Evacuations, step.tells)
			}
		})
	}
}

func TestALayerThatDoesNotFitItsFieldsIsRefusedAndLeavesTheMapAlone(t *testing.T) {
	live := start(t, loaded(t), layers.Options{Poll: time.Hour})
	good := []layers.Laid{laidHouse(1, "wet_now")}
	if err := live.Lay(map[string][]layers.Laid{layers.Evacuation: good}, nil); err != nil {
		t.Fatal(err)
	}
	bad := laidHouse(2, "wet_now")
	bad.Values = bad.Values[1:]
	if err := live.Lay(map[string][]layers.Laid{layers.Evacuation: {bad}}, nil); err == nil {
		t.Fatal("a feature with a value too few was laid")
	}
	if got := classes(t, live); got["wet_now"] != 1 {
		t.Fatalf("got %v, want the building that was there", got)
	}
}
