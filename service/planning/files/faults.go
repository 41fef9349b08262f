package files

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
)

// Fault is a row that was rejected or mended, or a part of it.
type Fault struct {
	File   string `json:"file"` // name without folders
	Role   string `json:"role"`
	Row    int64  `json:"row"` // line of a text, row of a sheet, fid or number of a feature
	ID     string `json:"id,omitempty"`
	Field  string `json:"field"`
	Reason string `json:"reason"` // machine code
	Value  string `json:"value,omitempty"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
}

// Note is something about a whole file.
type Note struct {
	File string `json:"file,omitempty"`
	Code string `json:"code"`
	Rows int    `json:"rows,omitempty"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// reasonText is what a code means, in both languages.
type reasonText struct{ zh, en string }

var reasonTexts = map[string]reasonText{
	"unreadable":               {"无法读取此行", "the row cannot be read"},
	"no_geometry":              {"没有几何图形", "it has no geometry"},
	"bad_geometry":             {"几何图形不可用", "its geometry cannot be used"},
	"invalid_geometry":         {"几何图形有误，按原样采用", "its geometry has a flaw, and was used all the same"},
	"missing_code":             {"缺少编码", "it has no code"},
	"code_twice":               {"编码重复，只用第一个", "its code came before; the first is used"},
	"missing_id":               {"缺少标识", "it has no id"},
	"id_twice":                 {"标识重复，只用第一个", "its id came before; the first is used"},
	"missing_count":            {"缺少数量", "a count is missing"},
	"missing_count_zero":       {"缺少数量，按零计", "a count is missing, and was taken for none"},
	"negative_count":           {"数量为负", "a count is negative"},
	"bad_count":                {"数量不是数字", "a count is not a number"},
	"count_too_large":          {"数量过大", "a count is too large"},
	"bad_floors":               {"楼层或单元数不可用，未采用", "its floors or stairwells cannot be used, and were not"},
	"bad_flag":                 {"不是“是”或“否”，按“否”计", "it is neither yes nor no, and was taken for no"},
	"unknown_community":        {"所填社区不存在，按位置归属", "the community that it names is not there; it was placed by position"},
	"unknown_kind":             {"类别不明，按街道计", "its kind is not known; it counts as a street"},
	"too_far":                  {"与其他社区相距过远", "it lies too far from the other communities"},
	"unknown_building":         {"楼栋不在本次数据中", "its building is not among those that are drawn"},
	"unknown_grid":             {"所在网格不在现行方案中", "its grid is not in the present plan"},
	"part_twice":               {"同一楼栋部分重复，只用第一个", "this part of the building came before; the first is used"},
	"outside":                  {"不在任何社区范围内", "it lies outside every community"},
	"no_position":              {"没有可用的位置", "it has no usable position"},
	"not_a_barrier":            {"不是线也不是面", "it is neither a line nor a polygon"},
	"unknown_level":            {"级别不明，按编码判断", "its level is not known; it was told by its code"},
	"stairwells_do_not_add_up": {"单元楼层户数之和与总户数不符，未采用", "its stairwells do not add up to its households, and were not used"},
}

// faultText is a reason's sentence; detail is what the reader said, in English.
func faultText(code, detail string) (zh, en string) {
	t, ok := reasonTexts[code]
	if !ok {
		t = reasonText{code, code}
	}
	if detail == "" {
		return t.zh, t.en
	}
	return t.zh + "（" + detail + "）", t.en + " (" + detail + ")"
}

// ledger keeps what became of the rows of one file.
type ledger struct {
	file, role string
	rejected   []Fault
	mended     []Fault
	notes      []Note
}

func newLedger(role, path string) *ledger { return &ledger{file: filepath.Base(path), role: role} }

func (l *ledger) fault(row int64, id, field, code, value, detail string) Fault {
	zh, en := faultText(code, detail)
	return Fault{File: l.file, Role: l.role, Row: row, ID: id, Field: field, Reason: code, Value: cut(value), Zh: zh, En: en}
}

func (l *ledger) reject(row int64, id, field, code, value, detail string) {
	l.rejected = append(l.rejected, l.fault(row, id, field, code, value, detail))
}

func (l *ledger) mend(row int64, id, field, code, value, detail string) {
	l.mended = append(l.mended, l.fault(row, id, field, code, value, detail))
}

func (l *ledger) note(code string, rows int, zh, en string) {
	l.notes = append(l.notes, Note{File: l.file, Code: code, Rows: rows, Zh: zh, En: en})
}

// cut bounds a value that goes into a report.
func cut(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// Tally counts faults by file and reason, with the first of each.
type Tally struct {
	Fault
	Count int
}

// Tallies sums faults up for a terminal, the most frequent first.
func Tallies(faults []Fault) []Tally {
	at := map[[2]string]int{}
	var all []Tally
	for _, f := range faults {
		key := [2]string{f.Role, f.Reason}
		i, ok := at[key]
		if !ok {
			i, at[key] = len(all), len(all)
			all = append(all, Tally{Fault: f})
		}
		all[i].Count++
	}
	slices.SortStableFunc(all, func(a, b Tally) int { return cmp.Compare(b.Count, a.Count) })
	return all
}

// String is a line for a terminal.
func (t Tally) String() string {
	zh, en := faultText(t.Reason, "")
	if _, known := reasonTexts[t.Reason]; !known { // the engine's own
		zh, en = t.Zh, t.En
	}
	first := fmt.Sprintf("row %d", t.Row)
	if t.ID != "" {
		first += ", id " + t.ID
	}
	return fmt.Sprintf("%s %d × %s %s (first: %s)", t.Role, t.Count, zh, en, first)
}
