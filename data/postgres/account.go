package postgres

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the ordinary user that the cluster runs as. PostgreSQL refuses to
// run as root, so root drops to Debian's postgres user, or to nobody.
type account struct {
	drop     bool
	uid, gid int
}

func clusterAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil {
			return account{drop: true, uid: uid, gid: gid}, nil
		}
	}
	return account{}, fmt.Errorf("running as root, and neither the user postgres nor nobody exists to run PostgreSQL")
}

func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if a.drop {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}

// canReach says whether the account may enter dir.
func (a account) canReach(dir string) bool {
	if !a.drop {
		return true
	}
	cmd := exec.Command("/bin/sh", "-c", `cd "$0"`, dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = a.attributes()
	return cmd.Run() == nil
}

// own makes dir, private to the account.
func (a account) own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	if a.drop {
		if err := os.Chown(dir, a.uid, a.gid); err != nil {
			return fmt.Errorf("give %s to the cluster's user: %w", dir, err)
		}
	}
	return os.Chmod(dir, 0o700)
}

// findBinaries returns the folder of PostgreSQL's server programs.
func findBinaries() (string, error) {
	const debian = "/usr/lib/postgresql/15/bin"
	if _, err := os.Stat(filepath.Join(debian, "postgres")); err == nil {
		return debian, nil
	}
	if p, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(p), nil
	}
	return "", fmt.Errorf("PostgreSQL 15 is not installed (looked in %s and PATH): run 'make deps', or set DATABASE_URL", debian)
}
