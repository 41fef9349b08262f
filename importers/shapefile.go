package importers

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// openShapefile checks the parts of a shapefile, so that a missing one is named,
// and settles the encoding of its attribute table.
func openShapefile(ctx context.Context, path string, o openOptions) (Reader, error) {
	for _, ext := range []string{".shx", ".dbf"} {
		if sidecar(path, ext) == "" {
			return nil, fmt.Errorf("open %s: its %s is missing; a shapefile is .shp, .shx and .dbf together", path, ext)
		}
	}
	if sidecar(path, ".prj") == "" && o.crs == "" {
		return nil, fmt.Errorf("open %s: its .prj is missing, so its coordinate system is unknown; say it with --crs", path)
	}
	encoding, err := tableEncoding(path)
	if err != nil {
		return nil, describe(err, path)
	}
	o.layer = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return openGDAL(ctx, path, "ESRI Shapefile", []string{"ENCODING=" + encoding}, o)
}

// sidecar is the file beside path with the extension ext, in either case.
func sidecar(path, ext string) string {
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	for _, e := range []string{ext, strings.ToUpper(ext)} {
		if info, err := os.Stat(stem + e); err == nil && info.Mode().IsRegular() {
			return stem + e
		}
	}
	return ""
}

// tableEncoding is what .cpg says or, without one, UTF-8 if the table's first
// megabyte is that, else GBK: what Chinese desktop programs write.
func tableEncoding(path string) (string, error) {
	if cpg := sidecar(path, ".cpg"); cpg != "" {
		b, err := readHead(cpg, 64)
		if err != nil {
			return "", err
		}
		return codePage(string(b))
	}
	b, err := readHead(sidecar(path, ".dbf"), 1<<20)
	if err != nil {
		return "", err
	}
	if validUTF8Head(b) {
		return "UTF-8", nil
	}
	return "GB18030", nil
}

func codePage(cpg string) (string, error) {
	name := strings.ToUpper(strings.TrimSpace(strings.TrimPrefix(cpg, "\ufeff")))
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(name) {
	case "UTF8", "65001", "CP65001":
		return "UTF-8", nil
	case "GBK", "GB2312", "GB18030", "936", "CP936", "EUCCN", "ANSI936", "MS936", "WINDOWS936", "OEM936":
		return "GB18030", nil
	case "88591", "ISO88591", "1252", "CP1252", "ANSI1252", "WINDOWS1252":
		return "CP1252", nil
	}
	return "", fmt.Errorf("its .cpg says %q, which is not an encoding that is read here (UTF-8, GBK, GB18030, 936, 1252)", name)
}

func readHead(path string, n int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, n))
}

// validUTF8Head allows for a character cut off at the end of b.
func validUTF8Head(b []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(b); cut++ {
		if utf8.Valid(b[:len(b)-cut]) {
			return true
		}
	}
	return false
}
