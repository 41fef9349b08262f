package cases

import (
	"fmt"
	"slices"
	"strings"

	"gridmap/data"
)

// Steps lists the steps of a case 7单, in order.
func Steps() []string {
	return []string{"order", "track", "screen", "dispatch", "accept", "handle", "rate"}
}

// Levels lists the levels of a case, from the lowest.
func Levels() []string { return []string{"grid", "community", "town", "district"} }

// Boards lists the four boards.
func Boards() []string { return []string{"party", "economy", "livelihood", "safety"} }

// Actions lists what can be done to a case.
func Actions() []string { return []string{"step", "escalate", "whistle", "arrive", "close", "rate"} }

const (
	maxDescription = 4000 // characters, as in the table
	maxRemark      = 2000
)

// Change is what somebody does to a case. Fields that the action does not use
// must be empty.
type Change struct {
	Action       string
	Step         string // step: empty is the next one
	Level        string // escalate: empty is the next one
	DepartmentID int64  // whistle, arrive
	Rating       int    // rate: 1 to 5
	Remark       string
}

// check refuses what can be told from the change alone.
func (c Change) check() error {
	invalid := func(field, reason string) error { return data.Fault(data.Invalid, field, reason) }
	if !slices.Contains(Actions(), c.Action) {
		return invalid("action", "must be one of "+strings.Join(Actions(), ", "))
	}
	for _, f := range []struct {
		name, action string
		given        bool
	}{
		{"step", "step", c.Step != ""},
		{"level", "escalate", c.Level != ""},
		{"rating", "rate", c.Rating != 0},
	} {
		if f.given && c.Action != f.action {
			return invalid(f.name, "does not go with the action "+c.Action)
		}
	}
	called := c.Action == "whistle" || c.Action == "arrive"
	switch {
	case c.Step != "" && !slices.Contains(Steps(), c.Step):
		return invalid("step", "must be one of "+strings.Join(Steps(), ", "))
	case c.Level != "" && !slices.Contains(Levels(), c.Level):
		return invalid("level", "must be one of "+strings.Join(Levels(), ", "))
	case c.Action == "rate" && (c.Rating < 1 || c.Rating > 5):
		return invalid("rating", "must be a whole number between 1 and 5")
	case called && c.DepartmentID <= 0:
		return invalid("department_id", "must be the id of a department")
	case !called && c.DepartmentID != 0:
		return invalid("department_id", "does not go with the action "+c.Action)
	}
	return checkText("remark", c.Remark, maxRemark)
}

// checkText refuses text that is too long or that the database cannot hold.
func checkText(field, text string, most int) error {
	if n := len([]rune(text)); n > most {
		return data.Fault(data.Invalid, field, fmt.Sprintf("has %d characters, more than %d", n, most))
	}
	if strings.ContainsRune(text, 0) {
		return data.Fault(data.Invalid, field, "holds a zero character")
	}
	return nil
}

// step moves c to the step that the change names. Forward goes one by one;
// back goes anywhere, but says why.
func (c Change) step(on *data.Case) error {
	steps := Steps()
	from := slices.Index(steps, on.Step)
	to := from + 1
	if c.Step != "" {
		to = slices.Index(steps, c.Step)
	}
	switch {
	case to >= len(steps):
		return data.Fault(data.Conflict, "step", "the case is at its last step; close it")
	case to == from:
		return data.Fault(data.Conflict, "step", "the case is at this step already")
	case to > from+1:
		return data.Fault(data.Conflict, "step", "steps go one by one; the next is "+steps[from+1])
	case to < from && strings.TrimSpace(c.Remark) == "":
		return data.Fault(data.Invalid, "remark", "a step back needs a remark that says why")
	}
	on.Step = steps[to]
	return nil
}

// escalate lifts c to the next level.
func (c Change) escalate(on *data.Case) error {
	levels := Levels()
	from := slices.Index(levels, on.Level)
	if from == len(levels)-1 {
		return data.Fault(data.Conflict, "level", "the case is at district level already")
	}
	if c.Level != "" && c.Level != levels[from+1] {
		return data.Fault(data.Conflict, "level", "the next level is "+levels[from+1])
	}
	on.Level = levels[from+1]
	return nil
}

// close ends c. Before it was handled, that needs a reason.
func (c Change) close(on *data.Case) error {
	if slices.Index(Steps(), on.Step) < slices.Index(Steps(), "handle") && strings.TrimSpace(c.Remark) == "" {
		return data.Fault(data.Invalid, "remark", "closing a case that was not handled needs a remark that says why")
	}
	on.Step = "rate"
	return nil
}
