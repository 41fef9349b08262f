package main_test

import (
	"testing"
	"time"
)

func TestAdministratorsAndAuditorsInBrowsers(t *testing.T) {
	demo := copyOfDemo(t)
	s := start(t, demo.dir, "demo", "--scale", "0.02", "--every", "0")
	t.Run("an account is made, changed, locked, unlocked and disabled, and the log says so", func(t *testing.T) {
		inABrowser(t, s, 3*time.Minute, "tests/office.e2e.ts")
	})
}
