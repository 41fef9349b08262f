package data_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"gridmap/data"
	"gridmap/data/testdb"
)

func TestTheAuditLogShowsWhoeverChangedIt(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct{ sql, want string }{
		"nobody did":                           {"", ""},
		"a result was changed":                 {`update audit set result = 'done' where id = 3`, "entry 3"},
		"an entry was taken out":               {`delete from audit where id = 4`, "entry 5"},
		"the first entry was taken out":        {`delete from audit where id = 1`, "entry 2"},
		"two entries changed places":           {`update audit set id = case id when 2 then 9 else 2 end where id in (2); update audit set id = 2 where id = 5; update audit set id = 5 where id = 9`, "entry 2"},
		"an entry was changed and hashed anew": {`update audit set actor = 'x', hash = sha256('x') where id = 2`, "entry 2"},
	} {
		t.Run(name, func(t *testing.T) {
			db := testdb.New(t)
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					err := data.WriteAudit(ctx, db.Pool, data.AuditEntry{Actor: "a", Role: "auditor", Action: "test", Subject: fmt.Sprint(i), Result: "refused", Detail: map[string]any{"n": i}})
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if c.sql != "" {
				if _, err := db.Pool.Exec(ctx, `alter table audit disable trigger user; `+c.sql); err != nil {
					t.Fatal(err)
				}
			}
			_, err := data.VerifyAudit(ctx, db.Pool)
			if got := fmt.Sprint(err); c.want == "" && err != nil || c.want != "" && !strings.Contains(got, c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
	t.Run("and through the front door nobody can", func(t *testing.T) {
		db := testdb.New(t)
		if err := data.WriteAudit(ctx, db.Pool, data.AuditEntry{Actor: "a", Role: "auditor", Action: "test", Subject: "s", Result: "done"}); err != nil {
			t.Fatal(err)
		}
		for _, sql := range []string{`update audit set actor = 'x'`, `delete from audit`, `truncate audit`} {
			if _, err := db.Pool.Exec(ctx, sql); err == nil {
				t.Errorf("%s went through", sql)
			}
		}
	})
}
