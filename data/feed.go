package data

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Change is one row of the change feed.
type Change struct {
	ID   int64
	Kind string // the table
	Op   string // insert, update, delete, or reload: anything in Kind may have changed
	Key  int64  // id of the row; 0 for reload
	At   time.Time
}

// Position is a place in the change feed: a PostgreSQL snapshot, in the text
// form of pg_snapshot. Everything visible in it has been read, nothing else has.
// Two readers with the same position have read the same changes, in whatever
// order they committed. It stays where it is while nothing changes, and holds
// over crashes and failovers.
type Position string

// Moment is one consistent look at the database: a read-only transaction whose
// every statement sees the same state, and that state's Position.
type Moment struct {
	tx       pgx.Tx
	Position Position
}

// beginWithin is how long a Moment may take to begin: a connection that was
// black-holed shows there, where nothing that takes time by itself is asked.
const beginWithin = 15 * time.Second

// At runs look in one Moment.
func At(ctx context.Context, pool *pgxpool.Pool, look func(Moment) error) error {
	begin, cancel := context.WithTimeout(ctx, beginWithin)
	defer cancel()
	tx, err := pool.BeginTx(begin, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return fmt.Errorf("begin a look at the database: %w", err)
	}
	// It was read only: how it ends changes nothing.
	defer func() { _ = tx.Rollback(ctx) }()
	m := Moment{tx: tx}
	if err := tx.QueryRow(begin, query("feed_position")).Scan(&m.Position); err != nil {
		return fmt.Errorf("read the position of the change feed: %w", err)
	}
	return look(m)
}

// Since returns the changes that m sees and that since did not, in the order of
// their ids. A transaction that committed late is there, whatever its number;
// one that is still open delays nobody.
func (m Moment) Since(ctx context.Context, since Position) ([]Change, error) {
	rows, err := m.tx.Query(ctx, query("feed_since"), since)
	if err != nil {
		return nil, fmt.Errorf("read the change feed: %w", err)
	}
	changes, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Change, error) {
		var c Change
		err := row.Scan(&c.ID, &c.Kind, &c.Op, &c.Key, &c.At)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the change feed: %w", err)
	}
	return changes, nil
}

// ErrForgotten says that the feed no longer reaches back to a position: the
// reader must load everything anew.
var ErrForgotten = errors.New("the change feed does not reach back so far")

// Remembers fails with ErrForgotten when changes after p may have been trimmed.
func (m Moment) Remembers(ctx context.Context, p Position) error {
	var ok bool
	if err := m.tx.QueryRow(ctx, query("feed_remembers"), p).Scan(&ok); err != nil {
		return fmt.Errorf("look up a position of the change feed: %w", err)
	}
	if !ok {
		return ErrForgotten
	}
	return nil
}

// ErrSilent says that the database took the connection but does not answer.
var ErrSilent = errors.New("the database does not answer")

// pingEvery is how long notifications may come one after the other without a ping.
const pingEvery = 2 * time.Second

// Listen calls wake for every notification of the feed, and whenever quiet has
// passed, until ctx ends or the connection fails. A notification is a hint
// only: it may be lost, and quiet is what finds the change then. heard is called
// every few seconds with the time that the database took to answer.
func Listen(ctx context.Context, pool *pgxpool.Pool, quiet time.Duration, wake func(), heard func(took time.Duration)) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("listen to the change feed: %w", err)
	}
	defer func() {
		// The connection listens: it must not go back to the pool as it is.
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = conn.Hijack().Close(end)
	}()
	if _, err := conn.Exec(ctx, `listen gridmap_changes`); err != nil {
		return fmt.Errorf("listen to the change feed: %w", err)
	}
	wake()
	asked := time.Now()
	for {
		waiting, cancel := context.WithTimeout(ctx, quiet)
		_, err := conn.Conn().WaitForNotification(waiting)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("listen to the change feed: %w", err)
		}
		wake()
		if err == nil && time.Since(asked) < pingEvery {
			continue
		}
		asked = time.Now()
		// After a quiet spell, see whether anybody is at the other end.
		ping, cancel := context.WithTimeout(ctx, 5*time.Second)
		err = conn.Ping(ping)
		cancel()
		if err != nil {
			return fmt.Errorf("listen to the change feed: %w: %w", ErrSilent, err)
		}
		heard(time.Since(asked))
	}
}

// TrimFeed forgets changes older than keep and returns how many. It leaves
// those that a running transaction may still need.
func TrimFeed(ctx context.Context, pool *pgxpool.Pool, keep time.Duration) (int64, error) {
	tag, err := pool.Exec(ctx, query("feed_trim"), keep)
	if err != nil {
		return 0, fmt.Errorf("trim the change feed: %w", err)
	}
	return tag.RowsAffected(), nil
}
