package files

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"gridmap/importers/redraw"
)

// maxCount is beyond every count of one building or block.
const maxCount = 1_000_000

// count reads a number of households or persons: "12", "12.0", " 1 200 ". A
// fraction is rounded to the nearest, half up; exact is what was written. code
// says why there is none.
func count(text string) (n int, exact float64, code string) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u3000", "", "户", "", "人", "").Replace(text)
	switch strings.ToLower(text) {
	case "", "null", "nan", "n/a", "na", "-", "none":
		return 0, 0, "missing_count"
	}
	f, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsNaN(f):
		return 0, 0, "bad_count"
	case f < 0:
		return 0, 0, "negative_count"
	case f > maxCount:
		return 0, 0, "count_too_large"
	}
	return int(math.Floor(f + 0.5)), f, ""
}

// yes reads a flag; ok is false for a word that is neither.
func yes(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "", "0", "no", "n", "f", "false", "否", "无", "null", "0.0":
		return false, true
	case "1", "yes", "y", "t", "true", "是", "有", "1.0":
		return true, true
	}
	return false, false
}

// barrierKinds are the words for what runs along a line, in English, Chinese and
// those of OpenStreetMap.
func barrierKinds() map[string]redraw.Kind {
	kinds := map[string]redraw.Kind{}
	for kind, words := range map[redraw.Kind]string{
		redraw.River:    "river stream canal water waterway riverbank lake pond reservoir 河流 河 江 溪 水系 水域 运河 湖 湖泊 水库 渠 河道",
		redraw.Rail:     "rail railway railroad light_rail subway tram narrow_gauge 铁路 铁道 轨道 轻轨 地铁 高铁",
		redraw.Arterial: "arterial motorway motorway_link trunk trunk_link primary primary_link secondary secondary_link highway expressway main 主干道 主干路 干道 干路 次干道 次干路 快速路 高速 高速公路 国道 省道 主路",
		redraw.Street: "street road tertiary tertiary_link residential unclassified living_street service lane path footway track pedestrian cycleway steps bridleway " +
			"街道 街 道路 路 支路 巷 小路 县道 乡道 村道",
	} {
		for _, w := range strings.Fields(words) {
			kinds[w] = kind
		}
	}
	return kinds
}

// Bounds of a table of stairwells and floors.
const maxFloors, maxStairwells = 300, 200

// stairwellTable lays households out over stairwells and floors: as a table, where
// stairwells is one ("[[2,2],[2,1]]", by stairwell and floor from the lowest up),
// else spread evenly. ok is false for numbers that make no sense.
func stairwellTable(households int, stairwells, floors string) (table [][]int, ok bool) {
	if strings.HasPrefix(stairwells, "[") {
		if json.Unmarshal([]byte(stairwells), &table) != nil || len(table) > maxStairwells {
			return nil, false
		}
		for _, well := range table {
			for _, n := range well {
				if n < 0 || len(well) > maxFloors {
					return nil, false
				}
			}
		}
		return table, true
	}
	wells, levels := 1, 1
	for _, c := range []struct {
		text string
		to   *int
		most int
	}{{stairwells, &wells, maxStairwells}, {floors, &levels, maxFloors}} {
		n, _, code := count(c.text)
		switch {
		case code == "missing_count" || code == "" && n == 0: // not said
		case code != "" || n > c.most:
			return nil, false
		default:
			*c.to = n
		}
	}
	if wells*levels < 2 {
		return nil, true
	}
	return spread(households, wells, levels), true
}

// spread gives each of wells × levels places the same, and what is left over to
// the first ones, floor by floor from the lowest up.
func spread(households, wells, levels int) [][]int {
	table := make([][]int, wells)
	each, left := households/(wells*levels), households%(wells*levels)
	for w := range table {
		table[w] = make([]int, levels)
	}
	for f := range levels {
		for w := range wells {
			table[w][f] = each
			if f*wells+w < left {
				table[w][f]++
			}
		}
	}
	return table
}
