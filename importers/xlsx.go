package importers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

type xlsxReader struct {
	path  string
	crs   string
	file  *excelize.File
	rows  *excelize.Rows
	table table
	line  int64
	read  int // cells
}

// openXLSX reads the sheet that is named, or the first. Cells are read raw, so
// that a display format never costs a digit of a code.
func openXLSX(path string, o openOptions) (r Reader, err error) {
	defer recovered(&err, path)
	if err := inspectWorkbook(path); err != nil {
		return nil, describe(err, path)
	}
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxInMemory})
	if err != nil {
		return nil, describe(err, path)
	}
	x := &xlsxReader{path: path, crs: o.crs, file: f}
	if err = x.begin(o.layer); err != nil {
		f.Close()
		return nil, describe(err, path)
	}
	return x, nil
}

// recovered turns a panic of the XLSX library on a hostile file into an error.
func recovered(err *error, path string) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("read %s: damaged workbook: %v", path, p)
	}
}

func (x *xlsxReader) begin(sheet string) error {
	sheets := x.file.GetSheetList()
	if len(sheets) == 0 {
		return fmt.Errorf("no sheet")
	}
	if sheet == "" {
		sheet = sheets[0]
	}
	var err error
	if x.rows, err = x.file.Rows(sheet); err != nil {
		return fmt.Errorf("sheet %q: %w", sheet, err)
	}
	for {
		cells, err := x.cells()
		if err == io.EOF {
			return fmt.Errorf("sheet %q: no header row", sheet)
		}
		if err != nil {
			return err
		}
		if len(cells) > 0 {
			x.table, err = newTable(cells)
			return err
		}
	}
}

// scientific is how XLSX stores long numbers.
var scientific = regexp.MustCompile(`^-?\d+(\.\d+)?E[+-]?\d+$`)

// cells returns the next row's cells; none for an empty row.
func (x *xlsxReader) cells() ([]string, error) {
	if !x.rows.Next() {
		if err := x.rows.Error(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	x.line++
	cells, err := x.rows.Columns()
	if err != nil {
		return nil, err
	}
	if x.read += len(cells); x.read > maxCells {
		return nil, fmt.Errorf("the sheet has more than %d million cells", maxCells/1_000_000)
	}
	empty := true
	for i, c := range cells {
		if strings.TrimSpace(c) == "" {
			continue
		}
		empty = false
		if scientific.MatchString(c) {
			if f, err := strconv.ParseFloat(c, 64); err == nil {
				cells[i] = strconv.FormatFloat(f, 'f', -1, 64)
			}
		}
	}
	if empty {
		return nil, nil
	}
	return cells, nil
}

func (x *xlsxReader) Columns() []string { return x.table.header }
func (x *xlsxReader) CRS() string       { return x.crs }

func (x *xlsxReader) Close() error {
	if x.rows == nil {
		return x.file.Close()
	}
	return errors.Join(x.rows.Close(), x.file.Close())
}

func (x *xlsxReader) Next(context.Context) (row Row, err error) {
	defer recovered(&err, x.path)
	for {
		cells, err := x.cells()
		if err == io.EOF {
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, describe(err, x.path)
		}
		if cells != nil {
			return x.table.row(x.line, cells), nil
		}
	}
}
