package importers

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// kind is what a file can hold: which geometry, which fields, and how a row
// becomes a row of the staging table.
type kind struct {
	name    string
	shape   shape
	fields  []field
	columns []string // of the staging table, in the order of convert's values
	convert func(*record, orb.Geometry) []any
}

// Kinds are the names that Request.Kind takes.
func Kinds() []string {
	return []string{"divisions", "buildings", "compounds", "roads", "water", "households", "cases", "organisations",
		"objects", "land", "shelters", "gauges", "levees", "terrain", "depth", "osm"}
}

func kindNamed(name string) (kind, bool) {
	for _, k := range []kind{divisions(), buildings(), compounds(), roads(), water(), households(), cases(), organisations(),
		objects(), land(), shelters(), gauges(), levees()} {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

// Columns answers the fields of a kind, each with the names of columns from which
// it is read when --field names none.
func Columns(kind string) map[string][]string {
	k, _ := kindNamed(kind)
	all := make(map[string][]string, len(k.fields))
	for _, f := range k.fields {
		all[f.name] = append([]string{f.name}, f.aka...)
	}
	return all
}

// idField is every kind's identifier in its source.
func idField() field {
	return field{"source_id", []string{"id", "编号", "编码", "标识码", "bsm", "uid", "uuid", "gid", "objectid", "osm_id", "code", "代码", "number"}}
}

func nameField() field {
	return field{"name", []string{"名称", "name_zh", "mc", "xqmc", "姓名"}}
}

func allowed(names map[string]string) string {
	var all []string
	for _, word := range names {
		if word != "" && !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// same is an enumeration whose words are their own names.
func same(words string, more map[string]string) map[string]string {
	all := map[string]string{}
	for _, w := range strings.Fields(words) {
		all[w] = w
	}
	for k, v := range more {
		all[k] = v
	}
	return all
}

func divisions() kind {
	levels := same("district town community", map[string]string{"区县": "district", "区": "district", "县": "district", "county": "district",
		"镇街": "town", "镇": "town", "街道": "town", "subdistrict": "town", "township": "town",
		"村(社区)": "community", "社区": "community", "村": "community", "village": "community"})
	committees := same("residents villagers", map[string]string{"居委会": "residents", "社区": "residents", "村委会": "villagers", "村": "villagers"})
	return kind{name: "divisions", shape: areaShape,
		fields: []field{idField(), nameField(), {"code", []string{"编码", "代码", "区划代码", "行政区划代码", "xzqdm"}},
			{"level", []string{"级别", "层级"}}, {"parent_code", []string{"parent", "上级代码", "上级编码"}},
			{"kind", []string{"类型"}}, {"complex", []string{"复杂区域"}}},
		columns: []string{"code", "level", "name", "parent_code", "kind", "complex"},
		convert: func(r *record, _ orb.Geometry) []any {
			code, _ := r.code("code", 12).(string)
			if code == "" {
				r.refuse("code", "missing", "")
				return nil
			}
			if len(code) != 12 {
				return nil
			}
			level, committee := levelOf(code)
			if r.get("level") != "" {
				if said, _ := r.enum("level", levels).(string); said != level {
					r.refuse("level", "does not fit the code, which is that of a "+level, r.get("level"))
				}
			}
			parent := r.code("parent_code", 12)
			switch {
			case level == "district":
				parent = nil
			case parent == nil && level == "town":
				parent = code[:6] + "000000"
			case parent == nil:
				parent = code[:9] + "000"
			}
			var what any
			if level == "community" {
				if what = any(committee); r.get("kind") != "" {
					what = r.enum("kind", committees)
				}
			}
			return []any{code, level, r.required("name"), parent, what, r.boolean("complex")}
		}}
}

// levelOf reads level and committee from a 12-digit code: the last three digits
// of a community are 001–199 for residents' committees, else villagers'.
func levelOf(code string) (level, committee string) {
	switch {
	case strings.HasSuffix(code, "000000"):
		return "district", ""
	case strings.HasSuffix(code, "000"):
		return "town", ""
	case code[9:] < "200":
		return "community", "residents"
	}
	return "community", "villagers"
}

func compounds() kind {
	kinds := same("residential village school hospital mall industrial government other", map[string]string{"": "residential",
		"小区": "residential", "住宅小区": "residential", "村落": "village", "院落": "village", "学校": "school", "医院": "hospital",
		"商场": "mall", "工业园区": "industrial", "工业": "industrial", "机关": "government", "其他": "other"})
	return kind{name: "compounds", shape: areaShape,
		fields:  []field{idField(), nameField(), {"kind", []string{"类型", "type"}}, {"community_code", communityNames()}},
		columns: []string{"name", "kind", "community_code"},
		convert: func(r *record, _ orb.Geometry) []any {
			return []any{r.required("name"), r.enum("kind", kinds), r.code("community_code", 12)}
		}}
}

func communityNames() []string {
	return []string{"community", "社区编码", "社区代码", "村社区编码", "所属社区编码"}
}

func buildingNames() []string {
	return []string{"building", "楼栋编码", "建筑编码", "楼栋代码", "所属楼栋编码"}
}

func gridNames() []string {
	return []string{"grid", "网格编码", "网格代码", "所属网格编码"}
}

func roads() kind {
	classes := same("motorway arterial secondary street lane path rail", map[string]string{"": "street",
		"trunk": "arterial", "primary": "arterial", "tertiary": "street", "residential": "street", "unclassified": "street",
		"service": "lane", "track": "path", "footway": "path", "高速公路": "motorway", "高速": "motorway", "国道": "arterial", "省道": "arterial",
		"主干路": "arterial", "主干道": "arterial", "县道": "secondary", "次干路": "secondary", "次干道": "secondary", "乡道": "street",
		"支路": "street", "街道": "street", "村道": "lane", "巷": "lane", "小路": "path", "铁路": "rail", "railway": "rail"})
	return kind{name: "roads", shape: lineShape,
		fields: []field{idField(), nameField(), {"class", []string{"highway", "fclass", "道路等级", "等级", "类型", "type"}},
			{"bridge", []string{"桥", "是否桥梁"}}, {"deck_m", []string{"桥面高程", "桥面标高"}}},
		columns: []string{"class", "name", "bridge", "deck_m"},
		convert: func(r *record, _ orb.Geometry) []any {
			bridge, deck := r.boolean("bridge"), r.number("deck_m", -500, 9000)
			// The lowest point of a bridge is what a flood reaches first.
			if low := r.row.LowestM; deck == nil && bridge && low != nil {
				if deck = low; *low < -500 || *low > 9000 {
					r.refuse("geometry", "a height is not between -500 and 9000 m", "")
				}
			}
			return []any{r.enum("class", classes), r.text("name", ""), bridge, deck}
		}}
}

func water() kind {
	kinds := same("river stream lake pond", map[string]string{"": "river", "河流": "river", "河": "river", "江": "river", "riverbank": "river",
		"canal": "river", "溪": "stream", "沟渠": "stream", "ditch": "stream", "drain": "stream", "湖泊": "lake", "湖": "lake",
		"水库": "lake", "reservoir": "lake", "water": "lake", "池塘": "pond", "坑塘": "pond", "塘": "pond"})
	return kind{name: "water", shape: waterShape,
		fields:  []field{idField(), nameField(), {"kind", []string{"类型", "waterway", "type", "fclass"}}},
		columns: []string{"kind", "name"},
		convert: func(r *record, _ orb.Geometry) []any {
			return []any{r.enum("kind", kinds), r.text("name", "")}
		}}
}

func objects() kind {
	states := same("good damaged missing", map[string]string{"": "good", "完好": "good", "正常": "good", "破损": "damaged", "损坏": "damaged", "丢失": "missing", "缺失": "missing"})
	return kind{name: "objects", shape: pointShape,
		fields: []field{idField(), nameField(), {"kind", []string{"类型", "部件类型", "type"}}, {"state", []string{"状态", "完好状态"}},
			{"building_code", buildingNames()}},
		columns: []string{"kind", "name", "state", "building_code"},
		convert: func(r *record, _ orb.Geometry) []any {
			return []any{r.required("kind"), r.text("name", ""), r.enum("state", states), r.nullable("building_code")}
		}}
}

func land() kind {
	risks := same("flood landslide fire traffic drowning other", map[string]string{"": "", "洪涝": "flood", "洪水": "flood", "内涝": "flood",
		"滑坡": "landslide", "地质灾害": "landslide", "火灾": "fire", "森林防火": "fire", "交通": "traffic", "溺水": "drowning", "其他": "other"})
	return kind{name: "land", shape: areaShape,
		fields:  []field{idField(), nameField(), {"kind", []string{"类型", "地类", "地类名称", "dlmc", "landuse", "type"}}, {"risk", []string{"风险", "风险类型"}}},
		columns: []string{"kind", "name", "risk"},
		convert: func(r *record, _ orb.Geometry) []any {
			what := "parcel" // what a file of land without a kind holds
			if r.has("kind") {
				what = r.required("kind")
			}
			return []any{what, r.text("name", ""), r.enum("risk", risks)}
		}}
}
