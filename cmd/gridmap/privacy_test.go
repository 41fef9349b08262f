package main_test

import (
	"fmt"
	"regexp"
	"testing"
)

// personal finds mobile numbers and citizens' numbers as a whole word: codes of
// divisions and grids may hold the same digits inside, and so may the decimals of
// an area.
func personal() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^0-9A-Za-z.]|[^0-9]\.)(1[3-9]\d{9}|\d{17}[\dXx])(?:$|[^0-9A-Za-z])`)
}

func TestPersonalPatternIsFoundWhereItStandsAndNotInsideCodes(t *testing.T) {
	for text, want := range map[string]bool{
		`"phone":"13912345678"`: true, `电话13912345678。`: true, `"id":"50022319800101123X"`: true,
		`"phone":"139****5678"`: false, `"code":"500152001001001"`: false, `id=a13912345678b`: false, `12912345678`: false,
		`"area_m2":8215.14081100276`: false, `tel.13912345678`: true,
	} {
		if got := personal().MatchString(text); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestNoAnswerAndNoLogLineHoldsAPersonsNumbers(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	pattern, read := personal(), 0
	clean := func(what string, body []byte) {
		read++
		if m := pattern.FindSubmatch(body); m != nil {
			t.Errorf("%s holds the number %s", what, m[1])
		}
	}
	const public = "district,towns,communities,grids,microgrids,labels,compounds,buildings,roads,water,land,objects,organisations,conditions,shelters,gauges,heat"
	grids := map[string]bool{}
	for z := 10; z <= 13; z++ {
		for _, path := range s.tilesOf(demo.Tokens["wall"], public, z) {
			for _, l := range s.layersOf(demo.Tokens["wall"], path) {
				for _, f := range l.Features {
					for name, v := range f.Properties {
						clean(path+" "+l.Name+"."+name, fmt.Append(nil, v))
					}
					if code, ok := f.Properties["code"].(string); ok && l.Name == "grids" {
						grids[code] = true
					}
				}
			}
		}
	}
	if len(grids) == 0 {
		t.Fatal("the tiles hold no grid")
	}
	paths := []string{"/api/v1/figures?children=true", "/api/v1/divisions?level=community", "/api/v1/grids/states", "/api/v1/cases?limit=1000"}
	for code := range grids {
		paths = append(paths, "/api/v1/grids/"+code)
	}
	for _, token := range []string{demo.Tokens["wall"], demo.Tokens["planner"], demo.Tokens["operator"]} {
		for _, path := range paths {
			clean(path, s.MustGet(token, path).Body)
		}
	}
	// Numbers in a query, a body or a path that is not there must not be logged either.
	s.Get(demo.Tokens["operator"], "/api/v1/locate?lon=105.8&lat=30.1&crs=13912345678")
	s.post(demo.Tokens["operator"], "private", `{"type":"13912345678","description":"13912345678"}`)
	s.end()
	clean("the log", []byte(s.Log.String()))
	t.Logf("%d values and answers read, the cards of %d grids among them", read, len(grids))
}
