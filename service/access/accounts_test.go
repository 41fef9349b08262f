package access_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

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
