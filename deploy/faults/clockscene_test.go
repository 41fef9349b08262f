package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// clockScene is a scene half an hour before midnight, under clocks that can be set.
type clockScene struct {
	*scene
	moved                     movedClock
	serverClock, clusterClock *standing.Clock
	base                      time.Duration // what both are ahead of the machine's
	ledger                    *standing.Ledger
	screen                    *standing.Stream
	clerk                     string    // a session, not a token
	grid                      string    // that was ordered to move
	drill                     int64     // the evacuation
	drillNow                  time.Time // the latest that its clock showed
	overdue                   []int     // as seen at each look
	enacted                   []int
}

func stageUnderClocks(t *testing.T, c movedClock) *clockScene {
	t.Helper()
	dir := shop.Folder(t)
	k := &clockScene{scene: &scene{t: t, demo: shop.DemoIn(t, dir)}, moved: c, serverClock: shop.ServerClock(t), clusterClock: shop.ClusterClock(t), base: untilHalfPastEleven()}
	k.set(0)
	s := k.scene
	s.cluster = standing.NewClusterUnder(t, dir, k.clusterClock)
	s.proxy = standing.NewProxy(t, s.cluster.URL())
	// Those of the demo are good for a day, which may be over by then.
	for role := range s.demo.Tokens {
		s.demo.Tokens[role] = k.command("token", "create", "--role", role, "--scope", standing.District, "--days", "4", "--account", "test-"+role)
	}
	s.server = shop.Serve(t, standing.ServerOptions{Dir: shop.Folder(t), Database: s.proxy.URL, Clock: k.serverClock})
	s.bodies = s.server.CaseBodies(s.demo.Tokens["operator"])
	s.dense = dense(t, s.server, s.demo.Tokens["operator"], 13)
	s.tile()
	return k
}

// untilHalfPastEleven in the evening, where the district is.
func untilHalfPastEleven() time.Duration {
	now := time.Now().In(time.FixedZone("Asia/Shanghai", 8*3600))
	d := time.Date(now.Year(), now.Month(), now.Day(), 23, 30, 0, 0, now.Location()).Sub(now)
	if d < 0 {
		d += 24 * time.Hour
	}
	return d.Round(time.Second)
}

// command runs the program beside the server, under the machine's clock.
func (k *clockScene) command(args ...string) string {
	k.t.Helper()
	out, err := shop.Command(k.demo.Dir, []string{"DATABASE_URL=" + k.cluster.URL()}, args...)
	if err != nil {
		k.t.Fatal(err)
	}
	return out
}

// set moves those clocks that the case is about.
func (k *clockScene) set(by time.Duration) {
	k.t.Helper()
	server, cluster := k.base, k.base
	if k.moved.server {
		server += by
	}
	if k.moved.cluster {
		cluster += by
	}
	k.serverClock.Set(server)
	k.clusterClock.Set(cluster)
}

// prepare has ready what time will change, or must not: cases due within the hour, a
// plan for tomorrow, somebody signed in, a lock at sign-in, a screen.
func (k *clockScene) prepare() {
	k.t.Helper()
	conn, ctx := k.cluster.Connect(), k.t.Context()
	var shown time.Time
	if err := conn.QueryRow(ctx, `select clock_timestamp()`).Scan(&shown); err != nil || shown.Sub(k.clusterClock.Now()).Abs() > 5*time.Second {
		k.t.Fatalf("the database's clock shows %v, want %v (%v)", shown, k.clusterClock.Now(), err)
	}
	// Six that are late by half an hour, and six that will be in half an hour.
	const plant = `with chosen as (select id, row_number() over (order by id) as n from cases where closed_at is null and opened_at < $1::timestamptz - interval '2 hours' limit 12)
		update cases c set due_at = $1::timestamptz + case when n <= 6 then interval '-30 minutes' else interval '30 minutes' end from chosen where chosen.id = c.id`
	if tag, err := conn.Exec(ctx, plant, k.serverClock.Now()); err != nil || tag.RowsAffected() != 12 {
		k.t.Fatalf("cases due within the hour: %v %v", tag, err)
	}
	var community string
	const smallest = `select community_code from grids where upper_inf(valid) group by 1 having count(*) > 1 order by count(*), 1 limit 1`
	if err := conn.QueryRow(ctx, smallest).Scan(&community); err != nil {
		k.t.Fatal(err)
	}
	k.command("redraw", "--division", community)
	var plan int64
	if err := conn.QueryRow(ctx, `select max(id) from plans`).Scan(&plan); err != nil {
		k.t.Fatal(err)
	}
	tomorrow := k.serverClock.Now().In(time.FixedZone("Asia/Shanghai", 8*3600)).AddDate(0, 0, 1).Format(time.DateOnly)
	k.command("redraw", "--publish", fmt.Sprint(plan), "--approver", "second", "--from", tomorrow)
	k.clerk = k.signIn()
	for range 6 {
		k.guess()
	}
	k.screen = k.server.Listen(k.demo.Tokens["operator"], "")
	k.server.Until(10*time.Second, "the stream is open", func() bool { return k.screen.Heard("hello", "") })
}

const clerkPassword = "a-clerk's-own-words"

// signIn makes an account of its own and opens a session.
func (k *clockScene) signIn() string {
	k.t.Helper()
	const first = "what-was-given-first"
	cmd := exec.Command(shop.Binary(k.t), "--var", k.demo.Dir, "account", "add", "clerk", "--role", "operator", "--scope", standing.District)
	cmd.Env, cmd.Stdin = append(os.Environ(), "DATABASE_URL="+k.cluster.URL()), strings.NewReader(first+"\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		k.t.Fatalf("add an account: %v: %s", err, out)
	}
	c := k.server.Client
	token := c.SignIn("clerk", first)
	if r := c.Send(token, http.MethodPost, "/api/v1/session/password", fmt.Sprintf(`{"old":%q,"new":%q}`, first, clerkPassword)); r.Status != http.StatusNoContent {
		k.t.Fatalf("change the password: %v", r)
	}
	return c.SignIn("clerk", clerkPassword)
}

// guess tries a wrong password for somebody.
func (k *clockScene) guess() standing.Reply {
	return k.server.Send("", http.MethodPost, "/api/v1/session", `{"account":"somebody","password":"not the right one"}`)
}

// order tells a grid of the drill to move.
func (k *clockScene) order() {
	k.t.Helper()
	var list struct{ Items []struct{ ID int64 } }
	emergency := k.demo.Tokens["emergency"]
	k.server.MustGet(emergency, "/api/v1/evacuations").Into(k.t, &list)
	k.drill = list.Items[0].ID
	var like struct {
		Grid string `json:"grid_code"`
	}
	if err := json.Unmarshal([]byte(k.bodies[0]), &like); err != nil {
		k.t.Fatal(err)
	}
	k.grid = like.Grid
	k.server.MustPost(emergency, fmt.Sprintf("/api/v1/evacuations/%d/orders", k.drill), "an order", fmt.Sprintf(`{"grids":[%q],"kind":"move"}`, k.grid))
}
