package importers

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/paulmach/orb"
)

//go:embed osmconf.ini
var osmConfig []byte

// takeOSM takes buildings, roads, water and, where there is no district yet,
// the administrative areas of an .osm.pbf. GDAL's OSM driver puts relations
// together in bounded memory; its layers are read one after the other.
func takeOSM(ctx context.Context, j *job) error {
	if lower := strings.ToLower(j.path); !strings.HasSuffix(lower, ".pbf") {
		return fmt.Errorf("open %s: osm takes .osm.pbf", j.path)
	}
	if info, err := os.Stat(j.path); err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("open %s: not a regular file", j.path)
	}
	config, err := writeOSMConfig()
	if err != nil {
		return err
	}
	defer os.Remove(config)
	if err := takeOSMDivisions(ctx, j, config); err != nil {
		return err
	}
	for _, part := range []osmPart{osmRoads(), osmWaterAreas(), osmBuildings()} {
		if err := takeOSMPart(ctx, j, config, part); err != nil {
			return err
		}
	}
	return nil
}

func writeOSMConfig() (string, error) {
	f, err := os.CreateTemp("", "gridmap-osm-*.ini")
	if err != nil {
		return "", fmt.Errorf("write the configuration of the OSM reader: %w", err)
	}
	_, err = f.Write(osmConfig)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("write the configuration of the OSM reader: %w", err)
	}
	return f.Name(), nil
}

// osmPart is what is taken of an OSM file as one kind: the layers to read and
// how an object's tags become the fields of the kind, or nil to leave it.
type osmPart struct {
	kind   string
	layers []string
	fields func(tags map[string]string) map[string]string
}

func takeOSMPart(ctx context.Context, j *job, config string, part osmPart) error {
	k, _ := kindNamed(part.kind)
	r := &osmReader{path: j.path, config: config, part: part}
	defer r.Close()
	cols := columns{}
	for _, name := range osmColumns(part.kind) {
		cols[name] = name
	}
	c, err := j.load(ctx, k, &degrees{Reader: r}, cols, "EPSG:4326")
	if err != nil {
		return err
	}
	c.Columns = nil
	if err := j.sayIfNoDistrict(ctx, k, &c); err != nil {
		return err
	}
	j.report.Counts = append(j.report.Counts, c)
	return nil
}

// osmColumns are the fields that are read from tags; floors and households are
// not among them, since most objects lack them: they are estimated.
func osmColumns(kind string) []string {
	switch kind {
	case "buildings":
		return []string{"source_id", "name", "address", "kind", "height_m"}
	case "roads":
		return []string{"source_id", "name", "class", "bridge"}
	}
	return []string{"source_id", "name", "kind"}
}

// osmReader chains the layers of a part and turns tags into fields.
type osmReader struct {
	path   string
	config string
	part   osmPart
	at     int
	now    Reader
}

func (r *osmReader) Columns() []string { return osmColumns(r.part.kind) }
func (r *osmReader) CRS() string       { return "" }

func (r *osmReader) Close() error {
	if r.now == nil {
		return nil
	}
	return r.now.Close()
}

func (r *osmReader) Next(ctx context.Context) (Row, error) {
	for {
		if r.now == nil {
			if r.at == len(r.part.layers) {
				return Row{}, io.EOF
			}
			var err error
			if r.now, err = openOSMLayer(ctx, r.path, r.config, r.part.layers[r.at]); err != nil {
				return Row{}, err
			}
			r.at++
		}
		row, err := r.now.Next(ctx)
		if err == io.EOF {
			if err := r.now.Close(); err != nil {
				return Row{}, err
			}
			r.now = nil
			continue
		}
		if err != nil {
			return Row{}, err
		}
		if fields := r.part.fields(row.Attrs); fields != nil {
			fields["source_id"] = osmID(row)
			row.Attrs = fields
			return row, nil
		}
	}
}

func openOSMLayer(ctx context.Context, path, config, layer string) (Reader, error) {
	return openGDAL(ctx, path, "OSM", []string{"CONFIG_FILE=" + config}, openOptions{layer: layer, crs: "EPSG:4326"})
}

