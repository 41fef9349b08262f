package picture

import "gridmap/importers/redraw"

// words are all texts of the picture in one language.
type words struct {
	title, summary, legend, inRange, over, under, dedicated, layered, community, micro      string
	river, rail, arterial, street, building, block, histogram, outside, more, none, skipped string
	seed, households, axis, microCount, detail, footMicro, north, foot                      string
	reason                                                                                  func(*redraw.Reason) string
}

func wordsOf(english bool) words {
	if english {
		return words{title: "Plan of grids", summary: "%d communities · %d grids · %s households", microCount: "%d micro-grids", detail: "Detail %s", footMicro: "01·60: micro-grid and its households", legend: "Legend",
			inRange: "%d to %d households", over: "over %d", under: "under %d", dedicated: "dedicated, no rule", layered: "layered (parts of a tower)",
			community: "community", micro: "micro-grid", river: "river, water", rail: "railway", arterial: "main road", street: "street", building: "building", block: "block or plot",
			histogram: "Grids by households", outside: "Outside the rule (%d)", more: "and %d more", none: "Every grid is inside the rule.",
			skipped: "too small on this sheet for their number: %d", seed: "seed %d", households: "%d households", axis: "households",
			north: "N", foot: "001: last three digits of the code; below it households",
			reason: func(r *redraw.Reason) string { return r.En }}
	}
	return words{title: "网格划分方案", summary: "%d个社区 · %d个网格 · %s户", microCount: "%d个微网格", detail: "详图 %s", footMicro: "01·60：微网格编码后两位与户数", legend: "图例",
		inRange: "%d–%d户，符合标准", over: "超过%d户", under: "不足%d户", dedicated: "专属网格，不计户数", layered: "叠层网格（楼内分层）",
		community: "社区界", micro: "微网格界", river: "河流、水面", rail: "铁路", arterial: "主干道", street: "街道", building: "建筑", block: "街区、地块",
		histogram: "各网格户数分布", outside: "标准之外（%d个）", more: "另有%d个", none: "所有网格都在标准之内。",
		skipped: "另有%d个网格过小，图上未注编号", seed: "种子 %d", households: "%d户", axis: "户",
		north: "北", foot: "001：网格编码后三位；其下为户数",
		reason: func(r *redraw.Reason) string { return r.Zh }}
}
