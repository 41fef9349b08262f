package main_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// ellis makes a dual graph of the voting districts or blocks of a real county.
func ellis(t *testing.T, unit string) string {
	t.Helper()
	source := filepath.Join("..", "..", "..", "shared", "data", "real", "ks_ellis", "ks_ellis_county_"+unit+".gpkg")
	if _, err := os.Stat(source); err != nil {
		t.Skip("the real data of the team is not here: ", err)
	}
	rows := func(sql string) [][]string {
		out := filepath.Join(t.TempDir(), "rows.csv")
		if msg, err := exec.Command("ogr2ogr", "-f", "CSV", out, source, "-sql", sql).CombinedOutput(); err != nil {
			t.Fatalf("read %s: %v %s", source, err, msg)
		}
		f, err := os.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all[1:]
	}
	type node struct {
		ID     string `json:"id"`
		TotPop int    `json:"TOTPOP"`
	}
	type link struct {
		Source string `json:"source"`
		Target string `json:"target"`
	}
	var g struct {
		Directed bool   `json:"directed"`
		Nodes    []node `json:"nodes"`
		Links    []link `json:"links"`
	}
	for _, r := range rows(`select path, total_pop from ks_ellis_county_vap_data_` + unit) {
		pop, err := strconv.Atoi(r[1])
		if err != nil {
			t.Fatal(err)
		}
		g.Nodes = append(g.Nodes, node{r[0], pop})
	}
	for _, r := range rows(`select path_1, path_2 from gerrydb_graph_edge`) {
		g.Links = append(g.Links, link{r[0], r[1]})
	}
	b, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), unit+".json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestARealCountyIsDividedAsABareGraph(t *testing.T) {
	for _, c := range []struct {
		name, unit string
		args       []string
		cut, parts int // cut: at most; proven where the plan says so
		proven     bool
	}{
		{"43 voting districts in two parts, proven", "vtd", []string{"--k", "2", "--lower", "13744", "--upper", "15190"}, 13, 2, true},
		{"43 voting districts in three parts, proven", "vtd", []string{"--k", "3", "--lower", "9163", "--upper", "10126"}, 21, 3, true},
		{"43 voting districts in four parts, proven", "vtd", []string{"--k", "4", "--lower", "6872", "--upper", "7595"}, 26, 4, true},
		{"2,296 blocks, 738 of them empty, in four parts", "block", []string{"--k", "4", "--budget", "2s"}, 140, 4, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "plan.json")
			args := append([]string{"redraw", "graph", "--graph", ellis(t, c.unit), "--weight", "TOTPOP", "--seed", "1", "--out", out}, c.args...)
			if msg, err := exec.Command(shop.Binary(t), args...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, msg)
			}
			b, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			var plan struct {
				CutEdges int  `json:"cut_edges"`
				Parts    int  `json:"parts"`
				Proven   bool `json:"proven_optimal"`
				InBounds bool `json:"in_bounds"`
			}
			if err := json.Unmarshal(b, &plan); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d cut edges, proven %v", plan.CutEdges, plan.Proven)
			if plan.CutEdges > c.cut || plan.Parts != c.parts || !plan.InBounds || plan.Proven != c.proven {
				t.Errorf("got %+v, want at most %d cut edges in %d parts, proven %v", plan, c.cut, c.parts, c.proven)
			}
		})
	}
}

func TestAskingForAGraphWithoutMeaningSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	graph := filepath.Join(dir, "g.json")
	if err := os.WriteFile(graph, []byte(`{"nodes":[{"id":1,"pop":5},{"id":2,"pop":5}],"links":[{"source":1,"target":2}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, want string
		args       []string
	}{
		{"neither k nor bounds", "say --k, or --min and --max", nil},
		{"both", "--min and --max stand in place of --k", []string{"--k", "2", "--min", "1", "--max", "9"}},
		{"bounds upside down", "leave no room", []string{"--min", "9", "--max", "1"}},
		{"lower without k", "belong to --k", []string{"--lower", "1"}},
		{"another field", "the weight is missing", []string{"--k", "2", "--weight", "people"}},
		{"a folder that is not there", "write plan.json", []string{"--k", "2", "--out", filepath.Join(dir, "none", "plan.json")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"redraw", "graph", "--graph", graph, "--weight", "pop", "--out", filepath.Join(dir, "plan.json")}, c.args...)
			msg, err := exec.Command(shop.Binary(t), args...).CombinedOutput()
			if err == nil || !strings.Contains(string(msg), c.want) {
				t.Errorf("got %v: %s, want a failure that says %q", err, msg, c.want)
			}
		})
	}
}

func TestWeightsThatAreNoneAreRefusedBeforeAnythingIsRead(t *testing.T) {
	for _, c := range []struct{ name, weights, want string }{
		{"an unknown name", "beauty=3", "is not one of range, split, moved, border and balance"},
		{"no number", "split=much", "want a number from zero up"},
		{"a negative number", "cut=1,balance=-2", "is not one of"},
	} {
		t.Run(c.name, func(t *testing.T) {
			msg, err := exec.Command(shop.Binary(t), "redraw", "--all", "--var", t.TempDir(), "--weights", c.weights).CombinedOutput()
			if err == nil || !strings.Contains(string(msg), c.want) {
				t.Errorf("got %v: %s, want a failure that says %q", err, msg, c.want)
			}
		})
	}
}
