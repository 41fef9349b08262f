package geotiff_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
)

// field is a raster of hills with a hole, in whole metres.
func hills(width, height int) *raster.Raster {
	r := raster.New(raster.Grid{Width: width, Height: height, West: 580000, North: 3340000, DX: 10, DY: 12.5, System: raster.System{EPSG: 4544}})
	random := rand.New(rand.NewPCG(1, 2))
	for i := range r.Values {
		x, y := float64(i%width), float64(i/width)
		if math.Hypot(x-20, y-15) > 6 {
			r.Values[i] = float32(math.Round(90+30*math.Sin(x/9)*math.Cos(y/7))) + float32(random.IntN(3))
		}
	}
	return r
}

func gdal(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("gdal-bin is not installed")
	}
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, stderr.String())
	}
	return out
}

func write(t *testing.T, r *raster.Raster, kind geotiff.Type) string {
	t.Helper()
	var b bytes.Buffer
	if err := geotiff.Encode(&b, r, kind); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "in.tif")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) *raster.Raster {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := geotiff.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func same(t *testing.T, got, want *raster.Raster) {
	t.Helper()
	if !got.Same(want.Grid) || got.System.EPSG != want.System.EPSG || got.System.Geographic != want.System.Geographic {
		t.Fatalf("got grid %+v, want %+v", got.Grid, want.Grid)
	}
	for i, v := range got.Values {
		if w := want.Values[i]; v != w && (v == v || w == w) {
			t.Fatalf("cell %d: got %v, want %v", i, v, w)
		}
	}
}

func TestEveryKindThatGDALWritesReadsAsItWasWritten(t *testing.T) {
	want := hills(150, 90)
	path := write(t, want, geotiff.Float32)
	for _, kind := range []string{"Byte", "Int16", "UInt16", "Int32", "UInt32", "Float32", "Float64"} {
		for _, compression := range []string{"NONE", "LZW", "DEFLATE"} {
			for _, predictor := range []string{"1", "2", "3"} {
				float := kind == "Float32" || kind == "Float64"
				if compression == "NONE" && predictor != "1" || predictor == "3" && !float || predictor == "2" && kind == "Float64" {
					continue
				}
				for _, how := range [][]string{{}, {"-co", "TILED=YES", "-co", "BLOCKXSIZE=64", "-co", "BLOCKYSIZE=32"}, {"-co", "BIGTIFF=YES"}, {"-co", "ENDIANNESS=BIG"}, {"-co", "BLOCKYSIZE=7"}} {
					if predictor == "3" && slices.Contains(how, "ENDIANNESS=BIG") {
						continue // GDAL 3.6 does not read back itself what it writes there
					}
					t.Run(fmt.Sprint(kind, " ", compression, " predictor ", predictor, " ", how), func(t *testing.T) {
						out := filepath.Join(t.TempDir(), "out.tif")
						args := append([]string{"gdal_translate", "-q", "-ot", kind, "-a_nodata", "0", "-co", "COMPRESS=" + compression}, how...)
						if compression != "NONE" {
							args = append(args, "-co", "PREDICTOR="+predictor)
						}
						// What is missing becomes 0, which then means missing.
						filled := hills(150, 90)
						for i, v := range filled.Values {
							if v != v {
								filled.Values[i] = 0
							}
						}
						gdal(t, append(args, write(t, filled, geotiff.Float32), out)...)
						same(t, read(t, out), want)
					})
				}
			}
		}
	}
	same(t, read(t, path), want)
}

func TestGDALReadsWhatIsWritten(t *testing.T) {
	want := hills(70, 130)
	for _, kind := range []geotiff.Type{geotiff.Float32, geotiff.Byte} {
		raw := filepath.Join(t.TempDir(), "raw.bin")
		gdal(t, "gdal_translate", "-q", "-of", "ENVI", "-ot", "Float32", write(t, want, kind), raw)
		b, err := os.ReadFile(raw)
		if err != nil {
			t.Fatal(err)
		}
		none := map[geotiff.Type]float32{geotiff.Float32: -9999, geotiff.Byte: 255}[kind]
		for i, v := range want.Values {
			if v != v {
				v = none
			}
			if got := math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])); got != v {
				t.Fatalf("kind %d, cell %d: got %v, want %v", kind, i, got, v)
			}
		}
	}
	if info := string(gdal(t, "gdalinfo", write(t, want, geotiff.Float32))); !bytes.Contains([]byte(info), []byte(`ID["EPSG",4544]`)) {
		t.Fatalf("GDAL does not find the coordinate system in\n%s", info)
	}
}

func TestPixelsThatArePointsLieHalfACellAside(t *testing.T) {
	want := hills(30, 20)
	out := filepath.Join(t.TempDir(), "out.tif")
	gdal(t, "gdal_translate", "-q", "-mo", "AREA_OR_POINT=Point", write(t, want, geotiff.Float32), out)
	same(t, read(t, out), want)
}

func TestWhatIsNotARasterIsRefusedWithTheReason(t *testing.T) {
	var whole bytes.Buffer
	if err := geotiff.Encode(&whole, hills(40, 40), geotiff.Float32); err != nil {
		t.Fatal(err)
	}
	path := write(t, hills(40, 40), geotiff.Float32)
	two := filepath.Join(t.TempDir(), "two.tif")
	gdal(t, "gdal_translate", "-q", "-b", "1", "-b", "1", path, two)
	bands, err := os.ReadFile(two)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"nothing": nil, "a word": []byte("elevation"), "a header alone": []byte("II*\x00\x08\x00\x00\x00"),
		"a file cut off": whole.Bytes()[:len(whole.Bytes())/2], "two bands": bands,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := geotiff.Decode(bytes.NewReader(b)); err == nil {
				t.Fatal("it was read")
			}
		})
	}
}

func FuzzDecodeReadsOrRefuses(f *testing.F) {
	var b bytes.Buffer
	if err := geotiff.Encode(&b, hills(20, 20), geotiff.Float32); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\x00\x00"))
	f.Add([]byte("II+\x00\x08\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if g, err := geotiff.DecodeGrid(bytes.NewReader(b)); err != nil || g.Size() > 1<<20 {
			return // the cells of a large raster would only cost time
		}
		r, err := geotiff.Decode(bytes.NewReader(b))
		if err == nil && len(r.Values) != r.Size() {
			t.Fatalf("got %d values for %d cells", len(r.Values), r.Size())
		}
	})
}
