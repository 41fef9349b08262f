package papers

import (
	"context"
	"io"
	"strings"
	"time"

	"gridmap/data"
	"gridmap/service/press/sheets"
)

// words picks one of two languages.
func words(english bool, zh, en string) string {
	if english {
		return en
	}
	return zh
}

// writeLedger writes the ledger of a plan: a sheet with what the plan is, one of
// grids and one of micro-grids.
func writeLedger(_ context.Context, _ *Service, out io.Writer, p *data.PlanPaper, r *Request) error {
	b, err := sheets.New(r.English)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := sheets.Add(b, words(r.English, "方案", "Plan"), sheets.Page{}, aboutColumns(), about(p, r.English)); err != nil {
		return err
	}
	around := newSurroundings(p)
	if err := sheets.Add(b, words(r.English, "网格台账", "Grids"), sheets.Page{}, gridColumns(around, r.English), p.Grids); err != nil {
		return err
	}
	b.Open()
	if err := sheets.Add(b, words(r.English, "微网格台账", "Micro-grids"), sheets.Page{}, microgridColumns(r.English), p.Microgrids); err != nil {
		return err
	}
	return b.Write(out)
}

func gridColumns(around *surroundings, english bool) []sheets.Column[data.PaperGrid] {
	type g = data.PaperGrid
	return []sheets.Column[g]{
		sheets.Of("镇街", "Town", 14, func(g *g) any { return g.Town }),
		sheets.Of("社区（村）", "Community", 16, func(g *g) any { return g.Community }),
		sheets.Of("网格编码", "Code", 18, func(g *g) any { return g.Code }),
		sheets.Of("网格名称", "Name", 16, func(g *g) any { return g.Name }),
		sheets.Of("类型", "Kind", 10, func(g *g) any { return kindOf(g.Kind, english) }),
		sheets.Of("户数", "Households", 8, func(g *g) any { return g.Households }),
		sheets.Of("人数", "Persons", 8, func(g *g) any { return g.Persons }),
		sheets.Of("面积（平方米）", "Area (m²)", 14, func(g *g) any { return round(g.AreaM2) }),
		sheets.Of("在规定范围内", "Within the rule", 12, func(g *g) any { return yes(g.InRule, english) }),
		sheets.Of("四至", "Bounds", 60, func(g *g) any {
			b := around.of(g)
			return words(english, b.ZH, b.EN)
		}),
		sheets.Of("不在范围内的原因", "Reason when outside", 50, func(g *g) any { return words(english, g.ReasonZH, g.ReasonEN) }),
		sheets.Of("沿革", "Lineage", 8, func(g *g) any { return lineageOf(g.Lineage, english) }),
		sheets.Of("来自网格", "From", 40, func(g *g) any { return strings.Join(g.Predecessors, ", ") }),
	}
}

func microgridColumns(english bool) []sheets.Column[data.PaperMicrogrid] {
	type m = data.PaperMicrogrid
	return []sheets.Column[m]{
		sheets.Of("网格编码", "Grid", 18, func(m *m) any { return m.Grid }),
		sheets.Of("微网格编码", "Code", 20, func(m *m) any { return m.Code }),
		sheets.Of("户数", "Households", 8, func(m *m) any { return m.Households }),
		sheets.Of("人数", "Persons", 8, func(m *m) any { return m.Persons }),
		sheets.Of("面积（平方米）", "Area (m²)", 14, func(m *m) any { return round(m.AreaM2) }),
		sheets.Of("在规定范围内", "Within the rule", 12, func(m *m) any { return yes(m.InRule, english) }),
		sheets.Of("分层", "In layers", 8, func(m *m) any { return yes(m.Layered, english) }),
		sheets.Of("不在范围内的原因", "Reason when outside", 50, func(m *m) any { return words(english, m.ReasonZH, m.ReasonEN) }),
	}
}

func round(areaM2 float64) any { return int64(areaM2 + 0.5) }

func yes(is, english bool) string {
	if is {
		return words(english, "是", "yes")
	}
	return words(english, "否", "no")
}

func kindOf(kind string, english bool) string {
	if kind == "dedicated" {
		return words(english, "专属网格", "dedicated")
	}
	return words(english, "基础网格", "basic")
}

// lineageOf spells the lineage codes out.
func lineageOf(code string, english bool) string {
	zh := map[string]string{"N": "新设", "U": "不变", "S": "拆分", "M": "合并", "X": "重划"}
	en := map[string]string{"N": "new", "U": "unchanged", "S": "split", "M": "merged", "X": "redrawn"}
	return words(english, zh[code], en[code])
}

// statusOf spells a plan's status out.
func statusOf(h *data.PaperHead, english bool) string {
	zh := map[string]string{"draft": "草案", "submitted": "已提交", "returned": "已退回", "approved": "已批准", "published": "已发布", "superseded": "已被替代", "abandoned": "已放弃"}
	s := words(english, zh[h.Status], h.Status)
	if h.Status == "published" && h.EnactedAt == nil {
		s += words(english, "（待生效）", " (to come into force)")
	}
	return s
}

func dayOf(t *time.Time, english bool) string {
	if t == nil {
		return words(english, "未定", "not set")
	}
	return t.Format(words(english, "2006年1月2日", time.DateOnly))
}

// fact is a line about a plan.
type fact struct {
	name  string
	value any
}

func aboutColumns() []sheets.Column[fact] {
	return []sheets.Column[fact]{
		sheets.Of("项目", "Item", 28, func(f *fact) any { return f.name }),
		sheets.Of("内容", "Value", 40, func(f *fact) any { return f.value }),
	}
}

// about tells what plan it is and counts it up.
func about(p *data.PlanPaper, english bool) []fact {
	h := &p.Head
	inRule, basic, households, persons := 0, 0, 0, 0
	for i := range p.Grids {
		g := &p.Grids[i]
		households, persons = households+g.Households, persons+g.Persons
		if g.Kind == "basic" {
			basic++
		}
		if g.InRule {
			inRule++
		}
	}
	return []fact{
		{words(english, "方案编号", "Plan number"), h.ID},
		{words(english, "方案名称", "Name"), h.Name},
		{words(english, "状态", "Status"), statusOf(h, english)},
		{words(english, "起草人", "Author"), h.Author},
		{words(english, "批准人", "Approved by"), h.Approver},
		{words(english, "生效日期", "In force from"), dayOf(h.EffectiveOn, english)},
		{words(english, "社区（村）数", "Communities"), len(p.Communities)},
		{words(english, "网格数", "Grids"), len(p.Grids)},
		{words(english, "其中基础网格", "of them basic"), basic},
		{words(english, "户数在规定范围内的网格", "Grids within the rule"), inRule},
		{words(english, "规定户数（网格）", "Households of a grid, from"), h.Min},
		{words(english, "至", "to"), h.Max},
		{words(english, "微网格数", "Micro-grids"), len(p.Microgrids)},
		{words(english, "规定户数（微网格）", "Households of a micro-grid, from"), h.MicroMin},
		{words(english, "至", "to"), h.MicroMax},
		{words(english, "户数合计", "Households in all"), households},
		{words(english, "人数合计", "Persons in all"), persons},
	}
}
