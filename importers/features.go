package importers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"github.com/paulmach/orb"
)

// maxFeatureBytes bounds one feature of a GeoJSON text. 100,000 vertices at 40
// bytes are 4 MB; what is longer is skipped without being held.
const maxFeatureBytes = 16 << 20

// featureScanner cuts a FeatureCollection into its features, in bounded memory.
// It looks only at brackets, strings and the name "features", so that a feature
// that is not JSON inside spoils only itself.
type featureScanner struct {
	r       *bufio.Reader
	started bool
	buf     bytes.Buffer
}

func newFeatureScanner(r io.Reader) *featureScanner {
	return &featureScanner{r: bufio.NewReaderSize(r, 1<<18)}
}

// errTooLong is returned with the head of a feature over maxFeatureBytes.
var errTooLong = errors.New("a feature of more than 16 MB")

// next returns the text of the next feature, valid until the next call.
func (s *featureScanner) next() ([]byte, error) {
	if !s.started {
		s.started = true
		if err := s.findFeatures(); err != nil {
			return nil, err
		}
	}
	for {
		ch, err := s.r.ReadByte()
		if err != nil {
			return nil, unexpected(err)
		}
		switch ch {
		case '{':
			return s.object()
		case ']':
			return nil, io.EOF
		}
	}
}

// findFeatures moves behind the "[" of the collection's features.
func (s *featureScanner) findFeatures() error {
	depth := 0
	var last string
	for {
		ch, err := s.r.ReadByte()
		if err != nil {
			if err == io.EOF {
				return errors.New(`not a GeoJSON FeatureCollection: no "features"`)
			}
			return err
		}
		switch ch {
		case '{', '[':
			if ch == '[' && depth == 1 && last == "features" {
				return nil
			}
			depth++
		case '}', ']':
			depth--
		case '"':
			word, err := s.word()
			if err != nil {
				return err
			}
			if depth == 1 {
				last = word
			}
		}
	}
}

// word reads a string up to its closing quote, keeping a bounded part of it.
func (s *featureScanner) word() (string, error) {
	var w []byte
	for {
		ch, err := s.r.ReadByte()
		if err != nil {
			return "", unexpected(err)
		}
		if ch == '"' {
			return string(w), nil
		}
		if ch == '\\' {
			if _, err := s.r.ReadByte(); err != nil {
				return "", unexpected(err)
			}
			continue
		}
		if len(w) < 64 {
			w = append(w, ch)
		}
	}
}

// object reads the rest of an object whose "{" was read.
func (s *featureScanner) object() ([]byte, error) {
	s.buf.Reset()
	s.buf.WriteByte('{')
	depth, inString, long := 1, false, false
	for depth > 0 {
		ch, err := s.r.ReadByte()
		if err != nil {
			return nil, unexpected(err)
		}
		if long = long || s.buf.Len() >= maxFeatureBytes; !long {
			s.buf.WriteByte(ch)
		}
		switch {
		case inString && ch == '\\':
			if ch, err = s.r.ReadByte(); err != nil {
				return nil, unexpected(err)
			}
			if !long {
				s.buf.WriteByte(ch)
			}
		case ch == '"':
			inString = !inString
		case inString:
		case ch == '{' || ch == '[':
			depth++
		case ch == '}' || ch == ']':
			depth--
		}
	}
	if long {
		return s.buf.Bytes(), errTooLong
	}
	return s.buf.Bytes(), nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return errors.New("the file ends in the middle of a feature")
	}
	return err
}

type rawFeature struct {
	ID         json.RawMessage            `json:"id"`
	Properties map[string]json.RawMessage `json:"properties"`
	Geometry   *rawGeometry               `json:"geometry"`
}

type rawGeometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// decodeFeature decodes one feature. ordinal is its number in the file.
func decodeFeature(b []byte, ordinal int64) (Row, string) {
	row := Row{Line: ordinal}
	var f rawFeature
	if err := json.Unmarshal(b, &f); err != nil {
		if bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Infinity")) {
			row.Err = refuse("geometry", "a coordinate is not a finite number")
			return row, ""
		}
		row.Err = refuse("row", "not readable as JSON: %v", err)
		return row, ""
	}
	row.Attrs = make(map[string]string, len(f.Properties))
	for name, raw := range f.Properties {
		if text, ok := jsonText(raw); ok {
			row.Attrs[name] = text
		}
	}
	id, _ := jsonText(f.ID)
	if f.Geometry == nil {
		return row, id
	}
	var err error
	if row.Geom, err = decodeCoordinates(f.Geometry.Type, f.Geometry.Coordinates); err != nil {
		row.Err = &Refusal{Field: "geometry", Reason: err.Error()}
		if !errors.Is(err, errVertices) {
			row.Geom = nil
		} else {
			row.Geom = boundOf(row.Geom)
		}
		return row, id
	}
	if m, ok := lowestHeight(f.Geometry.Type, f.Geometry.Coordinates); ok {
		row.LowestM = &m
	}
	return row, id
}

// geometryHead finds where the coordinates of a feature begin.
var geometryHead = regexp.MustCompile(`"geometry"\s*:\s*\{\s*"type"\s*:\s*"(\w+)"\s*,\s*"coordinates"\s*:`)

// longFeature is the row of a feature that is over maxFeatureBytes, with the
// extent of its first vertices.
func longFeature(head []byte, ordinal int64) Row {
	row := Row{Line: ordinal, Err: refuse("geometry", "%v: far more than 100,000 vertices", errTooLong)}
	if at := geometryHead.FindSubmatchIndex(head); at != nil {
		g, _ := decodeCoordinates(string(head[at[2]:at[3]]), head[at[1]:])
		row.Geom = boundOf(g)
	}
	return row
}

// boundOf stands for a geometry that is too large to be shown.
func boundOf(g orb.Geometry) orb.Geometry {
	if g == nil {
		return nil
	}
	b := g.Bound()
	if b.IsEmpty() {
		return nil
	}
	return b.ToPolygon()
}

// jsonText is the text of a JSON value; null is none.
func jsonText(raw json.RawMessage) (string, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return "", false
	}
	if raw[0] == '"' {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return "", false
		}
		return s, true
	}
	return string(raw), true
}

// fidOf is a feature's id as a line number, when it is one.
func fidOf(id string, ordinal int64) int64 {
	if n, err := strconv.ParseInt(id, 10, 64); err == nil && n >= 0 {
		return n
	}
	return ordinal
}

func describe(err error, path string) error { return fmt.Errorf("read %s: %w", path, err) }
