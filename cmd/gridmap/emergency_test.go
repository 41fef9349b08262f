package main_test

import (
	"testing"
	"time"
)

// The replay of 28 July 2023 runs while a person works: the plan, orders, answers, the
// roll on a phone, and a minute without a network.
func TestTheFirstTenMinutesOfAFloodInBrowsers(t *testing.T) {
	s := start(t, copyOfDemo(t).dir, "demo", "--every", "0", "--replay", "2023-07-28")
	t.Run("a desk at 1920 × 1080 and a phone at 390 × 844", func(t *testing.T) {
		inABrowser(t, s, 8*time.Minute, "tests/emergency.e2e.ts")
	})
}
