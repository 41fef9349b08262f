package redraw

import (
	"context"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"gridmap/data/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// wildRuns is how many maps PostGIS judges; REDRAW_MAPS asks for more.
func wildRuns(t *testing.T) int {
	if s := os.Getenv("REDRAW_MAPS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("REDRAW_MAPS: %v", err)
		}
		return n
	}
	return 1000
}

// Tolerances: millimetres of snapping along a border, and what sums of floats may
// lose. A sliver is a part of a grid narrower than 10 cm over more than 10 m that
// is no such part of its community.
const faultsSQL = `
with want as (
	select c.map, c.code, st_perimeter(c.geom) as border, st_difference(c.geom, coalesce(st_union(o.geom), 'polygon empty')) as geom
	from t_communities c left join t_communities o on o.map = c.map and o.code < c.code group by c.map, c.code, c.geom
), got as (
	select map, community as code, st_union(geom) as geom, sum(st_area(geom)) as area from t_grids where not layered group by map, community
), whole as (
	select map, st_union(geom) as geom, sum(st_area(geom)) as area from t_grids where not layered group by map
), micro as (
	select m.map, m.grid, st_union(m.geom) as geom, sum(st_area(m.geom)) as area from t_micro m where not m.layered group by m.map, m.grid
)
select 'invalid grid', map, code, st_isvalidreason(geom) from t_grids where not st_isvalid(geom)
union all select 'invalid micro-grid', map, code, st_isvalidreason(geom) from t_micro where not st_isvalid(geom)
union all select 'empty outline', map, code, '' from t_grids where st_isempty(geom)
union all select 'grids do not fill the community', w.map, w.code, round(st_area(st_symdifference(w.geom, coalesce(g.geom, 'polygon empty')))::numeric, 4)::text
	from want w left join got g using (map, code) where st_area(st_symdifference(w.geom, coalesce(g.geom, 'polygon empty'))) > 0.001 * w.border + 0.001
union all select 'grids overlap', map, '', (area - st_area(geom))::text from whole where abs(area - st_area(geom)) > 1e-5
union all select 'micro-grids do not fill the grid', g.map, g.code, st_area(st_symdifference(g.geom, m.geom))::text
	from t_grids g join micro m on m.map = g.map and m.grid = g.code where not g.layered
	and (abs(m.area - st_area(g.geom)) > 1e-5 or st_area(st_symdifference(g.geom, m.geom)) > 1e-5)
union all select 'building elsewhere', b.map, b.grid, b.id::text || ' ' || st_astext(b.geom)
	from t_places b join t_grids g on g.map = b.map and g.code = b.grid where b.kind <> 'shared' and not st_dwithin(g.geom, b.geom, 0.002)
union all select 'two pieces with buildings', map, code, count(*)::text from (
	select g.map, g.code, d.path from t_grids g cross join lateral st_dump(g.geom) d
	where not g.layered and exists (select from t_places b where b.map = g.map and b.grid = g.code and b.kind = 'point' and st_dwithin(d.geom, b.geom, 0.0005)
		and st_area(d.geom) > 0) and not exists (select from t_places b where b.map = g.map and b.grid = g.code and b.kind = 'shared')
	) p group by map, code having count(*) > 1
union all select 'sliver', g.map, g.code, round(st_area(thin.geom)::numeric, 2) || ' m2 of ' || round(thin.length::numeric, 1) || ' m at ' || st_astext(st_pointonsurface(thin.geom), 1)
	from t_grids g join t_communities c on c.map = g.map and c.code = g.community
	cross join lateral (select d.geom, st_perimeter(d.geom) / 2 as length from st_dump(st_difference(g.geom, st_buffer(st_buffer(g.geom, -0.05, 'join=mitre mitre_limit=3'), 0.06, 'join=mitre mitre_limit=3'))) d) thin
	where not g.layered and thin.length > 10
	and not st_dwithin(thin.geom, st_difference(c.geom, st_buffer(st_buffer(c.geom, -0.05, 'join=mitre mitre_limit=3'), 0.06, 'join=mitre mitre_limit=3')), 1)
order by 1, 2, 3`

