package layers

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"gridmap/tiles"
)

// Layer describes one layer of the map.
type Layer struct {
	Name     string
	Title    string // Chinese
	Fields   []Field
	MinZoom  uint8
	MaxZoom  uint8
	tables   []string // whose changes concern it
	simplify bool
	wholly   bool // a change reloads it whole: it is derived from several tables
	dated    bool // it can be had as it was at a past moment
	laid     bool // a service computes it: see Lay
	// shape gives the importance of a feature and the zoom from which it shows.
	shape func(g orb.Geometry, field func(string) any) (importance float64, minZoom uint8)
}

// Field is an attribute of a layer, in the order of the columns of its
// statement in package data.
type Field struct {
	Name string
	Type string // String, Number, Boolean: as in TileJSON
}

// Names of the two layers that are made from the live cases.
const (
	Cases = "cases"
	Heat  = "heat"
)

// Catalogue is every layer, in drawing order. Bit i of a layer mask is entry i.
// It is the same constant list each time and must not be changed.
func Catalogue() []Layer { return catalogue() }

// catalogue is laid out once: every request looks into it.
var catalogue = sync.OnceValue(func() []Layer {
	return []Layer{
		{Name: "district", Title: "区县", Fields: fields("code name"), MinZoom: 6, tables: []string{"divisions"}, simplify: true},
		{Name: "surroundings", Title: "区外", Fields: fields("name"), MinZoom: 6, tables: []string{"divisions"}, simplify: true, wholly: true},
		{Name: "towns", Title: "镇街", Fields: fields("code name"), MinZoom: 6, tables: []string{"divisions"}, simplify: true},
		{Name: "communities", Title: "社区(村)", Fields: fields("code name town kind"), MinZoom: 6, tables: []string{"divisions"}, simplify: true},
		{Name: "land", Title: "地", Fields: fields("kind name risk"), MinZoom: 9, tables: []string{"land"}, simplify: true, shape: byArea},
		{Name: "water", Title: "水系", Fields: fields("kind name"), MinZoom: 6, tables: []string{"water"}, simplify: true, shape: waterShape},
		{Name: "roads", Title: "道路", Fields: fields("class name bridge?"), MinZoom: 6, tables: []string{"roads"}, simplify: true, shape: roadShape},
		{Name: Inundation, Title: "淹没范围", Fields: fields("when model error_m# drill?"), MinZoom: 6, laid: true, simplify: true, shape: byArea},
		{Name: "grids", Title: "网格", Fields: fields("code name kind households# persons# in_rule? community plan# version#"), MinZoom: 8, tables: []string{"grids"}, simplify: true, dated: true},
		{Name: "microgrids", Title: "微网格", Fields: fields("code grid households# persons# in_rule? layered? plan# version#"), MinZoom: 11, tables: []string{"microgrids"}, simplify: true, dated: true},
		{Name: "compounds", Title: "小区", Fields: fields("name kind"), MinZoom: 11, tables: []string{"compounds"}, simplify: true},
		{Name: "buildings", Title: "楼栋", Fields: fields("kind floors# height_m# households# persons#"), MinZoom: 10, tables: []string{"buildings"}, shape: buildingShape},
		{Name: Evacuation, Title: "转移", Fields: fields("kind class deadline# last_departure# grid persons# drill?"), MinZoom: 9, laid: true},
		{Name: "objects", Title: "物", Fields: fields("kind name"), MinZoom: 13, tables: []string{"objects"}},
		{Name: "organisations", Title: "组织", Fields: fields("kind name"), MinZoom: 10, tables: []string{"organisations"}},
		{Name: "conditions", Title: "情", Fields: fields("kind"), MinZoom: 10, tables: []string{"conditions"}},
		{Name: "shelters", Title: "安置点", Fields: fields("name capacity#"), MinZoom: 9, tables: []string{"shelters"}},
		{Name: "gauges", Title: "水位站", Fields: fields("name river stage_m# warning_m# guarantee_m#"), MinZoom: 8, tables: []string{"gauges"}},
		{Name: "labels", Title: "地名", Fields: fields("kind code name rank#"), MinZoom: 6, tables: []string{"divisions", "grids", "microgrids", "water"}, wholly: true, dated: true, shape: labelShape},
		{Name: Cases, Title: "事件", Fields: fields("level step board type state opened#"), MinZoom: 6},
		{Name: Heat, Title: "未结事件热力", Fields: fields("cell count# overdue# share_overdue# level_grid# level_community# level_town# level_district# board_party# board_economy# board_livelihood# board_safety# q# merged?"), MinZoom: 6},
	}
})

