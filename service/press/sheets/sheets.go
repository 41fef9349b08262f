// Package sheets writes workbooks (XLSX): a sheet a table, streamed row by row,
// with a heading that stays in sight, filters, and comes again on every printed
// page.
//
// A cell is a number, a time or a text, never a formula: texts that a program could
// take for one when they are edited or saved as CSV begin with an apostrophe. What
// XML does not allow is left out.
package sheets

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Column of a sheet.
type Column[T any] struct {
	zh, en string
	width  float64
	cell   func(*T) any
}

// Of makes a column: its heading, its width in characters, and its cells.
func Of[T any](zh, en string, width float64, cell func(*T) any) Column[T] {
	return Column[T]{zh, en, width, cell}
}

// Book is a workbook in the making.
type Book struct {
	file     *excelize.File
	english  bool
	head     int // styles
	title    int
	note     int
	alarm    int
	body     int
	sheets   int
	names    map[string]bool // lower case
	opensNth int
}

// Page is what stands around the rows of a sheet.
type Page struct {
	Title string   // above the rows; empty: no such line
	Notes []string // lines below the title
	Alarm string   // a line in red, and large at the head of each printed page
	Foot  string   // of each printed page, at most 230 characters
}

// New begins a workbook.
func New(english bool) (*Book, error) {
	b := &Book{file: excelize.NewFile(), english: english, names: map[string]bool{}}
	for at, s := range map[*int]*excelize.Style{
		&b.head: {Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE6F1"}}, Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "1D3A5F"}}},
		&b.title: {Font: &excelize.Font{Bold: true, Size: 16}},
		&b.note:  {Font: &excelize.Font{Size: 10, Color: "4A5560"}},
		&b.alarm: {Font: &excelize.Font{Bold: true, Size: 14, Color: "C2182F"}},
		&b.body:  {Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}, Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "D5DADF"}}},
	} {
		id, err := b.file.NewStyle(s)
		if err != nil {
			return nil, fmt.Errorf("make a style: %w", err)
		}
		*at = id
	}
	return b, nil
}

// Open makes the sheet that was added last the one that is seen first.
func (b *Book) Open() { b.opensNth = b.sheets - 1 }

// Close frees what the workbook holds.
func (b *Book) Close() error { return b.file.Close() }

// Write writes the workbook out.
func (b *Book) Write(out io.Writer) error {
	b.file.SetActiveSheet(max(0, b.opensNth))
	return b.file.Write(out)
}

// number is a text that means the same as a formula and as a number.
var number = regexp.MustCompile(`^[+-]?\d{1,15}(\.\d+)?$`)

// mostCharacters of a cell (ECMA-376, part 1, 18.18.37 and Excel's own limit).
const mostCharacters = 32_000

// Text is a text that no program takes for a formula.
func Text(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\r':
			return ' '
		case r == utf8.RuneError, r == 0xfffe, r == 0xffff, unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > mostCharacters {
		s = string(r[:mostCharacters]) + "…"
	}
	if bare := strings.TrimLeft(s, " \n\u00a0\u3000"); bare != "" && strings.ContainsRune("=+-@|＝＋－＠", []rune(bare)[0]) && !number.MatchString(s) {
		return "'" + s
	}
	return s
}

// name makes a sheet's name of a text: at most 31 characters without []:*?/\, not
// beginning or ending with an apostrophe, and no other's.
func (b *Book) name(text string) string {
	text = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.TrimSpace(text)
	if text == "" || strings.EqualFold(text, "history") { // Excel keeps that name for itself
		text = "_" + text
	}
	for n := 1; ; n++ {
		mark := ""
		if n > 1 {
			mark = fmt.Sprintf(" (%d)", n)
		}
		if name := cut(text, 31-len(mark)) + mark; !b.names[strings.ToLower(name)] {
			b.names[strings.ToLower(name)] = true
			return name
		}
	}
}

