package access_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// office is a database with one account, and a clock that the test moves.
type office struct {
	t   *testing.T
	db  testdb.Database
	now time.Time
}

const (
	good  = "long enough for all"
	other = "another long password"
)

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, db: testdb.New(t), now: time.Now().Truncate(time.Microsecond)}
	fixture.Load(t, o.db.Pool)
	if err := o.server(access.Options{}).AddAccount(context.Background(), shell(), "li.na", good, access.Operator, fixture.West); err != nil {
		t.Fatal(err)
	}
	if _, err := o.db.Pool.Exec(context.Background(), `update accounts set must_change = false`); err != nil {
		t.Fatal(err)
	}
	return o
}

func shell() access.Identity { return access.Identity{Account: "shell", Role: access.Administrator} }

// server is one of several on the same database.
func (o *office) server(opt access.Options) *access.Service {
	opt.Now = func() time.Time { return o.now }
	return access.New(o.db.Pool, opt)
}

func (o *office) open(s *access.Service) access.Session {
	o.t.Helper()
	session, err := s.SignIn(context.Background(), "li.na", good, "192.0.2.1")
	if err != nil {
		o.t.Fatal(err)
	}
	return session
}

// fails says with which code a secret is refused; empty: it is good.
func fails(s *access.Service, session access.Session) data.Code {
	_, err := s.Recognise(context.Background(), session.Secret)
	return data.CodeOf(err)
}

