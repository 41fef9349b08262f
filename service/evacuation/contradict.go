package evacuation

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gridmap/data"
	"gridmap/service/evacuation/rollcall"
)

// Contradiction is somebody of whom devices say what cannot all be right. Nobody is
// named: the team knows by household and number who it is.
type Contradiction struct {
	ID       string  `json:"id"`
	Grid     string  `json:"grid"`
	PersonID int64   `json:"person_id"`
	Label    string  `json:"label"`
	Claims   []Claim `json:"claims"`
	Said
}

// Claim is what a device said.
type Claim struct {
	Status    string    `json:"status"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	Device    string    `json:"device"`
	Sequence  int64     `json:"sequence"`
	ShelterID *int64    `json:"shelter_id"`
}

// Contradictions lists who somebody has to decide about, in the reader's scope.
func (s *Service) Contradictions(ctx context.Context, by data.Actor, id int64) ([]Contradiction, error) {
	pic, err := s.at(ctx, by, id, nil)
	if err != nil {
		return nil, err
	}
	roll := pic.roll.locked()
	defer pic.roll.mu.RUnlock()
	out := []Contradiction{}
	for _, household := range roll.Contradicting() {
		grid := roll.GridOf(household)
		if !by.Covers(grid) {
			continue
		}
		for n, st := range roll.Household(household) {
			if len(st.Claims) > 0 {
				out = append(out, contradictionOf(household, grid, n, &st))
			}
			if st.Person == 0 && len(st.Claims) > 0 {
				break // those without a name share what was said
			}
		}
	}
	return out, nil
}

func contradictionOf(household int64, grid string, n int, st *rollcall.State) Contradiction {
	c := Contradiction{ID: fmt.Sprintf("%d-%d", household, st.Person), Grid: grid, PersonID: st.Person, Label: fmt.Sprintf("户 %d 第 %d 人", household, n+1)}
	var zh, en []string
	for _, e := range st.Claims {
		c.Claims = append(c.Claims, Claim{Status: string(e.Status), At: e.At, By: e.By, Device: e.Device, Sequence: e.Sequence, ShelterID: some(e.Shelter)})
		zh, en = append(zh, fmt.Sprintf("%s 说%s", e.By, statusZH(e.Status))), append(en, fmt.Sprintf("%s says %s", e.By, e.Status))
	}
	c.Said = Said{strings.Join(zh, "；"), strings.Join(en, "; ")}
	return c
}

func statusZH(s rollcall.Status) string {
	switch s {
	case rollcall.Sheltered:
		return "已到安置点"
	case rollcall.WithRelatives:
		return "投亲靠友"
	case rollcall.HoldingUpstairs:
		return "楼上避险"
	case rollcall.AlreadyAway:
		return "已外出"
	case rollcall.Refused:
		return "拒绝转移"
	case rollcall.Returned:
		return "已返回"
	}
	return "下落不明"
}

// Decision says what holds of somebody of whom devices say different things.
type Decision struct {
	Status string `json:"status"`
	Note   string `json:"note"`
}

// Decide settles a contradiction. It is an event of the roll like any other, and the
// claims before it stay in the log.
func (s *Service) Decide(ctx context.Context, by data.Actor, r data.Request, id int64, contradiction string, d Decision) (*Identity, error) {
	left, right, ok := strings.Cut(contradiction, "-")
	household, err1 := strconv.ParseInt(left, 10, 64)
	person, err2 := strconv.ParseInt(right, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return nil, data.Fault(data.NotFound, "contradiction", "there is no such contradiction")
	}
	if err := checkText("note", strings.TrimSpace(d.Note), 2, reasonMost); err != nil {
		return nil, err
	}
	_, err := s.write(ctx, by, r, id, func(t *data.Tx, v *data.Evacuation, now time.Time) (any, happening, error) {
		ev := RollEvent{At: s.afterClaims(id, household, person, now), Status: d.Status, Note: d.Note}
		if person != 0 {
			ev.PersonID = person
		} else {
			ev.HouseholdID = household
		}
		known, err := s.onList(ctx, t, id, []RollEvent{ev})
		if err != nil {
			return nil, happening{}, err
		}
		check := rollCheck{by: by, v: v, known: known}
		row, fault := check.read(&ev)
		if fault != nil {
			return nil, happening{}, fault
		}
		row.Decision, row.ReceivedAt, row.By = true, now, by.Account
		row.Device = fmt.Sprintf("decision-%x", sha256.Sum256([]byte(by.Account+" "+r.Key)))[:deviceMost]
		fresh, err := t.AddRollCalls(ctx, id, row)
		if err == nil && fresh == 0 {
			err = data.Fault(data.Conflict, "contradiction", "somebody decided at the same moment: look again")
		}
		return struct{}{}, happening{Kind: "decided", Grid: row.GridCode, Facts: map[string]any{"status": d.Status}}, err
	})
	if err != nil {
		return nil, err
	}
	pic, err := s.at(ctx, by, id, nil)
	if err != nil {
		return nil, err
	}
	identity := identityOf(pic.roll.sums().total)
	return &identity, nil
}

// afterClaims is now, or after the last claim about somebody where a device's clock is
// ahead: a decision is about all that was said.
func (s *Service) afterClaims(id, household, person int64, now time.Time) time.Time {
	pic := s.peek(id)
	if pic == nil {
		return now
	}
	roll := pic.roll.locked()
	defer pic.roll.mu.RUnlock()
	for _, st := range roll.Household(household) {
		for _, c := range st.Claims {
			if st.Person == person && !c.At.Before(now) && c.At.Before(now.Add(rollcall.ClockTolerance)) {
				now = c.At.Add(time.Millisecond)
			}
		}
	}
	return now
}
