package papers

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"
)

// say picks one of two languages.
func (e *edition) say(zh, en string) string {
	if e.english {
		return en
	}
	return zh
}

func (e *edition) sayf(zh, en string, args ...any) string {
	return fmt.Sprintf(e.say(zh, en), args...)
}

// told is a text that came in two languages.
func (e *edition) told(w Words) string {
	if e.english {
		return cmp.Or(w.EN, w.ZH)
	}
	return cmp.Or(w.ZH, w.EN)
}

func (e *edition) unknown() string { return e.say("不详", "unknown") }

// or is a text that may be unknown.
func (e *edition) or(text string) string {
	if strings.TrimSpace(text) == "" {
		return e.unknown()
	}
	return text
}

func (e *edition) local(t time.Time) time.Time {
	if e.Zone == nil {
		return t.In(time.FixedZone("UTC+8", 8*60*60))
	}
	return t.In(e.Zone)
}

// when is a moment as 07-28 14:20; with the year where it is not the evacuation's.
func (e *edition) when(t time.Time) string {
	if t.IsZero() {
		return e.unknown()
	}
	t = e.local(t)
	if t.Year() != e.local(e.Now).Year() {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("01-02 15:04")
}

func (e *edition) clock(t time.Time) string {
	if t.IsZero() {
		return e.unknown()
	}
	return e.local(t).Format("15:04")
}

func (e *edition) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return e.local(t).Format(e.say("1月2日", "2 Jan"))
}

// due is a deadline or departure of something of a class: where no water comes
// there is none, else one that is missing is unknown.
func (e *edition) due(t time.Time, c Class) string {
	if t.IsZero() && c == Unaffected {
		return e.say("预报内不淹", "not reached")
	}
	return e.when(t)
}

// leave is a last safe departure. From a building that is cut off and has none every
// way is shut already.
func (e *edition) leave(t time.Time, c Class) string {
	if t.IsZero() && c == CutOff {
		return e.say("道路已断", "ways are shut")
	}
	return e.due(t, c)
}

// unlisted tells of people who are on no list; empty: there are none.
func (e *edition) unlisted(t *tally) string {
	if t.unlistedBuildings == 0 {
		return ""
	}
	return e.sayf("另有 %d 栋约 %d 户 %d 人没有住户登记，未列入清单：请上门核实", "%d buildings with about %d households, %d people have no households on file and are on no list: go and see",
		t.unlistedBuildings, t.unlisted.Households, t.unlisted.Persons)
}

// where is the division's name and the evacuation's; a bare code says nothing.
func (e *edition) where() string {
	division := e.Event.Division
	if strings.Trim(division, "0123456789") == "" {
		division = ""
	}
	return strings.Trim(division+" · "+e.Event.Name, " ·")
}

// inUse says whether somebody of the edition goes to a shelter, or is there.
func (e *edition) inUse(s *Shelter) bool {
	return e.to[s.ID] || e.whole && (s.Assigned > 0 || s.Arrived > 0)
}

// sure is a number that is one; nil: it is unknown.
func sure(m *float64) *float64 {
	if m == nil || math.IsNaN(*m) || math.IsInf(*m, 0) {
		return nil
	}
	return m
}

// metres writes a length that may be unknown.
func (e *edition) metres(m *float64, digits int) string {
	if m = sure(m); m == nil {
		return e.unknown()
	}
	return fmt.Sprintf("%.*f m", digits, *m)
}

// count writes a number that may be unknown.
func (e *edition) count(n *int) string {
	if n == nil || *n < 0 {
		return e.unknown()
	}
	return fmt.Sprint(*n)
}

func (e *edition) class(c Class) string {
	switch c {
	case WetNow:
		return e.say("已淹", "under water")
	case WillBeWet:
		return e.say("将淹", "will be wet")
	case CutOff:
		return e.say("孤岛（路全断）", "CUT OFF")
	case Unaffected:
		return e.say("预报内不淹", "not reached")
	}
	return e.say("水情不详", "water unknown")
}

func (e *edition) status(s Status) string {
	switch s {
	case Sheltered:
		return e.say("到安置点", "in shelter")
	case WithRelatives:
		return e.say("投亲靠友", "with relatives")
	case HoldingUpstairs:
		return e.say("楼上避险", "upstairs")
	case AlreadyAway:
		return e.say("已外出", "away")
	case Refused:
		return e.say("拒绝", "refused")
	case Returned:
		return e.say("已返回", "returned")
	case Mixed:
		return e.say("各在一处", "in several places")
	}
	return e.say("未联系", "no contact")
}

