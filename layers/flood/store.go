package flood

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"unsafe"

	"golang.org/x/sync/errgroup"

	"gridmap/geo/raster"
)

// A stored terrain is one file: a magic word; the length of the head and its
// SHA-256; the head as JSON; then arrays, each at a multiple of 64 bytes, in
// little-endian order, each with its SHA-256 in the head. It is read by mapping it
// into memory: what is not looked at costs none.
const (
	storeMagic  = "GMFLOOD1"
	storeAlign  = 64
	storeFixed  = len(storeMagic) + 8 + sha256.Size
	maxHeadSize = 1 << 20
)

// Provenance says what a terrain was made from, so that nobody takes it for that of
// other elevations.
type Provenance struct {
	Sources map[string]string `json:"sources"` // role (dem, river, d8, …) → SHA-256 of the file
	Options string            `json:"options"`
	Program string            `json:"program"` // version that made it
}

// storeHead is the head of a file.
type storeHead struct {
	Grid         raster.Grid  `json:"grid"`
	Connectivity Connectivity `json:"connectivity"`
	LostRivers   int          `json:"lost_rivers"`
	Made         Provenance   `json:"provenance"`
	Parts        []storePart  `json:"parts"`
}

type storePart struct {
	Name   string `json:"name"`
	Offset int64  `json:"offset"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// parts are the arrays of a terrain as bytes, in the order of the file.
func (t *Terrain) parts() (names []string, raw [][]byte, err error) {
	var reaches bytes.Buffer
	if err := binary.Write(&reaches, binary.LittleEndian, t.Reaches); err != nil {
		return nil, nil, err
	}
	return []string{"elevation", "hand", "threshold", "drain", "reach", "to", "river", "reaches"},
		[][]byte{rawOf(t.Elevation), rawOf(t.Hand), rawOf(t.Threshold), rawOf(t.Drain), rawOf(t.ReachOf), rawOf([]int32(t.To)),
			unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(t.River))), len(t.River)), reaches.Bytes()}, nil
}

// rawOf are the bytes of an array, in little-endian order.
func rawOf[T int32 | float32](v []T) []byte {
	raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 4*len(v))
	if littleEndian() {
		return raw
	}
	return swapped(raw)
}

func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }

func swapped(raw []byte) []byte {
	out := make([]byte, len(raw))
	for i := 0; i+3 < len(raw); i += 4 {
		binary.LittleEndian.PutUint32(out[i:], binary.NativeEndian.Uint32(raw[i:]))
	}
	return out
}

func aligned(n int64) int64 { return (n + storeAlign - 1) / storeAlign * storeAlign }

// Save writes the terrain as one file, beside its place first. Order is not kept.
// Same terrain, same bytes.
func (t *Terrain) Save(path string, made Provenance) error {
	err := t.save(path, made)
	if err != nil {
		return fmt.Errorf("save terrain %s: %w", filepath.Base(path), err)
	}
	return nil
}

func (t *Terrain) save(path string, made Provenance) error {
	names, raw, err := t.parts()
	if err != nil {
		return err
	}
	head := storeHead{Grid: t.Grid, Connectivity: t.Connectivity, LostRivers: t.LostRivers, Made: made}
	at := int64(0) // from the end of the head
	for i, name := range names {
		head.Parts = append(head.Parts, storePart{Name: name, Offset: at, Bytes: int64(len(raw[i]))})
		at = aligned(at + int64(len(raw[i])))
	}
	if err := hashParts(raw, func(i int, sum string) error { head.Parts[i].SHA256 = sum; return nil }); err != nil {
		return err
	}
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".terrain-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	err = writeStore(f, text, head.Parts, raw)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

func writeStore(f *os.File, head []byte, parts []storePart, raw [][]byte) error {
	sum := sha256.Sum256(head)
	fixed := append([]byte(storeMagic), binary.LittleEndian.AppendUint64(nil, uint64(len(head)))...)
	if _, err := f.Write(append(append(fixed, sum[:]...), head...)); err != nil {
		return err
	}
	from := aligned(int64(storeFixed + len(head)))
	for i, p := range parts {
		if _, err := f.WriteAt(raw[i], from+p.Offset); err != nil {
			return err
		}
	}
	return nil
}

// hashParts hashes arrays side by side.
func hashParts(raw [][]byte, use func(i int, sum string) error) error {
	var g errgroup.Group
	sums := make([]string, len(raw))
	for i := range raw {
		g.Go(func() error {
			sum := sha256.Sum256(raw[i])
			sums[i] = hex.EncodeToString(sum[:])
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, sum := range sums {
		if err := use(i, sum); err != nil {
			return err
		}
	}
	return nil
}

// Open maps a stored terrain into memory. A file that is cut short, was changed or
// holds something else is refused by name. The terrain must not be used after
// Close; its Order is nil.
func Open(path string) (*Terrain, Provenance, error) {
	t, made, err := open(path)
	if err != nil {
		return nil, Provenance{}, fmt.Errorf("open terrain %s: %w", filepath.Base(path), err)
	}
	return t, made, nil
}

func open(path string) (*Terrain, Provenance, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Provenance{}, err
	}
	defer f.Close() // the mapping stays
	info, err := f.Stat()
	if err != nil {
		return nil, Provenance{}, err
	}
	if !info.Mode().IsRegular() || info.Size() < int64(storeFixed) {
		return nil, Provenance{}, fmt.Errorf("it is cut short: %d bytes: %w", info.Size(), io.ErrUnexpectedEOF)
	}
	raw, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, Provenance{}, fmt.Errorf("map it into memory: %w", err)
	}
	t, made, err := decodeStore(raw)
	if err != nil {
		return nil, Provenance{}, errors.Join(err, syscall.Munmap(raw))
	}
	t.unmap = func() error { return syscall.Munmap(raw) }
	return t, made, nil
}

// Close lets go of a terrain that Open mapped; of others it does nothing.
func (t *Terrain) Close() error {
	if t.unmap == nil {
		return nil
	}
	unmap := t.unmap
	t.unmap = nil
	return unmap()
}

// decodeStore reads a file's bytes without copying its arrays.
func decodeStore(raw []byte) (*Terrain, Provenance, error) {
	head, from, err := decodeHead(raw)
	if err != nil {
		return nil, Provenance{}, err
	}
	if len(head.Parts) > 16 {
		return nil, Provenance{}, fmt.Errorf("its head: %d parts", len(head.Parts))
	}
	n := int64(head.Grid.Width) * int64(head.Grid.Height)
	want := map[string]int64{"elevation": 4 * n, "hand": 4 * n, "threshold": 4 * n, "drain": 4 * n, "reach": 4 * n, "to": 4 * n, "river": n}
	bodies, part := make([][]byte, 0, len(head.Parts)), map[string][]byte{}
	for _, p := range head.Parts {
		if size, ok := want[p.Name]; ok && size != p.Bytes {
			return nil, Provenance{}, fmt.Errorf("%s has %d bytes for %d cells", p.Name, p.Bytes, n)
		}
		if p.Bytes < 0 || p.Offset < 0 || p.Offset%storeAlign != 0 || p.Offset > int64(len(raw)) || p.Bytes > int64(len(raw)) || from+p.Offset+p.Bytes > int64(len(raw)) {
			return nil, Provenance{}, fmt.Errorf("it is cut short in %s: %w", p.Name, io.ErrUnexpectedEOF)
		}
		body := raw[from+p.Offset : from+p.Offset+p.Bytes]
		bodies, part[p.Name] = append(bodies, body), body
	}
	for name := range want {
		if _, ok := part[name]; !ok {
			return nil, Provenance{}, fmt.Errorf("it has no %s", name)
		}
	}
	if err := hashParts(bodies, func(i int, sum string) error {
		if sum != head.Parts[i].SHA256 {
			return fmt.Errorf("it was changed: the checksum of %s is not that of its head", head.Parts[i].Name)
		}
		return nil
	}); err != nil {
		return nil, Provenance{}, err
	}
	t, err := head.assemble(part)
	return t, head.Made, err
}

func decodeHead(raw []byte) (head storeHead, from int64, err error) {
	if len(raw) < storeFixed || string(raw[:len(storeMagic)]) != storeMagic {
		return head, 0, errors.New("it is not a stored terrain of this version")
	}
	size := binary.LittleEndian.Uint64(raw[len(storeMagic):])
	if size > maxHeadSize || uint64(storeFixed)+size > uint64(len(raw)) {
		return head, 0, fmt.Errorf("it is cut short in its head: %w", io.ErrUnexpectedEOF)
	}
	text := raw[storeFixed : storeFixed+int(size)]
	if sum := sha256.Sum256(text); !bytes.Equal(sum[:], raw[len(storeMagic)+8:storeFixed]) {
		return head, 0, errors.New("it was changed: the checksum of its head is wrong")
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return head, 0, fmt.Errorf("its head: %w", err)
	}
	if g := head.Grid; g.Width < 1 || g.Height < 1 || g.Width > len(raw)/g.Height || !(g.DX > 0) || !(g.DY > 0) {
		return head, 0, fmt.Errorf("its head: a grid of %d by %d cells", g.Width, g.Height)
	}
	return head, aligned(int64(storeFixed) + int64(size)), nil
}

// assemble makes a terrain of arrays and refuses indexes that lead nowhere.
func (h *storeHead) assemble(part map[string][]byte) (*Terrain, error) {
	t := &Terrain{Grid: h.Grid, Connectivity: h.Connectivity, LostRivers: h.LostRivers, Elevation: arrayOf[float32](part["elevation"]),
		Drained: Drained{Hand: arrayOf[float32](part["hand"]), Drain: arrayOf[int32](part["drain"])}, Threshold: arrayOf[float32](part["threshold"]),
		ReachOf: arrayOf[int32](part["reach"]), To: arrayOf[int32](part["to"])}
	var one Reach
	t.Reaches = make([]Reach, len(part["reaches"])/binary.Size(one))
	if err := binary.Read(bytes.NewReader(part["reaches"]), binary.LittleEndian, t.Reaches); err != nil {
		return nil, fmt.Errorf("its reaches: %w", err)
	}
	river := part["river"]
	for i, b := range river {
		if b > 1 {
			return nil, fmt.Errorf("its rivers: cell %d", i)
		}
	}
	t.River = unsafe.Slice((*bool)(unsafe.Pointer(unsafe.SliceData(river))), len(river))
	for name, list := range map[string][]int32{"drain": t.Drain, "to": t.To} {
		if !within(list, t.Size()) {
			return nil, fmt.Errorf("its %s leads out of the raster", name)
		}
	}
	if !within(t.ReachOf, len(t.Reaches)) {
		return nil, errors.New("a cell has a reach that there is not")
	}
	for i, r := range t.Reaches {
		if r.Down < none || int(r.Down) >= i || r.Cell < 0 || int(r.Cell) >= t.Size() {
			return nil, fmt.Errorf("its reach %d leads nowhere", i)
		}
	}
	return t, nil
}

// arrayOf reads an array without copying it, where the machine lets us.
func arrayOf[T int32 | float32](raw []byte) []T {
	if !littleEndian() {
		raw = swapped(raw)
	}
	if uintptr(unsafe.Pointer(unsafe.SliceData(raw)))%4 != 0 {
		raw = append(make([]byte, 0, len(raw)), raw...)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(raw))), len(raw)/4)
}

// within says whether all numbers are indexes below n, or none.
func within(list []int32, n int) bool {
	for _, v := range list {
		if v < none || int(v) >= n {
			return false
		}
	}
	return true
}
