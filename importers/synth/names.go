package synth

import (
	"fmt"
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

func personName(r *rand.Rand, female bool) string {
	const family = "李 王 张 刘 陈 杨 黄 赵 周 吴 徐 唐 邓 罗 何 蒋 谢 冯 曾 程 蔡 彭 潘 袁 于 董 余 苏 叶 吕 魏 田 杜 夏 钟 汪 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 米 奚 代 简"
	const male = "伟 强 磊 军 勇 杰 涛 明 超 刚 平 辉 波 斌 鹏 浩 宇 俊 峰 建国 志强 国庆 文斌 明亮 光辉 德贵 世华 兴全 永康 天明 大勇 建平 小军 正国 加林 万福 子轩 浩然 宇航 梓豪 俊熙 泽洋"
	const women = "芳 娜 敏 静 丽 艳 燕 玲 霞 红 梅 兰 英 琼 秀英 桂芳 玉兰 淑华 素珍 小红 春梅 晓燕 明霞 德碧 世芬 兴珍 永秀 天琼 雪梅 丽华 国英 正琼 雨涵 欣怡 梓涵 诗琪 思雨 佳怡 可馨 依诺"
	if female {
		return choose(r, family) + choose(r, women)
	}
	return choose(r, family) + choose(r, male)
}

func compoundName(r *rand.Rand) string {
	return choose(r, "金佛 江北 滨江 凤凰 紫云 玉屏 香榭 锦绣 翡翠 阳光 世纪 东方 海棠 梧桐 莲花 金科 书香 涪江 碧水 明珠 和谐 万象 时代 皇冠 丽景 春天 桂花 梓林 潼州 巴渝 水岸 蓝湖 山水 御景") +
		choose(r, "花园 小区 苑 名城 华府 新城 家园 国际 公馆 雅居 广场 半岛 新居 郡 天下 名都")
}

func phone(r *rand.Rand) string {
	// 19x numbers with a zero block are not given out.
	return fmt.Sprintf("199%08d", r.IntN(1e8))
}
