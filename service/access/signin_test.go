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

func TestPasswordsAreChanged(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t)
	s := o.server(access.Options{PasswordDays: 90})
	must := func(session access.Session) bool {
		t.Helper()
		id, err := s.Recognise(ctx, session.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if id.MustChange != session.Identity.MustChange {
			t.Fatalf("signing in says %v, afterwards %v", session.Identity.MustChange, id.MustChange)
		}
		return id.MustChange
	}
	signIn := func(account, password string) access.Session {
		t.Helper()
		session, err := s.SignIn(ctx, account, password, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		return session
	}
	change := func(session access.Session, before, after string) error {
		return s.ChangePassword(ctx, session.Identity, session.Secret, "192.0.2.1", before, after)
	}
	if err := s.AddAccount(ctx, shell(), "zhou", good, access.Planner, fixture.West); err != nil {
		t.Fatal(err)
	}
	first, second := signIn("zhou", good), signIn("zhou", good)
	if !must(first) {
		t.Fatal("a first password need not be changed")
	}
	for name, c := range map[string]struct{ before, after, field string }{
		"the old one is wrong":               {"not the old one", other, "old"},
		"the new one is short":               {good, "short", "new"},
		"the new one is the account":         {good, "zhou12345", "new"},
		"the new one is the old one":         {good, good, "new"},
		"the new one is known to everybody":  {good, "1q2w3e4r5t", "new"},
		"the new one is one character":       {good, "aaaaaaaaaaaa", "new"},
		"the new one is known, in capitals":  {good, "WoAiNi1314520", "new"},
		"the new one is long beyond measure": {good, fmt.Sprintf("%01200d", 7), "new"},
	} {
		var fault *data.Error
		if err := change(first, c.before, c.after); !errors.As(err, &fault) || fault.Code != data.Invalid || fault.Field != c.field {
			t.Errorf("%s: got %v, want %s", name, err, c.field)
		}
	}
	if err := change(first, good, other); err != nil {
		t.Fatal(err)
	}
	first.Identity.MustChange = false
	if must(first) || fails(s, second) != data.Unrecognised {
		t.Fatal("the session that changed it is still bound, or the other one goes on")
	}
	t.Run("one of the last three is not taken again", func(t *testing.T) {
		for i, step := range []struct {
			next string
			ok   bool
		}{{good, false}, {"a third long one", true}, {good, false}, {other, false}, {"a fourth long one", true}, {good, true}} {
			before := map[int]string{0: other, 1: other, 2: "a third long one", 3: "a third long one", 4: "a third long one", 5: "a fourth long one"}[i]
			if err := change(first, before, step.next); (err == nil) != step.ok {
				t.Fatalf("step %d: got %v", i, err)
			}
		}
	})
	t.Run("one that an administrator set", func(t *testing.T) {
		password := "set by somebody else"
		if _, err := s.Change(ctx, shell(), "zhou", access.AccountChange{Password: &password}); err != nil {
			t.Fatal(err)
		}
		if fails(s, first) != data.Unrecognised {
			t.Error("the session before it goes on")
		}
		if !must(signIn("zhou", password)) {
			t.Error("need not be changed")
		}
	})
	t.Run("after ninety days, if so configured", func(t *testing.T) {
		if must(signIn("li.na", good)) {
			t.Fatal("today already")
		}
		o.now = o.now.Add(91 * 24 * time.Hour)
		if !must(signIn("li.na", good)) {
			t.Fatal("need not be changed")
		}
	})
	t.Run("guessing the old one locks as signing in does", func(t *testing.T) {
		session := signIn("li.na", good)
		for range 5 {
			_ = change(session, "guess", other)
		}
		if err := change(session, good, other); data.CodeOf(err) != data.Throttled {
			t.Fatalf("got %v", err)
		}
	})
}

func TestAnAdministratorActsInsideTheirScopeAndApartFromAuditors(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t)
	s := o.server(access.Options{})
	admin := access.Identity{Account: "admin", Role: access.Administrator, ScopeCode: fixture.West}
	for account, x := range map[string]struct {
		role  access.Role
		scope string
	}{"admin": {access.Administrator, fixture.West}, "east": {access.Operator, fixture.East}, "watcher": {access.Auditor, fixture.West}, "above": {access.Operator, fixture.District}} {
		if err := s.AddAccount(ctx, shell(), account, good, x.role, x.scope); err != nil {
			t.Fatal(err)
		}
	}
	yes, auditor, east, password := true, access.Auditor, fixture.East, other
	change := func(account string, c access.AccountChange) error {
		_, err := s.Change(ctx, admin, account, c)
		return err
	}
	_, wide := s.AddToken(ctx, admin, "sensor", "", access.Operator, fixture.District, 1)
	_, watching := s.AddToken(ctx, admin, "sensor", "", access.Auditor, fixture.West, 1)
	_, asSomebody := s.AddToken(ctx, admin, "li.na", "", access.Operator, fixture.West, 1)
	for name, c := range map[string]struct {
		err  error
		want data.Code
	}{
		"an account in the next town":            {change("east", access.AccountChange{Disabled: &yes}), data.Forbidden},
		"an account of the whole district":       {change("above", access.AccountChange{Password: &password}), data.Forbidden},
		"an auditor's password":                  {change("watcher", access.AccountChange{Password: &password}), data.Forbidden},
		"an auditor, disabled":                   {change("watcher", access.AccountChange{Disabled: &yes}), data.Forbidden},
		"an operator made auditor":               {change("li.na", access.AccountChange{Role: &auditor}), data.Forbidden},
		"an operator lifted out of the scope":    {change("li.na", access.AccountChange{Scope: &east}), data.Forbidden},
		"their own account":                      {change("admin", access.AccountChange{Disabled: &yes}), data.Conflict},
		"an account that there is not":           {change("nobody", access.AccountChange{Disabled: &yes}), data.NotFound},
		"nothing":                                {change("li.na", access.AccountChange{}), data.Invalid},
		"somebody at a provider that is not":     {change("li.na", access.AccountChange{Subject: &password}), data.Invalid},
		"a new auditor":                          {s.AddAccount(ctx, admin, "mine", good, access.Auditor, fixture.West), data.Forbidden},
		"a new account in the next town":         {s.AddAccount(ctx, admin, "mine", good, access.Operator, fixture.East), data.Forbidden},
		"a new account of the district":          {s.AddAccount(ctx, admin, "mine", good, access.Operator, fixture.District), data.Forbidden},
		"a token beyond the scope":               {wide, data.Forbidden},
		"a token that reads the audit log":       {watching, data.Forbidden},
		"a token under a person's name":          {asSomebody, data.Conflict},
		"a new account in a community of theirs": {s.AddAccount(ctx, admin, "mine", good, access.Operator, fixture.A1), ""},
		"an operator of theirs":                  {change("li.na", access.AccountChange{Disabled: &yes}), ""},
	} {
		if got := data.CodeOf(c.err); got != c.want {
			t.Errorf("%s: got %v, want %q", name, c.err, c.want)
		}
	}
	list, err := s.Accounts(ctx, admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if a.Account == "east" || a.Account == "above" {
			t.Errorf("the list shows %s", a.Account)
		}
	}
	t.Run("tokens are listed and ended", func(t *testing.T) {
		token, err := s.AddToken(ctx, admin, "sensor", "水位", access.Operator, fixture.A1, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddToken(ctx, shell(), "elsewhere", "", access.Operator, fixture.East, 1); err != nil {
			t.Fatal(err)
		}
		if got := fails(s, token); got != "" {
			t.Fatal(got)
		}
		mine, err := s.Tokens(ctx, admin)
		if err != nil || len(mine) != 1 || mine[0].Name != "水位" || mine[0].MadeBy != "admin" {
			t.Fatalf("got %+v, %v", mine, err)
		}
		all, err := s.Tokens(ctx, shell())
		if err != nil || len(all) != 2 {
			t.Fatalf("got %+v, %v", all, err)
		}
		if err := s.RevokeToken(ctx, admin, all[0].ID); data.CodeOf(err) != data.Forbidden {
			t.Fatalf("the next town's: got %v", err)
		}
		if err := s.RevokeToken(ctx, admin, mine[0].ID); err != nil {
			t.Fatal(err)
		}
		if got := fails(s, token); got != data.Unrecognised {
			t.Fatalf("ended, got %q", got)
		}
	})
}
