package archive

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"sync"

	"gridmap/tiles"
)

// Reader reads an archive. Methods may be called by many goroutines at once.
type Reader struct {
	file        io.ReaderAt
	closer      io.Closer
	head        header
	directories byte
	root        []entry
	mu          sync.Mutex
	leaves      map[uint64][]entry // by their place; all of a district take a few megabytes
}

// maxPart bounds what is read at once, against a file that lies.
const maxPart = 64 << 20

// Open opens a PMTiles archive.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	r, err := NewReader(f)
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	r.closer = f
	return r, nil
}

// NewReader reads the header, the root directory and the metadata.
func NewReader(f io.ReaderAt) (*Reader, error) {
	r := &Reader{file: f, leaves: map[uint64][]entry{}}
	b := make([]byte, headerLen)
	if _, err := f.ReadAt(b, 0); err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	var err error
	if r.head, r.directories, err = readHeader(b); err != nil {
		return nil, err
	}
	if r.root, err = r.directory(r.head.rootAt, r.head.rootLen); err != nil {
		return nil, err
	}
	meta, err := r.part(r.head.metaAt, r.head.metaLen)
	if err != nil {
		return nil, err
	}
	r.head.info.Metadata, err = unpacked(meta, r.directories)
	return r, err
}

// Close closes the file.
func (r *Reader) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}

// Info of the archive.
func (r *Reader) Info() Info { return r.head.info }

// Tile returns a tile as it is kept; nil when the archive does not have it.
func (r *Reader) Tile(id tiles.ID) ([]byte, error) {
	number, list := Number(id), r.root
	for range 4 { // the format allows leaves of leaves; nobody makes them deeper
		i := sort.Search(len(list), func(i int) bool { return list[i].number > number }) - 1
		if i < 0 {
			return nil, nil
		}
		e := list[i]
		if e.run > 0 {
			if number >= e.number+uint64(e.run) {
				return nil, nil
			}
			return r.part(r.head.dataAt+e.at, uint64(e.length))
		}
		var err error
		if list, err = r.leaf(e); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("the archive's directories are too deep")
}

func (r *Reader) leaf(e entry) ([]entry, error) {
	r.mu.Lock()
	list, ok := r.leaves[e.at]
	r.mu.Unlock()
	if ok {
		return list, nil
	}
	list, err := r.directory(r.head.leavesAt+e.at, uint64(e.length))
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leaves[e.at] = slices.Clip(list)
	return list, nil
}

func (r *Reader) directory(at, length uint64) ([]entry, error) {
	b, err := r.part(at, length)
	if err != nil {
		return nil, err
	}
	if b, err = unpacked(b, r.directories); err != nil {
		return nil, fmt.Errorf("unpack a directory: %w", err)
	}
	return readDirectory(b)
}

func (r *Reader) part(at, length uint64) ([]byte, error) {
	if length > maxPart || at > 1<<50 {
		return nil, fmt.Errorf("a part of %d bytes is too large", length)
	}
	b := make([]byte, length)
	if _, err := r.file.ReadAt(b, int64(at)); err != nil {
		return nil, fmt.Errorf("read %d bytes of the archive at %d: %w", length, at, err)
	}
	return b, nil
}
