// Package web holds the screens: the built pages (TypeScript and MapLibre,
// made by "npm run build") and the style documents, embedded in the program so
// that a command centre without a way out needs no other file.
//
// It refuses nothing and knows no HTTP: package api decides who may see a page
// and under which headers. Before the pages were built Files holds no page at
// all, and the server must say so rather than answer an empty screen.
package web

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed all:dist
var dist embed.FS

//go:embed styles/*.json
var styles embed.FS

// Files returns the built pages: "index.html", "wall.html", "planner.html" and
// "history.html". Everything below "assets/" carries a hash or a version in its
// name and never changes.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(fmt.Sprintf("web: embedded pages: %v", err)) // only a malformed constant path can fail
	}
	return files
}

// Style returns the style document with the given name ("wall" or "day"). Each
// "{origin}" in it stands for the scheme and host that the client asked, and is
// replaced by the server: a client outside a browser page resolves no relative
// address.
func Style(name string) ([]byte, bool) {
	if strings.ContainsAny(name, "/\\.") {
		return nil, false
	}
	document, err := styles.ReadFile("styles/" + name + ".json")
	return document, err == nil
}
