package data

import (
	"embed"
	"fmt"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

// query returns the text of sql/name.sql. A missing file is a mistake in the
// program, found by the first test that runs the statement.
func query(name string) string {
	b, err := sqlFiles.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(fmt.Sprintf("no statement %q", name))
	}
	return string(b)
}
