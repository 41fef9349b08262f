package importers

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// field is a column of a kind's staging table and the names under which files
// carry it, besides its own.
type field struct {
	name string
	aka  []string
}

// columns maps the fields of a kind to the columns of a file.
type columns map[string]string

// matchColumns finds each field's column: the one that the person named, else
// the first of its names that the file has.
func matchColumns(fields []field, header []string, said map[string]string) (columns, error) {
	byPlain := make(map[string]string, len(header))
	for _, h := range header {
		if _, taken := byPlain[plain(h)]; !taken {
			byPlain[plain(h)] = h
		}
	}
	known := map[string]bool{}
	found := columns{}
	for _, f := range fields {
		known[f.name] = true
		if column, ok := said[f.name]; ok {
			real, ok := byPlain[plain(column)]
			if !ok {
				return nil, refuse(f.name, "the file has no column %q (it has %s)", column, strings.Join(header, ", "))
			}
			found[f.name] = real
			continue
		}
		for _, name := range append([]string{f.name}, f.aka...) {
			if real, ok := byPlain[plain(name)]; ok {
				found[f.name] = real
				break
			}
		}
	}
	for name := range said {
		if !known[name] {
			return nil, refuse(name, "is not a field of this kind")
		}
	}
	return found, nil
}

// record reads the values of one row and keeps the first reason to refuse it.
type record struct {
	row  *Row
	cols columns
	bad  *Refusal
}

func (r *record) refuse(field, reason, value string) {
	if r.bad == nil {
		r.bad = &Refusal{Field: field, Reason: reason, Value: cut(value)}
	}
}

// has tells whether the file has a column for the field.
func (r *record) has(field string) bool { _, ok := r.cols[field]; return ok }

func (r *record) get(field string) string { return strings.TrimSpace(r.row.Attrs[r.cols[field]]) }

// maxText bounds a text in characters; descriptions may be longer.
const maxText, maxDescription = 500, 4000

func (r *record) text(field, absent string) string { return r.bounded(field, absent, maxText) }

func (r *record) bounded(field, absent string, most int) string {
	v := r.get(field)
	if v == "" {
		return absent
	}
	if len([]rune(v)) > most {
		r.refuse(field, "longer than "+strconv.Itoa(most)+" characters", v)
	}
	if strings.ContainsRune(v, 0) || !validText(v) {
		r.refuse(field, "not readable text (encoding)", strconv.QuoteToASCII(v))
		return absent
	}
	return v
}

func validText(s string) bool { return strings.ToValidUTF8(s, "") == s }

func (r *record) required(field string) string {
	v := r.text(field, "")
	switch {
	case v == "" && !r.has(field):
		r.refuse(field, "missing: the file has no column for it (--field "+field+"=COLUMN names one)", "")
	case v == "":
		r.refuse(field, "missing", "")
	}
	return v
}

// nullable is nil where there is no value.
func (r *record) nullable(field string) any {
	if v := r.text(field, ""); v != "" {
		return v
	}
	return nil
}

// code is digits; "500152001001.0", as spreadsheets write it, is taken.
func (r *record) code(field string, digits int) any {
	v := strings.TrimSuffix(r.get(field), ".0")
	if v == "" {
		return nil
	}
	if len(v) != digits || strings.Trim(v, "0123456789") != "" {
		r.refuse(field, "not a code of "+strconv.Itoa(digits)+" digits", v)
	}
	return v
}

// whole reads a count. An absent column gives absent; an empty value in a
// column that is there is refused: it is not zero.
func (r *record) whole(field string, lo, hi, absent int) int {
	if !r.has(field) {
		return absent
	}
	v := r.get(field)
	if v == "" {
		r.refuse(field, "missing", "")
		return 0
	}
	f, err := strconv.ParseFloat(v, 64)
	switch {
	case err != nil || math.IsNaN(f) || f != math.Trunc(f):
		r.refuse(field, "not a whole number", v)
		return 0
	case f < 0 && lo >= 0:
		r.refuse(field, "negative", v)
		return 0
	case f < float64(lo) || f > float64(hi):
		r.refuse(field, "not between "+strconv.Itoa(lo)+" and "+strconv.Itoa(hi), v)
		return 0
	}
	return int(f)
}

// number reads a measure; nil where there is none.
func (r *record) number(field string, lo, hi float64) *float64 {
	v := r.get(field)
	if v == "" {
		return nil
	}
	f, err := strconv.ParseFloat(strings.TrimRight(v, "mM米 "), 64)
	switch {
	case err != nil || math.IsNaN(f):
		r.refuse(field, "not a number", v)
	case f < lo || f > hi:
		r.refuse(field, "not between "+strconv.FormatFloat(lo, 'f', -1, 64)+" and "+strconv.FormatFloat(hi, 'f', -1, 64), v)
	default:
		return &f
	}
	return nil
}

// enum looks a value up; the key "" is what an absent value means.
func (r *record) enum(field string, names map[string]string) any {
	v := r.get(field)
	if word, ok := names[strings.ToLower(v)]; ok {
		if word == "" {
			return nil
		}
		return word
	}
	for _, word := range names {
		if word == strings.ToLower(v) {
			return word
		}
	}
	if v == "" {
		r.refuse(field, "missing", "")
	} else {
		r.refuse(field, "not one of "+allowed(names), v)
	}
	return nil
}

func (r *record) boolean(field string) bool {
	switch strings.ToLower(r.get(field)) {
	case "", "0", "no", "n", "f", "false", "否", "无":
		return false
	case "1", "yes", "y", "t", "true", "是", "有":
		return true
	}
	r.refuse(field, "not yes or no", r.get(field))
	return false
}

// clock is China Standard Time, in which files write times without a zone.
func clock() *time.Location { return time.FixedZone("CST", 8*3600) }

// moment reads a time; nil where there is none. A number is a spreadsheet's
// day count from 1899-12-30.
func (r *record) moment(field string) *time.Time {
	v := r.get(field)
	if v == "" {
		return nil
	}
	if days, err := strconv.ParseFloat(v, 64); err == nil && days > 20000 && days < 80000 {
		t := time.Date(1899, 12, 30, 0, 0, 0, 0, clock()).Add(time.Duration(math.Round(days*86400)) * time.Second)
		return &t
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04",
		"2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02", "2006/1/2", "2006年1月2日", "2006/01/02 15:04:05-07"} {
		if t, err := time.ParseInLocation(layout, v, clock()); err == nil {
			return &t
		}
	}
	r.refuse(field, "not a time (2006-01-02 15:04:05)", v)
	return nil
}