func TestPlansOfWildMapsAreWholeInTheEyesOfPostGIS(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	_, err = conn.Exec(ctx, `create temp table t_communities (map int, code text, geom geometry);
		create temp table t_grids (map int, code text, community text, layered bool, geom geometry);
		create temp table t_micro (map int, code text, grid text, layered bool, geom geometry);
		create temp table t_places (map int, id int8, grid text, kind text, geom geometry)`)
	if err != nil {
		t.Fatal(err)
	}
	var communities, grids, micro, places [][]any
	for seed := range uint64(wildRuns(t)) {
		in := wildInput(seed)
		p := draw(t, in, Options{Seed: seed, Restarts: 1, Workers: 1})
		checkKept(t, seed, in, p)
		for _, c := range in.Communities {
			communities = append(communities, []any{seed, c.Code, local(c.Outline)})
		}
		for _, g := range p.Grids {
			grids = append(grids, []any{seed, g.Code, g.Community, g.Layered, local(g.Outline)})
			for _, m := range g.Microgrids {
				micro = append(micro, []any{seed, m.Code, g.Code, m.Layered, local(m.Outline)})
			}
		}
		shared := onSharedLand(t, in, p)
		outline := map[int64]orb.Geometry{}
		for _, b := range in.Buildings {
			outline[b.ID] = b.Outline
		}
		for _, a := range p.Assignments {
			if shared[a.BuildingID] { // a grid may hang together by such land alone
				places = append(places, []any{seed, a.BuildingID, p.Grids[a.Grid].Code, "shared", nil})
				continue
			}
			if g, kind := placeOf(outline[a.BuildingID]); g != nil {
				places = append(places, []any{seed, a.BuildingID, p.Grids[a.Grid].Code, kind, local(g)})
			}
		}
	}
	load := func(table string, columns []string, rows [][]any) {
		t.Helper()
		if _, err := conn.Exec(ctx, `create temp table raw (like `+table+`); alter table raw alter column geom type bytea using null`); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{"raw"}, columns, pgx.CopyFromRows(rows)); err != nil {
			t.Fatal(err)
		}
		last := columns[:len(columns)-1]
		list := ""
		for _, c := range last {
			list += c + ", "
		}
		if _, err := conn.Exec(ctx, `insert into `+table+` select `+list+` st_geomfromwkb(geom) from raw; drop table raw`); err != nil {
			t.Fatal(err)
		}
	}
	load("t_communities", []string{"map", "code", "geom"}, communities)
	load("t_grids", []string{"map", "code", "community", "layered", "geom"}, grids)
	load("t_micro", []string{"map", "code", "grid", "layered", "geom"}, micro)
	load("t_places", []string{"map", "id", "grid", "kind", "geom"}, places)
	if _, err := conn.Exec(ctx, `update t_communities set geom = (select st_union(st_collectionextract(st_makevalid(d.geom), 3)) from st_dump(geom) d);
		create index on t_grids (map, code); create index on t_micro (map, grid); create index on t_places (map, grid); analyze t_grids; analyze t_micro; analyze t_places`); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(ctx, faultsSQL)
	if err != nil {
		t.Fatal(err)
	}
	type fault struct {
		What       string
		Map        int
		Code, Says string
	}
	faults, err := pgx.CollectRows(rows, pgx.RowToStructByPos[fault])
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Errorf("map %d %s: %s %s", f.Map, f.Code, f.What, f.Says)
	}
	t.Logf("%d maps, %d communities, %d grids, %d micro-grids, %d places", wildRuns(t), len(communities), len(grids), len(micro), len(places))
}

// onSharedLand are buildings whose atom several grids stand on.
func onSharedLand(t *testing.T, in Input, p *Plan) map[int64]bool {
	t.Helper()
	grid := map[int64]int{}
	out := map[int64]bool{}
	for _, a := range p.Assignments {
		if g, known := grid[a.BuildingID]; known && g != a.Grid {
			out[a.BuildingID] = true
		}
		grid[a.BuildingID] = a.Grid
	}
	land, err := survey(context.Background(), in, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range land.atoms {
		several := false
		for _, b := range at.buildings {
			several = several || out[in.Buildings[b].ID] || grid[in.Buildings[b].ID] != grid[in.Buildings[at.buildings[0]].ID]
		}
		for _, b := range at.buildings {
			out[in.Buildings[b].ID] = several
		}
	}
	return out
}

// local moves g near zero, where sums of areas lose less, and writes it.
func local(g orb.Geometry) []byte {
	move := func(p orb.Point) orb.Point {
		return orb.Point{math.Round((p[0]-originE)*1000) / 1000, math.Round((p[1]-originN)*1000) / 1000}
	}
	switch x := g.(type) {
	case orb.MultiPoint:
		out := make(orb.MultiPoint, len(x))
		for i, p := range x {
			out[i] = move(p)
		}
		g = out
	case orb.MultiPolygon:
		out := make(orb.MultiPolygon, len(x))
		for i, poly := range x {
			out[i] = make(orb.Polygon, len(poly))
			for j, ring := range poly {
				for _, p := range ring {
					out[i][j] = append(out[i][j], move(p))
				}
				if n := len(out[i][j]); n > 0 && out[i][j][0] != out[i][j][n-1] {
					out[i][j] = append(out[i][j], out[i][j][0])
				}
			}
		}
		g = out
	}
	return wkb.MustMarshal(g)
}

// placeOf is a point that tells where a building stands, or its area.
func placeOf(g orb.Geometry) (orb.Geometry, string) {
	area, points, faulty := footprint(g)
	switch {
	case len(area) == 0 && len(points) > 0:
		return orb.MultiPoint(points), "point"
	case len(area) == 0 || faulty:
		return nil, ""
	}
	return area, "area"
}

// checkKept: every building is in the plan whole, or reported.
func checkKept(t *testing.T, seed uint64, in Input, p *Plan) {
	t.Helper()
	households := map[int64]int{}
	for _, a := range p.Assignments {
		households[a.BuildingID] += a.Households
	}
	dropped := map[int64]bool{}
	for _, r := range p.Rejected {
		dropped[r.BuildingID] = dropped[r.BuildingID] || r.Dropped
	}
	for _, b := range in.Buildings {
		h, ok := households[b.ID]
		if ok == dropped[b.ID] || ok && h != b.Households {
			t.Errorf("map %d building %d: in the plan %v with %d of %d, dropped %v", seed, b.ID, ok, h, b.Households, dropped[b.ID])
		}
	}
	if r := p.Report.Topology; r.DisconnectedGrids != 0 || r.GapM2 != 0 || r.OverlapM2 != 0 {
		t.Errorf("map %d: %+v", seed, r)
	}
}
