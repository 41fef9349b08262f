package importers_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gridmap/data/testdb"
	"gridmap/importers"
)

// BenchmarkBuildings takes 20,000 footprints in EPSG:4544 in, then the same file
// again. Run it with go test -bench Buildings -benchtime 1x.
func BenchmarkBuildings(b *testing.B) {
	const n = 20_000
	random := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	text.WriteString("code,households,persons,floors,wkt\n")
	for i := range n {
		x, y := 580_000+random.Float64()*30_000, 3_325_000+random.Float64()*30_000
		fmt.Fprintf(&text, "B%d,%d,20,6,\"POLYGON((%.2f %.2f,%.2f %.2f,%.2f %.2f,%.2f %.2f,%.2f %.2f))\"\n",
			i, random.IntN(50), x, y, x+20, y, x+20, y+12, x, y+12, x, y)
	}
	for b.Loop() {
		db := testdb.New(b)
		req := importers.Request{Kind: "buildings", CRS: "EPSG:4544", Files: []string{writeFile(b, "b.csv", text.String())}}
		for _, what := range []string{"first", "again"} {
			r, err := importers.Import(b.Context(), db.Pool, req)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(n/r.Files[0].Seconds, what+"-rows/s")
		}
	}
}
