package files

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"gridmap/importers/redraw/picture/lettering"
)

// legend says what the colours mean, how many buildings have each, the scale, and
// what the picture rests on.
func (s *sheet) legend() {
	x, y := float64(s.wide+2*marginPx), float64(marginPx+26)
	s.text("淹没与转移", x, y, 26, lettering.SemiBold)
	y += 44
	s.text("水位（高出河道，米）", x, y, 15, lettering.SemiBold)
	for k := range s.w.courses() {
		y += 28
		s.patch(x, y, s.waterColour(k))
		label := "给定水深"
		if s.w.terrain != nil {
			label = fmt.Sprintf("%s　%.2f km²", s.w.label(k), s.report.Pictures[k].WetKM2)
		}
		s.text(label, x+34, y, 15, lettering.Regular)
	}
	if len(s.buildings) > 0 {
		y += 44
		s.text("楼栋（最高水位时）", x, y, 15, lettering.SemiBold)
		names := []struct {
			class Class
			zh    string
		}{{WetNow, "已淹"}, {WillBeWet, "将淹"}, {CutOff, "孤岛：道路全断"}, {Unknown, "未知：不在地形内"}, {Unaffected, "不受影响"}}
		colours := classColours()
		counts := s.report.Pictures[s.w.courses()-1].Classes
		for _, n := range names {
			y += 28
			s.patch(x, y, colours[n.class])
			s.text(fmt.Sprintf("%s　%d 栋", n.zh, counts[n.class]), x+34, y, 15, lettering.Regular)
		}
	}
	y += 44
	if len(s.roads) > 0 {
		s.patch(x, y, color.NRGBA{0xc2, 0x18, 0x32, 255})
		s.text("道路中断", x+34, y, 15, lettering.Regular)
		y += 28
	}
	if len(s.shelters) > 0 {
		s.patch(x, y, color.NRGBA{0x12, 0x7a, 0x3e, 255})
		s.text("安置点", x+34, y, 15, lettering.Regular)
		y += 28
	}
	s.scaleBar(x, y+24)
	s.text(fmt.Sprintf("模型 %s　误差 ±%g 米　格网 %.1f 米", s.report.Model, s.ErrorM, s.cellM), x, y+78, 13, lettering.Regular)
	s.text("北向上　"+s.report.System, x, y+100, 13, lettering.Regular)
}

func (s *sheet) patch(x, y float64, ink color.NRGBA) {
	box := image.Rect(int(x), int(y)-13, int(x)+24, int(y)+3)
	draw.Draw(s.img, box, image.NewUniform(color.NRGBA{0x80, 0x80, 0x80, 255}), image.Point{}, draw.Src)
	draw.Draw(s.img, box.Inset(1), image.NewUniform(ink), image.Point{}, draw.Src)
}

// scaleBar is the roundest length that fits.
func (s *sheet) scaleBar(x, y float64) {
	perPx := s.cellM / s.scale
	most := perPx * 240
	length := math.Pow(10, math.Floor(math.Log10(most)))
	for _, f := range []float64{5, 2} {
		if length*f <= most {
			length *= f
			break
		}
	}
	ink := image.NewUniform(color.NRGBA{0x1c, 0x24, 0x2e, 255})
	end := int(x + length/perPx)
	draw.Draw(s.img, image.Rect(int(x), int(y), end, int(y)+5), ink, image.Point{}, draw.Src)
	text := fmt.Sprintf("%g 米", length)
	if length >= 1000 {
		text = fmt.Sprintf("%g 千米", length/1000)
	}
	s.text(text, x, y+24, 14, lettering.Regular)
}
