package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"gridmap/tiles"
)

// Writer takes tiles, in ascending order of their numbers, and makes an archive
// of them. Nothing stands under its name before Close has succeeded.
type Writer interface {
	Add(id tiles.ID, body []byte) error
	Close(info Info) error
	Abandon()
}

// pmtiles writes the content first and the directories behind it: the format
// wants only the header and the root at the beginning.
type pmtiles struct {
	path    string
	file    *os.File
	out     *bufio.Writer
	at      uint64
	last    uint64
	head    header
	entries []entry
	where   map[[32]byte]entry // content → where it stands
}

// NewPMTiles begins an archive.
func NewPMTiles(path string) (Writer, error) {
	f, err := os.Create(path + ".part")
	if err != nil {
		return nil, fmt.Errorf("make the archive: %w", err)
	}
	w := &pmtiles{path: path, file: f, out: bufio.NewWriterSize(f, 1<<20), where: map[[32]byte]entry{}}
	if _, err := w.out.Write(make([]byte, rootWithin)); err != nil {
		w.Abandon()
		return nil, fmt.Errorf("write the archive: %w", err)
	}
	return w, nil
}

// Abandon removes what was written.
func (w *pmtiles) Abandon() {
	_ = w.file.Close()
	_ = os.Remove(w.file.Name())
}

// Add writes one tile; equal ones are written once. A tile without a body is not
// in the archive.
func (w *pmtiles) Add(id tiles.ID, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	number := Number(id)
	if w.head.addressed > 0 && number <= w.last {
		return fmt.Errorf("tile %s comes after one that it should come before", id)
	}
	w.last = number
	w.head.addressed++
	hash := sha256.Sum256(body)
	e, known := w.where[hash]
	if !known {
		e = entry{at: w.at, length: uint32(len(body))}
		w.where[hash] = e
		w.at += uint64(len(body))
		if _, err := w.out.Write(body); err != nil {
			return fmt.Errorf("write the archive: %w", err)
		}
	}
	if n := len(w.entries); n > 0 {
		if before := &w.entries[n-1]; before.at == e.at && before.number+uint64(before.run) == number {
			before.run++
			return nil
		}
	}
	e.number, e.run = number, 1
	w.entries = append(w.entries, e)
	return nil
}

// Close writes the directories and gives the archive its name.
func (w *pmtiles) Close(info Info) error {
	if err := w.finish(info); err != nil {
		w.Abandon()
		return fmt.Errorf("write the archive: %w", err)
	}
	if err := os.Rename(w.file.Name(), w.path); err != nil {
		return fmt.Errorf("name the archive: %w", err)
	}
	return nil
}

func (w *pmtiles) finish(info Info) error {
	root, leaves, err := directories(w.entries)
	if err != nil {
		return err
	}
	meta, err := packed(info.Metadata)
	if err != nil {
		return err
	}
	h := &w.head
	h.info, h.entries, h.contents = info, uint64(len(w.entries)), uint64(len(w.where))
	h.rootAt, h.rootLen = headerLen, uint64(len(root))
	h.dataAt, h.dataLen = rootWithin, w.at
	h.metaAt, h.metaLen = h.dataAt+h.dataLen, uint64(len(meta))
	h.leavesAt, h.leavesLen = h.metaAt+h.metaLen, uint64(len(leaves))
	for _, b := range [][]byte{meta, leaves} {
		if _, err := w.out.Write(b); err != nil {
			return err
		}
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	if _, err := w.file.WriteAt(append(h.bytes(), root...), 0); err != nil {
		return err
	}
	if err := w.file.Sync(); err != nil {
		return err
	}
	return w.file.Close()
}

// directories lays the entries out: in the root where they fit, else in leaves,
// which are doubled until their list fits into the root.
func directories(entries []entry) (root, leaves []byte, err error) {
	if root, err = packed(appendDirectory(nil, entries)); err != nil || len(root) <= rootWithin-headerLen {
		return root, nil, err
	}
	for size := 1 << 12; ; size *= 2 {
		var list []entry
		leaves = nil
		for at := 0; at < len(entries); at += size {
			leaf, err := packed(appendDirectory(nil, entries[at:min(at+size, len(entries))]))
			if err != nil {
				return nil, nil, err
			}
			list = append(list, entry{number: entries[at].number, at: uint64(len(leaves)), length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if root, err = packed(appendDirectory(nil, list)); err != nil || len(root) <= rootWithin-headerLen {
			return root, leaves, err
		}
	}
}

func packed(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// maxUnpacked bounds a directory or the metadata, against a small file that
// unpacks to gigabytes: those of a city take under a megabyte.
const maxUnpacked = 16 << 20

func unpacked(b []byte, compression byte) ([]byte, error) {
	switch compression {
	case 1:
		return b, nil
	case packedGzip:
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		out, err := io.ReadAll(io.LimitReader(z, maxUnpacked+1))
		if err == nil && len(out) > maxUnpacked {
			err = fmt.Errorf("it unpacks to more than %d bytes", maxUnpacked)
		}
		return out, err
	}
	return nil, fmt.Errorf("the archive's directories have the compression %d, which is not supported", compression)
}
