package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

const mega = 1 << 20

// TestBombs drops each body on a route that would read it, as somebody who may
// use that route, which is the worst of whoever can send it.
func TestBombs(t *testing.T) {
	d := newDistrict(t, false)
	operations, rollCall, readings := d.targets(t)
	postCase := func(b bomb) bomb {
		b.method, b.path, b.role = "POST", "/api/v1/cases", access.Operator
		return b
	}
	operation := func(b bomb) bomb {
		b.method, b.path, b.role = "POST", operations, access.Planner
		return b
	}
	roll := func(b bomb) bomb {
		b.method, b.path, b.role = "POST", rollCall, access.Emergency
		return b
	}
	reading := func(b bomb) bomb {
		b.method, b.path, b.role = "POST", readings, access.Emergency
		return b
	}
	move := fmt.Sprintf(`{"community":%q,"version":0,"kind":"move","moves":`, fixture.A1)
	for name, b := range map[string]bomb{
		"an array nested 100,000 deep":                      postCase(bomb{body: repeated("", "[", 100_000, ""), status: []int{400}, field: "body", reason: "nests deeper"}),
		"objects nested 100,000 deep":                       postCase(bomb{body: repeated("", `{"a":`, 100_000, "1"), status: []int{400}, field: "body", reason: "nests deeper"}),
		"an array nested 100,000 deep in a field":           operation(bomb{body: repeated(move, "[", 100_000, ""), status: []int{400}, field: "body", reason: "nests deeper"}),
		"an object of a million keys":                       postCase(bomb{body: millionKeys, status: []int{413}, field: "body"}),
		"an object of as many keys as fit":                  postCase(bomb{body: keys(90_000), status: []int{400}, field: "body", reason: "more than 256 fields"}),
		"a number of a million digits":                      postCase(bomb{body: repeated(`{"type":`, "9", 1_000_000, "}"), status: []int{400}, field: "type", reason: "must be text"}),
		"a longitude of a million digits":                   postCase(bomb{body: repeated(`{"type":"light","location":{"lat":30,"lon":`, "1", 1_000_000, "}}"), status: []int{400}, field: "location.lon"}),
		"a version of a million digits":                     operation(bomb{body: repeated(`{"version":`, "7", 1_000_000, "}"), status: []int{400}, field: "version"}),
		"a longitude 1e308":                                 postCase(bomb{body: text(`{"type":"light","location":{"lon":1e308,"lat":-1e308}}`), status: []int{400}, field: "location.lon"}),
		"a longitude that is NaN":                           postCase(bomb{body: text(`{"type":"light","location":{"lon":NaN,"lat":30}}`), status: []int{400}, field: "body"}),
		"a longitude that is Infinity":                      postCase(bomb{body: text(`{"type":"light","location":{"lon":Infinity,"lat":30}}`), status: []int{400}, field: "body"}),
		"a string of 20 MB":                                 postCase(bomb{body: repeated(`{"type":"`, "x", 20*mega, `"}`), status: []int{413}, field: "body", reason: "1 MiB"}),
		"a string of 20 MB, its length said":                postCase(bomb{body: repeated(`{"type":"`, "x", 20*mega, `"}`), length: 20*mega + 11, status: []int{413}, field: "body", reason: "1 MiB"}),
		"a string as long as fits":                          postCase(bomb{body: repeated(`{"type":"`, "x", mega-100, `"}`), status: []int{400}, field: "type"}),
		"a string of escapes as long as fits":               postCase(bomb{body: repeated(`{"type":"light","building_code":"F01","description":"`, `\u0000`, mega/6-20, `"}`), status: []int{400}, field: "description"}),
		"a body that never ends":                            postCase(bomb{body: func() io.Reader { return &endless{block: " "} }, status: []int{413}, field: "body"}),
		"a body declared 10 GB":                             postCase(bomb{body: func() io.Reader { return &endless{block: " "} }, length: 10 << 30, status: []int{413}, field: "body"}),
		"a body declared 9 EB from nobody":                  {method: "POST", path: "/api/v1/session", body: text("{}"), length: 1<<63 - 1, status: []int{413}, field: "body"},
		"a body of a thousand bytes of which two come":      postCase(bomb{body: text("{}"), length: 1000, status: []int{408}, field: "body"}),
		"an endless body to a path that there is not":       {method: "POST", path: "/nothing", body: func() io.Reader { return &endless{block: " "} }, status: []int{413}},
		"an endless body to a route that takes none":        {method: "GET", path: "/api/v1/figures", role: access.Operator, body: func() io.Reader { return &endless{block: " "} }, status: []int{413}},
		"a bomb of gzip":                                    postCase(bomb{headers: "Content-Encoding: gzip\r\n", body: zipped(64 * mega), status: []int{415}, field: "Content-Encoding"}),
		"a bomb of gzip that does not say so":               postCase(bomb{body: zipped(64 * mega), status: []int{400}, field: "body"}),
		"a name given twice":                                postCase(bomb{body: text(`{"type":"light","type":"noise","building_code":"F01"}`), status: []int{400}, field: "type", reason: "more than once"}),
		"a name given twice in different case":              postCase(bomb{body: text(`{"type":"light","Type":"noise","building_code":"F01"}`), status: []int{400}, field: "Type", reason: "more than once"}),
		"a name given twice, once in escapes":               postCase(bomb{body: text(`{"type":"light","t\u0079pe":"noise","building_code":"F01"}`), status: []int{400}, field: "type", reason: "more than once"}),
		"text that is not UTF-8":                            postCase(bomb{body: text("{\"type\":\"light\",\"building_code\":\"F01\",\"description\":\"\xff\xfe\"}"), status: []int{400}, field: "body", reason: "UTF-8"}),
		"half a surrogate":                                  postCase(bomb{body: text(`{"type":"light","building_code":"F01","description":"\ud800"}`), status: []int{201, 400}}),
		"a byte order mark":                                 postCase(bomb{body: text("\xef\xbb\xbf{}"), status: []int{400}, field: "body", reason: "byte order mark"}),
		"UTF-16":                                            postCase(bomb{body: text("\xff\xfe{\x00}\x00"), status: []int{400}, field: "body", reason: "UTF-8"}),
		"a zero byte in JSON":                               postCase(bomb{body: text("{\"type\":\"li\x00ght\"}"), status: []int{400}, field: "body"}),
		"a zero character in a text":                        postCase(bomb{body: text(`{"type":"light","building_code":"F01","description":"a\u0000b"}`), status: []int{400}, field: "description"}),
		"350,000 empty moves":                               operation(bomb{body: repeated(move+"[{}", ",{}", 340_000, "]}"), status: []int{400}, field: "body", reason: "objects and lists"}),
		"a move of half a million plots":                    operation(bomb{body: repeated(move+`[{"to":"","plots":[1`, ",1", 500_000, "]}]}"), status: []int{400}, field: "moves"}),
		"50,000 plots that there are not":                   operation(bomb{body: text(manyPlots(50_000, move)), status: []int{422}, answerKB: 64, allocMB: 128}),
		"50,001 plots":                                      operation(bomb{body: text(manyPlots(50_001, move)), status: []int{400}, field: "moves", reason: "50000"}),
		"a plot twice":                                      operation(bomb{body: text(move + `[{"to":"","plots":[1]},{"to":"","plots":[1]}]}`), status: []int{400}, field: "moves", reason: "twice"}),
		"a line of 1,000 points that crosses itself":        operation(bomb{body: text(split(zigzag(1000))), status: []int{200, 400, 409, 422}}),
		"a line of 300 points that crosses itself":          operation(bomb{body: text(split(zigzag(300))), status: []int{200, 400, 409, 422}}),
		"a line of 1,000 points in one place":               operation(bomb{body: text(split(strings.Repeat(",[105.805,30.11]", 1000)[1:])), status: []int{200, 400, 409, 422}}),
		"a line of 15,000 points":                           operation(bomb{body: text(split(zigzag(15_000))), status: []int{400}, field: "line", reason: "2 to 1000"}),
		"a line of two million points":                      operation(bomb{body: repeated(fmt.Sprintf(`{"community":%q,"version":0,"kind":"split","line":[[1,1]`, fixture.A1), ",[1,1]", 2_000_000, "]}"), status: []int{413}, field: "body"}),
		"a line beyond all numbers":                         operation(bomb{body: text(split("[1e999,1],[1,1]")), status: []int{400}, field: "line"}),
		"a line at 1e308":                                   operation(bomb{body: text(split("[1e308,-1e308],[-1e308,1e308]")), status: []int{400}, field: "line"}),
		"a line through NaN":                                operation(bomb{body: text(split("[NaN,1],[1,1]")), status: []int{400}, field: "body"}),
		"20,000 events of a roll":                           roll(bomb{body: repeated(`{"device":"a","events":[{}`, ",{}", 19_990, "]}"), status: []int{400}, field: "events"}),
		"20,000 readings":                                   reading(bomb{body: repeated(`{"readings":[{}`, ",{}", 19_990, "]}"), status: []int{400}, field: "readings"}),
		"a reading in the year a billion":                   reading(bomb{body: text(`{"readings":[{"at":"999999999-01-01T00:00:00Z","kind":"observed","stage_m":1}]}`), status: []int{400}, field: "body", reason: "a time that is not one"}),
		"a reading of 1e308 m":                              reading(bomb{body: text(`{"readings":[{"at":"2026-01-01T00:00:00Z","kind":"observed","stage_m":1e308}]}`), status: []int{400}, field: "readings[0].stage_m"}),
		"a thousand million in a sequence":                  roll(bomb{body: text(`{"device":"a","events":[{"sequence":99999999999999999999,"at":"2026-01-01T00:00:00Z"}]}`), status: []int{400}, field: "events.sequence"}),
		"a password of a megabyte, from nobody":             {method: "POST", path: "/api/v1/session", body: repeated(`{"account":"x","password":"`, "x", 1_000_000, `"}`), status: []int{400}, field: "password"},
		"a wrong name of a megabyte is not repeated":        postCase(bomb{body: repeated(`{"`, "x", 1_000_000, `":1}`), status: []int{400}, field: "body"}),
		"a chunk that says it is longer than all memory is": postCase(bomb{headers: "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}", status: []int{400, 408}}),
	} {
		t.Run(name, func(t *testing.T) { d.check(t, b, d.drop(t, b)) })
	}
}

