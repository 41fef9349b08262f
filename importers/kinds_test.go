package importers_test

import (
	"context"
	"maps"
	"testing"

	"gridmap/data/testdb"
	"gridmap/importers"
)

// populated is the district with three buildings, a published grid and a type
// of case.
func populated(t *testing.T) testdb.Database {
	t.Helper()
	db := testdb.New(t)
	district(t, db)
	path := write(t, "b.csv", "code,lon,lat,floors,households,persons\nB1,105.81,30.11,6,10,26\nB2,105.82,30.12,3,0,0\nB3,105.86,30.11,1,1,3\n")
	if got := run(t, db, importers.Request{Kind: "buildings", Files: []string{path}}).Total(); got.Inserted != 3 {
		t.Fatalf("buildings: got %+v", got)
	}
	_, err := db.Pool.Exec(context.Background(), `
		insert into case_types (code, name, board, limit_hours) values ('road.hole', '道路破损', 'livelihood', 48);
		with p as (
			insert into plans (name, status, author, published_at, effective_on) values ('p', 'published', 'a', now(), '2024-01-01') returning id)
		insert into grids (plan_id, community_code, code, name, households, persons, area_m2, in_rule, reason_kind, lineage, geom, valid)
		select p.id, d.code, d.code || '001', 'g', 10, 26, 1, false, 'few', 'N', d.geom, tstzrange('2024-01-01', null)
		from p, divisions d where d.level = 'community'`)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestEachKindTakesItsTable(t *testing.T) {
	cases := []struct {
		kind, text string
		inserted   int64
		refused    map[int64]string
		check      string // counts to 1 when all is right
	}{
		{"compounds", "编号,名称,类型,wkt\nC1,书香苑,小区,\"POLYGON((105.81 30.11,105.82 30.11,105.82 30.12,105.81 30.11))\"\n" +
			"C2,,小区,\"POLYGON((105.81 30.11,105.82 30.11,105.82 30.12,105.81 30.11))\"\n" +
			"C3,夹缝,小区,\"POLYGON((105.892 30.11,105.893 30.11,105.893 30.12,105.892 30.11))\"\n", 1,
			map[int64]string{3: "name: missing", 4: "community_code: lies in no community"},
			`select count(*) from compounds where name = '书香苑' and kind = 'residential' and community_code = '500152001001'`},
		{"water", "id,name,kind,wkt\n1,琼江,河流,\"LINESTRING(105.81 30.11,105.82 30.11)\"\n2,,ocean,\"LINESTRING(105.81 30.11,105.82 30.11)\"\n", 1,
			map[int64]string{3: "kind: not one of lake, pond, river, stream"},
			`select count(*) from water where name = '琼江' and kind = 'river'`},
		{"land", "id,地类名称,风险,wkt\n1,林地,滑坡,\"MULTIPOLYGON(((105.81 30.11,105.82 30.11,105.82 30.12,105.81 30.11)))\"\n", 1, nil,
			`select count(*) from land where kind = '林地' and risk = 'landslide'`},
		{"objects", "id,类型,状态,building_code,lon,lat\n1,井盖,破损,,105.81,30.11\n2,路灯,,B1,,\n3,路灯,,B9,,\n4,路灯,碎,,105.81,30.11\n", 2,
			map[int64]string{4: "building_code: no building has this code", 5: "state: not one of damaged, good, missing"},
			`select count(*) from objects where kind = '路灯' and state = 'good' and st_equals(geom, 'srid=4490;point(105.81 30.11)')`},
		{"shelters", "id,name,capacity,无障碍,lon,lat\n1,学校,,是,105.81,30.11\n2,体育馆,-3,否,105.81,30.11\n3,会堂,300,maybe,105.81,30.11\n", 1,
			map[int64]string{3: "capacity: negative", 4: "accessible: not yes or no"},
			`select count(*) from shelters where capacity is null and accessible`},
		{"households", "户编号,楼栋编码,单元,楼层,房号,人数\nH1,B1,1,6,601,3\nH2,B1,1,7,701,3\nH3,B1,1,0,001,3\nH4,B9,1,1,101,3\nH5,B1,1,5,601,1\nH6,B1,1,2,201,-1\n", 1,
			map[int64]string{3: "floor: the building has 6 floors", 4: "floor: no floor is numbered 0", 5: "building_code: no building has this code",
				6: "floor: the same room is on another floor in line 2", 7: "persons: negative"},
			`select count(*) from households h join rooms r on r.id = h.room_id where h.source_id = 'H1' and r.floor = 6 and r.number = '601' and persons = 3`},
		{"organisations", "id,名称,类型,上级,社区编码,lon,lat\n1,区委,党委,,,,\n2,支部,党支部,1,500152001001,,\n3,小组,党小组,支部,,105.81,30.11\n4,孤儿,党小组,99,,,\n5,孙,党小组,4,,,\n6,自己,党小组,6,,,\n7,村组,党小组,1,500152001999,,\n", 3,
			map[int64]string{5: "parent: no organisation has this identifier or name", 6: "parent: its parent was refused", 7: "parent: its own parent",
				8: "community_code: no community has this code"},
			`select count(*) from organisations c join organisations p on p.id = c.parent_id where c.name = '小组' and p.name = '支部' and c.community_code = '500152001001'`},
		{"gauges", "code,name,river,警戒水位,保证水位,date,lon,lat\nG1,小河坝,涪江,238,240,2020-08-17,105.81,30.11\nG1,小河坝,涪江,237.5,,2018-07-11,105.81,30.11\n" +
			"G2,泰安,琼江,246.5,245,2020-01-01,105.81,30.11\nG3,泰安,琼江,246.5,,,105.81,30.11\n", 1,
			map[int64]string{4: "guarantee_m: below warning_m", 5: "valid_from: missing: a threshold holds from a day on"},
			`select count(*) - 1 from gauge_thresholds t join gauges g on g.id = t.gauge_id where g.code = 'G1'`},
		{"cases", "案件编号,事件类型,标题,上报时间,办结时间,评分,楼栋编码,网格编码,lon,lat\n" +
			"N1,road.hole,坑洞,2024-05-01 08:00:00,,,,,105.82,30.13\n" +
			"N2,道路破损,坑洞,2024/5/1 8:00,2024-05-02 08:00:00,5,B3,,,\n" +
			"N3,road.hole,坑洞,2024-05-01,,,,500152001001001,,\n" +
			"N4,road.hole,坑洞,yesterday,,,,,105.82,30.13\n" +
			"N5,road.hole,坑洞,2024-05-02,2024-05-01,,,,105.82,30.13\n" +
			"N6,unknown,坑洞,2024-05-01,,,,,105.82,30.13\n" +
			"N7,road.hole,坑洞,2024-05-01,,,,,,\n" +
			"N8,road.hole,坑洞,2024-05-01,,,,,105.895,30.13\n" +
			"N9,road.hole,坑洞,2024-05-01,,3,,,105.82,30.13\n", 3,
			map[int64]string{5: "opened_at: not a time (2006-01-02 15:04:05)", 6: "closed_at: before opened_at", 7: "type_code: no case type has this code",
				8: "geometry: no position, no building_code and no grid_code", 9: "geometry: lies in no grid",
				10: "rating: a case that is not closed has no rating"},
			`select count(*) from cases where number = 'N2' and building_id is not null and community_code = '500152001201' and town_code = '500152001000'
				and closed_at = '2024-05-02 08:00+08' and step = 'rate' and due_at = '2024-05-03 08:00+08' and type_code = 'road.hole'`},
	}
	for _, c := range cases {
		t.Run(c.kind, func(t *testing.T) {
			db := populated(t)
			req := importers.Request{Kind: c.kind, Files: []string{write(t, c.kind+".csv", c.text)}, ReportDir: t.TempDir()}
			r := run(t, db, req)
			got := r.Total()
			if got.Inserted != c.inserted || got.Rejected != int64(len(c.refused)) {
				t.Errorf("got %+v, want %d inserted, %d refused", got, c.inserted, len(c.refused))
			}
			if reasons := rejected(t, r); !maps.Equal(reasons, c.refused) {
				t.Errorf("refused: got %v, want %v", reasons, c.refused)
			}
			if n := number(t, db, c.check); n != 1 {
				t.Errorf("%s: got %d, want 1", c.check, n)
			}
			changes := number(t, db, `select count(*) from changes`)
			if again := run(t, db, req).Total(); again.Inserted+again.Updated != 0 {
				t.Errorf("the same file twice: got %+v, want nothing inserted or updated", again)
			}
			if n := number(t, db, `select count(*) from changes`); n != changes {
				t.Errorf("the same file twice wrote %d changes to the feed", n-changes)
			}
		})
	}
}

func TestDivisionsFitTheirCodes(t *testing.T) {
	const square = `"POLYGON((105.8 30.1,105.9 30.1,105.9 30.2,105.8 30.1))"`
	cases := []struct{ name, row, want string }{
		{"a code of eleven digits", "50015200200,镇,,," + square, "code: not a code of 12 digits"},
		{"a level that the code denies", "500152002000,镇,社区,," + square, "level: does not fit the code, which is that of a town"},
		{"a parent that is not there", "500152002001,村,,," + square, "parent_code: no division has this code, or it was refused"},
		{"a code that another source has", "500152001000,镇,,," + square, "code: division 500152001000 is there already, from divisions"},
		{"no name", "500152002000,,,," + square, "name: missing"},
		{"a town that is new", "500152002000,镇,镇,500152000000," + square, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := testdb.New(t)
			district(t, db)
			path := write(t, "more.csv", "code,name,level,parent,wkt\n"+c.row+"\n")
			r := run(t, db, importers.Request{Kind: "divisions", Files: []string{path}, ReportDir: t.TempDir()})
			if got := rejected(t, r)[2]; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
