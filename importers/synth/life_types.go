package synth

import (
	"strings"

	"gridmap/data"
)

// Settings decide what can happen at a building.
const (
	settingTower = iota // with lifts
	settingTown         // houses without lifts, shops, offices
	settingVillage
	settingDedicated // schools, hospitals, malls, industry
	settings
)

func settingOf(kind, dedicated string, floors int) uint8 {
	switch {
	case dedicated != "" || kind == "school" || kind == "hospital" || kind == "industrial":
		return settingDedicated
	case kind == "farmhouse":
		return settingVillage
	case kind == "residential" && floors >= 8:
		return settingTower
	}
	return settingTown
}

// season of a type of case: how its frequency goes over the year.
type season uint8

const (
	always   season = iota
	summer          // heat, thunderstorms, mosquitoes
	rains           // May to September, floods in July
	winter          // cold, coal fires, festivals
	harvest         // straw fires: May, September, October
	holidays        // when migrants are back: January, February, October
	schooltime
)

// byMonth is how much more than usual a season brings in a month, January first.
func (s season) byMonth() [12]float64 {
	switch s {
	case summer:
		return [12]float64{.3, .3, .5, .8, 1.2, 1.8, 2.4, 2.4, 1.3, .6, .4, .3}
	case rains:
		return [12]float64{.2, .2, .4, .8, 1.4, 2.2, 3.2, 2.2, 1.4, .7, .3, .2}
	case winter:
		return [12]float64{2.4, 2.1, 1.2, .6, .4, .3, .3, .3, .5, .8, 1.3, 2.1}
	case harvest:
		return [12]float64{.4, .4, .6, .8, 2.6, .9, .4, .8, 2.6, 2.0, .7, .4}
	case holidays:
		return [12]float64{2.0, 2.4, .9, .7, .9, .7, .8, .9, .9, 1.4, .7, 1.0}
	case schooltime:
		return [12]float64{.7, .5, 1.4, 1.2, 1.2, 1.2, .3, .4, 1.7, 1.2, 1.2, 1.0}
	}
	return [12]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
}

type caseType struct {
	data.CaseType
	weight     [settings]float64
	season     season
	department string // who answers a whistle
	texts      []string
}