// targets are paths of routes that read lists.
func (d *district) targets(t *testing.T) (operations, rollCall, readings string) {
	t.Helper()
	d.config.Lines.Grace = 1e9 // one second, for bodies of which nothing more comes
	d.server.Close()
	d.serve()
	inside, _ := d.corners()
	plan := d.planner("author", fixture.District).begin(fixture.A1)
	return fmt.Sprintf("/api/v1/plans/%d/operations", plan.ID), fmt.Sprintf("/api/v1/evacuations/%d/rollcall", inside.evacuation),
		fmt.Sprintf("/api/v1/gauges/%d/readings", inside.gauge)
}

func split(line string) string {
	return fmt.Sprintf(`{"community":%q,"version":0,"kind":"split","grid":%q,"line":[%s]}`, fixture.A1, fixture.GridCode(fixture.A1, 1), line)
}

// zigzag is a line over a community whose every segment crosses about a third of
// the others.
func zigzag(n int) string {
	var out strings.Builder
	x, y := uint32(12345), uint32(67890)
	for range n {
		x, y = x*1664525+1013904223, y*22695477+1
		fmt.Fprintf(&out, ",[%.9f,%.9f]", 105.799+0.022*float64(x)/(1<<32), 30.099+0.022*float64(y)/(1<<32))
	}
	return out.String()[1:]
}

func millionKeys() io.Reader { return keys(1_000_000)() }

// keys is an object of n different names.
func keys(n int) func() io.Reader {
	return func() io.Reader {
		r, w := io.Pipe()
		go func() {
			_, _ = io.WriteString(w, "{")
			for i := range n {
				if _, err := fmt.Fprintf(w, `"k%d":0,`, i); err != nil {
					return
				}
			}
			_, _ = io.WriteString(w, `"z":0}`)
			_ = w.Close()
		}()
		return r
	}
}

// zipped are zeros, a thousandth of their size.
func zipped(n int64) func() io.Reader {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = io.Copy(z, io.LimitReader(&endless{block: "\x00"}, n))
	_ = z.Close()
	return func() io.Reader { return bytes.NewReader(out.Bytes()) }
}

func manyPlots(n int, move string) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, ",%d", 1000+i)
	}
	return move + `[{"to":"","plots":[` + out.String()[1:] + `]}]}`
}
