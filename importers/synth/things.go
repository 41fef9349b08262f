package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// placeThings adds what stands among the houses: city components, organisations,
// shelters, gauges and levees.
func (d *District) placeThings(s *sketchpad, g *ground) {
	d.placeObjects(s, g)
	d.placeOrganisations(s)
	d.placeShelters(s)
	d.placeGauges(s)
	d.placeLevees(s)
}

// placeObjects sets city components beside streets and lanes.
func (d *District) placeObjects(s *sketchpad, g *ground) {
	kinds := []struct {
		kind, name string
		everyM     float64
		classes    [2]int
	}{
		{"street_lamp", "路灯", 75, [2]int{classArterial, classStreet}},
		{"manhole", "井盖", 160, [2]int{classArterial, classStreet}},
		{"hydrant", "消火栓", 420, [2]int{classArterial, classStreet}},
		{"camera", "视频监控", 650, [2]int{classArterial, classStreet}},
		{"litter_bin", "垃圾箱", 300, [2]int{classSecondary, classStreet}},
		{"bus_stop", "公交站", 1400, [2]int{classArterial, classSecondary}},
		{"transformer", "配电箱", 1700, [2]int{classSecondary, classLane}},
		{"loudspeaker", "应急广播", 2300, [2]int{classSecondary, classLane}},
	}
	for i := range g.roads {
		rd := &g.roads[i]
		if rd.bridge {
			continue
		}
		r := newRand(s.seed, streamObjects, uint64(i))
		length := lengthM(rd.line)
		town := s.urban(rd.line[len(rd.line)/2]) > -0.1
		for _, k := range kinds {
			every := k.everyM / math.Max(0.02, d.Options.Scale)
			if !town {
				every *= 7
			}
			if d.Options.Scale >= 1 {
				every = k.everyM * map[bool]float64{true: 1, false: 7}[town]
			}
			if rd.class < k.classes[0] || rd.class > k.classes[1] {
				continue
			}
			for m := every * r.Float64(); m < length; m += every * between(r, 0.8, 1.2) {
				p, dir := along(rd.line, m)
				side := float64(1 - 2*r.IntN(2))
				off := halfWidthM(rd.class) - 0.5
				if k.kind == "manhole" {
					off = between(r, 0, off)
				}
				state := [...]string{"good", "damaged", "missing"}[pick(r, []float64{0.975, 0.02, 0.005})]
				id := int64(len(d.Objects) + 1)
				d.Objects = append(d.Objects, data.Object{ID: id, Kind: k.kind, Name: k.name + strconv.FormatInt(id, 10), State: state,
					Geom: lonLat(offset(p, orb.Point{-dir[1], dir[0]}, side*off)), Source: Source, SourceID: fmt.Sprintf("o%d", id)})
			}
		}
	}
}

// departments are the first names of district departments; the rest are their
// branches.
const departments = "区委办公室 区政府办公室 区委组织部 区委宣传部 区委统战部 区委政法委 区委社会工作部 区委网信办 区发展改革委 区教委 区科技局 区经济信息委 区民政局 区司法局 区财政局 区人力社保局 区规划自然资源局 区生态环境局 区住房城乡建委 区城市管理局 区交通运输委 区水利局 区农业农村委 区商务委 区文化旅游委 区卫生健康委 区退役军人局 区应急管理局 区审计局 区国资委 区市场监管局 区体育局 区统计局 区医保局 区信访办 区乡村振兴局 区林业局 区大数据发展局 区招商投资局 区政务服务中心 区公安局 区消防救援支队 区人民法院 区人民检察院 区税务局 区气象局 区供电公司 区自来水公司 区燃气公司 区公交公司 电信潼南分公司 移动潼南分公司 联通潼南分公司 广电网络潼南分公司 邮政潼南分公司 区总工会 团区委 区妇联 区残联 区红十字会 区工商联 区科协 区文联 区疾控中心 区人民医院 区中医院 区河长办 区公路事务中心 区殡葬管理所 区园林绿化中心"

