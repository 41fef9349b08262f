// Package people shows who lives in a building: masked, to those whose scope
// covers it, and one person in full to whoever says why. Each look is a row of
// the audit log, written in the same transaction: no row, no data.
//
// It refuses reasons that hold the person's own name or numbers, for the audit
// log is read by others.
package people

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
)

// Service shows people.
type Service struct {
	pool   *pgxpool.Pool
	sealer *data.Sealer
}

// New makes a Service on pool with the key that people are sealed with.
func New(pool *pgxpool.Pool, sealer *data.Sealer) *Service { return &Service{pool, sealer} }

// Person is somebody who lives in a building; name and numbers are masked.
type Person struct {
	data.SealedPerson
	Name, Number, Phone string
}

// Identity is who somebody is, in full.
type Identity struct{ Name, Number, Phone string }

const (
	reasonLeast = 4 // characters
	reasonMost  = 200
)

// Of lists who lives in a building, masked.
func (s *Service) Of(ctx context.Context, by data.Actor, building int64) ([]Person, error) {
	sealed, err := data.PeopleOf(ctx, s.pool, by, building, covered(by))
	if err != nil {
		return nil, err
	}
	out := make([]Person, len(sealed))
	for i, p := range sealed {
		who, err := s.open(p.ID, p.Sealed)
		if err != nil {
			return nil, err
		}
		p.Sealed = nil
		out[i] = Person{p, data.MaskName(who.Name), MaskNumber(who.Number), data.MaskPhone(who.Phone)}
	}
	return out, nil
}

func covered(by data.Actor) func(string) error {
	return func(community string) error {
		if !by.Covers(community) {
			return data.Fault(data.Forbidden, "", "this is outside your scope "+by.ScopeCode)
		}
		return nil
	}
}

// Reveal says who somebody is, in full.
func (s *Service) Reveal(ctx context.Context, by data.Actor, id int64, reason string) (Identity, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < reasonLeast || n > reasonMost || !utf8.ValidString(reason) || strings.ContainsRune(reason, 0) {
		return Identity{}, data.Fault(data.Invalid, "reason", "must say why in 4 to 200 characters")
	}
	var who Identity
	err := data.RevealPerson(ctx, s.pool, by, id, reason, covered(by), func(sealed []byte) (err error) {
		if who, err = s.open(id, sealed); err != nil {
			return err
		}
		for _, private := range []string{who.Name, who.Number, who.Phone} {
			if private != "" && strings.Contains(strings.ToUpper(reason), strings.ToUpper(private)) {
				return data.Fault(data.Invalid, "reason", "must not hold the person's name or numbers: it goes into the audit log")
			}
		}
		return nil
	})
	if err != nil {
		return Identity{}, err
	}
	return who, nil
}

func (s *Service) open(id int64, sealed []byte) (Identity, error) {
	fields, err := s.sealer.Open("people", id, sealed)
	if err != nil {
		return Identity{}, err
	}
	fields = append(fields, "", "", "")
	return Identity{fields[0], fields[1], fields[2]}, nil
}

// MaskNumber keeps the first six and the last four characters of an identity
// number.
func MaskNumber(number string) string {
	if len(number) < 12 {
		return strings.Repeat("*", len(number))
	}
	return number[:6] + strings.Repeat("*", len(number)-10) + number[len(number)-4:]
}
