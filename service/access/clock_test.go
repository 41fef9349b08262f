package access_test

import (
	"context"
	"errors"
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

func TestALockAtSignInIsNotLengthenedWhenTheClockIsSetBack(t *testing.T) {
	o := newOffice(t)
	s := o.server(access.Options{})
	guess := func() (code data.Code, wait any) {
		_, err := s.SignIn(context.Background(), "li.na", "not the right one", "192.0.2.1")
		var fault *data.Error
		if errors.As(err, &fault) {
			wait = fault.Members["retry_after"]
		}
		return data.CodeOf(err), wait
	}
	for range 6 {
		guess()
	}
	o.now = o.now.Add(-time.Hour)
	if code, wait := guess(); code != data.Throttled || wait != 900 {
		t.Errorf("just after: got %q for %v s, want %q for 900 s", code, wait, data.Throttled)
	}
	o.now = o.now.Add(10 * time.Minute)
	if code, wait := guess(); code != data.Throttled || wait != 300 {
		t.Errorf("ten minutes on: got %q for %v s, want %q for 300 s", code, wait, data.Throttled)
	}
	o.now = o.now.Add(5 * time.Minute)
	if code, _ := guess(); code != data.Unrecognised {
		t.Errorf("a quarter of an hour on: got %q, want %q", code, data.Unrecognised)
	}
}
