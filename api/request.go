package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gridmap/data"
)

const maxBodyBytes = 1 << 20

// decode reads the one JSON object of a request into v and refuses what v does
// not know, by name.
func decode(r *http.Request, v any) error {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return errMediaType
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return errEncoding
	}
	body, err := io.ReadAll(r.Body) // it is in memory already, see receiver
	if err == nil {
		err = checkShape(body)
	}
	if err != nil {
		return decodeFault(err)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return decodeFault(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return data.Fault(data.Invalid, "body", "holds more than one JSON value")
	}
	return nil
}

func decodeFault(err error) error {
	var tooLarge *http.MaxBytesError
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var moment *time.ParseError
	var fault *data.Error
	switch {
	case errors.As(err, &tooLarge), errors.As(err, &fault):
		return err
	case errors.As(err, &wrong):
		field := wrong.Field
		for { // an embedded struct has no name in JSON
			outer, inner, nested := strings.Cut(field, ".")
			if !nested || outer == "" || outer[0] < 'A' || outer[0] > 'Z' {
				break
			}
			field = inner
		}
		if field == "" {
			field = "body"
		}
		return data.Fault(data.Invalid, field, "must be "+jsonName(wrong.Type.Kind().String())+", not "+jsonValue(wrong.Value))
	case errors.As(err, &syntax):
		return data.Fault(data.Invalid, "body", fmt.Sprintf("is not JSON at byte %d", syntax.Offset))
	case errors.As(err, &moment):
		return data.Fault(data.Invalid, "body", "holds a time that is not one (2026-03-02T08:00:00+08:00)")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return data.Fault(data.Invalid, "body", "is empty or ends too early")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		if field, err := strconv.Unquote(name); err == nil && field != "" {
			return data.Fault(data.Invalid, plainName(field, "body"), "is not a field of this request")
		}
	}
	return data.Fault(data.Invalid, "body", "cannot be read as JSON")
}

// jsonName is the name of a Go kind in JSON.
func jsonName(kind string) string {
	switch {
	case kind == "struct" || kind == "map":
		return "an object"
	case kind == "slice" || kind == "array":
		return "a list"
	case kind == "bool":
		return "true or false"
	case kind == "string":
		return "text"
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return "a whole number"
	}
	return "a number"
}

// jsonValue is what encoding/json says of a value; a number may be a megabyte long.
func jsonValue(said string) string {
	if len(said) > 64 {
		kind, _, _ := strings.Cut(said, " ")
		return kind[:min(len(kind), 64)]
	}
	return said
}

// onlyParams refuses query parameters that a route does not take, and those
// given twice.
func onlyParams(r *http.Request, known []Param) error {
	q, err := parseQuery(r)
	if err != nil {
		return err
	}
	for name, values := range q {
		if !slices.ContainsFunc(known, func(p Param) bool { return p.Name == name }) {
			return data.Fault(data.Invalid, plainName(name, "query"), "is not a parameter of this path")
		}
		if len(values) > 1 {
			return data.Fault(data.Invalid, name, "is given more than once")
		}
	}
	return nil
}

var plainForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`)

// plainName repeats a name that a client sent, if it is one: anything else may
// be somebody's name or number that got into the wrong place, and errors are
// kept in places that nobody guards.
func plainName(name, otherwise string) string {
	if plainForm.MatchString(name) {
		return name
	}
	return otherwise
}

func validCode(code string) bool {
	return strings.Trim(code, "0123456789") == "" && (len(code) == 12 || len(code) == 15 || len(code) == 17)
}

// paramDivision reads a division code; without one it is otherwise.
func paramDivision(r *http.Request, name, otherwise string) (string, error) {
	code := r.URL.Query().Get(name)
	if code == "" {
		return otherwise, nil
	}
	return code, checkDivision(name, code)
}

func checkDivision(name, code string) error {
	if len(code) != 12 || !validCode(code) {
		return data.Fault(data.Invalid, name, "must be a division code of 12 digits")
	}
	return nil
}

// paramOneOf reads a parameter with a closed set of values; empty is allowed.
func paramOneOf(r *http.Request, name string, allowed ...string) (string, error) {
	v := r.URL.Query().Get(name)
	if v == "" && !r.URL.Query().Has(name) || slices.Contains(allowed, v) {
		return v, nil
	}
	return "", data.Fault(data.Invalid, name, "must be one of "+strings.Join(allowed, ", "))
}

// paramInt reads a whole number between least and most.
func paramInt(r *http.Request, name string, otherwise, least, most int) (int, error) {
	if !r.URL.Query().Has(name) {
		return otherwise, nil
	}
	v, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || v < least || v > most {
		return 0, data.Fault(data.Invalid, name, fmt.Sprintf("must be a whole number between %d and %d", least, most))
	}
	return v, nil
}

// paramFloat reads a number that must be there.
func paramFloat(r *http.Request, name string) (float64, error) {
	v, err := strconv.ParseFloat(r.URL.Query().Get(name), 64)
	if err != nil || v != v {
		return 0, data.Fault(data.Invalid, name, "must be a number of degrees")
	}
	return v, nil
}

// paramBool reads true or false; without it, false.
func paramBool(r *http.Request, name string) (bool, error) {
	v, err := paramOneOf(r, name, "true", "false")
	return v == "true", err
}

// paramMoment reads a day (its last moment, or now if it is today) or an
// RFC 3339 time; the future is refused.
func paramMoment(r *http.Request, name string, now time.Time) (at time.Time, given bool, err error) {
	v := r.URL.Query().Get(name)
	if !r.URL.Query().Has(name) {
		return now, false, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, v, data.LocalZone()); err == nil {
		if day.After(now) {
			return now, true, data.Fault(data.Invalid, name, "must not lie in the future")
		}
		if end := day.AddDate(0, 0, 1).Add(-time.Microsecond); end.Before(now) {
			return end, true, nil
		}
		return now, true, nil
	}
	at, err = time.Parse(time.RFC3339, v)
	if err != nil {
		return now, true, data.Fault(data.Invalid, name, "must be a day (2026-03-02) or a time (2026-03-02T08:00:00+08:00)")
	}
	if at.After(now) {
		return now, true, data.Fault(data.Invalid, name, "must not lie in the future")
	}
	return at, true, nil
}
