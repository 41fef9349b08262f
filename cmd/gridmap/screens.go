package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gridmap/web"
)

// screenSets are the sets of layers that our screens ask for: the sources of the
// style documents.
func screenSets() ([][]string, error) {
	source := regexp.MustCompile(`/tiles/([a-z,]+)\.json$`)
	var names []string
	for _, style := range []string{"wall", "day"} {
		body, ok := web.Style(style)
		if !ok {
			return nil, fmt.Errorf("the style %q is not there", style)
		}
		var document struct {
			Sources map[string]struct{ URL string }
		}
		if err := json.Unmarshal(body, &document); err != nil {
			return nil, fmt.Errorf("read the style %s: %w", style, err)
		}
		for _, s := range document.Sources {
			if m := source.FindStringSubmatch(s.URL); m != nil {
				names = append(names, m[1])
			}
		}
	}
	slices.Sort(names)
	var out [][]string
	for _, n := range slices.Compact(names) {
		out = append(out, strings.Split(n, ","))
	}
	return out, nil
}