// placeOrganisations makes departments, the party tree down to communities, and
// social and mass organisations.
func (d *District) placeOrganisations(s *sketchpad) {
	r := newRand(s.seed, streamPlaces, 1)
	add := func(o data.Organisation) int64 {
		o.ID = int64(len(d.Organisations) + 1)
		o.Source, o.SourceID = Source, fmt.Sprintf("z%d", o.ID)
		d.Organisations = append(d.Organisations, o)
		return o.ID
	}
	seat := lonLat(lerp(s.seats[0].at, s.seats[1].at, 0.5))
	for i, name := range strings.Fields(departments)[:PublishedDepartments] {
		a := float64(i) * 2.399963
		p := orb.Point{seat[0] + 0.0011*math.Sqrt(float64(i))*math.Cos(a), seat[1] + 0.0009*math.Sqrt(float64(i))*math.Sin(a)}
		add(data.Organisation{Kind: "department", Name: name, Members: 20 + r.IntN(160), HasPlace: true, Geom: p})
	}
	root := add(data.Organisation{Kind: "party_committee", Name: "中共潼南区委", Members: 40, HasPlace: true, Geom: seat})
	towns := make([]int64, len(s.towns))
	for i, t := range s.towns {
		towns[i] = add(data.Organisation{ParentID: root, Kind: "party_committee", Name: t.name + "党（工）委", Members: 15 + r.IntN(20),
			HasPlace: true, Geom: lonLat(s.seats[i].at)})
	}
	for i, c := range s.communes {
		add(data.Organisation{ParentID: towns[c.town], Kind: "party_committee", Name: c.name + "党委（总支）", CommunityCode: c.code,
			Members: 40 + r.IntN(90), HasPlace: true, Geom: lonLat(s.centres[i])})
	}
	kinds := []struct{ kind, names string }{
		{"social", "志愿服务队 社工站 老年协会 调解协会 乡贤会 义务消防队 公益互助社 居家养老服务中心 儿童之家 红白理事会"},
		{"mass", "妇女联合会 工会联合会 青年联合会 科普协会 文艺队 残疾人协会"},
		{"rider_team", "骑手之家"},
	}
	for range PublishedOrgs {
		k := kinds[pick(r, []float64{0.66, 0.3, 0.04})]
		c := r.IntN(len(s.communes))
		p := s.centres[c]
		add(data.Organisation{Kind: k.kind, Name: s.communes[c].short() + choose(r, k.names), CommunityCode: s.communes[c].code, Members: 6 + r.IntN(70),
			HasPlace: true, Geom: lonLat(orb.Point{p[0] + between(r, -250, 250), p[1] + between(r, -250, 250)})})
	}
	for i := range d.Buildings {
		b := &d.Buildings[i]
		if (b.Kind == "school" || b.Kind == "hospital") && b.Name != "" && b.CompoundID == 0 {
			add(data.Organisation{Kind: b.Kind, Name: b.Name, CommunityCode: b.CommunityCode, Members: 8 + r.IntN(60), HasPlace: true, Geom: middle(b.Geom)})
		}
	}
	for i := range d.Compounds {
		if k := &d.Compounds[i]; k.Kind == "school" || k.Kind == "hospital" || k.Kind == "industrial" {
			kind := k.Kind
			if kind == "industrial" {
				kind = "enterprise"
			}
			add(data.Organisation{Kind: kind, Name: k.Name, CommunityCode: k.CommunityCode, Members: 30 + r.IntN(300), HasPlace: true, Geom: middle(k.Geom)})
		}
	}
}

func middle(g orb.Geometry) orb.Point { return g.Bound().Center() }

// placeShelters takes schools, public houses and squares on high ground; what a
// few of them hold is not known.
func (d *District) placeShelters(s *sketchpad) {
	r := newRand(s.seed, streamPlaces, 2)
	add := func(name string, capacity int, accessible bool, p orb.Point) {
		id := int64(len(d.Shelters) + 1)
		if r.Float64() < 0.07 {
			capacity = -1
		}
		d.Shelters = append(d.Shelters, data.Shelter{ID: id, Name: name, Capacity: capacity, Accessible: accessible, Geom: p, Source: Source, SourceID: fmt.Sprintf("s%d", id)})
	}
	named := map[string]bool{}
	for i := range d.Buildings {
		b := &d.Buildings[i]
		site := d.Footprints[i][0][0]
		if named[b.Name] || s.terrain.rivers.clear(site, 150) < 140 {
			continue
		}
		switch {
		case b.Kind == "school" && b.Name != "":
			named[b.Name] = true
			add(b.Name+"避难场所", 150+10*r.IntN(60), r.Float64() < 0.7, middle(b.Geom))
		case b.Kind == "public" && strings.HasSuffix(b.Name, "便民服务中心"):
			named[b.Name] = true
			add(b.Name+"安置点", 40+10*r.IntN(16), r.Float64() < 0.4, middle(b.Geom))
		}
	}
}

// read invents hourly stages and a forecast around the usual level.
func (d *District) read(seed uint64, gauge int64, usualM float64) {
	now := d.Options.Now.Truncate(time.Hour)
	r := rand.New(rand.NewPCG(seed, uint64(gauge)))
	stage := func(h int) float64 {
		x := float64(h)
		v := usualM + 0.9*math.Exp(-(x+20)*(x+20)/120) + 0.12*math.Sin(x/7) + 0.02*r.NormFloat64()
		return math.Round(v*100) / 100
	}
	add := func(h int, kind string, m float64) {
		d.Readings = append(d.Readings, data.Reading{GaugeID: gauge, At: now.Add(time.Duration(h) * time.Hour), IssuedAt: now.Add(time.Duration(min(h, 0)) * time.Hour),
			Kind: kind, StageM: m, Source: Source})
	}
	for h := -48; h <= 0; h++ {
		add(h, "observed", stage(h))
	}
	for h := 1; h <= 24; h++ {
		m, band := stage(h), 0.02*float64(h)
		add(h, "forecast_min", m-band)
		add(h, "forecast_likely", m)
		add(h, "forecast_max", m+1.6*band)
	}
}
