package access_test

import (
	"context"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/service/access"
)

// A machine's clock is set: by hand, or by a time server after a flat battery.
func TestTheClockOfOneServerMovesByAnHour(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		by   time.Duration
		want data.Code // of a session that was in use until then
	}{
		{"back: who is signed in stays so", -time.Hour, ""},
		{"forward, past the idle time: who is signed in signs in again", time.Hour, data.Unrecognised},
		{"forward, within the idle time: who is signed in stays so", 20 * time.Minute, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			here, there := o.server(access.Options{}), o.server(access.Options{})
			kept, ended := o.open(here), o.open(here)
			for _, session := range []access.Session{kept, ended} {
				if code := fails(here, session); code != "" {
					t.Fatalf("before: got %q", code)
				}
			}
			if err := there.SignOut(ctx, ended.Identity, ended.Secret); err != nil {
				t.Fatal(err)
			}
			o.now = o.now.Add(c.by)
			if got := fails(here, kept); got != c.want {
				t.Errorf("a session in use: got %q, want %q", got, c.want)
			}
			// What this server knew of it a moment ago must not hold for an hour.
			if got := fails(here, ended); got != data.Unrecognised {
				t.Errorf("a session ended elsewhere: got %q, want %q", got, data.Unrecognised)
			}
			if again := o.open(here); fails(here, again) != "" {
				t.Error("a session opened afterwards is refused")
			}
		})
	}
}
