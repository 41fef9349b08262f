package standing

import (
	"testing"
	"time"
)

// Until polls until done, and fails the test when that takes longer than limit.
func Until(t *testing.T, limit time.Duration, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waiting until %s: nothing after %v", what, limit)
		}
	}
}
