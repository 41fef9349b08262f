package importers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
)

// Row is one row of a file as it was read, before any rule of a kind.
type Row struct {
	// Line is the line of a text file, the row of a sheet, the fid of a feature
	// where the format has one, or its number in the file, counted from 1.
	Line  int64
	ID    string            // the feature's own identifier, where the format has one
	Attrs map[string]string // null attributes are left out
	Geom  orb.Geometry      // nil: none
	// LowestM is the least height of a line that carries heights, metres.
	LowestM *float64
	Err     *Refusal // the row cannot be read; Attrs and Geom may be partial
}

// Refusal says why a row does not go in.
type Refusal struct {
	Field  string // a field of the kind, "geometry" or "row"
	Reason string
	Value  string // the offending text, cut to a bounded length
}

func (r *Refusal) Error() string { return r.Field + ": " + r.Reason }

func refuse(field, format string, args ...any) *Refusal {
	return &Refusal{Field: field, Reason: fmt.Sprintf(format, args...)}
}

// Reader gives the rows of one file, one after the other, in bounded memory.
// Next ends with io.EOF; any other error ends the file. A row that cannot be
// read is a Row with Err, never an error.
type Reader interface {
	Columns() []string
	// CRS names the coordinate system of the rows' geometry as GDAL understands
	// it; empty means longitude and latitude in degrees.
	CRS() string
	Next(ctx context.Context) (Row, error)
	Close() error
}

// openOptions are what a person may say about a file.
type openOptions struct {
	layer string
	crs   string
}

// open chooses the reader by the file's extension. Only regular files are
// opened: names that GDAL would take for a network address or an archive never
// reach it.
func open(ctx context.Context, path string, o openOptions) (Reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open %s: not a regular file", path)
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("open %s: the file is empty", path)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".geojson", ".json":
		return openGeoJSON(ctx, path, o)
	case ".csv", ".txt", ".tsv":
		return openCSV(path, o)
	case ".xlsx", ".xlsm":
		return openXLSX(path, o)
	case ".gpkg":
		return openGDAL(ctx, path, "GPKG", nil, o)
	case ".fgb":
		return openGDAL(ctx, path, "FlatGeobuf", nil, o)
	case ".shp":
		return openShapefile(ctx, path, o)
	default:
		return nil, fmt.Errorf("open %s: %q is not a format that is read here (gpkg, shp, geojson, fgb, csv, xlsx, osm.pbf)", path, ext)
	}
}
