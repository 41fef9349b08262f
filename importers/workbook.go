package importers

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// A workbook is a zip of XML, and reading it takes memory by what it unpacks to: a
// tag of three bytes takes sixty, and a megabyte of zip holds a gigabyte of tags.
// It is therefore looked through once, in constant memory, before it is read.
const (
	maxBooked    = 256 << 20  // bytes of the file
	maxUnpacked  = 512 << 20  // bytes of all parts
	maxBeside    = 128 << 20  // bytes of parts that are held whole: all but sheets
	maxParts     = 10_000     // of the archive
	maxToken     = 1 << 20    // bytes of a tag, or of a text between two
	maxXMLDepth  = 64         // tags inside each other
	maxElements  = 1_000_000  // of a part that is held whole
	maxTexts     = 5_000_000  // tags of the shared texts
	maxCells     = 50_000_000 // that are read of a sheet, empty ones before others included
	maxRowCells  = 16_384     // of one row
	maxInMemory  = 16 << 20   // bytes of a sheet that is held; a larger one goes through a temporary file
	sharedTexts  = "xl/sharedstrings.xml"
	sheetsBefore = "xl/worksheets/"
)

// inspectWorkbook refuses a workbook that costs out of proportion to be read.
func inspectWorkbook(path string) error {
	if info, err := os.Stat(path); err != nil || info.Size() > maxBooked {
		return fmt.Errorf("the workbook is larger than %d MB, or cannot be looked at", maxBooked>>20)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("not a workbook: %w", err)
	}
	defer z.Close()
	if len(z.File) > maxParts {
		return fmt.Errorf("the workbook has %d parts, more than %d", len(z.File), maxParts)
	}
	var all, beside uint64
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		size := f.UncompressedSize64 // archive/zip refuses parts that turn out longer
		if all += size; size > maxUnpacked || all > maxUnpacked {
			return fmt.Errorf("the workbook unpacks to more than %d MB", maxUnpacked>>20)
		}
		if !strings.HasPrefix(name, sheetsBefore) {
			if beside += size; beside > maxBeside {
				return fmt.Errorf("the workbook unpacks to more than %d MB beside its sheets", maxBeside>>20)
			}
		}
		if err := inspectPart(f, name); err != nil {
			return fmt.Errorf("part %.60q: %w", f.Name, err)
		}
	}
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, "[Content_Types].xml") }) {
		return errors.New("not a workbook: a zip of something else")
	}
	return nil
}

func inspectPart(f *zip.File, name string) error {
	if !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") {
		return nil // never parsed
	}
	x := xmlInspector{most: maxElements}
	switch {
	case name == sharedTexts:
		x.most = maxTexts
	case strings.HasPrefix(name, sheetsBefore):
		x.most, x.sheet = maxUnpacked, true // all its cells are counted as they are read
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	x.in = bufio.NewReaderSize(in, 1<<16)
	return x.inspect()
}

// xmlInspector looks at where tags begin and end.
type xmlInspector struct {
	in    *bufio.Reader
	most  int // tags
	sheet bool
	depth int
	tags  int
	cells int // since the last row began
}

// inspect refuses XML that nests deep, that has a tag or a text of more than
// maxToken, more tags than it may, or a document type, by which texts can be made of
// texts. What is not well formed is left to who reads it.
func (x *xmlInspector) inspect() error {
	for {
		if _, err := x.upTo('<', 0); err != nil {
			return ended(err)
		}
		if err := x.tag(); err != nil {
			return ended(err)
		}
		switch {
		case x.depth > maxXMLDepth:
			return fmt.Errorf("its tags nest deeper than %d", maxXMLDepth)
		case x.tags > x.most:
			return fmt.Errorf("it has more than %d tags", x.most)
		case x.sheet && x.cells > maxRowCells:
			return fmt.Errorf("it has a row of more than %d cells", maxRowCells)
		}
	}
}

// ended is no error: XML that breaks off is refused by who reads it.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// upTo reads up to a byte, and says the last one before it.
func (x *xmlInspector) upTo(end, before byte) (last byte, err error) {
	last = before
	for n := 0; ; n++ {
		c, err := x.in.ReadByte()
		switch {
		case err != nil:
			return last, err
		case c == end:
			return last, nil
		case n > maxToken:
			return last, fmt.Errorf("it has a tag or a text of more than %d bytes", maxToken)
		}
		last = c
	}
}

// tag reads the rest of a tag.
func (x *xmlInspector) tag() error {
	first, err := x.in.ReadByte()
	if err != nil {
		return err
	}
	switch first {
	case '?':
		return x.past("?>")
	case '!':
		return x.declaration()
	}
	last, named := first, true
	var name []byte // without what comes before a colon
	for n := 0; last != '>'; n++ {
		switch {
		case !named:
		case last == ':':
			name = name[:0]
		case last <= ' ' || last == '/' || len(name) > 3:
			named = false
		default:
			name = append(name, last)
		}
		before := last
		if last, err = x.in.ReadByte(); err != nil {
			return err
		}
		if last == '"' || last == '\'' {
			if _, err := x.upTo(last, 0); err != nil {
				return err
			}
		}
		if n > maxToken {
			return fmt.Errorf("it has a tag or a text of more than %d bytes", maxToken)
		}
		if last == '>' && before == '/' {
			x.depth-- // closed at once
		}
	}
	if first == '/' {
		x.depth--
		return nil
	}
	x.depth++
	x.tags++
	switch string(name) {
	case "row":
		x.cells = 0
	case "c":
		x.cells++
	}
	return nil
}

// declaration reads what begins by an exclamation mark.
func (x *xmlInspector) declaration() error {
	switch head, err := x.in.Peek(2); {
	case err != nil:
		return err
	case string(head) == "--":
		return x.past("-->")
	case head[0] == '[':
		return x.past("]]>")
	}
	return errors.New("it has a document type, which a workbook has not")
}

// past reads up to a text and over it.
func (x *xmlInspector) past(text string) error {
	met := 0
	for n := 0; met < len(text); n++ {
		c, err := x.in.ReadByte()
		switch {
		case err != nil:
			return err
		case n > maxToken:
			return fmt.Errorf("it has a tag or a text of more than %d bytes", maxToken)
		case c == text[met]:
			met++
		case c == text[0] && (met < 2 || text[0] != text[1]): // "--->" and "]]]>" end too
			met = 1
		case c != text[0]:
			met = 0
		}
	}
	return nil
}
