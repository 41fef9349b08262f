package replay_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/importers/synth"
	"gridmap/service/demo"
	"gridmap/service/demo/replay"
	"gridmap/service/evacuation"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// stage is a small demo district with an evacuation service on a clock of its own.
type stage struct {
	db      testdb.Database
	service *evacuation.Service
	now     time.Time
	by      data.Actor
	ctx     context.Context
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{db: testdb.New(t), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	ctx, dir := context.Background(), t.TempDir()
	sealer, err := data.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Make(ctx, s.db.Pool, sealer, demo.Options{Seed: 152, Scale: 0.02, Now: s.now, TerrainDir: dir, TerrainCellM: 50}); err != nil {
		t.Fatal(err)
	}
	web, err := data.OpenWeb(ctx, s.db.URL, data.PoolOptions{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(web.Close)
	s.service = evacuation.New(s.db.Pool, web, evacuation.Options{Now: s.clock, Dir: dir, Sealer: sealer})
	district, _, err := data.DistrictOf(ctx, s.db.Pool)
	if err != nil {
		t.Fatal(err)
	}
	s.by = data.Actor{Account: "watcher", Role: "emergency", ScopeCode: district}
	s.ctx = data.WithActor(ctx, s.by)
	return s
}

func (s *stage) clock() time.Time { return s.now }

func (s *stage) open(t *testing.T, o replay.Options) *replay.Replay {
	t.Helper()
	o.Now, o.Seed, o.HandsFree = s.clock, 152, true
	r, err := replay.Open(context.Background(), s.db.Pool, s.service, synth.Flood20230728, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// seen is what happened on the way.
type seen struct {
	stale, suspect               bool
	listed, contradictions, most int
	refused, plans               int
}

// look checks what must hold at every moment.
func (s *stage) look(t *testing.T, r *replay.Replay, was *seen) {
	t.Helper()
	st, err := s.service.State(s.ctx, s.by, r.ID(), nil)
	if err != nil {
		t.Fatal(err)
	}
	checkIdentity(t, "in all", st.Identity)
	rows, err := s.service.Grids(s.ctx, s.by, r.ID(), nil)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, g := range rows {
		checkIdentity(t, g.Grid, g.Identity)
		sum += g.Identity.Listed
	}
	if sum != st.Identity.Listed {
		t.Fatalf("%v: the grids list %d people, the evacuation %d", st.Now, sum, st.Identity.Listed)
	}
	if st.Identity.Listed < was.listed {
		t.Fatalf("%v: the list shrank from %d to %d", st.Now, was.listed, st.Identity.Listed)
	}
	was.listed = st.Identity.Listed
	was.most = max(was.most, st.Identity.Unaccounted)
	was.refused, was.contradictions = max(was.refused, st.Identity.Refused), max(was.contradictions, st.Identity.Contradictions)
	if st.Plan != nil {
		was.plans = st.Plan.Version
		if !st.Plan.Certified {
			t.Fatalf("%v: plan %d is not certified", st.Now, st.Plan.Version)
		}
	}
	gauges, err := s.service.Gauges(s.ctx, s.by, r.ID(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gauges {
		was.stale = was.stale || g.Stale && g.River == "琼江"
		was.suspect = was.suspect || g.Suspect != nil
	}
}

func checkIdentity(t *testing.T, where string, i evacuation.Identity) {
	t.Helper()
	if sum := i.Sheltered + i.WithRelatives + i.HoldingUpstairs + i.AlreadyAway + i.Refused + i.Unaccounted; sum != i.Listed {
		t.Fatalf("%s: %d are listed, and %+v make %d", where, i.Listed, i, sum)
	}
}

func (s *stage) count(t *testing.T, sql string) (n int) {
	t.Helper()
	if err := s.db.Pool.QueryRow(context.Background(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheReplayRunsFromTheAlertUntilEverybodyIsAccountedFor(t *testing.T) {
	s := newStage(t)
	r := s.open(t, replay.Options{})
	was := &seen{}
	begun := r.Clock()
	for step := 0; r.Clock().Before(begun.Add(13 * time.Hour)); step++ {
		if step == 40 { // cut off, and begun again
			first := r.ID()
			if r = s.open(t, replay.Options{}); r.ID() != first {
				t.Fatalf("went on with evacuation %d, want %d", r.ID(), first)
			}
		}
		if err := r.Step(context.Background()); err != nil {
			t.Fatalf("at %v: %v", r.Clock(), err)
		}
		s.look(t, r, was)
		s.now = s.now.Add(6 * time.Second) // six minutes on the clock
	}
	at, done := r.Accounted()
	if !done {
		st, _ := s.service.State(s.ctx, s.by, r.ID(), nil)
		t.Fatalf("%v: not everybody is accounted for: %+v", r.Clock(), st.Identity)
	}
	t.Logf("everybody accounted for at %v (alert 02:40, peak 20:40): %+v", at, *was)
	if was.listed < 50 {
		t.Errorf("%d people were listed, want some hundred", was.listed)
	}
	for name, n := range map[string]int{
		"silent gauges":                  b(was.stale),
		"doubtful readings":              b(was.suspect),
		"people who refused":             was.refused,
		"contradictions":                 was.contradictions,
		"plans":                          was.plans,
		"escalations":                    s.count(t, `select count(*) from evacuation_log where kind = 'escalated'`),
		"devices":                        s.count(t, `select count(distinct device) from roll_calls`) - 1,
		"events that came late":          s.count(t, `select count(*) from roll_calls where received_at > at + interval '30 minutes'`),
		"events of persons":              s.count(t, `select count(*) from roll_calls where person_id is not null`),
		"plans that were made after all": was.plans - 1,
	} {
		if n < 1 {
			t.Errorf("%s: none was seen, want some", name)
		}
	}
	if was.most == 0 {
		t.Errorf("nobody was ever unaccounted for")
	}
	s.checkReturn(t, r, was)
	s.checkAgain(t, r)
}

// checkReturn goes on until everybody has returned and the evacuation is closed.
func (s *stage) checkReturn(t *testing.T, r *replay.Replay, was *seen) {
	t.Helper()
	ends := r.Clock().Add(40 * time.Hour)
	for !r.Over() {
		s.now = s.now.Add(time.Minute) // an hour on the clock
		if err := r.Step(context.Background()); err != nil {
			t.Fatalf("at %v: %v", r.Clock(), err)
		}
		if r.Clock().After(ends) {
			st, _ := s.service.State(s.ctx, s.by, r.ID(), nil)
			t.Fatalf("%v: not everybody has returned: lifted %v, %+v", r.Clock(), st.LiftedAt, st.Identity)
		}
		if !r.Over() {
			s.look(t, r, was)
		}
	}
	if n := s.count(t, `select count(*) from evacuations where lifted_at < closed_at and replay is not null`); n != 1 {
		t.Errorf("%d replays were lifted and closed, want one", n)
	}
	if n := s.count(t, `select count(*) from roll_calls where status = 'returned'`); n < was.listed/7 {
		t.Errorf("%d returns of %d people, want one a household", n, was.listed)
	}
}

func (s *stage) checkAgain(t *testing.T, r *replay.Replay) {
	t.Helper()
	again := s.open(t, replay.Options{Again: true})
	if again.ID() == r.ID() {
		t.Errorf("begun again, it is evacuation %d still", r.ID())
	}
	if n := s.count(t, `select count(*) from evacuations where replay is not null and closed_at is null`); n != 1 {
		t.Errorf("%d replays are under way, want one", n)
	}
}

func TestAReplayIsRefusedByNameWhereItCannotPlay(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	service := evacuation.New(db.Pool, db.Pool, evacuation.Options{Dir: t.TempDir()})
	for name, c := range map[string]struct {
		flood string
		o     replay.Options
		field string
	}{
		"a flood that nobody knows":           {"1998-08-16", replay.Options{}, "replay"},
		"a clock that runs backwards":         {synth.Flood20230728, replay.Options{Rate: -1}, "replay-rate"},
		"a district that is not the demo one": {synth.Flood20230728, replay.Options{}, "database"},
	} {
		_, err := replay.Open(ctx, db.Pool, service, c.flood, c.o)
		var fault *data.Error
		if !errors.As(err, &fault) || fault.Field != c.field {
			t.Errorf("%s: got %v, want a fault of %s", name, err, c.field)
		}
	}
}

func b(is bool) int {
	if is {
		return 1
	}
	return 0
}
