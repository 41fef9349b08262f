package importers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
)

// crsMember finds the "crs" of GeoJSON before RFC 7946.
var crsMember = regexp.MustCompile(`"crs"\s*:\s*\{[^{}]*\{[^{}]*"name"\s*:\s*"([^"]+)"`)

// epsgName finds the EPSG code in the names of coordinate systems.
var epsgName = regexp.MustCompile(`(?i)EPSG:{1,2}(\d{4,6})$`)

// epsgTail finds the EPSG code at the end of a WKT.
var epsgTail = regexp.MustCompile(`ID\["EPSG",(\d{4,6})\]\]\s*$`)

type geoJSONReader struct {
	path    string
	file    *os.File
	scan    *featureScanner
	columns []string
	crs     string
	ordinal int64
}

// openGeoJSON reads a file twice: first for the names of its properties, since
// each feature may have its own.
func openGeoJSON(ctx context.Context, path string, o openOptions) (Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	r := &geoJSONReader{path: path, file: f, crs: o.crs}
	if r.crs == "" {
		r.crs, err = declaredCRS(f)
	}
	if err == nil {
		err = r.collectColumns(ctx)
	}
	if err != nil {
		f.Close()
		return nil, describe(err, path)
	}
	return r, r.rewind()
}

// declaredCRS reads the "crs" member from the head of the file.
func declaredCRS(f *os.File) (string, error) {
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	m := crsMember.FindSubmatch(head[:n])
	if m == nil {
		return "", nil
	}
	name := string(m[1])
	if code := epsgName.FindStringSubmatch(name); code != nil {
		return "EPSG:" + code[1], nil
	}
	if bytes.HasSuffix(m[1], []byte("CRS84")) {
		return "", nil
	}
	return "", fmt.Errorf("the coordinate system %q is not known here; say it with --crs", name)
}

func (r *geoJSONReader) rewind() error {
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return describe(err, r.path)
	}
	r.scan = newFeatureScanner(r.file)
	return nil
}

// Bounds of what the names of all properties may take: each feature may have others.
const (
	maxProperties    = 20_000
	maxPropertyBytes = 4 << 20
)

func (r *geoJSONReader) collectColumns(ctx context.Context) error {
	if err := r.rewind(); err != nil {
		return err
	}
	seen, named := map[string]bool{}, 0
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := r.scan.next()
		if err == io.EOF {
			break
		}
		if errors.Is(err, errTooLong) {
			continue
		}
		if err != nil {
			return err
		}
		var f struct {
			Properties map[string]json.RawMessage `json:"properties"`
		}
		if json.Unmarshal(b, &f) != nil {
			continue // refused, with its reason, when it is read
		}
		for name := range f.Properties {
			if !seen[name] {
				seen[name] = true
				r.columns = append(r.columns, name)
				named += len(name)
			}
			if len(r.columns) > maxProperties || named > maxPropertyBytes {
				return fmt.Errorf("its features have more than %d different properties, or their names take more than %d MB", maxProperties, maxPropertyBytes>>20)
			}
		}
	}
	slices.Sort(r.columns)
	return nil
}

func (r *geoJSONReader) Columns() []string { return r.columns }
func (r *geoJSONReader) CRS() string       { return r.crs }
func (r *geoJSONReader) Close() error      { return r.file.Close() }

func (r *geoJSONReader) Next(context.Context) (Row, error) {
	b, err := r.scan.next()
	if err == io.EOF {
		return Row{}, io.EOF
	}
	r.ordinal++
	if errors.Is(err, errTooLong) {
		return longFeature(b, r.ordinal), nil
	}
	if err != nil {
		return Row{}, describe(err, r.path)
	}
	row, id := decodeFeature(b, r.ordinal)
	row.ID = id
	return row, nil
}
