package data

import (
	"context"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Bulk loads whole tables by COPY, in one transaction: all of it is there
// afterwards, or nothing. While it runs, foreign keys and secondary indexes of
// the tables it names are dropped; they are made again, and so checked, before
// it commits. Triggers are off; instead the change feed says "reload" once for
// each table.
type Bulk struct {
	tx       pgx.Tx
	sealer   *Sealer
	tables   []string
	restore  []string
	Progress func(table string, rows int64)
}

// LoadBulk runs fill inside one bulk load of tables.
func LoadBulk(ctx context.Context, pool *pgxpool.Pool, sealer *Sealer, tables []string, fill func(*Bulk) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		b := &Bulk{tx: tx, sealer: sealer, tables: tables}
		if err := b.dropForLoad(ctx); err != nil {
			return err
		}
		if err := fill(b); err != nil {
			return err
		}
		return b.finish(ctx)
	})
}

func (b *Bulk) dropForLoad(ctx context.Context) error {
	rows, err := b.tx.Query(ctx, query("bulk_dependents"), b.tables)
	if err != nil {
		return fmt.Errorf("list indexes and keys: %w", err)
	}
	type pair struct{ Drop, Restore string }
	pairs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[pair])
	if err != nil {
		return fmt.Errorf("list indexes and keys: %w", err)
	}
	for _, p := range pairs {
		if _, err := b.tx.Exec(ctx, p.Drop); err != nil {
			return fmt.Errorf("prepare the bulk load: %w", err)
		}
		b.restore = append(b.restore, p.Restore)
	}
	for _, t := range b.tables {
		if _, err := b.tx.Exec(ctx, "alter table "+pgx.Identifier{t}.Sanitize()+" disable trigger user"); err != nil {
			return fmt.Errorf("prepare the bulk load of %s: %w", t, err)
		}
	}
	return nil
}

func (b *Bulk) finish(ctx context.Context) error {
	for _, t := range b.tables {
		name := pgx.Identifier{t}.Sanitize()
		if _, err := b.tx.Exec(ctx, "alter table "+name+" enable trigger user"); err != nil {
			return fmt.Errorf("finish the bulk load of %s: %w", t, err)
		}
		if err := b.advanceIdentity(ctx, t); err != nil {
			return err
		}
	}
	for _, sql := range b.restore {
		if _, err := b.tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("finish the bulk load: %w", err)
		}
	}
	for _, t := range b.tables {
		if _, err := b.tx.Exec(ctx, "analyze "+pgx.Identifier{t}.Sanitize()); err != nil {
			return fmt.Errorf("analyse %s: %w", t, err)
		}
	}
	if _, err := b.tx.Exec(ctx, query("bulk_note_reload"), b.tables); err != nil {
		return fmt.Errorf("note the bulk load in the change feed: %w", err)
	}
	return nil
}

// advanceIdentity sets a table's sequence behind its largest id.
func (b *Bulk) advanceIdentity(ctx context.Context, table string) error {
	var sequence *string
	if err := b.tx.QueryRow(ctx, query("bulk_identity"), table).Scan(&sequence); err != nil {
		return fmt.Errorf("find the id sequence of %s: %w", table, err)
	}
	if sequence == nil {
		return nil
	}
	_, err := b.tx.Exec(ctx, `select setval($1::regclass, (select coalesce(max(id), 0) + 1 from `+
		pgx.Identifier{table}.Sanitize()+`), false)`, *sequence)
	if err != nil {
		return fmt.Errorf("advance the ids of %s: %w", table, err)
	}
	return nil
}

// copyRows streams rows into a table; row fills the values of one record.
func copyRows[T any](ctx context.Context, b *Bulk, table string, columns []string, rows iter.Seq[T], row func(*T) []any) error {
	next, stop := iter.Pull(rows)
	defer stop()
	var count int64
	_, err := b.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		v, ok := next()
		if !ok {
			return nil, nil
		}
		if count++; count%8192 == 0 && b.Progress != nil {
			b.Progress(table, count)
		}
		return row(&v), nil
	}))
	if err != nil {
		return fmt.Errorf("load %s: %w", table, err)
	}
	if b.Progress != nil {
		b.Progress(table, count)
	}
	return nil
}
