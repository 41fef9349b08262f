package data

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Request names a write, so that it is done once however often it is sent.
type Request struct {
	Account, Key string
	Hash         []byte // of everything that makes it this request
}

// Answer is what a write answered, and answers whenever it is sent again.
type Answer struct {
	Status   int
	Body     []byte
	Replayed bool
}

// Tx is a write under way; its methods are the statements a service may use.
type Tx struct{ tx pgx.Tx }

// Once does a write in one transaction together with the note of its answer.
// The same request again gets the same answer and writes nothing, also when
// both are under way at once; another request under the same key is Reused. An
// error leaves nothing behind, so the same key may try again.
func Once(ctx context.Context, pool *pgxpool.Pool, r Request, do func(*Tx) (status int, body []byte, err error)) (Answer, error) {
	var a Answer
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		found, err := replay(ctx, tx, r)
		if err != nil || found.Replayed {
			a = found
			return err
		}
		if a.Status, a.Body, err = do(&Tx{tx}); err != nil {
			return err
		}
		// As a JSON string: the object itself would lose the order of its fields.
		stored, err := json.Marshal(string(a.Body))
		if err != nil {
			return fmt.Errorf("keep an answer: %w", err)
		}
		if _, err = tx.Exec(ctx, query("idempotency_keep"), r.Account, r.Key, r.Hash, a.Status, stored); err != nil {
			return fmt.Errorf("keep an answer: %w", err)
		}
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	return a, nil
}

// replay locks the key of a request and finds its answer, if it was done before. Both
// go on one way to the database: a write makes many, and where it is far they add up.
func replay(ctx context.Context, tx pgx.Tx, r Request) (_ Answer, err error) {
	a := Answer{Replayed: true}
	var hash []byte
	var body string
	both := &pgx.Batch{}
	both.Queue(query("idempotency_lock"), r.Account, r.Key)
	both.Queue(query("idempotency_find"), r.Account, r.Key)
	answers := tx.SendBatch(ctx, both)
	defer func() { err = errors.Join(err, answers.Close()) }()
	if _, err := answers.Exec(); err != nil {
		return Answer{}, fmt.Errorf("lock an idempotency key: %w", err)
	}
	err = answers.QueryRow().Scan(&hash, &a.Status, &body)
	if errors.Is(err, pgx.ErrNoRows) {
		return Answer{}, nil
	}
	if err != nil {
		return Answer{}, fmt.Errorf("find an idempotency key: %w", err)
	}
	if !bytes.Equal(hash, r.Hash) {
		return Answer{}, Fault(Reused, "Idempotency-Key", "was used for another request")
	}
	a.Body = []byte(body)
	return a, nil
}

// ForgetRequests drops the answers of requests older than before; sent again
// after that, they are done again.
func ForgetRequests(ctx context.Context, pool *pgxpool.Pool, before time.Time) (int64, error) {
	tag, err := pool.Exec(ctx, query("idempotency_forget"), before)
	if err != nil {
		return 0, fmt.Errorf("forget old requests: %w", err)
	}
	return tag.RowsAffected(), nil
}

// Audit appends an entry to the audit log as part of the write; it comes last.
func (t *Tx) Audit(ctx context.Context, e AuditEntry) error { return audit(ctx, t.tx, e) }

// Write does a write in one transaction. It is for what tells by itself whether it
// was stored before, and needs no Request for that.
func Write(ctx context.Context, pool *pgxpool.Pool, do func(*Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return do(&Tx{tx}) })
}
