package data

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// SealedPerson is somebody who lives in a building; who it is, is sealed.
type SealedPerson struct {
	ID, HouseholdID int64
	Stairwell       int
	Floor           int
	Room            string
	Sealed          []byte
	Sex             string // F or M
	BirthYear       int
	Care            []string
	Resident        bool
}

// PeopleOf lists who lives in a building, by dwelling, with an entry in the
// audit log in the same transaction: no entry, no people. allowed decides by
// the community that the building stands in.
func PeopleOf(ctx context.Context, pool *pgxpool.Pool, by Actor, building int64, allowed func(community string) error) ([]SealedPerson, error) {
	var out []SealedPerson
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		var community string
		err := tx.QueryRow(ctx, query("people_building"), building).Scan(&community)
		if errors.Is(err, pgx.ErrNoRows) {
			return Fault(NotFound, "id", "there is no such building")
		}
		if err != nil {
			return fmt.Errorf("find building %d: %w", building, err)
		}
		if err := allowed(community); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, query("people_list"), building)
		if err != nil {
			return fmt.Errorf("list the people of building %d: %w", building, err)
		}
		if out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[SealedPerson]); err != nil {
			return fmt.Errorf("list the people of building %d: %w", building, err)
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "people.list", Subject: fmt.Sprintf("building %d", building),
			Result: "done", Detail: map[string]any{"people": len(out)}})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// RevealPerson hands somebody's sealed identity to open, with an entry in the
// audit log that says why in the same transaction: no entry, no identity.
// allowed decides by the community that they live in.
func RevealPerson(ctx context.Context, pool *pgxpool.Pool, by Actor, id int64, reason string, allowed func(community string) error, open func(sealed []byte) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		var community string
		var sealed []byte
		err := tx.QueryRow(ctx, query("people_find"), id).Scan(&community, &sealed)
		if errors.Is(err, pgx.ErrNoRows) {
			return Fault(NotFound, "id", "there is no such person, or not in your scope")
		}
		if err != nil {
			return fmt.Errorf("find person %d: %w", id, err)
		}
		if err := allowed(community); err != nil {
			return err
		}
		if err := open(sealed); err != nil {
			return err
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "people.reveal", Subject: fmt.Sprintf("person %d", id),
			Result: "done", Detail: map[string]any{"reason": reason}})
	})
}