// fields reads "name", "name#" (a number) and "name?" (a boolean).
func fields(list string) []Field {
	var out []Field
	for _, f := range strings.Fields(list) {
		switch {
		case strings.HasSuffix(f, "#"):
			out = append(out, Field{f[:len(f)-1], "Number"})
		case strings.HasSuffix(f, "?"):
			out = append(out, Field{f[:len(f)-1], "Boolean"})
		default:
			out = append(out, Field{f, "String"})
		}
	}
	return out
}

// Dated says whether the layer can be had as it was at a past moment.
func (l *Layer) Dated() bool { return l.dated }

func (l *Layer) keys() []string {
	out := make([]string, len(l.Fields))
	for i, f := range l.Fields {
		out[i] = f.Name
	}
	return out
}

// UnknownLayer says that a name is not in the catalogue.
type UnknownLayer struct{ Name string }

func (e UnknownLayer) Error() string { return fmt.Sprintf("there is no layer %q", e.Name) }

// Find looks names up; each may be given once.
func Find(names []string) ([]int, error) {
	all := Catalogue()
	var out []int
	for _, n := range names {
		i := slices.IndexFunc(all, func(l Layer) bool { return l.Name == n })
		if i < 0 {
			return nil, UnknownLayer{n}
		}
		if slices.Contains(out, i) {
			return nil, fmt.Errorf("layer %q is named twice", n)
		}
		out = append(out, i)
	}
	return out, nil
}

func byArea(g orb.Geometry, _ func(string) any) (float64, uint8) { return geo.Area(g), 0 }

func buildingShape(g orb.Geometry, field func(string) any) (float64, uint8) {
	area := geo.Area(g)
	height, _ := field("height_m").(float64)
	return area * (3 + height), 0
}

func waterShape(g orb.Geometry, field func(string) any) (float64, uint8) {
	kind, _ := field("kind").(string)
	zoom := map[string]uint8{"river": 0, "lake": 9, "stream": 10, "pond": 12}[kind]
	return geo.Area(g) + geo.Length(g), zoom
}

func roadShape(g orb.Geometry, field func(string) any) (float64, uint8) {
	class, _ := field("class").(string)
	first := map[string]uint8{"motorway": 0, "rail": 7, "arterial": 8, "secondary": 9, "street": 11, "lane": 12, "path": 13}
	rank := map[string]float64{"motorway": 7, "rail": 6, "arterial": 5, "secondary": 4, "street": 3, "lane": 2, "path": 1}
	return rank[class]*1e6 + geo.Length(g), first[class]
}

func labelShape(_ orb.Geometry, field func(string) any) (float64, uint8) {
	kind, _ := field("kind").(string)
	first := map[string]uint8{"district": 0, "town": 8, "river": 8, "community": 10, "grid": 12, "microgrid": 15}
	rank, _ := field("rank").(int64)
	return float64(10 - rank), first[kind]
}

// value turns a column into an attribute.
func value(v any) tiles.Value {
	switch v := v.(type) {
	case string:
		return tiles.String(v)
	case int64:
		return tiles.Int(v)
	case float64:
		return tiles.Float(v)
	case bool:
		return tiles.Bool(v)
	}
	return tiles.Value{}
}
