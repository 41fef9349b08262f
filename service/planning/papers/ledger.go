package papers

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"gridmap/data"
)

// column of a sheet: its heading, its width in characters, and its cells.
type column[T any] struct {
	zh, en string
	width  float64
	cell   func(*T) any
}

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
	f := excelize.NewFile()
	defer f.Close()
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE6F1"}}, Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "1D3A5F"}}})
	if err != nil {
		return err
	}
	about := words(r.English, "方案", "Plan")
	if err := f.SetSheetName(f.GetSheetName(0), about); err != nil {
		return err
	}
	if err := writeAbout(f, about, p, r.English); err != nil {
		return err
	}
	around := newSurroundings(p)
	if err := writeSheet(f, words(r.English, "网格台账", "Grids"), head, r.English, gridColumns(around, r.English), p.Grids); err != nil {
		return err
	}
	if err := writeSheet(f, words(r.English, "微网格台账", "Micro-grids"), head, r.English, microgridColumns(r.English), p.Microgrids); err != nil {
		return err
	}
	f.SetActiveSheet(1)
	return f.Write(out)
}

func gridColumns(around *surroundings, english bool) []column[data.PaperGrid] {
	type g = data.PaperGrid
	return []column[g]{
		{"镇街", "Town", 14, func(g *g) any { return g.Town }},
		{"社区（村）", "Community", 16, func(g *g) any { return g.Community }},
		{"网格编码", "Code", 18, func(g *g) any { return g.Code }},
		{"网格名称", "Name", 16, func(g *g) any { return g.Name }},
		{"类型", "Kind", 10, func(g *g) any { return kindOf(g.Kind, english) }},
		{"户数", "Households", 8, func(g *g) any { return g.Households }},
		{"人数", "Persons", 8, func(g *g) any { return g.Persons }},
		{"面积（平方米）", "Area (m²)", 14, func(g *g) any { return round(g.AreaM2) }},
		{"在规定范围内", "Within the rule", 12, func(g *g) any { return yes(g.InRule, english) }},
		{"四至", "Bounds", 60, func(g *g) any {
			b := around.of(g)
			return words(english, b.ZH, b.EN)
		}},
		{"不在范围内的原因", "Reason when outside", 50, func(g *g) any { return words(english, g.ReasonZH, g.ReasonEN) }},
		{"沿革", "Lineage", 8, func(g *g) any { return lineageOf(g.Lineage, english) }},
		{"来自网格", "From", 40, func(g *g) any { return strings.Join(g.Predecessors, ", ") }},
	}
}

func microgridColumns(english bool) []column[data.PaperMicrogrid] {
	type m = data.PaperMicrogrid
	return []column[m]{
		{"网格编码", "Grid", 18, func(m *m) any { return m.Grid }},
		{"微网格编码", "Code", 20, func(m *m) any { return m.Code }},
		{"户数", "Households", 8, func(m *m) any { return m.Households }},
		{"人数", "Persons", 8, func(m *m) any { return m.Persons }},
		{"面积（平方米）", "Area (m²)", 14, func(m *m) any { return round(m.AreaM2) }},
		{"在规定范围内", "Within the rule", 12, func(m *m) any { return yes(m.InRule, english) }},
		{"分层", "In layers", 8, func(m *m) any { return yes(m.Layered, english) }},
		{"不在范围内的原因", "Reason when outside", 50, func(m *m) any { return words(english, m.ReasonZH, m.ReasonEN) }},
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

// writeAbout tells what plan it is and counts it up.
func writeAbout(f *excelize.File, sheet string, p *data.PlanPaper, english bool) error {
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
	rows := [][2]any{
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
	if err := f.SetColWidth(sheet, "A", "A", 28); err != nil {
		return err
	}
	if err := f.SetColWidth(sheet, "B", "B", 40); err != nil {
		return err
	}
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := f.SetSheetRow(sheet, at, &[]any{row[0], row[1]}); err != nil {
			return err
		}
	}
	return nil
}

// writeSheet streams rows into a sheet whose heading stays in sight and filters.
func writeSheet[T any](f *excelize.File, sheet string, head int, english bool, columns []column[T], rows []T) error {
	if _, err := f.NewSheet(sheet); err != nil {
		return err
	}
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	titles := make([]any, len(columns))
	for i, c := range columns {
		if err := w.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
		titles[i] = excelize.Cell{StyleID: head, Value: words(english, c.zh, c.en)}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := w.SetRow("A1", titles, excelize.RowOpts{Height: 32}); err != nil {
		return err
	}
	for i := range rows {
		cells := make([]any, len(columns))
		for k, c := range columns {
			cells[k] = c.cell(&rows[i])
		}
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, cells); err != nil {
			return err
		}
	}
	return w.Flush()
}
