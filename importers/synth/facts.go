package synth

import (
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/geo"
)

//go:embed tongnan
var tongnan embed.FS

// township is one of the 23 towns and subdistricts, with indexes of its own
// communities.
type township struct {
	code, name  string
	communities []int
}

// commune is one of the 304 communities and villages.
type commune struct {
	code, name string // name as printed, without the committee
	residents  bool   // residents' committee, not villagers'
	town       int
	alertRiver string // the river of a real flood alert that named it
}

type facts struct {
	code, name string
	towns      []township
	communes   []commune
	outline    orb.Ring // metres
	gauges     [][]string
}

func loadFacts() (*facts, error) {
	f := &facts{}
	if err := f.loadDivisions(); err != nil {
		return nil, err
	}
	if err := f.loadOutline(); err != nil {
		return nil, err
	}
	rows, err := readTable("gauges.csv")
	if err != nil {
		return nil, err
	}
	f.gauges = rows
	return f, nil
}

func (f *facts) loadDivisions() error {
	rows, err := readTable("divisions.csv")
	if err != nil {
		return err
	}
	towns, communes := map[string]int{}, map[string]int{}
	for _, r := range rows {
		code, name, level, parent := r[0], r[1], r[2], r[3]
		switch level {
		case "county":
			f.code, f.name = code, name
		case "subdistrict", "town":
			towns[code] = len(f.towns)
			f.towns = append(f.towns, township{code: code, name: name})
		default:
			t, ok := towns[parent]
			if !ok {
				return fmt.Errorf("read divisions: %s has the unknown parent %s", code, parent)
			}
			c := commune{code: code, residents: level == "residents_committee", town: t,
				name: strings.TrimSuffix(strings.TrimSuffix(name, "居民委员会"), "村民委员会")}
			if !c.residents && !strings.HasSuffix(c.name, "村") {
				c.name += "村"
			}
			communes[code] = len(f.communes)
			f.towns[t].communities = append(f.towns[t].communities, len(f.communes))
			f.communes = append(f.communes, c)
		}
	}
	alerts, err := readTable("flood_alert_villages.csv")
	if err != nil {
		return err
	}
	for _, r := range alerts {
		if i, ok := communes[r[5]]; ok {
			f.communes[i].alertRiver = r[1]
		}
	}
	return nil
}

func (f *facts) loadOutline() error {
	raw, err := tongnan.ReadFile("tongnan/outline.geojson")
	if err != nil {
		return fmt.Errorf("read the outline: %w", err)
	}
	var doc struct {
		Features []struct {
			Geometry struct{ Coordinates [][][2]float64 }
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return fmt.Errorf("read the outline: %w", err)
	}
	if len(doc.Features) != 1 || len(doc.Features[0].Geometry.Coordinates) != 1 {
		return fmt.Errorf("read the outline: want one polygon with one ring")
	}
	for _, p := range doc.Features[0].Geometry.Coordinates[0] {
		f.outline = append(f.outline, metres(p[0], p[1]))
	}
	return nil
}

// readTable reads an embedded CSV file without its header.
func readTable(name string) ([][]string, error) {
	raw, err := tongnan.ReadFile("tongnan/" + name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return rows[1:], nil
}

// metres is the place of a longitude and latitude in EPSG:4544.
func metres(lon, lat float64) orb.Point {
	m := geo.ToMetres(geo.LonLat{Lon: lon, Lat: lat})
	return orb.Point{m.E, m.N}
}

// lonLat is the place of metres in EPSG:4490.
func lonLat(p orb.Point) orb.Point {
	l := geo.ToLonLat(geo.Metres{E: p[0], N: p[1]})
	return orb.Point{l.Lon, l.Lat}
}

func lonLatLine(l []orb.Point) orb.LineString {
	out := make(orb.LineString, len(l))
	for i, p := range l {
		out[i] = lonLat(p)
	}
	return out
}

func lonLatPolygon(p orb.Polygon) orb.Polygon {
	out := make(orb.Polygon, len(p))
	for i, r := range p {
		out[i] = orb.Ring(lonLatLine(r))
	}
	return out
}

func lonLatPolygons(mp orb.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(mp))
	for i, p := range mp {
		out[i] = lonLatPolygon(p)
	}
	return out
}
