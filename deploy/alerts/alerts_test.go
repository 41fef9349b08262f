// Package alerts_test holds the alerts against what a server says of itself.
package alerts_test

import (
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"gridmap/deploy/standing"
)

// shop is set by TestMain; test-only state.
var shop *standing.Workshop

func TestMain(m *testing.M) { os.Exit(standing.Main(m, &shop)) }

func alerts(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryAlertSaysWhyAndWhatToDo(t *testing.T) {
	rules := strings.Split(alerts(t), "- alert: ")[1:]
	if len(rules) < 10 {
		t.Fatalf("there are %d alerts", len(rules))
	}
	for _, rule := range rules {
		name, _, _ := strings.Cut(rule, "\n")
		for _, part := range []string{"expr: ", "severity: ", "reason: ", "do: "} {
			if n := strings.Count(rule, part); n != 1 {
				t.Errorf("%s: %q is there %d times, want once", name, part, n)
			}
		}
	}
}

func TestPrometheusReadsTheAlerts(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool, of Debian's package prometheus, is not installed")
	}
	if out, err := exec.Command(promtool, "check", "rules", "../alerts.yml").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// An alert on a metric that nobody has never fires.
func TestEveryMetricOfOursThatAnAlertAsksForIsThere(t *testing.T) {
	standing.Long(t)
	demo := shop.DemoIn(t, shop.Folder(t))
	s := shop.Serve(t, standing.ServerOptions{Dir: demo.Dir})
	s.MustPost(demo.Tokens["operator"], "/api/v1/cases", "one", s.CaseBodies(demo.Tokens["operator"])[0])
	if r := s.Get(demo.Tokens["wall"], "/tiles/heat/6/50/26.mvt"); r.Status != http.StatusOK {
		t.Fatal(r)
	}
	metrics := string(s.MustGet("", "/metrics").Body)
	asked := map[string]bool{}
	for _, name := range regexp.MustCompile(`\b(?:gridmap|go|process)_[a-z_]+`).FindAllString(alerts(t), -1) {
		asked[name] = true
		if !strings.Contains(metrics, "\n"+name+"{") && !strings.Contains(metrics, "\n"+name+" ") {
			t.Errorf("no server has the metric %s", name)
		}
	}
	for _, route := range regexp.MustCompile(`route=~"([^"]+)"`).FindAllStringSubmatch(alerts(t), -1) {
		if !regexp.MustCompile(`gridmap_http_request_seconds_bucket\{[^}]*route="` + route[1] + `"`).MatchString(metrics) {
			t.Errorf("no route answers to %s", route[1])
		}
	}
	if len(asked) < 10 {
		t.Errorf("the alerts ask for %d metrics of ours only", len(asked))
	}
}
