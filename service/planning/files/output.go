package files

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// output is a file to be written.
type output struct {
	flag, place string
	ends        []string // extensions that it may have
	temporary   string   // made beside place, moved there at the end
	backup      string   // a second name of what stood at place before
}

// stage makes the files beside their places and then moves all of them there.
// What goes wrong leaves every place as it was.
func stage(ctx context.Context, outs []output, make func(context.Context, *output) error) (written []string, err error) {
	defer func() {
		for _, o := range outs {
			for _, path := range []string{o.temporary, o.backup} {
				if path != "" {
					os.Remove(path)
				}
			}
		}
	}()
	for i := range outs {
		o := &outs[i]
		if o.temporary, err = besides(o.place); err != nil {
			return nil, err
		}
		if err = make(ctx, o); err != nil {
			return nil, fmt.Errorf("%s %s: %w", o.flag, o.place, err)
		}
	}
	if err = ctx.Err(); err != nil {
		return nil, err
	}
	for i := range outs {
		if err = outs[i].move(); err != nil {
			for k := range outs[:i] {
				outs[k].moveBack()
			}
			return nil, fmt.Errorf("%s %s: %w", outs[i].flag, outs[i].place, err)
		}
		written = append(written, outs[i].place)
	}
	return written, nil
}

// besides reserves a name beside a place, with the same extension, by which
// ogr2ogr knows the format.
func besides(place string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(place), ".gridmap-*"+filepath.Ext(place))
	if err != nil {
		return "", fmt.Errorf("write %s: %w", place, err)
	}
	return f.Name(), f.Close()
}

// move puts the file in its place. What stood there keeps a second name until
// all files are in place.
func (o *output) move() error {
	if err := os.Chmod(o.temporary, 0o644); err != nil {
		return err
	}
	if _, err := os.Stat(o.place); err == nil {
		backup := o.temporary + ".before"
		if err := os.Link(o.place, backup); err == nil {
			o.backup = backup
		}
	}
	return os.Rename(o.temporary, o.place)
}

func (o *output) moveBack() {
	if o.backup != "" {
		os.Rename(o.backup, o.place)
	} else {
		os.Remove(o.place)
	}
}

// fill writes a file through a function.
func (o *output) fill(write func(io.Writer) error) error {
	f, err := os.Create(o.temporary)
	if err != nil {
		return err
	}
	if err = write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
