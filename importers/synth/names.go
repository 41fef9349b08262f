package synth

import (
	"math/rand/v2"
	"strings"
)

func trimTown(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(name, "街道"), "镇")
}

func choose(r *rand.Rand, words string) string {
	list := strings.Fields(words)
	return list[r.IntN(len(list))]
}

// streetName names line k of a family of streets; the city has proper names.
func streetName(area, family, k int) string {
	first := strings.Fields("巴渝 兴潼 金佛 江北 滨江 凤翔 紫云 玉屏 正兴 建设 文化 朝阳 和平 青年 解放 潼柏 莲花 外滩 凉风 迎宾 学府 蓝天 锦绣 春晖 涪城 琼林 书香 石马 安居 福慧 桂馨 梓林 碧水 明月")
	kind := [2]string{"路", "街"}[family]
	if area > 0 {
		first = strings.Fields("正 新 老 河 场 横 顺河 文昌 上 下 中 民兴 幸福 和顺 兴场 学堂")
		kind = "街"
	}
	name := first[(k*7+family*11+area*5)%len(first)]
	return name + kind
}

func compoundName(r *rand.Rand) string {
	return choose(r, "金佛 江北 滨江 凤凰 紫云 玉屏 香榭 锦绣 翡翠 阳光 世纪 东方 海棠 梧桐 莲花 金科 书香 涪江 碧水 明珠 和谐 万象 时代 皇冠 丽景 春天 桂花 梓林 潼州 巴渝 水岸 蓝湖 山水 御景") +
		choose(r, "花园 小区 苑 名城 华府 新城 家园 国际 公馆 雅居 广场 半岛 新居 郡 天下 名都")
}
