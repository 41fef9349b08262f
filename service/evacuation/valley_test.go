package evacuation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
	"gridmap/importers"
	"gridmap/layers"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// valley is the fixture on a slope: a river along latitude 30.1011 whose bed falls
// from 200.8 m in the west to 196.8 m in the east, and land that rises by 2.5 m for
// each thousandth of a degree to its north. The lower building of each grid stands
// about 10 m above the river, the upper one about 35 m. Each has a lane to a ridge
// road at 30.119, but the upper building of A1-002 has none except down to the road
// along the river. Everybody lives in a household of their own building.
type valley struct {
	testing.TB
	*Service
	pool *pgxpool.Pool
	now  time.Time // on the wall
	laid map[string][]layers.Laid
	keys int
}

const (
	gaugeID          = 1
	riverLat         = 30.1011
	ridgeLat         = 30.119
	bedWestM         = 200.8
	fallM            = 50.0   // metres for each degree to the east
	riseM            = 2500.0 // metres for each degree to the north
	householdPersons = 3
)

func start() time.Time { return time.Date(2026, 7, 1, 8, 0, 0, 0, data.LocalZone()) }

func newValley(t testing.TB) *valley {
	t.Helper()
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	web, err := data.OpenWeb(t.Context(), db.URL, data.PoolOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(web.Close)
	v := &valley{TB: t, pool: db.Pool, now: start()}
	dir := t.TempDir()
	v.terrain(filepath.Join(dir, "dem.tif"))
	v.land()
	sealer, err := data.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	v.Service = New(db.Pool, web, Options{Now: func() time.Time { return v.now }, Dir: dir, Sealer: sealer,
		Lay: func(sheets map[string][]layers.Laid, _ *layers.EvacuationChange) error {
			if sheets != nil {
				v.laid = sheets
			}
			return nil
		}})
	return v
}

// groundM is the level of the land.
func groundM(lon, lat float64) float64 {
	return bedWestM - fallM*(lon-105.79) + riseM*math.Abs(lat-riverLat)
}

func (v *valley) terrain(path string) {
	v.Helper()
	g := raster.Grid{Width: 450, Height: 150, West: 105.79, North: 30.125, DX: 0.0002, DY: 0.0002, System: raster.System{EPSG: 4490, Geographic: true}}
	r := raster.New(g)
	for row := range g.Height {
		for column := range g.Width {
			c := g.Centre(column, row)
			r.Values[row*g.Width+column] = float32(groundM(c[0], c[1]))
		}
	}
	r.NoData = -9999
	if err := importers.WriteRaster(v.Context(), path, r, geotiff.Float32); err != nil {
		v.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		v.Fatal(err)
	}
	sum := sha256.Sum256(file)
	v.exec(`insert into terrain_versions (name, path, sha256, cell_m, width, height, error_m, extent, source)
		values ('valley', $1, $2, 20, $3, $4, 0.5, ST_MakeEnvelope(105.79, 30.095, 105.88, 30.125, 4490), 'test')`, path, sum[:], g.Width, g.Height)
}

func (v *valley) exec(sql string, args ...any) {
	v.Helper()
	if _, err := v.pool.Exec(context.Background(), sql, args...); err != nil {
		v.Fatalf("%v: %s", err, sql)
	}
}

func (v *valley) land() {
	v.Helper()
	v.exec(`delete from people`)
	v.exec(`delete from households`)
	v.exec(`insert into water (kind, name, geom, source, source_id) values ('river', '试验河', ST_SetSRID(ST_MakeLine(ST_Point(105.79, $1), ST_Point(105.88, $1)), 4490), 'test', '1')`, riverLat)
	v.exec(`insert into gauges (id, code, name, river, geom, source) overriding system value values (1, 'T1', '试验站', '试验河', ST_SetSRID(ST_Point(105.83, $1), 4490), 'test')`, riverLat)
	v.exec(`insert into gauge_thresholds (gauge_id, valid_from, warning_m, guarantee_m, datum, source) values (1, '2020-01-01', 201, 203, 'test datum', 'test')`)
	for _, b := range fixture.PlacesOf() {
		if b.Code == "F04" {
			v.road("down "+b.Code, b.At[0], riverLat+0.001, b.At[0], b.At[1])
			v.road("along "+b.Code, b.At[0], riverLat+0.001, 105.82+0.003, riverLat+0.001)
			v.road("up "+b.Code, 105.82+0.003, riverLat+0.001, 105.82+0.003, 30.105)
			continue
		}
		v.road("lane "+b.Code, b.At[0], b.At[1], b.At[0], ridgeLat)
	}
	lon := func(n int) float64 { return fixture.PlacesOf()[n].At[0] }
	for n := range 11 {
		v.road(fmt.Sprint("ridge ", n), lon(n), ridgeLat, lon(n+1), ridgeLat)
	}
	v.exec(`insert into shelters (id, name, capacity, accessible, geom, source, source_id) overriding system value values
		(1, '西校', 40, true, ST_SetSRID(ST_Point(105.803, 30.1195), 4490), 'test', '1'), (2, '东校', 60, false, ST_SetSRID(ST_Point(105.857, 30.1195), 4490), 'test', '2'),
		(3, '不详', null, true, ST_SetSRID(ST_Point(105.833, 30.1195), 4490), 'test', '3'), (4, '河边', 500, true, ST_SetSRID(ST_Point(105.833, 30.102), 4490), 'test', '4')`)
	v.exec(`insert into stairwells (id, building_id, number) overriding system value select id + 1000, id, 9 from buildings`)
	v.exec(`insert into rooms (id, stairwell_id, floor, number) overriding system value select b.id * 10 + f, b.id + 1000, f, f || '01' from buildings b, generate_series(1, 3) f`)
	v.exec(`insert into households (id, room_id, persons, source, source_id) overriding system value select id, id, $1, 'test', id::text from rooms where stairwell_id > 1000`, householdPersons)
	v.exec(`update buildings set households = 3, persons = 9, storey_m = 3, plinth_m = 0.5`)
}

func (v *valley) road(name string, lon1, lat1, lon2, lat2 float64) {
	v.Helper()
	v.exec(`insert into roads (class, name, geom, source, source_id)
		values ('lane', $1, ST_Multi(ST_SetSRID(ST_MakeLine(ST_Point($2, $3), ST_Point($4, $5)), 4490)), 'test', $1)`, name, lon1, lat1, lon2, lat2)
}

// leader leads evacuations in the whole district.
func leader() data.Actor {
	return data.Actor{Account: "leader", Role: "emergency", ScopeCode: fixture.District}
}

// ctx is that of a request of the leader.
func (v *valley) ctx() context.Context { return data.WithActor(context.Background(), leader()) }

func (v *valley) key() data.Request {
	v.keys++
	return data.Request{Account: "leader", Key: fmt.Sprint("key ", v.keys), Hash: []byte{byte(v.keys)}}
}

// reads stores levels of the gauge: an observed one now, and a forecast to a peak
// after some hours.
func (v *valley) reads(levelM, peakM float64, after time.Duration) {
	v.Helper()
	at := v.now
	_, err := v.Readings(v.ctx(), leader(), v.key(), gaugeID, NewReadings{Readings: []NewReading{
		{At: at, Kind: "observed", StageM: levelM},
		{At: at.Add(after), Kind: "forecast_min", StageM: peakM - 1}, {At: at.Add(after), Kind: "forecast_likely", StageM: peakM}, {At: at.Add(after), Kind: "forecast_max", StageM: peakM + 1},
	}})
	if err != nil {
		v.Fatal(err)
	}
}

// opens opens an evacuation of the district and looks at it.
func (v *valley) opens() int64 {
	v.Helper()
	if _, err := v.Open(v.ctx(), leader(), v.key(), Opening{Name: "试验", Division: fixture.District}); err != nil {
		v.Fatal(err)
	}
	v.looks()
	list, err := v.List(v.ctx(), leader())
	if err != nil {
		v.Fatal(err)
	}
	return list[0].ID
}

func (v *valley) looks() {
	v.Helper()
	if err := v.look(context.Background()); err != nil {
		v.Fatal(err)
	}
}

func (v *valley) state(id int64) *State {
	v.Helper()
	st, err := v.State(v.ctx(), leader(), id, nil)
	if err != nil {
		v.Fatal(err)
	}
	return st
}

func (v *valley) approves(id int64) {
	v.Helper()
	p := v.state(id).Proposal
	if p == nil {
		v.Fatal("there is nothing to approve")
	}
	if _, err := v.Approve(v.ctx(), leader(), v.key(), id, Approval{Basis: p.Basis}); err != nil {
		v.Fatal(err)
	}
}