// cut leaves at most n UTF-16 units, as Excel counts.
func cut(s string, n int) string {
	for i, r := range s {
		if n -= max(1, utf16Len(r)); n < 0 {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}

func utf16Len(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// next makes an empty sheet.
func (b *Book) next(text string) (string, error) {
	name := b.name(text)
	b.sheets++
	if b.sheets == 1 {
		return name, b.file.SetSheetName(b.file.GetSheetName(0), name)
	}
	_, err := b.file.NewSheet(name)
	return name, err
}

// lines of a page that stand above its heading.
func (b *Book) lines(p *Page) (out []any) {
	if p.Title != "" {
		out = append(out, excelize.Cell{StyleID: b.title, Value: Text(p.Title)})
	}
	if p.Alarm != "" {
		out = append(out, excelize.Cell{StyleID: b.alarm, Value: Text(p.Alarm)})
	}
	for _, n := range p.Notes {
		out = append(out, excelize.Cell{StyleID: b.note, Value: Text(n)})
	}
	return out
}

// Add streams rows into a new sheet. Texts among the cells are made safe.
func Add[T any](b *Book, name string, p Page, columns []Column[T], rows []T) error {
	sheet, err := b.next(name)
	if err != nil {
		return fmt.Errorf("add a sheet: %w", err)
	}
	above := b.lines(&p)
	if err := b.print(sheet, &p, len(above)+1); err != nil {
		return fmt.Errorf("lay out the sheet %s: %w", sheet, err)
	}
	filtered := fmt.Sprintf("%s:%s", cellName(1, len(above)+1), cellName(len(columns), len(above)+1+len(rows)))
	if err := b.file.AutoFilter(sheet, filtered, nil); err != nil {
		return fmt.Errorf("lay out the sheet %s: %w", sheet, err)
	}
	w, err := b.file.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	titles := make([]any, len(columns))
	for i, c := range columns {
		if err := w.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
		titles[i] = excelize.Cell{StyleID: b.head, Value: c.heading(b.english)}
	}
	top := len(above) + 1
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: top, TopLeftCell: cellName(1, top+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, line := range above {
		if err := w.SetRow(cellName(1, i+1), []any{line}, excelize.RowOpts{Height: lineHeight(line)}); err != nil {
			return err
		}
	}
	if err := w.SetRow(cellName(1, top), titles, excelize.RowOpts{Height: 32}); err != nil {
		return err
	}
	for i := range rows {
		cells := make([]any, len(columns))
		for k, c := range columns {
			cells[k] = excelize.Cell{StyleID: b.body, Value: safe(c.cell(&rows[i]))}
		}
		if err := w.SetRow(cellName(1, top+1+i), cells); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (c *Column[T]) heading(english bool) string {
	if english {
		return c.en
	}
	return c.zh
}

func lineHeight(line any) float64 {
	if len(line.(excelize.Cell).Value.(string)) == 0 {
		return 8
	}
	return 22
}

func safe(v any) any {
	if s, ok := v.(string); ok {
		return Text(s)
	}
	return v
}

func cellName(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row) // fails for what lies off the sheet alone
	return name
}

// print sets how a sheet is printed: across, as wide as the paper, headings again
// on each page.
func (b *Book) print(sheet string, p *Page, heading int) error {
	yes, landscape, a4, one, any := true, "landscape", 9, 1, 0
	if err := b.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	if err := b.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &one, FitToHeight: &any}); err != nil {
		return err
	}
	foot := &excelize.HeaderFooterOptions{OddFooter: "&L&8 " + printed(p.Foot, 230) + "&R&8&P / &N"}
	if p.Alarm != "" {
		foot.OddHeader = `&C&"-,Bold"&28&KC2182F ` + printed(p.Alarm, 60)
	}
	if err := b.file.SetHeaderFooter(sheet, foot); err != nil {
		return err
	}
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: sheet,
		RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sheet, heading, heading)})
}

// printed is a text for the head or foot of a page, where & begins a command; a
// blank stands before it, since a digit would be taken for the size of the type.
func printed(text string, most int) string {
	return strings.ReplaceAll(cut(strings.TrimSpace(Text(text)), most), "&", "＆")
}
