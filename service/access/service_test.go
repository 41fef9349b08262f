package access_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

func TestMain(m *testing.M) { testdb.Main(m) }

func TestTokensAndAccountsAreGrantedWithCare(t *testing.T) {
	ctx := context.Background()
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	s := access.New(db.Pool, access.Options{})
	const good = "long enough for all"
	add := func(account, password string, role access.Role, scope string) error {
		return s.AddAccount(ctx, access.Identity{Account: "root", Role: access.Administrator}, account, password, role, scope)
	}
	token := func(account string, role access.Role, scope string, days int) error {
		_, err := s.CreateToken(ctx, account, role, scope, days)
		return err
	}
	for name, c := range map[string]struct {
		err   error
		code  data.Code
		field string
	}{
		"an account is made":                {add("zhang.san", good, access.Planner, fixture.West), "", ""},
		"but not twice":                     {add("zhang.san", good, access.Planner, fixture.West), data.Conflict, "account"},
		"nor with a short password":         {add("a", "short", access.Planner, fixture.West), data.Invalid, "password"},
		"nor with a name that has capitals": {add("Zhang", good, access.Planner, fixture.West), data.Invalid, "account"},
		"nor with a role that there is not": {add("a", good, "king", fixture.West), data.Invalid, "role"},
		"nor for a place that there is not": {add("a", good, access.Planner, "500152099000"), data.Invalid, "scope"},
		"nor for nowhere":                   {add("a", good, access.Planner, ""), data.Invalid, "scope"},
		"a token is made":                   {token("sensor", access.Operator, fixture.A1, 30), "", ""},
		"but not for no time":               {token("sensor", access.Operator, fixture.A1, 0), data.Invalid, "days"},
		"nor for ever":                      {token("sensor", access.Operator, fixture.A1, 100_000), data.Invalid, "days"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := data.CodeOf(c.err); got != c.code || c.field != "" && !strings.HasPrefix(c.err.Error(), c.field) {
				t.Fatalf("got %v, want %q for %q", c.err, c.code, c.field)
			}
		})
	}
	t.Run("no secret and no password is in the database", func(t *testing.T) {
		session, err := s.SignIn(ctx, "zhang.san", good, "test")
		if err != nil {
			t.Fatal(err)
		}
		var text string
		err = db.Pool.QueryRow(ctx, `select (select string_agg(a::text, '') from accounts a) || (select string_agg(c::text, '') from credentials c)`).Scan(&text)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, session.Secret) || strings.Contains(text, good) || !strings.Contains(text, "$argon2id$") {
			t.Fatalf("got %s", text)
		}
	})
}

func TestASessionEndsWhenItShould(t *testing.T) {
	ctx := context.Background()
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	s := access.New(db.Pool, access.Options{Now: func() time.Time { return now }, Idle: -1})
	if err := s.AddAccount(ctx, access.Identity{}, "wang", "long enough for all", access.Operator, fixture.West); err != nil {
		t.Fatal(err)
	}
	open := func() access.Session {
		session, err := s.SignIn(ctx, "wang", "long enough for all", "test")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Recognise(ctx, session.Secret); err != nil {
			t.Fatal(err)
		}
		return session
	}
	t.Run("after twelve hours, though it is remembered", func(t *testing.T) {
		session := open()
		now = now.Add(12*time.Hour - time.Second)
		if _, err := s.Recognise(ctx, session.Secret); err != nil {
			t.Fatalf("a second before its end: %v", err)
		}
		now = now.Add(time.Second)
		if _, err := s.Recognise(ctx, session.Secret); data.CodeOf(err) != data.Unrecognised {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("ten seconds after somebody else revoked it", func(t *testing.T) {
		session := open()
		if _, err := db.Pool.Exec(ctx, `update credentials set revoked = true`); err != nil {
			t.Fatal(err)
		}
		now = now.Add(10 * time.Second)
		if _, err := s.Recognise(ctx, session.Secret); data.CodeOf(err) != data.Unrecognised {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("and a new role holds within ten seconds", func(t *testing.T) {
		session := open()
		if _, err := db.Pool.Exec(ctx, `update accounts set role = 'planner', scope_code = $1`, fixture.A1); err != nil {
			t.Fatal(err)
		}
		now = now.Add(10 * time.Second)
		id, err := s.Recognise(ctx, session.Secret)
		if err != nil || id.Role != access.Planner || id.ScopeCode != fixture.A1 {
			t.Fatalf("got %+v, %v", id, err)
		}
	})
}
