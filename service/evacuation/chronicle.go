package evacuation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gridmap/data"
)

// LogLine is something that happened, in words.
type LogLine struct {
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	Grid *string   `json:"grid"`
	By   string    `json:"by"`
	Said
}

// logMost is how much of the log is read at once.
const logMost = 2000

// Log is what happened after an entry, oldest first.
func (s *Service) Log(ctx context.Context, by data.Actor, id, after int64, when *time.Time) ([]LogLine, error) {
	out := []LogLine{}
	err := data.At(ctx, s.web, func(m data.Moment) error {
		e := m.Evacuations()
		v, err := e.Find(ctx, id)
		if err == nil {
			err = visible(by, &v)
		}
		if err != nil {
			return err
		}
		until := s.clockOf(&v)
		if when != nil && when.Before(until) {
			until = *when
		}
		list, err := e.Log(ctx, id, after, until, logMost)
		for i := range list {
			l := LogLine{Seq: list[i].Seq, At: list[i].At, Kind: list[i].Kind, By: list[i].By, Said: sayLog(&list[i])}
			if list[i].GridCode != "" {
				l.Grid = &list[i].GridCode
			}
			out = append(out, l)
		}
		return err
	})
	return out, err
}

// facts of an entry of the log, whatever its kind.
type facts struct {
	Order   any     `json:"order"`
	Grids   int     `json:"grids"`
	State   string  `json:"state"`
	To      string  `json:"to"`
	Version int     `json:"version"`
	Persons int     `json:"persons"`
	Missing int     `json:"missing"`
	Gauge   string  `json:"gauge"`
	StageM  float64 `json:"stage_m"`
	Kind    string  `json:"kind"`
	Number  int     `json:"number"`
}

func sayLog(e *data.LogEntry) Said {
	var f facts
	_ = json.Unmarshal(e.Facts, &f) // written by this program alone
	switch e.Kind {
	case "opened":
		return Said{"启动转移", "the evacuation was opened"}
	case "lifted":
		return Said{"解除：可以返回", "lifted: people may return"}
	case "closed":
		return Said{"结束", "closed"}
	case "approved":
		return Said{fmt.Sprintf("批准方案第 %d 版：%d 人，缺床位 %d", f.Version, f.Persons, f.Missing), fmt.Sprintf("plan %d approved: %d people, %d beds missing", f.Version, f.Persons, f.Missing)}
	case "ordered":
		return Said{fmt.Sprintf("向 %d 个网格下达：%s", f.Grids, orderZH(fmt.Sprint(f.Order))), fmt.Sprintf("ordered to %d grids: %v", f.Grids, f.Order)}
	case "answered":
		if f.State == "on_scene" {
			return Said{"已到现场", "on the scene"}
		}
		return Said{"已收到", "received"}
	case "escalated":
		if f.To == "town" {
			return Said{"无人应答：升级到镇街", "no answer: escalated to the town"}
		}
		return Said{"五分钟无应答：改叫副职", "no answer: escalated to the deputy"}
	case "breached":
		return Said{"堤防决口", "a levee broke"}
	case "overridden":
		return Said{"人工调整安置点", "a building is sent elsewhere"}
	case "called":
		return Said{fmt.Sprintf("点名 %d 条", f.Number), fmt.Sprintf("%d calls of the roll", f.Number)}
	case "decided":
		return Said{"矛盾已裁定", "a contradiction was settled"}
	}
	return Said{e.Kind, e.Kind}
}

func orderZH(kind string) string {
	switch kind {
	case "prepare":
		return "准备转移"
	case "move":
		return "立即转移"
	case "hold_upstairs":
		return "楼上避险"
	}
	return "解除"
}
