package access

import (
	"context"
	_ "embed"
	"strings"

	"gridmap/data"
)

const (
	passwordLeast    = 10 // characters
	passwordMost     = 1000
	passwordDistinct = 5 // characters that differ
	passwordsKept    = 3 // the last ones are not used again
)

// common lists passwords that whoever guesses tries first; those shorter than
// passwordLeast need not be here.
//
//go:embed common.txt
var common string

// checkPassword refuses a password that anybody would guess.
func checkPassword(account, password string) error {
	refuse := func(reason string) error { return data.Fault(data.Invalid, "password", reason) }
	lower := strings.ToLower(password)
	distinct := make(map[rune]bool)
	for _, r := range lower {
		distinct[r] = true
	}
	switch {
	case len([]rune(password)) < passwordLeast:
		return refuse("needs ten characters or more")
	case len(password) > passwordMost:
		return refuse("must have no more than 1000 bytes")
	case lower == account, strings.Contains(lower, account) && len([]rune(lower))-len(account) < 6:
		return refuse("must not be the account's name, or little more")
	case len(distinct) < passwordDistinct:
		return refuse("needs five characters that differ")
	case strings.Contains("\n"+common, "\n"+lower+"\n"):
		return refuse("is one of those that are guessed first")
	}
	return nil
}

// checkReuse refuses one of the account's last passwords.
func (s *Service) checkReuse(ctx context.Context, account, password string) error {
	last, err := data.PasswordHistory(ctx, s.pool, account, passwordsKept)
	if err != nil {
		return err
	}
	for _, hash := range last {
		used, err := s.hasher.matches(ctx, password, hash)
		if err != nil {
			return err
		}
		if used {
			return data.Fault(data.Invalid, "password", "was used before: it must not be one of the last three")
		}
	}
	return nil
}
