package importers

import (
	"time"

	"github.com/paulmach/orb"
)

// personsPerHousehold is the mean of the district's census.
const personsPerHousehold = 2.6

func households() kind {
	return kind{name: "households", shape: noShape,
		fields: []field{{"source_id", []string{"id", "户编号", "户号", "编号", "household_id"}}, {"building_code", buildingNames()},
			{"stairwell", []string{"单元", "单元号", "unit"}}, {"floor", []string{"楼层", "层"}},
			{"room", []string{"房号", "门牌号", "室", "number"}}, {"persons", []string{"人数", "人口", "户内人数"}}},
		columns: []string{"building_code", "stairwell", "floor", "room", "persons"},
		convert: func(r *record, _ orb.Geometry) []any {
			floor := r.whole("floor", -5, 200, 1)
			if floor == 0 {
				r.refuse("floor", "no floor is numbered 0", r.get("floor"))
			}
			return []any{r.required("building_code"), r.whole("stairwell", 1, 99, 1), floor, r.required("room"), r.whole("persons", 0, 50, 0)}
		}}
}

func caseWords() (levels, steps, boards map[string]string) {
	levels = same("grid community town district", map[string]string{"": "grid", "网格件": "grid", "社区件": "community", "镇街件": "town", "区级件": "district"})
	steps = same("order track screen dispatch accept handle rate", map[string]string{"": "order", "点单": "order", "跟单": "track", "筛单": "screen",
		"派单": "dispatch", "接单": "accept", "办单": "handle", "评单": "rate"})
	boards = same("party economy livelihood safety", map[string]string{"": "", "党的建设": "party", "经济发展": "economy", "民生服务": "livelihood", "平安法治": "safety"})
	return levels, steps, boards
}

func cases() kind {
	levels, steps, boards := caseWords()
	return kind{name: "cases", shape: maybePoint,
		fields: []field{{"source_id", []string{"number", "案件编号", "事件编号", "工单号", "编号", "id"}}, {"type_code", []string{"type", "类型编码", "事件类型"}},
			{"title", []string{"标题", "事件标题", "name", "名称"}}, {"description", []string{"描述", "内容", "事件描述"}},
			{"level", []string{"级别", "层级"}}, {"step", []string{"环节", "流程"}}, {"board", []string{"板块"}},
			{"building_code", buildingNames()}, {"grid_code", gridNames()},
			{"opened_at", []string{"时间", "发生时间", "上报时间", "受理时间"}}, {"closed_at", []string{"办结时间", "结案时间"}}, {"rating", []string{"评分", "满意度"}}},
		columns: []string{"type_code", "title", "description", "level", "step", "board", "building_code", "grid_code", "opened_at", "closed_at", "rating"},
		convert: func(r *record, g orb.Geometry) []any {
			opened, closed := r.moment("opened_at"), r.moment("closed_at")
			step := r.enum("step", steps)
			switch {
			case opened == nil:
				r.refuse("opened_at", "missing", "")
			case opened.After(time.Now().Add(24 * time.Hour)):
				r.refuse("opened_at", "lies in the future", r.get("opened_at"))
			case closed != nil && closed.Before(*opened):
				r.refuse("closed_at", "before opened_at", r.get("closed_at"))
			}
			if closed != nil {
				step = "rate"
			}
			var rating any
			if v := r.number("rating", 1, 5); v != nil {
				if rating = int(*v); closed == nil {
					r.refuse("rating", "a case that is not closed has no rating", r.get("rating"))
				}
			}
			if g == nil && r.get("building_code") == "" && r.get("grid_code") == "" {
				r.refuse("geometry", "no position, no building_code and no grid_code", "")
			}
			return []any{r.required("type_code"), r.required("title"), r.bounded("description", "", maxDescription), r.enum("level", levels), step,
				r.enum("board", boards), r.nullable("building_code"), r.code("grid_code", 15), opened, closed, rating}
		}}
}

func organisations() kind {
	kinds := same("party_committee party_branch party_group department social mass enterprise school hospital rider_team other", map[string]string{
		"": "other", "党委": "party_committee", "党总支": "party_committee", "党支部": "party_branch", "党小组": "party_group", "部门": "department",
		"区级部门": "department", "社会组织": "social", "群团组织": "mass", "企业": "enterprise", "学校": "school", "医院": "hospital", "骑手队": "rider_team", "其他": "other"})
	return kind{name: "organisations", shape: maybePoint,
		fields: []field{idField(), nameField(), {"kind", []string{"类型", "组织类型", "type"}}, {"parent", []string{"parent_id", "上级", "上级编号", "上级组织"}},
			{"community_code", communityNames()}, {"grid_code", gridNames()}, {"building_code", buildingNames()}, {"members", []string{"人数", "成员数", "党员数"}}},
		columns: []string{"name", "kind", "parent", "community_code", "grid_code", "building_code", "members"},
		convert: func(r *record, _ orb.Geometry) []any {
			return []any{r.required("name"), r.enum("kind", kinds), r.nullable("parent"), r.code("community_code", 12), r.code("grid_code", 15),
				r.nullable("building_code"), r.whole("members", 0, 1_000_000, 0)}
		}}
}

func shelters() kind {
	return kind{name: "shelters", shape: pointShape,
		fields: []field{idField(), nameField(), {"capacity", []string{"容量", "可容纳人数", "床位"}}, {"accessible", []string{"无障碍"}},
			{"building_code", buildingNames()}},
		columns: []string{"name", "capacity", "accessible", "building_code"},
		convert: func(r *record, _ orb.Geometry) []any {
			var capacity any // null is unknown, never zero
			if r.get("capacity") != "" {
				capacity = r.whole("capacity", 0, 1_000_000, 0)
			}
			return []any{r.required("name"), capacity, r.boolean("accessible"), r.nullable("building_code")}
		}}
}

func gauges() kind {
	return kind{name: "gauges", shape: pointShape,
		fields: []field{{"source_id", []string{"code", "测站编码", "站码", "编码", "id"}}, {"name", []string{"名称", "站名", "测站名称", "station"}},
			{"river", []string{"河流", "河名", "水系"}}, {"warning_m", []string{"警戒水位", "warning"}}, {"guarantee_m", []string{"保证水位", "guarantee"}},
			{"valid_from", []string{"生效日期", "日期", "date"}}, {"datum", []string{"基面", "高程基准"}}},
		columns: []string{"name", "river", "warning_m", "guarantee_m", "valid_from", "datum"},
		convert: func(r *record, _ orb.Geometry) []any {
			warning, guarantee := r.number("warning_m", -500, 9000), r.number("guarantee_m", -500, 9000)
			if warning != nil && guarantee != nil && *guarantee < *warning {
				r.refuse("guarantee_m", "below warning_m", r.get("guarantee_m"))
			}
			from := r.moment("valid_from")
			if from == nil && (warning != nil || guarantee != nil) {
				r.refuse("valid_from", "missing: a threshold holds from a day on", "")
			}
			var day any
			if from != nil {
				day = from.In(clock()).Format("2006-01-02")
			}
			return []any{r.required("name"), r.required("river"), warning, guarantee, day, r.text("datum", "1985国家高程基准")}
		}}
}
