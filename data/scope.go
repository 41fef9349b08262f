package data

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// webRole is the role that row-level security binds; see migrations/0008.
const webRole = "gridmap_web"

type actorKey struct{}

// WithActor says on whose behalf statements run on a pool of OpenWeb.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf is who WithActor named; the zero value is nobody, who sees no row.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// lockPatience is how long a request waits for a lock: less than its time limit,
// so that a lock held for a minute takes no more connections than need be.
const lockPatience = "4s"

// idlePatience is how long PostgreSQL lets a request hold its locks without hearing
// of it: a server that freezes in the middle of a write holds nobody up for longer.
const idlePatience = "30s"

// OpenWeb makes a pool like Open whose connections belong to the role of the
// web. Each statement sees the rows of the scope of its context's Actor, as it
// was when the connection was taken from the pool.
func OpenWeb(ctx context.Context, url string, o PoolOptions) (*pgxpool.Pool, error) {
	return open(ctx, url, o, func(cfg *pgxpool.Config) {
		cfg.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
			if err := registerGeometry(ctx, conn); err != nil {
				return err
			}
			if _, err := conn.Exec(ctx, "set role "+webRole); err != nil {
				return fmt.Errorf("become the role of the web: %w", err)
			}
			return nil
		}
		cfg.PrepareConn = bindScope
		cfg.ConnConfig.RuntimeParams["lock_timeout"] = lockPatience
		cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = idlePatience
	})
}

// bindScope sets what the policies read, unless the connection has it already.
func bindScope(ctx context.Context, conn *pgx.Conn) (bool, error) {
	const bound = "gridmap.actor"
	a := ActorOf(ctx)
	want := Actor{Account: a.Account, ScopeCode: CodePrefix(a.ScopeCode)}
	if have, ok := conn.PgConn().CustomData()[bound].(Actor); ok && have == want {
		return true, nil
	}
	delete(conn.PgConn().CustomData(), bound)
	if _, err := conn.Exec(ctx, query("scope_bind"), want.ScopeCode, want.Account); err != nil {
		return false, fmt.Errorf("set the scope of a connection: %w", err)
	}
	conn.PgConn().CustomData()[bound] = want
	return true, nil
}

// IndexesUnderPolicies says whether searches by place use the spatial index for
// the role of the web too: only a superuser can see to it, and a restored dump
// forgets it.
func IndexesUnderPolicies(ctx context.Context, pool *pgxpool.Pool) (bool, error) {
	var ok bool
	if err := pool.QueryRow(ctx, query("scope_leakproof")).Scan(&ok); err != nil {
		return false, fmt.Errorf("look up the operator of bounding boxes: %w", err)
	}
	return ok, nil
}

// ScopeOf is the code of the division that a row belongs to: of a case, person
// or plan by id. It looks past the policies when pool is the owner's, so that a
// row they hid can be told from one that there is not. Empty: there is none.
func ScopeOf(ctx context.Context, pool *pgxpool.Pool, kind string, id int64) (string, error) {
	var name string
	switch kind {
	case "cases":
		name = "scope_of_case"
	case "people":
		name = "scope_of_person"
	case "plans":
		name = "scope_of_plan"
	default:
		return "", nil
	}
	var code *string
	err := pool.QueryRow(ctx, query(name), id).Scan(&code)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && code == nil {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find whose %d of %s is: %w", id, kind, err)
	}
	return *code, nil
}

// asOwner does a part of a transaction past the policies, for work that a scope
// must not cut: what takes force has consequences beyond it, and the border of a
// community is the neighbour's too. Who may ask for it was decided before.
func asOwner(ctx context.Context, db querier, do func() error) error {
	role, err := switchRole(ctx, db, "none")
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return err // the transaction is over, and the role with it
	}
	_, err = switchRole(ctx, db, role)
	return err
}

// switchRole takes a role until the transaction ends and returns the one before.
func switchRole(ctx context.Context, db querier, role string) (string, error) {
	rows, err := db.Query(ctx, query("scope_switch"), role)
	if err != nil {
		return "", fmt.Errorf("switch the role: %w", err)
	}
	before, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
	if err != nil {
		return "", fmt.Errorf("switch the role: %w", err)
	}
	return before, nil
}
