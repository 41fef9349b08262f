package callout_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"gridmap/service/evacuation/callout"
)

// minute is so many minutes after the call was sent.
func minute(m float64) time.Time {
	return time.Date(2023, 7, 28, 2, 40, 0, 0, time.FixedZone("CST", 8*3600)).Add(time.Duration(m * float64(time.Minute)))
}

func TestHowACallStands(t *testing.T) {
	never := time.Time{}
	for _, c := range []struct {
		name               string
		received, onScene  time.Time
		now                float64
		state              callout.State
		silent             time.Duration
		escalated          callout.Level
		next               time.Time
		deputyMin, townMin int
	}{
		{"a call just sent waits for its answer", never, never, 0, callout.Sent, 0, callout.None, minute(5), 5, 5},
		{"after four minutes nobody else is called", never, never, 4, callout.Sent, 4 * time.Minute, callout.None, minute(5), 5, 5},
		{"after five silent minutes the deputy is", never, never, 5, callout.Sent, 5 * time.Minute, callout.Deputy, minute(10), 5, 5},
		{"after ten the town is, and nobody is left to call", never, never, 10, callout.Sent, 10 * time.Minute, callout.Town, never, 5, 5},
		{"an answer in time stops it", minute(4), never, 60, callout.Received, 0, callout.None, never, 5, 5},
		{"an answer at the very moment stops it", minute(5), never, 60, callout.Received, 0, callout.None, never, 5, 5},
		{"who was called before the answer stays named", minute(7), never, 60, callout.Received, 0, callout.Deputy, never, 5, 5},
		{"an answer that has not come yet does not count", minute(7), never, 6, callout.Sent, 6 * time.Minute, callout.Deputy, minute(10), 5, 5},
		{"on scene after received", minute(2), minute(20), 30, callout.OnScene, 0, callout.None, never, 5, 5},
		{"on scene without received has heard", never, minute(6), 30, callout.OnScene, 0, callout.Deputy, never, 5, 5},
		{"an answer dated before the call is an answer", minute(-3), never, 1, callout.Received, 0, callout.None, never, 5, 5},
		{"before it was sent nobody is silent", never, never, -2, callout.Sent, 0, callout.None, minute(5), 5, 5},
		{"other waits", never, never, 12, callout.Sent, 12 * time.Minute, callout.Deputy, minute(22), 2, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules := callout.Rules{Deputy: time.Duration(c.deputyMin) * time.Minute, Town: time.Duration(c.townMin) * time.Minute}
			got := callout.Call{SentAt: minute(0), ReceivedAt: c.received, OnSceneAt: c.onScene}.At(minute(c.now), rules)
			want := callout.Standing{State: c.state, Silent: c.silent, Escalated: c.escalated, Next: c.next}
			if !got.Next.Equal(want.Next) || got.Next.IsZero() != want.Next.IsZero() {
				t.Errorf("next: got %v, want %v", got.Next, want.Next)
			}
			if got.Next = want.Next; got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestTimeNeverTakesAStateOrAnEscalationBack(t *testing.T) {
	rank := map[any]int{callout.Sent: 0, callout.Received: 1, callout.OnScene: 2, callout.None: 0, callout.Deputy: 1, callout.Town: 2}
	r := rand.New(rand.NewPCG(5, 28))
	for range 2000 {
		c := callout.Call{SentAt: minute(0)}
		if r.IntN(3) > 0 {
			c.ReceivedAt = minute(r.Float64() * 20)
		}
		if r.IntN(3) == 0 {
			c.OnSceneAt = minute(r.Float64() * 30)
		}
		before := c.At(minute(-1), callout.DefaultRules())
		for m := 0.0; m < 40; m += 0.5 {
			s := c.At(minute(m), callout.DefaultRules())
			if rank[s.State] < rank[before.State] || rank[s.Escalated] < rank[before.Escalated] {
				t.Fatalf("%+v at minute %g: got %+v after %+v", c, m, s, before)
			}
			if s.State != callout.Sent && (s.Silent != 0 || !s.Next.IsZero()) {
				t.Fatalf("%+v at minute %g: silent after an answer: %+v", c, m, s)
			}
			if !s.Next.IsZero() && !s.Next.After(minute(m)) {
				t.Fatalf("%+v at minute %g: the next escalation lies in the past: %+v", c, m, s)
			}
			before = s
		}
	}
}

func TestRulesWithoutAWaitAreRefused(t *testing.T) {
	for _, r := range []callout.Rules{{}, {Deputy: time.Minute}, {Town: time.Minute}, {Deputy: -time.Minute, Town: time.Minute}} {
		if r.Check() == nil {
			t.Errorf("%+v: got no error, want one", r)
		}
	}
	if err := callout.DefaultRules().Check(); err != nil {
		t.Errorf("the default rules: got %v, want none", err)
	}
}
