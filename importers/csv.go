package importers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Bounds of one record of a CSV file. A quote that is never closed would
// otherwise swallow the rest of the file.
const (
	maxRecordBytes = 8 << 20
	maxRecordLines = 1000
)

type csvReader struct {
	path  string
	crs   string
	file  io.Closer
	lines *recordScanner
	comma rune
	table table
}

func openCSV(path string, o openOptions) (Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	r, err := newCSV(f, o)
	if err != nil {
		f.Close()
		return nil, describe(err, path)
	}
	r.path, r.file = path, f
	return r, nil
}

func newCSV(in io.Reader, o openOptions) (*csvReader, error) {
	text, err := decodeText(in)
	if err != nil {
		return nil, err
	}
	r := &csvReader{crs: o.crs, lines: newRecordScanner(text)}
	for {
		record, _, err := r.lines.next()
		if err != nil {
			if err == io.EOF || errors.Is(err, errOpenQuote) {
				err = errors.New("no header line")
			}
			return nil, err
		}
		if strings.TrimSpace(record) == "" {
			continue
		}
		r.comma = delimiterOf(record)
		cells, err := r.split(record)
		if err != nil {
			return nil, fmt.Errorf("header: %w", err)
		}
		r.table, err = newTable(cells)
		return r, err
	}
}

// decodeText finds the encoding from a mark at the beginning or, without one,
// from the first megabyte: UTF-8 if it is that, else GB18030, which contains
// GBK and GB 2312.
func decodeText(in io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(in, 1<<20)
	head, err := b.Peek(1 << 20)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		_, err = b.Discard(3)
		return b, err
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()), nil
	case validUTF8Head(head):
		return b, nil
	}
	return transform.NewReader(b, simplifiedchinese.GB18030.NewDecoder()), nil
}

// delimiterOf is the one of comma, tab, semicolon that the header has most of.
func delimiterOf(header string) rune {
	best, most := ',', 0
	for _, c := range []rune{',', '\t', ';', '|'} {
		if n := strings.Count(header, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

func (r *csvReader) split(record string) ([]string, error) {
	if n := valuesIn(record, byte(r.comma)); n > maxColumns {
		return nil, fmt.Errorf("%d values, more than %d", n, maxColumns)
	}
	c := csv.NewReader(strings.NewReader(record))
	c.Comma, c.FieldsPerRecord = r.comma, -1
	cells, err := c.Read()
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return nil, parse.Err
	}
	return cells, err
}

// valuesIn counts the values of a record before there is memory taken for them.
func valuesIn(record string, comma byte) int {
	n, quoted := 1, false
	for i := range len(record) {
		switch record[i] {
		case '"':
			quoted = !quoted
		case comma:
			if !quoted {
				n++
			}
		}
	}
	return n
}

func (r *csvReader) Columns() []string { return r.table.header }
func (r *csvReader) CRS() string       { return r.crs }
func (r *csvReader) Close() error      { return r.file.Close() }

func (r *csvReader) Next(context.Context) (Row, error) {
	for {
		record, line, err := r.lines.next()
		if errors.Is(err, errOpenQuote) {
			return Row{Line: line, Err: &Refusal{Field: "row", Reason: err.Error(), Value: cut(record)}}, nil
		}
		if err == io.EOF {
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, describe(err, r.path)
		}
		if strings.TrimSpace(record) == "" {
			continue
		}
		cells, err := r.split(record)
		if (err != nil || len(cells) != len(r.table.header)) && strings.Contains(record, "\n") {
			first := r.lines.giveBack(record)
			return Row{Line: line, Err: &Refusal{Field: "row", Reason: errOpenQuote.Error(), Value: cut(first)}}, nil
		}
		if err != nil {
			return Row{Line: line, Err: &Refusal{Field: "row", Reason: "not readable as CSV: " + err.Error(), Value: cut(record)}}, nil
		}
		if len(cells) < len(r.table.header) {
			row := r.table.row(line, cells)
			row.Err = refuse("row", "%d values, but the header has %d columns", len(cells), len(r.table.header))
			return row, nil
		}
		return r.table.row(line, cells), nil
	}
}

// recordScanner cuts a text into records: lines, joined while a quote is open.
// When a quote stays open beyond the bounds, only the line with the quote is
// spoiled: the scanner goes on behind it.
type recordScanner struct {
	r    *bufio.Reader
	held []string // lines read ahead, given back
	line int64
}

var errOpenQuote = errors.New("a quote is opened and not closed")

func newRecordScanner(r io.Reader) *recordScanner {
	return &recordScanner{r: bufio.NewReaderSize(r, 1<<16)}
}

// next returns a record and the line on which it begins.
func (s *recordScanner) next() (string, int64, error) {
	first, err := s.read()
	if err != nil {
		return "", s.line + 1, err
	}
	s.line++
	begin := s.line
	if strings.Count(first, `"`)%2 == 0 {
		return first, begin, nil
	}
	record, size := []string{first}, len(first)
	for len(record) < maxRecordLines && size < maxRecordBytes {
		more, err := s.read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", begin, err
		}
		record, size = append(record, more), size+len(more)
		if strings.Count(more, `"`)%2 == 1 {
			s.line += int64(len(record) - 1)
			return strings.Join(record, "\n"), begin, nil
		}
	}
	s.held = append(record[1:], s.held...)
	return first, begin, errOpenQuote
}

// giveBack keeps the first line of a record only: the others are read again.
func (s *recordScanner) giveBack(record string) string {
	lines := strings.Split(record, "\n")
	s.held = append(lines[1:], s.held...)
	s.line -= int64(len(lines) - 1)
	return lines[0]
}

// read returns one line without its end; a line over maxRecordBytes ends the file.
func (s *recordScanner) read() (string, error) {
	if len(s.held) > 0 {
		line := s.held[0]
		s.held = s.held[1:]
		return line, nil
	}
	var b []byte
	for {
		part, err := s.r.ReadSlice('\n')
		b = append(b, part...)
		if len(b) > maxRecordBytes {
			return "", fmt.Errorf("line %d is longer than 8 MB", s.line+1)
		}
		if err == nil || (err == io.EOF && len(b) > 0) {
			return strings.TrimRight(string(b), "\r\n"), nil
		}
		if err != bufio.ErrBufferFull {
			return "", err
		}
	}
}
