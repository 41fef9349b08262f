// Package postgres runs a private PostgreSQL cluster (Debian's postgresql-15)
// for a program that was given no DATABASE_URL. The cluster listens on a unix
// socket only, in a directory that nobody else may enter, with fsync on. It is
// stopped when its owner ends, and started again when it dies.
//
// It refuses to run on any other major version than the one that made the
// cluster. It knows nothing of the schema.
package postgres

import "log/slog"

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