// osmID is r123 for a relation and w123 for a way.
func osmID(row Row) string {
	if id := row.Attrs["osm_way_id"]; id != "" {
		return "w" + id
	}
	id := row.Attrs["osm_id"]
	if _, ok := row.Geom.(orb.LineString); ok {
		return "w" + id
	}
	return "r" + id
}

func osmRoads() osmPart {
	classes := map[string]string{"motorway": "motorway", "motorway_link": "motorway", "trunk": "arterial", "trunk_link": "arterial",
		"primary": "arterial", "primary_link": "arterial", "secondary": "secondary", "secondary_link": "secondary",
		"tertiary": "street", "tertiary_link": "street", "residential": "street", "unclassified": "street", "living_street": "street",
		"road": "street", "service": "lane", "pedestrian": "lane", "track": "path", "path": "path", "footway": "path",
		"cycleway": "path", "steps": "path", "bridleway": "path"}
	rails := map[string]bool{"rail": true, "light_rail": true, "narrow_gauge": true, "tram": true, "subway": true}
	return osmPart{kind: "roads", layers: []string{"lines"}, fields: func(tags map[string]string) map[string]string {
		class := classes[tags["highway"]]
		if rails[tags["railway"]] {
			class = "rail"
		}
		if class == "" {
			return nil
		}
		bridge := "no"
		if b := tags["bridge"]; b != "" && b != "no" {
			bridge = "yes"
		}
		return map[string]string{"name": tags["name"], "class": class, "bridge": bridge}
	}}
}

func osmWaterAreas() osmPart {
	lines := map[string]string{"river": "river", "canal": "river", "stream": "stream", "ditch": "stream", "drain": "stream"}
	return osmPart{kind: "water", layers: []string{"multipolygons", "lines"}, fields: func(tags map[string]string) map[string]string {
		kind := ""
		_, line := tags["highway"]
		switch {
		case tags["waterway"] == "riverbank" || tags["natural"] == "water" && (tags["water"] == "river" || tags["water"] == "canal"):
			kind = "river"
		case tags["natural"] == "water" && tags["water"] == "pond":
			kind = "pond"
		case tags["natural"] == "water" || tags["landuse"] == "reservoir" || tags["landuse"] == "basin":
			kind = "lake"
		case !line && lines[tags["waterway"]] != "":
			kind = lines[tags["waterway"]]
		}
		if kind == "" {
			return nil
		}
		return map[string]string{"name": tags["name"], "kind": kind}
	}}
}

func osmBuildings() osmPart {
	kinds := map[string]string{"apartments": "residential", "house": "residential", "residential": "residential", "detached": "residential",
		"terrace": "residential", "semidetached_house": "residential", "dormitory": "residential", "farm": "farmhouse", "yes": "residential",
		"commercial": "commercial", "retail": "commercial", "office": "commercial", "hotel": "commercial", "supermarket": "commercial",
		"industrial": "industrial", "warehouse": "industrial", "manufacture": "industrial", "school": "school", "university": "school",
		"kindergarten": "school", "college": "school", "hospital": "hospital", "public": "public", "church": "public", "civic": "public",
		"government": "public", "train_station": "public", "chapel": "public", "castle": "public"}
	byAmenity := map[string]string{"school": "school", "kindergarten": "school", "university": "school", "college": "school", "hospital": "hospital",
		"place_of_worship": "public", "townhall": "public", "public_building": "public", "restaurant": "commercial", "bank": "commercial"}
	return osmPart{kind: "buildings", layers: []string{"multipolygons"}, fields: func(tags map[string]string) map[string]string {
		b := tags["building"]
		if b == "" || b == "no" {
			return nil
		}
		kind := kinds[b]
		if kind == "" {
			kind = "other"
		}
		if a := byAmenity[tags["amenity"]]; a != "" && b == "yes" {
			kind = a
		}
		fields := map[string]string{"name": tags["name"], "kind": kind,
			"address": strings.TrimSpace(tags["addr_street"] + " " + tags["addr_housenumber"])}
		if h := osmHeight(tags); h != "" {
			fields["height_m"] = h
		}
		return fields
	}}
}
