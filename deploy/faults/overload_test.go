package faults_test

import (
	"fmt"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// rush lets crawlers come beside walls and writers for a while.
func (s *scene) rush(name string, during time.Duration) (walls, crawlers outcome, ledger *standing.Ledger) {
	s.t.Helper()
	ledger = standing.NewLedger(s.t, name)
	writers := standing.StartWriters(s.t, s.demo, ledger, s.server.Client)
	w, c := s.storm(4, "wall"), s.storm(600, "planner")
	began := time.Now()
	s.server.Until(during+time.Minute, "the rush is over", func() bool { return time.Since(began) > during })
	writers.Stop()
	return w.end(), c.end(), ledger
}

func TestMoreIsAskedThanCanBeAnswered(t *testing.T) {
	standing.Long(t)
	const during = 12 * time.Second
	taking := stage(t, standing.ServerOptions{Args: []string{"--no-shedding"}})
	slowWalls, slowCrawlers, _ := taking.rush("taking", during)
	taking.server.Stop()

	s := stage(t, standing.ServerOptions{})
	calm := s.storm(4, "wall")
	s.server.Until(time.Minute, "200 tiles", func() bool { return calm.seen() > 200 })
	quiet := calm.end()
	walls, crawlers, ledger := s.rush("shedding", during)
	began := time.Now()
	again := s.storm(4, "wall")
	s.server.Until(time.Minute, "200 tiles after the rush", func() bool { return again.seen() > 200 })
	after := again.end()
	recovered := time.Since(began)
	for name, o := range map[string]outcome{"walls": walls, "crawlers": crawlers, "calm": quiet, "after": after} {
		if o.without > 0 || o.wrong > 0 {
			t.Errorf("%s: %d refused without Retry-After, %d wrong: %s", name, o.without, o.wrong, o.first)
		}
	}
	if crawlers.shed == 0 {
		t.Error("nothing was refused: it was no overload")
	}
	if walls.share() <= crawlers.share() {
		t.Errorf("of the walls' tiles %.0f %% were answered and of the crawlers' %.0f %%, want more of the walls'", walls.share()*100, crawlers.share()*100)
	}
	if len(ledger.Refused()) > 0 || ledger.Acknowledged() == 0 {
		t.Errorf("%d writes acknowledged, refused: %v", ledger.Acknowledged(), ledger.Refused())
	}
	if with, without := ninetyNinth(crawlers.took), ninetyNinth(slowCrawlers.took); with >= without {
		t.Errorf("p99 of what crawlers were answered is %v, and %v where nothing is refused: want it kept", with, without)
	}
	if with, without := ninetyNinth(walls.took), ninetyNinth(slowWalls.took); with*2 >= without {
		t.Errorf("p99 of what walls were answered is %v, and %v where nothing is refused: want it kept", with, without)
	}
	if after.shed > 0 || ninetyNinth(after.took) > 5*ninetyNinth(quiet.took) {
		t.Errorf("after the rush %d were refused, p99 %v, want as before it: %v", after.shed, ninetyNinth(after.took), ninetyNinth(quiet.took))
	}
	standing.Row(t, "overload: 600 crawlers beside 4 walls and 8 writers", fmt.Sprintf(
		"walls answered %.1f %%, p99 %v (calm %v, taking all %v); crawlers answered %.1f %%, p99 %v (taking all %v); %d writes, none refused; after it p99 %v, 200 tiles in %v",
		walls.share()*100, ninetyNinth(walls.took), ninetyNinth(quiet.took), ninetyNinth(slowWalls.took),
		crawlers.share()*100, ninetyNinth(crawlers.took), ninetyNinth(slowCrawlers.took), ledger.Acknowledged(), ninetyNinth(after.took), round(recovered)), "sheds in order")
}
