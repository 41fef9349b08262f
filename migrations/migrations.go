// Package migrations embeds the numbered SQL that makes the schema. It runs
// nothing: package data applies it, under a lock.
package migrations

import "embed"

// Files holds NNNN_name.sql, in goose's notation, in the order of their numbers.
//
//go:embed *.sql
var Files embed.FS
