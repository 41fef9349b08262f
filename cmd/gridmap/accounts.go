package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"gridmap/service/access"
)

type accountCommand struct {
	Add      accountAddCommand      `cmd:"" help:"Add an account; the password is read from standard input and must be changed at the first sign-in."`
	List     accountListCommand     `cmd:"" help:"List the accounts."`
	Disable  accountDisableCommand  `cmd:"" help:"Let somebody in no more; their sessions end."`
	Enable   accountEnableCommand   `cmd:"" help:"Let somebody in again."`
	Password accountPasswordCommand `cmd:"" help:"Set a password, read from standard input; it must be changed at the next sign-in."`
	Unlock   accountUnlockCommand   `cmd:"" help:"Let somebody try again who gave too many wrong passwords."`
}

type accountAddCommand struct {
	Account string `arg:"" help:"Name, lower case."`
	Role    string `required:"" enum:"wall,planner,emergency,operator,administrator,auditor" help:"What the person does."`
	Scope   string `required:"" help:"Division code, 12 digits."`
	Issuer  string `help:"Identity provider, as serve has it in --oidc-issuer." env:"GRIDMAP_OIDC_ISSUER"`
	Subject string `help:"Who the person is there; then no password is asked for."`
}

// Run adds the account.
func (c *accountAddCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	n := access.NewAccount{Account: c.Account, Role: access.Role(c.Role), Scope: c.Scope, Subject: c.Subject}
	var o access.Options
	if c.Subject != "" {
		o.OIDC = &access.OIDCOptions{Issuer: c.Issuer}
		if c.Issuer == "" {
			return fmt.Errorf("--subject needs --issuer")
		}
	} else {
		var err error
		if n.Password, err = readPassword(); err != nil {
			return err
		}
	}
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	return access.New(s.pool, o).Add(ctx, shell(), n)
}

type accountListCommand struct{}

// Run prints a table.
func (*accountListCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	all, err := access.New(s.pool, access.Options{}).Accounts(ctx, shell())
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "account\trole\tscope\tstate\tpassword of\tmade")
	for _, a := range all {
		state, password := "", "-"
		switch {
		case a.Disabled:
			state = "disabled"
		case !a.LockedUntil.IsZero():
			state = "locked until " + a.LockedUntil.Local().Format(time.TimeOnly)
		case a.MustChange:
			state = "must change the password"
		}
		if a.PasswordHash != "" {
			password = a.PasswordAt.Local().Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", a.Account, a.Role, a.ScopeCode, state, password, a.CreatedAt.Local().Format(time.DateOnly))
	}
	return w.Flush()
}

// changeAccount does one thing to an account.
func changeAccount(ctx context.Context, d *database, log *slog.Logger, account string, c access.AccountChange) error {
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	_, err = access.New(s.pool, access.Options{}).Change(ctx, shell(), account, c)
	return err
}

type accountDisableCommand struct {
	Account string `arg:""`
}

// Run disables the account.
func (c *accountDisableCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	yes := true
	return changeAccount(ctx, d, log, c.Account, access.AccountChange{Disabled: &yes})
}

type accountEnableCommand struct {
	Account string `arg:""`
}

// Run enables the account.
func (c *accountEnableCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	no := false
	return changeAccount(ctx, d, log, c.Account, access.AccountChange{Disabled: &no})
}

type accountPasswordCommand struct {
	Account string `arg:""`
}

// Run sets the password.
func (c *accountPasswordCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	password, err := readPassword()
	if err != nil {
		return err
	}
	return changeAccount(ctx, d, log, c.Account, access.AccountChange{Password: &password})
}

type accountUnlockCommand struct {
	Account string `arg:""`
}

// Run forgets the wrong passwords.
func (c *accountUnlockCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	return changeAccount(ctx, d, log, c.Account, access.AccountChange{Unlock: true})
}