func TestWrongPasswordsLockAnAccountOnEveryServer(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t)
	here, there := o.server(access.Options{}), o.server(access.Options{})
	try := func(s *access.Service, account, password, from string) error {
		_, err := s.SignIn(ctx, account, password, from)
		return err
	}
	for i := range 5 {
		for _, account := range []string{"li.na", "nobody"} {
			if got := data.CodeOf(try(here, account, "wrong", fmt.Sprint("192.0.2.", i))); got != data.Unrecognised {
				t.Fatalf("try %d of %s: got %q", i+1, account, got)
			}
		}
	}
	locked, unknown := try(there, "li.na", good, "198.51.100.1"), try(there, "nobody", good, "198.51.100.2")
	if data.CodeOf(locked) != data.Throttled || locked.Error() != unknown.Error() {
		t.Fatalf("the right password got %v, an account that there is not %v", locked, unknown)
	}
	var fault *data.Error
	if !errors.As(locked, &fault) || fault.Members["retry_after"] != 900 {
		t.Fatalf("got %+v, want a quarter of an hour", fault.Members)
	}
	o.now = o.now.Add(15*time.Minute - time.Second)
	if got := data.CodeOf(try(here, "li.na", good, "192.0.2.1")); got != data.Throttled {
		t.Fatalf("a second before the end: got %q", got)
	}
	o.now = o.now.Add(time.Second)
	if err := try(here, "li.na", good, "192.0.2.1"); err != nil {
		t.Fatalf("at the end: %v", err)
	}
	var rows int
	if err := o.db.Pool.QueryRow(ctx, `select count(*) from audit where action = 'account.lock' and subject = 'li.na'`).Scan(&rows); err != nil || rows != 1 {
		t.Errorf("the audit log has %d lockouts, %v", rows, err)
	}
	t.Run("four wrong ones and a right one begin anew", func(t *testing.T) {
		for range 3 {
			for range 4 {
				_ = try(here, "li.na", "wrong", "192.0.2.1")
			}
			if err := try(here, "li.na", good, "192.0.2.1"); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("many at once are not more than five", func(t *testing.T) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		checked := 0
		for i := range 40 {
			wg.Go(func() {
				err := try([]*access.Service{here, there}[i%2], "li.na", "wrong", fmt.Sprint("203.0.113.", i))
				mu.Lock()
				defer mu.Unlock()
				if data.CodeOf(err) == data.Unrecognised {
					checked++
				}
			})
		}
		wg.Wait()
		if checked != 5 {
			t.Fatalf("%d were checked, want 5", checked)
		}
	})
	t.Run("an administrator unlocks", func(t *testing.T) {
		if _, err := here.Change(ctx, shell(), "li.na", access.AccountChange{Unlock: true}); err != nil {
			t.Fatal(err)
		}
		if err := try(there, "li.na", good, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("an address that tries many accounts is locked too, and its good account does not help it", func(t *testing.T) {
		for i := range 50 {
			if i%10 == 5 {
				if err := try(here, "li.na", good, "198.51.100.7"); err != nil {
					t.Fatal(err)
				}
			}
			_ = try(here, fmt.Sprint("guess", i), "wrong", "198.51.100.7")
		}
		if got := data.CodeOf(try(there, "li.na", good, "198.51.100.7")); got != data.Throttled {
			t.Fatalf("got %q", got)
		}
		if err := try(there, "li.na", good, "198.51.100.8"); err != nil {
			t.Fatalf("another address: %v", err)
		}
	})
}

func TestASessionEndsBeforeItsTime(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t)
	s := o.server(access.Options{})
	t.Run("after half an hour without a request", func(t *testing.T) {
		session := o.open(s)
		for range 4 {
			o.now = o.now.Add(25 * time.Minute)
			if got := fails(s, session); got != "" {
				t.Fatalf("in use: got %q", got)
			}
		}
		o.now = o.now.Add(30 * time.Minute)
		if got := fails(s, session); got != data.Unrecognised {
			t.Fatalf("got %q", got)
		}
	})
	t.Run("a stream that goes on is no sign of life", func(t *testing.T) {
		session := o.open(s)
		for range 2 {
			o.now = o.now.Add(20 * time.Minute)
			if err := s.Still(ctx, session.Secret); err != nil && o.now.Before(session.ExpiresAt.Add(-12*time.Hour+30*time.Minute)) {
				t.Fatal(err)
			}
		}
		if got := fails(s, session); got != data.Unrecognised {
			t.Fatalf("got %q", got)
		}
	})
	t.Run("after twelve hours however busy", func(t *testing.T) {
		session := o.open(s)
		for range 35 {
			o.now = o.now.Add(20 * time.Minute)
			if got := fails(s, session); got != "" {
				t.Fatalf("got %q", got)
			}
		}
		o.now = o.now.Add(20 * time.Minute)
		if got := fails(s, session); got != data.Unrecognised {
			t.Fatalf("got %q", got)
		}
	})
	t.Run("when the account is disabled: here at once, elsewhere within ten seconds", func(t *testing.T) {
		there := o.server(access.Options{})
		session, yes, no := o.open(s), true, false
		if fails(s, session) != "" || fails(there, session) != "" {
			t.Fatal("the session is not good")
		}
		if _, err := s.Change(ctx, shell(), "li.na", access.AccountChange{Disabled: &yes}); err != nil {
			t.Fatal(err)
		}
		if got := fails(s, session); got != data.Unrecognised {
			t.Fatalf("here: got %q", got)
		}
		o.now = o.now.Add(10 * time.Second)
		if got := fails(there, session); got != data.Unrecognised {
			t.Fatalf("elsewhere: got %q", got)
		}
		if _, err := s.SignIn(ctx, "li.na", good, "192.0.2.1"); data.CodeOf(err) != data.Unrecognised {
			t.Fatalf("disabled, got %v", err)
		}
		if _, err := s.Change(ctx, shell(), "li.na", access.AccountChange{Disabled: &no}); err != nil {
			t.Fatal(err)
		}
		if got := fails(s, session); got != data.Unrecognised {
			t.Fatalf("enabled again, the old session got %q", got)
		}
		o.open(s)
	})
	t.Run("when the same account signs in elsewhere, if so configured", func(t *testing.T) {
		one := o.server(access.Options{OneSession: true})
		first := o.open(one)
		if got := fails(one, first); got != "" {
			t.Fatal(got)
		}
		second := o.open(one)
		if fails(one, first) != data.Unrecognised || fails(one, second) != "" {
			t.Fatal("the first goes on or the second does not")
		}
		both := []access.Session{o.open(s), o.open(s)}
		if fails(s, both[0]) != "" || fails(s, both[1]) != "" {
			t.Fatal("otherwise two are allowed")
		}
	})
	t.Run("but the wall's goes on, unless told otherwise", func(t *testing.T) {
		if err := s.AddAccount(ctx, shell(), "screen", good, access.Wall, fixture.West); err != nil {
			t.Fatal(err)
		}
		session, err := s.SignIn(ctx, "screen", good, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		o.now = o.now.Add(90 * 24 * time.Hour)
		if got := fails(s, session); got != "" {
			t.Fatalf("got %q", got)
		}
		o.now = o.now.Add(time.Hour)
		if got := fails(o.server(access.Options{WallIdles: true}), session); got != data.Unrecognised {
			t.Fatalf("bound, got %q", got)
		}
	})
}