// caseTypes lists what people report: board, limit in hours, weight in towers,
// town, village and dedicated places, season, department, and how it is
// described. A leading * marks types that are kept off the wall.
func caseTypes() []caseType {
	row := func(code, name, board string, limit int, w [settings]float64, s season, department string, texts ...string) caseType {
		name, sensitive := strings.CutPrefix(name, "*")
		t := caseType{weight: w, season: s, texts: texts, department: department,
			CaseType: data.CaseType{Code: code, Name: name, Board: board, LimitHours: limit, Sensitive: sensitive}}
		return t
	}
	type w = [settings]float64
	return []caseType{
		row("DJ01", "流动党员报到", "party", 480, w{3, 3, 4, 1}, holidays, "区委组织部", "流动党员返乡，申请编入网格党小组。", "党员组织关系转接，请协助办理。"),
		row("DJ02", "党员联系服务群众", "party", 480, w{3, 4, 5, 1}, always, "区委组织部", "党员入户走访收集到居民诉求。", "党员联系户反映生活困难。"),
		row("DJ03", "党群活动组织", "party", 720, w{2, 2, 2, 1}, always, "区委组织部", "申请使用党群服务中心开展活动。", "小区党支部组织院坝会，需协助通知。"),
		row("DJ04", "困难党员帮扶", "party", 720, w{1, 1, 2, 0}, winter, "区委组织部", "困难党员申请慰问帮扶。"),
		row("DJ05", "业委会组建指导", "party", 720, w{3, 1, 0, 0}, always, "区委社会工作部", "小区拟成立业委会，申请指导。", "业委会换届，需社区党组织把关。"),
		row("JJ01", "个体工商户办照咨询", "economy", 360, w{2, 6, 2, 1}, always, "区市场监管局", "咨询办理个体工商户营业执照所需材料。", "营业执照变更经营地址。"),
		row("JJ02", "企业用工需求", "economy", 480, w{1, 3, 1, 8}, holidays, "区人力社保局", "企业招工困难，请协助发布岗位。", "节后用工缺口较大，申请对接返乡人员。"),
		row("JJ03", "柠檬种植技术求助", "economy", 480, w{0, 0, 9, 0}, harvest, "区农业农村委", "柠檬树叶片发黄，请农技员现场指导。", "柠檬园出现病虫害，求助防治办法。"),
		row("JJ04", "蔬菜滞销求助", "economy", 360, w{0, 0, 6, 0}, harvest, "区商务委", "大棚蔬菜集中上市，销路不畅。", "合作社蔬菜积压，请协助联系收购。"),
		row("JJ05", "土地流转纠纷", "economy", 720, w{0, 0, 5, 0}, always, "区农业农村委", "土地流转租金未按时兑付。", "流转地块边界存在争议。"),
		row("JJ06", "惠农补贴咨询", "economy", 360, w{0, 1, 7, 0}, always, "区农业农村委", "种粮补贴未到账，请核实。", "咨询农机购置补贴政策。"),
		row("MS01", "楼道堆物", "livelihood", 360, w{14, 12, 0, 1}, always, "区消防救援支队", "楼道内堆放纸箱杂物，影响通行。", "公共走廊放置旧家具，存在火灾隐患。", "楼梯间堆放杂物，气味难闻。"),
		row("MS02", "电梯故障", "livelihood", 120, w{13, 0, 0, 2}, summer, "区市场监管局", "电梯停运，老人出行不便。", "电梯运行异响，多次报修未解决。"),
		row("MS03", "停水停电", "livelihood", 120, w{7, 9, 9, 3}, summer, "区供电公司", "整栋楼停电，原因不明。", "自来水水压低，高层无水。", "线路老化，经常跳闸。"),
		row("MS04", "下水道堵塞", "livelihood", 240, w{8, 13, 2, 3}, rains, "区住房城乡建委", "污水井外溢，气味大。", "一楼下水道返水，请尽快疏通。"),
		row("MS05", "路灯不亮", "livelihood", 360, w{5, 7, 7, 2}, winter, "区城市管理局", "道路路灯连续多盏不亮。", "小区门口路灯损坏，夜间出行不便。"),
		row("MS06", "井盖破损", "livelihood", 120, w{4, 7, 1, 2}, rains, "区城市管理局", "井盖松动，车辆经过有响声。", "井盖缺失，已临时放置警示物。"),
		row("MS07", "垃圾清运不及时", "livelihood", 240, w{9, 10, 9, 3}, summer, "区城市管理局", "垃圾箱满溢，未及时清运。", "建筑垃圾堆放多日无人清理。"),
		row("MS08", "噪音扰民", "livelihood", 360, w{12, 11, 2, 2}, summer, "区生态环境局", "夜间施工噪音影响休息。", "广场舞音响声音过大。", "楼上住户深夜敲打。"),
		row("MS09", "占道经营", "livelihood", 240, w{4, 12, 1, 6}, always, "区城市管理局", "流动摊贩占用人行道。", "店铺将货物摆放到店外。"),
		row("MS10", "车辆乱停乱放", "livelihood", 240, w{12, 12, 2, 7}, holidays, "区公安局", "私家车占用消防通道。", "车辆堵住小区出入口。", "非机动车占用盲道。"),
		row("MS11", "物业服务投诉", "livelihood", 720, w{14, 3, 0, 0}, always, "区住房城乡建委", "物业保洁不到位，公共区域脏乱。", "物业费收支未公示。"),
		row("MS12", "房屋渗漏", "livelihood", 720, w{8, 8, 3, 1}, rains, "区住房城乡建委", "屋顶渗水，墙面发霉。", "外墙渗漏，申请动用维修资金。"),
		row("MS13", "独居老人走访", "livelihood", 480, w{4, 6, 12, 0}, winter, "区民政局", "独居老人需要定期上门看望。", "高龄老人行动不便，需协助购药。"),
		row("MS14", "低保救助咨询", "livelihood", 720, w{1, 3, 6, 0}, always, "区民政局", "家庭收入减少，咨询低保申请条件。", "申请临时救助，请协助准备材料。"),
		row("MS15", "医保社保代办", "livelihood", 480, w{4, 6, 11, 1}, winter, "区医保局", "不会线上缴费，申请代办医保。", "养老待遇资格认证需协助。"),
		row("MS16", "残疾人辅具申请", "livelihood", 720, w{1, 2, 3, 0}, always, "区残联", "申请更换轮椅。", "咨询残疾证到期换证。"),
		row("MS17", "入学就读咨询", "livelihood", 480, w{3, 3, 2, 4}, schooltime, "区教委", "咨询随迁子女入学划片。", "转学手续如何办理。"),
		row("MS18", "乡村道路破损", "livelihood", 720, w{0, 1, 9, 0}, rains, "区交通运输委", "村道路面塌陷，车辆通行困难。", "雨后路肩垮塌。"),
		row("MS19", "饮水水质反映", "livelihood", 360, w{1, 2, 5, 1}, summer, "区水利局", "自来水浑浊，有异味。", "村级供水站水量不足。"),
		row("MS20", "流浪犬只", "livelihood", 240, w{6, 6, 5, 2}, always, "区公安局", "流浪犬在小区内追人。", "村道上有多只无主犬。"),
		row("MS21", "*精神障碍患者照护", "livelihood", 480, w{.8, 1, 1.2, .1}, always, "区卫生健康委", "需安排随访和送药。", "家属反映照护困难，请求支持。"),
		row("PA01", "邻里纠纷", "safety", 480, w{9, 9, 10, 1}, always, "区司法局", "因公共空间使用发生争执。", "相邻采光通行问题，请求调解。", "宅基地边界争议。"),
		row("PA02", "消防隐患", "safety", 240, w{8, 9, 3, 7}, winter, "区消防救援支队", "灭火器过期未更换。", "疏散通道被锁闭。", "店铺内违规使用液化气。"),
		row("PA03", "电动车违规充电", "safety", 96, w{13, 9, 0, 2}, summer, "区消防救援支队", "有人将电动车推入电梯。", "楼道内飞线充电。"),
		row("PA04", "高空抛物", "safety", 96, w{8, 1, 0, 0}, always, "区公安局", "楼上抛下烟头和垃圾。", "阳台花盆摆放不稳，有坠落风险。"),
		row("PA05", "道路积水内涝", "safety", 48, w{3, 7, 5, 2}, rains, "区水利局", "雨后路面积水较深，行人绕行。", "低洼处进水，请求排涝。"),
		row("PA06", "地质灾害隐患", "safety", 96, w{0, .6, 4, .1}, rains, "区规划自然资源局", "屋后山坡出现裂缝。", "边坡有小块落石。"),
		row("PA07", "秸秆焚烧", "safety", 48, w{0, .3, 10, 0}, harvest, "区生态环境局", "田间有人焚烧秸秆，烟雾较大。", "坡地焚烧杂草，已上前劝阻。"),
		row("PA08", "电信诈骗劝阻", "safety", 240, w{4, 4, 4, .6}, holidays, "区公安局", "老人接到可疑电话，准备转账。", "疑似刷单诈骗，请民警上门劝阻。"),
		row("PA09", "水域安全", "safety", 96, w{.3, 1.5, 5, .2}, summer, "区应急管理局", "河边有未成年人下水。", "山坪塘护栏损坏。"),
		row("PA10", "欠薪投诉", "safety", 720, w{1, 2, 1, 4}, winter, "区人力社保局", "工地拖欠工资，请求协调。", "企业未按时发放加班工资。"),
		row("PA11", "森林防火巡查", "safety", 240, w{0, .2, 5, 0}, winter, "区林业局", "林区有人携带火种上山。", "坟地周边可燃物较多。"),
		row("PA12", "*家庭暴力", "safety", 48, w{.7, .7, .7, 0}, holidays, "区公安局", "已联系社区民警到场。", "已开展入户劝导并持续关注。"),
		row("PA13", "*未成年人保护", "safety", 240, w{.4, .4, .6, .9}, schooltime, "区民政局", "留守儿童监护不到位，需走访核实。", "疑似辍学，请学校和社区核实。"),
		row("PA14", "*社区矫正帮教", "safety", 480, w{.3, .3, .3, 0}, always, "区司法局", "按计划开展帮教走访。"),
	}
}

// CaseTypes lists the case types with their time limits.
func CaseTypes() []data.CaseType {
	kinds := caseTypes()
	out := make([]data.CaseType, len(kinds))
	for i := range kinds {
		out[i] = kinds[i].CaseType
	}
	return out
}

// caseMenu draws a type for a setting and a month (0 is January).
type caseMenu [settings][12]ladder

func newCaseMenu(types []caseType) caseMenu {
	var m caseMenu
	for s := range m {
		for month := range m[s] {
			weights := make([]float64, len(types))
			for i := range types {
				weights[i] = types[i].weight[s] * types[i].season.byMonth()[month]
			}
			m[s][month] = newLadder(weights...)
		}
	}
	return m
}
