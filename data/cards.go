package data

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// GridCard describes a grid and who serves it. Names and numbers are masked.
type GridCard struct {
	ID                       int64
	Code, Name, Kind         string
	CommunityCode, Community string
	TownCode, Town           string
	Households, Persons      int
	AreaM2                   float64
	InRule                   bool
	ReasonZH, ReasonEN       string
	ValidFrom                time.Time
	Version                  int64 // of the map

	Cases struct{ Open, DueSoon, Overdue, Closed int }
	Care  struct{ Elderly, Child, Disabled, Sick, Frail, Pregnant int }

	Team       []TeamCard
	Groups     []GroupCard
	Party      *PartyCard // nil: none
	Microgrids []MicrogridCard
}

// TeamCard is a member of a team, masked.
type TeamCard struct{ Role, RoleName, Ring, Name, Phone string }

// GroupCard is a group of a grid.
type GroupCard struct {
	Name    string
	Members int
}

// PartyCard is the party organisation of a grid.
type PartyCard struct {
	Kind, Name string
	Members    int
}

// MicrogridCard is a micro-grid of a grid.
type MicrogridCard struct {
	ID                  int64
	Code                string
	Households, Persons int
	InRule              bool
}

// Card describes the grid in force under a code, or returns a NotFound.
func Card(ctx context.Context, pool *pgxpool.Pool, code string, now time.Time) (GridCard, error) {
	var g GridCard
	err := pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, query("card_grid"), code).Scan(&g.ID, &g.Code, &g.Name, &g.Kind, &g.CommunityCode, &g.Community,
			&g.TownCode, &g.Town, &g.Households, &g.Persons, &g.AreaM2, &g.InRule, &g.ReasonZH, &g.ReasonEN, &g.ValidFrom, &g.Version)
		if errors.Is(err, pgx.ErrNoRows) {
			return Fault(NotFound, "code", "no grid in force has this code")
		}
		if err != nil {
			return fmt.Errorf("describe a grid: %w", err)
		}
		c, a := &g.Cases, &g.Care
		err = tx.QueryRow(ctx, query("card_counts"), g.ID, g.Code, now).Scan(&c.Open, &c.DueSoon, &c.Overdue, &c.Closed,
			&a.Elderly, &a.Child, &a.Disabled, &a.Sick, &a.Frail, &a.Pregnant)
		if err != nil {
			return fmt.Errorf("describe a grid: count: %w", err)
		}
		return g.fillLists(ctx, tx, now)
	})
	return g, err
}

func (g *GridCard) fillLists(ctx context.Context, tx pgx.Tx, now time.Time) error {
	var err error
	if g.Team, err = cardList[TeamCard](ctx, tx, "card_team", g.Code, now); err != nil {
		return err
	}
	if g.Groups, err = cardList[GroupCard](ctx, tx, "card_groups", g.Code, now); err != nil {
		return err
	}
	party, err := cardList[PartyCard](ctx, tx, "card_party", g.Code, now)
	if err != nil {
		return err
	}
	if len(party) > 0 {
		g.Party = &party[0]
	}
	g.Microgrids, err = cardList[MicrogridCard](ctx, tx, "card_microgrids", g.ID)
	return err
}

func cardList[T any](ctx context.Context, tx pgx.Tx, name string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query(name), args...)
	if err != nil {
		return nil, fmt.Errorf("describe a grid: %s: %w", name, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		return nil, fmt.Errorf("describe a grid: %s: %w", name, err)
	}
	return out, nil
}
