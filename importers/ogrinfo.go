package importers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// describeLayer asks ogrinfo for the layer's columns and coordinate system.
// With no name given a file must have one layer with geometry.
func describeLayer(ctx context.Context, path, driver string, openOpts []string, name string) (gdalLayer, error) {
	if err := checkMagic(path, driver); err != nil {
		return gdalLayer{}, err
	}
	base := []string{"-ro"}
	for _, oo := range openOpts {
		base = append(base, "-oo", oo)
	}
	if name == "" {
		var err error
		if name, err = onlyLayer(ctx, path, base, silenceOf(driver)); err != nil {
			return gdalLayer{}, err
		}
	}
	out, err := runGDALWithin(ctx, silenceOf(driver), "ogrinfo", append(base, "-so", path, name)...)
	if err != nil {
		return gdalLayer{}, fmt.Errorf("layer %q: %w", name, err)
	}
	return parseLayer(name, string(out))
}

// onlyLayer picks the layer of a file that has one layer with geometry.
func onlyLayer(ctx context.Context, path string, base []string, limit time.Duration) (string, error) {
	out, err := runGDALWithin(ctx, limit, "ogrinfo", append(base, "-q", path)...)
	if err != nil {
		return "", err
	}
	var all, polygons []string
	for line := range strings.Lines(string(out)) {
		number, rest, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || strings.Trim(number, "0123456789") != "" {
			continue
		}
		layer, kind := rest, ""
		if i := strings.LastIndex(rest, " ("); i >= 0 {
			layer, kind = rest[:i], rest[i:]
		}
		if kind != " (None)" {
			all = append(all, layer)
		}
		if kind == "" || strings.Contains(kind, "Polygon") {
			polygons = append(polygons, layer)
		}
	}
	switch len(all) {
	case 0:
		return "", fmt.Errorf("no layer with geometry")
	case 1:
		return all[0], nil
	}
	return "", &LayersError{all, polygons}
}

// LayersError says that a file has several layers and none was named.
type LayersError struct {
	Layers   []string
	Polygons []string // those of polygons, or of anything
}

func (e *LayersError) Error() string {
	return fmt.Sprintf("%d layers: say which with --layer (%s)", len(e.Layers), strings.Join(e.Layers, ", "))
}

// parseLayer reads the text of ogrinfo -so (its -json came with GDAL 3.7; Debian
// 12 has 3.6).
func parseLayer(name, text string) (gdalLayer, error) {
	layer := gdalLayer{name: name, count: -1}
	_, rest, ok := strings.Cut(text, "\nLayer name: ")
	if !ok {
		return layer, fmt.Errorf("no layer %q", name)
	}
	head, after, ok := strings.Cut(rest, "Layer SRS WKT:\n")
	if !ok {
		return layer, fmt.Errorf("layer %q has no geometry", name)
	}
	if _, n, ok := strings.Cut(head, "\nFeature Count: "); ok {
		n, _, _ = strings.Cut(n, "\n")
		if count, err := strconv.ParseInt(n, 10, 64); err == nil {
			layer.count = count
		}
	}
	wkt, fields, ok := strings.Cut(after, "\nData axis to CRS axis mapping:")
	if ok {
		layer.crs = strings.TrimSpace(wkt)
		_, fields, _ = strings.Cut(fields, "\n")
	} else {
		_, fields, _ = strings.Cut(after, "\n")
	}
	for line := range strings.Lines(fields) {
		if strings.HasPrefix(line, "FID Column = ") || strings.HasPrefix(line, "Geometry Column = ") {
			continue
		}
		if column, kind, ok := strings.Cut(strings.TrimRight(line, "\n"), ": "); ok && strings.Contains(kind, "(") {
			layer.columns = append(layer.columns, column)
		}
	}
	return layer, nil
}

// checkMagic makes sure that a file is what its name says: nothing else reaches
// GDAL's many readers.
func checkMagic(path, driver string) error {
	head, err := readHead(path, 32)
	if err != nil {
		return err
	}
	ok := true
	switch driver {
	case "GPKG":
		ok = strings.HasPrefix(string(head), "SQLite format 3\x00")
	case "FlatGeobuf":
		ok = strings.HasPrefix(string(head), "fgb\x03")
	case "ESRI Shapefile":
		ok = strings.HasPrefix(string(head), "\x00\x00\x27\x0a")
	case "OSM":
		ok = strings.Contains(string(head), "OSMHeader")
	}
	if !ok {
		return fmt.Errorf("the file is not a %s file", driver)
	}
	return nil
}
