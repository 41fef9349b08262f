package importers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// gdalReader streams one layer out of ogr2ogr, in the layer's own coordinate
// system: a row that cannot be reprojected is then refused by us and is not
// dropped by GDAL.
type gdalReader struct {
	path    string
	layer   gdalLayer
	crs     string
	cmd     *exec.Cmd
	out     *patient
	stderr  *bytes.Buffer
	scan    *featureScanner
	ordinal int64
	done    bool
}

// gdalLayer is what ogrinfo says about a layer.
type gdalLayer struct {
	name    string
	crs     string // WKT; empty: none
	columns []string
	count   int64 // rows; negative: not known
}

// gdalEnv keeps GDAL from the network and from writing beside the file.
func gdalEnv() []string {
	return append(os.Environ(), "PROJ_NETWORK=OFF", "GDAL_PAM_ENABLED=NO", "GDAL_DISABLE_READDIR_ON_OPEN=TRUE",
		"OGR_SQLITE_LOAD_EXTENSIONS=", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS=.none", "OGR_GEOMETRY_ACCEPT_UNCLOSED_RING=YES",
		"CPL_DEBUG=OFF", "LC_ALL=C")
}

func gdalCommand(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = gdalEnv()
	return cmd
}

// maxSaid bounds what a program may say about a file.
const maxSaid = 64 << 20

// runGDAL runs a program to its end and returns what it printed.
func runGDAL(ctx context.Context, name string, args ...string) ([]byte, error) {
	return runGDALWithin(ctx, gdalWhole, name, args...)
}

func runGDALWithin(ctx context.Context, limit time.Duration, name string, args ...string) ([]byte, error) {
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := gdalCommand(bounded, name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &limitedWriter{w: &stdout, left: maxSaid}, &limitedWriter{w: &stderr, left: 64 << 10}
	err := cmd.Start()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, fmt.Errorf("%s is not installed (Debian package gdal-bin)", name)
	}
	if err == nil {
		err = bound(cmd, gdalMemory)
	}
	if err == nil {
		err = within(ctx, bounded, limit, cmd.Wait())
	}
	if err != nil {
		return nil, gdalError(name, err, &stderr)
	}
	return stdout.Bytes(), nil
}

func gdalError(name string, err error, stderr *bytes.Buffer) error {
	text := strings.TrimSpace(stderr.String())
	if first, _, ok := strings.Cut(text, "\n"); ok {
		text = first
	}
	if text == "" {
		return fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Errorf("%s: %s", name, text)
}

func openGDAL(ctx context.Context, path, driver string, openOpts []string, o openOptions) (Reader, error) {
	if strings.HasPrefix(o.layer, "-") {
		return nil, fmt.Errorf("read %s: no layer %q", path, o.layer)
	}
	layer, err := describeLayer(ctx, path, driver, openOpts, o.layer)
	if err != nil {
		return nil, describe(err, path)
	}
	r := &gdalReader{path: path, layer: layer, crs: o.crs}
	if r.crs == "" {
		r.crs = layer.crs
	}
	if r.crs == "" {
		return nil, fmt.Errorf("read %s: layer %s names no coordinate system; say it with --crs", path, layer.name)
	}
	return r, r.start(ctx, openOpts, silenceOf(driver))
}

// start runs ogr2ogr. Written as plain GeoJSON (not RFC 7946) it keeps the
// coordinates, their system and the order of rings as they are in the file.
func (r *gdalReader) start(ctx context.Context, openOpts []string, silence time.Duration) error {
	args := []string{"-f", "GeoJSON", "/vsistdout/"}
	for _, oo := range openOpts {
		args = append(args, "-oo", oo)
	}
	args = append(args, "-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=12", "-preserve_fid", r.path, r.layer.name)
	r.cmd = gdalCommand(ctx, "ogr2ogr", args...)
	r.stderr = &bytes.Buffer{}
	r.cmd.Stderr = &limitedWriter{w: r.stderr, left: 64 << 10}
	out, err := r.cmd.StdoutPipe()
	if err == nil {
		err = r.cmd.Start()
	}
	if err == nil {
		err = bound(r.cmd, gdalMemory)
	}
	if err != nil {
		return describe(err, r.path)
	}
	process := r.cmd.Process
	r.out = &patient{ReadCloser: out, silence: silence, kill: func() { _ = process.Kill() }}
	r.scan = newFeatureScanner(r.out)
	return nil
}

// limitedWriter keeps the head of what is written and drops the rest.
type limitedWriter struct {
	w    io.Writer
	left int
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	keep := min(len(p), l.left)
	l.left -= keep
	if _, err := l.w.Write(p[:keep]); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (r *gdalReader) Columns() []string { return r.layer.columns }
func (r *gdalReader) CRS() string       { return r.crs }

func (r *gdalReader) Next(context.Context) (Row, error) {
	b, err := r.scan.next()
	if err == io.EOF {
		if err := r.finish(); err != nil {
			return Row{}, err
		}
		return Row{}, io.EOF
	}
	r.ordinal++
	if errors.Is(err, errTooLong) {
		return longFeature(b, r.ordinal), nil
	}
	if err != nil && r.out.ended {
		return Row{}, describe(err, r.path)
	}
	if err != nil {
		if finished := r.finish(); finished != nil {
			return Row{}, finished
		}
		return Row{}, describe(err, r.path)
	}
	row, id := decodeFeature(b, r.ordinal)
	row.Line, row.ID = fidOf(id, r.ordinal), id
	return row, nil
}

// finish waits for ogr2ogr: a file that breaks off in the middle is an error of
// the file, so that nothing of it goes in. What GDAL complains of without
// leaving a row out has become a row without geometry, which is refused.
func (r *gdalReader) finish() error {
	if r.done {
		return nil
	}
	r.done = true
	if _, err := io.Copy(io.Discard, r.out); err != nil && r.out.ended {
		_ = r.cmd.Wait()
		return describe(err, r.path)
	}
	if err := r.cmd.Wait(); err != nil {
		return describe(gdalError("ogr2ogr", err, r.stderr), r.path)
	}
	if strings.Contains(r.stderr.String(), "ERROR") && (r.layer.count < 0 || r.ordinal < r.layer.count) {
		return describe(gdalError("ogr2ogr", errors.New("failed"), r.stderr), r.path)
	}
	return nil
}

func (r *gdalReader) Close() error {
	if r.done {
		return nil
	}
	r.done = true
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
	return nil
}
