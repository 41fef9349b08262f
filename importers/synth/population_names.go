package synth

import "strings"

// names makes Chinese names: surnames by their frequency in China (public
// security ministry, 2020), given names by the fashion of the years of birth.
// They are put together by lot; a likeness with a living person is chance.
type names struct {
	surnames  []string
	bySurname ladder
	given     [2][3][]string // by sex (0: F, 1: M) and era
}

// Share of the hundred most frequent surnames, in parts of ten thousand.
const surnameList = `王715 李713 张674 刘536 陈466 杨311 黄242 赵228 吴201 周200 徐152 孙151 马133 朱126 胡123 郭118 何112 高107
林103 罗101 郑94 梁85 谢78 宋73 唐73 许66 韩64 邓62 冯62 曹61 彭61 曾57 肖56 田52 董51 潘48 袁48 于47 蒋46 蔡46 余46 杜45 叶43
程42 苏42 魏42 吕41 丁39 任38 沈37 姚37 卢36 姜35 崔34 钟34 谭33 陆32 汪32 范31 金30 石30 廖29 贾29 夏28 韦28 付28 方27 白27
邹27 孟26 熊26 秦25 邱25 江24 尹24 薛23 闫23 段23 雷22 侯22 龙22 史21 陶21 黎21 贺20 顾20 毛20 郝20 龚20 邵19 万19 钱18 严18
覃18 武17 戴17 莫17 孔16 向16 汤16 代12 米9 奉6 欧阳11 舒8 敖5`

// Given names: before 1970, to 1995, after.
func givenLists() [2][3]string {
	return [2][3]string{
		{"秀英 桂英 素华 玉兰 桂芳 淑芬 秀兰 玉珍 素芳 碧华 永芳 兴碧 世琼 光碧 德芳 代芬 素琼 桂琼 国碧 先碧 朝芬 正芳 天秀 明秀 华 芳 英 琼 碧 群 素珍 玉英 大芬 云碧",
			"丽 敏 静 艳 娟 霞 燕 红梅 小琴 晓燕 海燕 春梅 红 玲 丽华 雪梅 小红 莉 婷 丹 春燕 利 秀丽 晓琳 小玲 冬梅 芳 倩 雪 蓉 娅 琴 佳 露",
			"梓涵 欣怡 雨桐 诗涵 可馨 佳怡 雨欣 思涵 梦瑶 子萱 一诺 语桐 紫涵 若曦 佳琪 心怡 静怡 雅琪 梓萱 婧 悦 瑾萱 沐瑶 依诺 诺 雨涵 昕怡 芷若 艺涵 玥"},
		{"国富 光荣 德明 世华 永贵 兴华 正国 明贵 大明 朝贵 天德 昌华 先明 代明 建国 国华 光明 德全 兴国 长明 云 华 贵 良 志明 金福 永华 洪 礼 成忠 天明 绍华 启明 世全",
			"伟 强 勇 军 涛 杰 波 鹏 超 建军 建华 志强 小军 海波 小平 小东 小龙 磊 刚 斌 飞 林 俊 鑫 建 海 浩 亮 川 江 松 小勇 平 毅",
			"浩然 子轩 宇轩 浩宇 俊杰 梓豪 宇航 子豪 一鸣 雨泽 俊熙 博文 铭泽 奕辰 沐宸 睿 思源 天佑 嘉豪 皓轩 辰 子涵 锦程 泽宇 宇 俊豪 家豪 鑫 梓轩 奕 明轩 煜"},
	}
}

func newNames() names {
	var n names
	var weights []float64
	for _, entry := range strings.Fields(surnameList) {
		at := strings.IndexAny(entry, "0123456789")
		w := 0.0
		for _, c := range entry[at:] {
			w = 10*w + float64(c-'0')
		}
		n.surnames, weights = append(n.surnames, entry[:at]), append(weights, w)
	}
	n.bySurname = newLadder(weights...)
	for sex, eras := range givenLists() {
		for era, list := range eras {
			n.given[sex][era] = strings.Fields(list)
		}
	}
	return n
}

func (n *names) surname(d *dice) string { return n.surnames[n.bySurname.draw(d)] }

func (n *names) givenName(d *dice, sex byte, born int) string {
	s, era := 0, 0
	if sex == 'M' {
		s = 1
	}
	switch {
	case born >= 1995:
		era = 2
	case born >= 1970:
		era = 1
	}
	list := n.given[s][era]
	return list[d.below(len(list))]
}

// madeUpPhone is a number of the pattern 199-0000-xxxx, which marks it as made up.
func madeUpPhone(n uint64) string {
	b := [11]byte{'1', '9', '9', '0', '0', '0', '0'}
	n = n * 7919 % 10000 // neighbours differ in more than the last digit
	for i := len(b) - 1; i >= 7; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return string(b[:])
}
