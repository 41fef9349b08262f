package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/term"

	"gridmap/data"
	"gridmap/service/access"
)

type migrateCommand struct{}

// Run migrates and says what it did.
func (*migrateCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	fmt.Println("the schema is up to date")
	return nil
}

// shell is who acts when somebody with the machine's shell does.
func shell() access.Identity { return access.Identity{Account: "shell", Role: access.Administrator} }

func readPassword() (string, error) {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		fmt.Fprint(os.Stderr, "password: ")
		b, err := term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(os.Stderr)
		return string(b), err
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && line == "" {
		return "", fmt.Errorf("read the password from standard input: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Make a token for a machine; it is shown once."`
}

type tokenCreateCommand struct {
	Role    string `required:"" enum:"wall,planner,emergency,operator,administrator,auditor" help:"What the machine may do."`
	Scope   string `required:"" help:"Division code, 12 digits."`
	Days    int    `required:"" help:"Days until it expires."`
	Account string `default:"machine" help:"Name under which it appears in the audit log."`
	Name    string `help:"What it is for."`
}

// Run prints the token.
func (c *tokenCreateCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	session, err := access.New(s.pool, access.Options{}).AddToken(ctx, shell(), c.Account, c.Name, access.Role(c.Role), c.Scope, c.Days)
	if err != nil {
		return err
	}
	fmt.Println(session.Secret)
	return nil
}

type doctorCommand struct{}

// Run looks for what the program needs on the machine.
func (*doctorCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	missing := 0
	for _, p := range []struct{ name, why string }{
		{"/usr/lib/postgresql/15/bin/postgres", "the private database (package postgresql-15)"},
		{"/usr/share/postgresql/15/extension/postgis.control", "PostGIS (package postgresql-15-postgis-3)"},
		{"ogr2ogr", "bringing files in (package gdal-bin)"},
		{"chromium", "browser tests only (package chromium)"},
	} {
		_, err := os.Stat(p.name)
		if !strings.HasPrefix(p.name, "/") {
			_, err = exec.LookPath(p.name)
		}
		mark := "ok     "
		if err != nil {
			mark = "missing"
			missing++
		}
		fmt.Printf("%s %s: %s\n", mark, p.name, p.why)
	}
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	fmt.Println("ok      the database answers and its schema is up to date")
	indexes, err := data.IndexesUnderPolicies(ctx, s.pool)
	if err != nil {
		return err
	}
	if indexes {
		fmt.Println("ok      searches by place use the spatial index under row-level security")
	} else {
		fmt.Println("slow    searches by place do not use the spatial index under row-level security: as a superuser, " +
			"alter function geometry_overlaps(geometry, geometry) leakproof (again after a dump was restored)")
	}
	if missing > 0 {
		return fmt.Errorf("%d of the things above are missing", missing)
	}
	return nil
}
