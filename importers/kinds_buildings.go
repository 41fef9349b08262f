package importers

import (
	"math"

	"github.com/paulmach/orb"
	sphere "github.com/paulmach/orb/geo"
)

// What a household and a storey take, for estimates where nothing was counted.
const (
	areaPerHouseholdM2 = 110.0
	livedInShare       = 0.75 // of the storeys' area: walls, stairs and shops are the rest
	smallestHomeM2     = 40.0
	storeyM            = 3.0
)

func buildingWords() (kinds, dedicated map[string]string) {
	kinds = same("residential farmhouse commercial public industrial school hospital other", map[string]string{
		"住宅": "residential", "居民楼": "residential", "商住": "residential", "apartments": "residential", "house": "residential",
		"农房": "farmhouse", "农村住宅": "farmhouse", "商业": "commercial", "办公": "commercial", "公共": "public", "公共建筑": "public",
		"工业": "industrial", "厂房": "industrial", "学校": "school", "医院": "hospital", "其他": "other"})
	dedicated = same("mall school hospital industrial_park", map[string]string{"": "", "商场": "mall", "学校": "school", "医院": "hospital", "工业园区": "industrial_park"})
	return kinds, dedicated
}

func buildings() kind {
	kinds, dedicated := buildingWords()
	return kind{name: "buildings", shape: footprintShape,
		fields: []field{{"source_id", append([]string{"编号", "标识码", "bsm"}, idField().aka...)}, nameField(),
			{"code", []string{"building_code", "楼栋编码", "建筑编码", "编码", "代码"}}, {"address", []string{"地址", "门牌地址"}},
			{"community_code", communityNames()}, {"kind", []string{"类型", "用途", "建筑用途", "building", "type"}}, {"dedicated", []string{"专属网格"}},
			{"floors", []string{"levels", "storeys", "building_levels", "层数", "楼层数", "地上层数"}}, {"height_m", []string{"height", "高度", "建筑高度"}},
			{"storey_m", []string{"层高"}}, {"plinth_m", []string{"室内外高差"}},
			{"households", []string{"户数", "dwellings"}}, {"persons", []string{"人数", "人口", "人口数", "population"}}},
		columns: []string{"code", "community_code", "name", "address", "kind", "kind_guess", "dedicated", "floors", "height_m", "storey_m", "plinth_m",
			"households", "persons", "estimated"},
		convert: func(r *record, g orb.Geometry) []any {
			areaM2 := footprintM2(g)
			floors, heightM := storeys(r)
			guess, what := guessKind(g, areaM2), any(nil)
			if r.has("kind") {
				if what = any("other"); r.get("kind") != "" {
					what = r.enum("kind", kinds)
				}
				guess = what
			}
			homes, persons, estimated := people(r, g, guess, areaM2, floors)
			return []any{r.nullable("code"), r.code("community_code", 12), said(r, "name"), said(r, "address"), what, guess,
				r.enum("dedicated", dedicated), floors, heightM, r.number("storey_m", 1, 20), r.number("plinth_m", 0, 20), homes, persons, estimated}
		}}
}

// said is the text of a column, empty where the row has none, or nil where the
// file has no such column and so says nothing.
func said(r *record, field string) any {
	if !r.has(field) {
		return nil
	}
	return r.text(field, "")
}

// guessKind is for files that do not say what their buildings are.
func guessKind(g orb.Geometry, areaM2 float64) any {
	switch {
	case g == nil:
		return nil
	case areaM2 > 0 && areaM2 < smallestHomeM2:
		return "other"
	}
	return "residential"
}

// footprintM2 is an area on the sphere, half a per cent off at most: good enough
// to estimate from, and right on any meridian.
func footprintM2(g orb.Geometry) float64 {
	if m, ok := g.(orb.MultiPolygon); ok {
		return sphere.Area(m)
	}
	return 0
}

// storeys reads floors and height; nil where the file has no such column. Floors
// that are not said follow from a height that is.
func storeys(r *record) (floors any, heightM *float64) {
	heightM = r.number("height_m", 0, 1000)
	switch {
	case r.has("floors"):
		floors = r.whole("floors", 0, 200, 0)
	case heightM != nil:
		floors = max(1, min(200, int(math.Round(*heightM/storeyM))))
	}
	return floors, heightM
}

// people reads households and persons. What the file has no column for is
// estimated: persons from households or the other way round, households from
// footprint and floors; a row without a place, which is joined by its code, is
// not estimated from anything.
func people(r *record, g orb.Geometry, what any, areaM2 float64, floors any) (homes, persons, estimated any) {
	hasHomes, hasPersons := r.has("households"), r.has("persons")
	h := r.whole("households", 0, 10_000, 0)
	p := r.whole("persons", 0, 100_000, 0)
	switch {
	case hasHomes && hasPersons:
		return h, p, false
	case hasHomes:
		return h, int(math.Round(float64(h) * personsPerHousehold)), true
	case hasPersons:
		return int(math.Round(float64(p) / personsPerHousehold)), p, true
	case g == nil:
		return nil, nil, nil
	}
	n, _ := floors.(int)
	h = estimateHouseholds(what, areaM2, n)
	return h, int(math.Round(float64(h) * personsPerHousehold)), true
}

func estimateHouseholds(what any, areaM2 float64, floors int) int {
	switch {
	case what == "farmhouse":
		return 1
	case what != "residential" || areaM2 < smallestHomeM2:
		return 0
	}
	n := math.Round(areaM2 * float64(max(floors, 1)) * livedInShare / areaPerHouseholdM2)
	return int(min(max(n, 1), 10_000))
}
