package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"gridmap/data"
)

// What a body may be made of. No request of ours nests deeper than five, or has
// more than 5,000 parts; an empty object takes some forty times its bytes once it
// is read.
const (
	maxDepth      = 16
	maxContainers = 20_000
	maxNames      = 256 // of one object
)

// checkShape refuses bodies that cost out of proportion to be read, and those that
// two readers would understand differently: text that is not UTF-8 (which
// encoding/json replaces in silence) and names given twice (of which it takes the
// last, whatever their case). It looks at brackets, strings and colons alone: what
// is not JSON is left to be refused by who reads it.
func checkShape(body []byte) error {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return data.Fault(data.Invalid, "body", "begins with a byte order mark, which JSON has not")
	case !utf8.Valid(body):
		return data.Fault(data.Invalid, "body", "is not UTF-8")
	}
	var names [maxDepth + 1]map[string]bool // of the objects that are open
	depth, containers := 0, 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '{', '[':
			if depth, containers = depth+1, containers+1; depth > maxDepth {
				return data.Fault(data.Invalid, "body", fmt.Sprintf("nests deeper than %d", maxDepth))
			}
			if containers > maxContainers {
				return data.Fault(data.Invalid, "body", fmt.Sprintf("holds more than %d objects and lists", maxContainers))
			}
			names[depth] = nil
		case '}', ']':
			depth = max(0, depth-1)
		case '"':
			end := stringEnd(body, i)
			if named(body[end:]) {
				if names[depth] == nil {
					names[depth] = map[string]bool{}
				}
				if err := addName(names[depth], body[i:end]); err != nil {
					return err
				}
			}
			i = end - 1
		}
	}
	return nil
}

func addName(known map[string]bool, quoted []byte) error {
	var name string
	_ = json.Unmarshal(quoted, &name) // what is no string stays empty
	folded := strings.ToLower(name)
	switch {
	case known[folded]:
		return data.Fault(data.Invalid, plainName(name, "body"), "is given more than once")
	case len(known) == maxNames:
		return data.Fault(data.Invalid, "body", fmt.Sprintf("has an object of more than %d fields", maxNames))
	}
	known[folded] = true
	return nil
}

// stringEnd is behind the closing quote of the string that opens at i.
func stringEnd(body []byte, i int) int {
	for i++; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(body)
}

// named says whether a colon follows.
func named(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && rest[0] == ':'
}
