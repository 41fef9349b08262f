package planning

import (
	"fmt"
	"strings"

	"gridmap/data"
	"gridmap/importers/redraw"
)

// words say what an operation did, in two languages.
func (s *session) words(o *Operation, e *redraw.Effect) (zh, en string) {
	g, to := s.short(o.Grid), s.short(o.To)
	switch o.Kind {
	case "move":
		var z, n []string
		for _, m := range e.Moves {
			z = append(z, fmt.Sprintf("将%d个地块划入%s", len(m.Plots), s.short(m.To)))
			n = append(n, fmt.Sprintf("%d plots to %s", len(m.Plots), s.short(m.To)))
		}
		return strings.Join(z, "，"), strings.Join(n, ", ")
	case "split":
		fresh := ""
		for _, m := range e.Moves {
			fresh = s.short(m.To)
		}
		return fmt.Sprintf("将%s沿线分出%s", g, fresh), fmt.Sprintf("Split %s off from %s along a line", fresh, g)
	case "merge":
		return fmt.Sprintf("将%s并入%s", g, to), fmt.Sprintf("Merge %s into %s", g, to)
	case "lock":
		return "锁定" + g, "Lock " + g
	case "unlock":
		return "解锁" + g, "Unlock " + g
	case "rename":
		return fmt.Sprintf("将%s命名为“%s”", g, strings.TrimSpace(o.Name)), fmt.Sprintf("Name %s %q", g, strings.TrimSpace(o.Name))
	case "complex":
		if *o.Complex {
			return "标为复杂社区", "Mark the community as complex"
		}
		return "取消复杂社区标记", "Mark the community as not complex"
	case "dedicated":
		if word := dedicatedWord(strings.TrimSpace(*o.Dedicated)); word != "" {
			return fmt.Sprintf("将%s标为专属网格（%s）", g, word), fmt.Sprintf("Mark %s as dedicated (%s)", g, word)
		}
		return "取消" + g + "的专属标记", "Mark " + g + " as not dedicated"
	case "redraw":
		return fmt.Sprintf("重划本社区，%d个地块换网格", moved(e)), fmt.Sprintf("Redraw the community: %d plots change their grid", moved(e))
	case "repair":
		return fmt.Sprintf("修补本社区，%d个地块换网格", moved(e)), fmt.Sprintf("Repair the community: %d plots change their grid", moved(e))
	}
	return o.Kind, o.Kind
}

func moved(e *redraw.Effect) int {
	n := 0
	for _, m := range e.Moves {
		n += len(m.Plots)
	}
	return n
}

// wordsBack are those of undo and redo.
func wordsBack(kind string, target *data.DraftOperation) (zh, en string) {
	if kind == "undo" {
		return "撤销：" + target.Zh, "Undo: " + target.En
	}
	return "重做：" + target.Zh, "Redo: " + target.En
}

func (s *session) short(code string) string { return strings.TrimPrefix(code, s.community) }

// defaultName of a grid that nobody named.
func defaultName(community, code string) string {
	return "第" + strings.TrimPrefix(code, community) + "网格"
}