func (e *edition) means(m Means) string {
	switch m {
	case Walk:
		return e.say("步行", "on foot")
	case Vehicle:
		return e.say("车辆", "vehicle")
	case Boat:
		return e.say("船艇", "boat")
	case AnyMeans:
		return e.say("步行与车船", "on foot and carried")
	}
	return e.say("方式不详", "means unknown")
}

func (e *edition) model(name string) string {
	switch name {
	case "hand":
		return e.say("河道高差（HAND）", "HAND")
	case "interpolated":
		return e.say("水面线插值", "interpolated water surface")
	case "library":
		return e.say("水动力淹没库", "hydraulic library")
	case "none":
		return e.say("无（未推算水面）", "none (no water computed)")
	}
	return e.unknown()
}

func (e *edition) order(o *Order) string {
	if o == nil {
		return e.say("尚未下达指令", "no order yet")
	}
	kinds := map[string][2]string{"prepare": {"准备转移", "PREPARE"}, "move": {"立即转移", "MOVE"},
		"hold_upstairs": {"楼上避险", "HOLD UPSTAIRS"}, "lifted": {"解除", "LIFTED"}}
	k := kinds[o.Kind]
	text := e.or(e.say(k[0], k[1])) + e.sayf("（%s 下达）", " (issued %s)", e.when(o.IssuedAt))
	return text + e.say("，", ", ") + e.answer(o)
}

// answer is how far an order has come.
func (e *edition) answer(o *Order) string {
	switch {
	case !o.OnSceneAt.IsZero():
		return e.sayf("%s 到岗", "on scene %s", e.clock(o.OnSceneAt))
	case !o.ReceivedAt.IsZero():
		return e.sayf("%s 收到", "rec'd %s", e.clock(o.ReceivedAt))
	case o.Escalated == "town":
		return e.say("无应答，已报镇街", "no answer, escalated to the town")
	case o.Escalated == "deputy":
		return e.say("无应答，已转副网格长", "no answer, escalated to the deputy")
	}
	return e.say("未应答", "not answered")
}

// care spells out who needs what; empty: nobody is listed.
func (e *edition) care(c Care) string {
	var out []string
	for _, k := range []struct {
		n      int
		zh, en string
	}{{c.Disabled, "残疾", "disabled"}, {c.Sick, "病患", "sick"}, {c.Frail, "失能", "frail"}, {c.Elderly, "老人", "elderly"}, {c.Pregnant, "孕产妇", "pregnant"}, {c.Child, "儿童", "children"}} {
		if k.n > 0 {
			out = append(out, e.sayf(k.zh+"%d", k.en+" %d", k.n))
		}
	}
	return strings.Join(out, e.say("　", ", "))
}

// needs is what a household needs; like labels it is for those who may know people.
func (e *edition) needs(h *Household) string {
	if !e.Named {
		return ""
	}
	return e.care(h.Care)
}

// remark is what was noted of a household.
func (e *edition) remark(h *Household) string {
	if !e.Named {
		return ""
	}
	return strings.TrimSpace(h.Note)
}

// label is that of a household, as far as the reader may see it.
func (e *edition) label(h *Household) string {
	if !e.Named {
		return e.say("已隐去", "withheld")
	}
	if strings.TrimSpace(h.Head) == "" {
		return e.say("姓名不详", "name unknown")
	}
	return h.Head
}

func (e *edition) floor(f *Floor) string {
	switch {
	case f.Number == 0:
		return e.say("楼层不详", "floor unknown")
	case f.Number < 0:
		return e.sayf("地下%d层", "basement %d", -f.Number)
	}
	return e.sayf("%d层", "Floor %d", f.Number)
}

// door is where on its floor a household lives.
func (e *edition) door(h *Household) string {
	room := e.or(h.Room)
	if h.Stairwell > 0 {
		return e.sayf("%d单元 ", "Stair %d ", h.Stairwell) + room
	}
	return room
}

// water is what a floor has to expect.
func (e *edition) water(b *Building, f *Floor) string {
	switch {
	case !f.WetAt.IsZero():
		return e.sayf("%s 进水", "wet at %s", e.when(f.WetAt))
	case b.WetFloors == nil || *b.WetFloors < 0 || known(b.Class) == Unknown || f.Number == 0:
		return e.say("进水不详", "water unknown")
	case f.Number <= *b.WetFloors:
		return e.say("进水，时间不详", "gets wet, time unknown")
	case b.Class == CutOff:
		return e.say("不进水，但路全断", "stays dry, but CUT OFF")
	}
	return e.say("预报内不进水", "not reached by the forecast")
}

// place is a shelter's name.
func (e *edition) place(s *Shelter) string {
	if s == nil {
		return e.say("安置点未定", "no shelter assigned")
	}
	return e.or(s.Name)
}
