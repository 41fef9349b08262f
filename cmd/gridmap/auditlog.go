package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
)

type auditCommand struct {
	Verify auditVerifyCommand `cmd:"" help:"Check the chain of the audit log, and that its end is not cut off."`
}

type auditVerifyCommand struct {
	Head string `help:"Number and hash of an entry that was the newest once, as printed then; may lie on paper." placeholder:"NUMBER:HASH"`
}

// Run checks the chain from its first entry to its last, and that entries that
// were once the newest are still what they were: the one in the anchor file and
// the one given. The chain alone does not show that its end was cut off, or that
// a superuser wrote all of it anew; what was noted elsewhere does, for every
// entry up to it, and nothing for those after it.
func (c *auditVerifyCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	rows, err := data.VerifyAudit(ctx, s.pool)
	if err != nil {
		return err
	}
	if c.Head != "" {
		given, err := parseHead(c.Head)
		if err != nil {
			return fmt.Errorf("--head: %w", err)
		}
		if err := data.CheckAuditHead(ctx, s.pool, given); err != nil {
			return err
		}
	}
	head, err := anchor(ctx, s.pool, anchorFile(d.Var))
	if err != nil {
		return err
	}
	fmt.Printf("the audit log is whole: %d rows\n", rows)
	if head.Number > 0 {
		fmt.Printf("its newest entry, to be written down elsewhere: %s\n", formatHead(head))
	}
	return nil
}

func anchorFile(dir string) string { return filepath.Join(dir, "audit.anchor") }

func formatHead(h data.AuditHead) string { return fmt.Sprintf("%d:%x", h.Number, h.Hash) }

func parseHead(text string) (data.AuditHead, error) {
	number, hash, _ := strings.Cut(strings.TrimSpace(text), ":")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 {
		return data.AuditHead{}, fmt.Errorf("%q is not NUMBER:HASH", text)
	}
	h, err := hex.DecodeString(hash)
	if err != nil || len(h) != 32 {
		return data.AuditHead{}, fmt.Errorf("%q is not NUMBER:HASH", text)
	}
	return data.AuditHead{Number: n, Hash: h}, nil
}

// anchor checks the audit log against the newest entry that the file knows, and
// then keeps the newest of now. A log that does not hold leaves the file as it is.
func anchor(ctx context.Context, pool *pgxpool.Pool, path string) (data.AuditHead, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return data.AuditHead{}, fmt.Errorf("read the anchor of the audit log: %w", err)
	}
	if err == nil {
		known, err := parseHead(string(text))
		if err != nil {
			return data.AuditHead{}, fmt.Errorf("read the anchor of the audit log in %s: %w", path, err)
		}
		if err := data.CheckAuditHead(ctx, pool, known); err != nil {
			return data.AuditHead{}, err
		}
	}
	head, err := data.HeadOfAudit(ctx, pool)
	if err != nil || head.Number == 0 {
		return head, err
	}
	next := []byte(formatHead(head) + "\n")
	if bytes.Equal(next, text) {
		return head, nil
	}
	// All at once: a file cut short would look like a log that was tampered with.
	if err := os.WriteFile(path+".new", next, 0o600); err != nil {
		return head, fmt.Errorf("keep the anchor of the audit log: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return head, fmt.Errorf("keep the anchor of the audit log: %w", err)
	}
	return head, nil
}

const anchorEvery = time.Minute

// keepAnchor moves the anchor along while the server runs, and says loudly when
// the audit log does not hold.
func keepAnchor(ctx context.Context, pool *pgxpool.Pool, path string, log *slog.Logger) {
	t := time.NewTicker(anchorEvery)
	defer t.Stop()
	for {
		_, err := anchor(ctx, pool, path)
		switch {
		case err == nil || ctx.Err() != nil:
		case data.CodeOf(err) == data.Conflict:
			log.Error("THE AUDIT LOG WAS TAMPERED WITH", "error", err)
		default:
			log.Warn("the audit log could not be anchored", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
