package main_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"gridmap/deploy/standing"
)

// TestWhoeverTampersWithTheAuditLogIsFound is a superuser with the trigger off
// at work, and `gridmap audit verify` after them.
func TestWhoeverTampersWithTheAuditLogIsFound(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	for range 5 {
		s.Get(demo.Tokens["wall"], "/api/v1/audit") // refused, and noted
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, databaseURL(demo.Dir))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	do := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	out := mustRun(t, demo.Dir, "audit", "verify")
	_, head, ok := strings.Cut(out, "written down elsewhere: ")
	if !ok {
		t.Fatalf("got %q, want the newest entry in it", out)
	}
	anchor, err := os.ReadFile(filepath.Join(demo.Dir, "audit.anchor"))
	if err != nil || strings.TrimSpace(string(anchor)) != head {
		t.Fatalf("got the anchor %q, %v, want %s", anchor, err, head)
	}
	do(`create table before as table audit`)
	const forge = `insert into audit (actor, role, action, subject, result) select 'nobody', 'operator', 'nothing', '', 'done' from generate_series(1, 3)`
	for name, x := range map[string]struct {
		sql, want string
		anchor    bool // else the file is gone too, and paper helps
	}{
		"an entry is changed":                     {`update audit set result = 'done' where id = (select max(id) - 1 from audit)`, "chain is broken", true},
		"an entry is taken out":                   {`delete from audit where id = (select max(id) - 2 from audit)`, "chain is broken", true},
		"the end is cut off":                      {`delete from audit where id > (select max(id) - 3 from audit)`, "is gone", true},
		"all of it is gone":                       {`delete from audit`, "is gone", true},
		"the end is written anew":                 {`delete from audit where id > (select max(id) - 3 from audit); ` + forge, "written anew", true},
		"the end is cut off, and the anchor":      {`delete from audit where id > (select max(id) - 3 from audit)`, "is gone", false},
		"the end is written anew, and the anchor": {`delete from audit where id > (select max(id) - 3 from audit); ` + forge, "written anew", false},
	} {
		t.Run(name, func(t *testing.T) {
			do(`alter table audit disable trigger audit_append_only; ` + x.sql)
			args := []string{"audit", "verify"}
			if !x.anchor {
				if err := os.Remove(filepath.Join(demo.Dir, "audit.anchor")); err != nil {
					t.Fatal(err)
				}
				args = append(args, "--head", head)
			}
			if _, err := shop.Command(demo.Dir, nil, args...); err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("got %v, want %q", err, x.want)
			}
			do(`alter table audit disable trigger user; truncate audit; insert into audit table before; alter table audit enable trigger user`)
			if err := os.WriteFile(filepath.Join(demo.Dir, "audit.anchor"), anchor, 0o600); err != nil {
				t.Fatal(err)
			}
			mustRun(t, demo.Dir, "audit", "verify", "--head", head)
		})
	}
}

func TestAccountsAreKeptFromTheShell(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	signIn := func(password string) int {
		return s.Send("", "POST", "/api/v1/session", `{"account":"xiao.wu","password":"`+password+`"}`).Status
	}
	withInput(t, demo.Dir, "told on the phone\n", "account", "add", "xiao.wu", "--role", "operator", "--scope", standing.District)
	if got := signIn("told on the phone"); got != 200 {
		t.Fatalf("got %d", got)
	}
	for _, x := range []struct {
		args   []string
		input  string
		status int
	}{
		{[]string{"account", "disable", "xiao.wu"}, "", 401},
		{[]string{"account", "enable", "xiao.wu"}, "", 200},
		{[]string{"account", "password", "xiao.wu"}, "set at the counter\n", 401},
	} {
		withInput(t, demo.Dir, x.input, x.args...)
		if got := signIn("told on the phone"); got != x.status {
			t.Errorf("after %v: got %d, want %d", x.args, got, x.status)
		}
	}
	for range 5 {
		signIn("wrong")
	}
	if got := signIn("set at the counter"); got != 429 {
		t.Errorf("got %d, want it to be locked", got)
	}
	if out := mustRun(t, demo.Dir, "account", "list"); !strings.Contains(out, "locked until") {
		t.Errorf("the list does not say so:\n%s", out)
	}
	mustRun(t, demo.Dir, "account", "unlock", "xiao.wu")
	if got := signIn("set at the counter"); got != 200 {
		t.Errorf("unlocked, got %d", got)
	}
}
