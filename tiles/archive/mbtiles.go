package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"

	_ "modernc.org/sqlite" // the driver

	"gridmap/tiles"
)

// mbtiles writes MBTiles 1.3 (github.com/mapbox/mbtiles-spec): an SQLite file in
// which rows are counted from the south. Its tiles are compressed by gzip.
type mbtiles struct {
	path string
	db   *sql.DB
	tx   *sql.Tx
	add  *sql.Stmt
}

// The schema of section "Content" of the specification.
const mbtilesSchema = `create table metadata (name text, value text);
create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);`

// NewMBTiles begins an archive.
func NewMBTiles(path string) (Writer, error) {
	part := path + ".part"
	if err := os.Remove(part); err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("make the archive: %w", err)
	}
	db, err := sql.Open("sqlite", "file:"+part+"?_pragma=journal_mode(off)&_pragma=synchronous(off)")
	if err != nil {
		return nil, fmt.Errorf("make the archive: %w", err)
	}
	w := &mbtiles{path: path, db: db}
	ctx := context.Background()
	if _, err = db.ExecContext(ctx, mbtilesSchema); err == nil {
		if w.tx, err = db.BeginTx(ctx, nil); err == nil {
			w.add, err = w.tx.PrepareContext(ctx, `insert into tiles values (?, ?, ?, ?)`)
		}
	}
	if err != nil {
		w.Abandon()
		return nil, fmt.Errorf("make the archive: %w", err)
	}
	return w, nil
}

// Abandon removes what was written.
func (w *mbtiles) Abandon() {
	_ = w.db.Close()
	_ = os.Remove(w.path + ".part")
}

// Add writes one tile.
func (w *mbtiles) Add(id tiles.ID, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	row := int64(1)<<id.Z - 1 - int64(id.Y)
	if _, err := w.add.ExecContext(context.Background(), int64(id.Z), int64(id.X), row, body); err != nil {
		return fmt.Errorf("write tile %s: %w", id, err)
	}
	return nil
}

// Close writes the metadata and the index, and gives the archive its name.
func (w *mbtiles) Close(info Info) error {
	if err := w.finish(info); err != nil {
		w.Abandon()
		return fmt.Errorf("write the archive: %w", err)
	}
	if err := os.Rename(w.path+".part", w.path); err != nil {
		return fmt.Errorf("name the archive: %w", err)
	}
	return nil
}

func (w *mbtiles) finish(info Info) error {
	if info.Encoding != tiles.Gzip {
		return fmt.Errorf("MBTiles hold tiles by gzip, not %s", info.Encoding)
	}
	var meta map[string]json.RawMessage
	if err := json.Unmarshal(info.Metadata, &meta); err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	layers, err := json.Marshal(map[string]json.RawMessage{"vector_layers": meta["vector_layers"]})
	if err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	b := info.Bounds
	rows := [][2]string{{"format", "pbf"}, {"type", "overlay"}, {"version", "1"}, {"json", string(layers)},
		{"minzoom", fmt.Sprint(info.MinZoom)}, {"maxzoom", fmt.Sprint(info.MaxZoom)},
		{"bounds", fmt.Sprintf("%f,%f,%f,%f", b[0], b[1], b[2], b[3])},
		{"center", fmt.Sprintf("%f,%f,%d", (b[0]+b[2])/2, (b[1]+b[3])/2, (info.MinZoom+info.MaxZoom)/2)}}
	for _, name := range []string{"name", "description", "attribution"} {
		var text string
		if json.Unmarshal(meta[name], &text) == nil && text != "" {
			rows = append(rows, [2]string{name, text})
		}
	}
	ctx := context.Background()
	for _, r := range rows {
		if _, err := w.tx.ExecContext(ctx, `insert into metadata values (?, ?)`, r[0], r[1]); err != nil {
			return err
		}
	}
	if _, err := w.tx.ExecContext(ctx, `create unique index tile_index on tiles (zoom_level, tile_column, tile_row)`); err != nil {
		return err
	}
	if err := w.tx.Commit(); err != nil {
		return err
	}
	return w.db.Close()
}
