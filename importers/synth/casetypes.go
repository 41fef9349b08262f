package synth

import "gridmap/data"

// kindOfCase is a case type with how often it comes and what it looks like.
type kindOfCase struct {
	data.CaseType
	share float64
	// rain multiplies it on days of heavy rain; evening moves it into the night.
	rain    float64
	evening bool
	outdoor bool // happens in the street rather than at a door
	titles  string
}

func kindsOfCase() []kindOfCase {
	k := func(code, name, board string, hours int, share, rain float64, titles string) kindOfCase {
		return kindOfCase{CaseType: data.CaseType{Code: code, Name: name, Board: board, LimitHours: hours}, share: share, rain: rain, titles: titles}
	}
	list := []kindOfCase{
		k("P01", "党员教育管理", "party", 240, 2.2, 1, "流动党员联系 党员活动室开放问题 组织生活安排咨询"),
		k("P02", "党群服务", "party", 168, 2.6, 1, "党群服务中心设施报修 志愿服务对接 党员先锋岗求助"),
		k("P03", "组织关系转接", "party", 240, 1.1, 1, "组织关系转入办理 组织关系转出办理"),
		k("P04", "议事协商", "party", 360, 1.6, 1, "院坝会意见办理 小区停车议事 楼栋加装电梯协商"),
		k("E01", "企业用工", "economy", 240, 1.8, 1, "企业招工信息发布 返乡人员就业登记 用工纠纷咨询"),
		k("E02", "惠企政策", "economy", 240, 1.4, 1, "个体工商户政策咨询 稳岗补贴申请 贷款贴息咨询"),
		k("E03", "农业生产", "economy", 168, 4.2, 1.4, "柠檬病虫害 水稻缺水 蔬菜大棚受损 农机预约"),
		k("E04", "农产品销售", "economy", 240, 1.6, 1, "柠檬滞销求助 电商代办 蔬菜收购对接"),
		k("E05", "项目建设协调", "economy", 480, 1.2, 1, "施工便道占用 征地补偿咨询 工地噪声协调"),
		k("L01", "供水", "livelihood", 72, 5.2, 1.2, "停水 水压不足 水管爆裂 水质浑浊"),
		k("L02", "供电", "livelihood", 48, 4.6, 2.2, "停电 电表故障 电线低垂 线路老化"),
		k("L03", "供气", "livelihood", 48, 2.4, 1, "燃气压力不足 燃气表故障 燃气安全检查预约"),
		k("L04", "环境卫生", "livelihood", 72, 9.5, 1, "垃圾清运不及时 垃圾满溢 乱倒垃圾 公厕脏乱"),
		k("L05", "市政设施", "livelihood", 168, 6.8, 1.8, "路面破损 井盖缺失 路灯不亮 人行道砖松动"),
		k("L06", "下水道堵塞", "livelihood", 72, 3.6, 4.5, "污水外溢 雨水井堵塞 化粪池满溢"),
		k("L07", "物业服务", "livelihood", 240, 6.2, 1, "电梯故障 物业费争议 门禁损坏 消防通道占用"),
		k("L08", "养老服务", "livelihood", 168, 3.6, 1, "高龄补贴申请 居家养老上门 老年食堂咨询 助浴预约"),
		k("L09", "社会救助", "livelihood", 360, 3.2, 1, "低保申请 临时救助 困难家庭慰问"),
		k("L10", "医保社保", "livelihood", 168, 5.4, 1, "医保缴费咨询 养老认证代办 异地就医备案"),
		k("L11", "教育", "livelihood", 240, 2.4, 1, "入学报名咨询 校门口拥堵 学生资助申请"),
		k("L12", "医疗卫生", "livelihood", 120, 2.6, 1, "家庭医生上门 疫苗接种预约 慢病随访"),
		k("L13", "交通出行", "livelihood", 168, 4.4, 1.2, "违停占道 公交班次意见 村道会车困难 停车位紧张"),
		k("L14", "住房安全", "livelihood", 240, 2.2, 2.6, "房屋漏雨 墙体开裂 危房鉴定申请"),
		k("L15", "残疾人服务", "livelihood", 240, 1.2, 1, "辅具申请 残疾证办理 无障碍改造"),
		k("L16", "便民代办", "livelihood", 96, 7.4, 1, "证照代办 代买药品 代缴费用 上门办理"),
		k("S01", "矛盾纠纷", "safety", 240, 6.4, 1, "邻里纠纷 宅基地纠纷 楼上漏水纠纷 噪声扰民"),
		k("S02", "劳资纠纷", "safety", 360, 1.6, 1, "拖欠工资 工伤赔偿争议"),
		k("S03", "消防隐患", "safety", 120, 4.2, 1, "楼道堆物 电动车飞线充电 消防栓无水 烟感报警"),
		k("S04", "交通安全", "safety", 96, 3.2, 1.3, "路口无警示 护栏损坏 货车超速 三轮车载人"),
		k("S05", "治安防范", "safety", 96, 2.8, 1, "可疑人员 电诈劝阻 车辆被划 门锁被撬"),
		k("S06", "地质灾害", "safety", 120, 0.9, 9, "边坡落石 房后滑坡 道路塌方"),
		k("S07", "防汛防溺水", "safety", 48, 1.2, 8, "河水上涨 低洼积水 学生下河玩水 堰塘水满"),
		k("S08", "森林防火", "safety", 48, 1.1, 0.2, "田间焚烧秸秆 林区用火 祭祀用火"),
		k("S09", "食品药品安全", "safety", 120, 1.7, 1, "过期食品 餐馆卫生 保健品推销"),
		k("S10", "特殊人群服务", "safety", 168, 1.2, 1, "走访服务 联系帮扶"),
		k("S11", "家庭暴力", "safety", 48, 0.5, 1, "求助"),
		k("S12", "精神障碍患者看护", "safety", 96, 0.7, 1, "走访看护 用药随访"),
		k("S13", "未成年人保护", "safety", 72, 0.6, 1, "困境儿童走访 求助"),
	}
	for i := range list {
		t := &list[i]
		if t.LimitHours >= 120 { // counted in working days
			t.LimitHours = t.LimitHours * 3 / 2
		}
		switch t.Code {
		case "S10", "S11", "S12", "S13":
			t.Sensitive = true
		}
		switch t.Code {
		case "S01", "S05", "S11", "L07", "S03":
			t.evening = true
		}
		switch t.Code {
		case "L04", "L05", "L06", "L13", "S04", "S06", "S07", "S08":
			t.outdoor = true
		}
	}
	return list
}

// CaseTypes lists the case types with their time limits.
func CaseTypes() []data.CaseType {
	kinds := kindsOfCase()
	out := make([]data.CaseType, len(kinds))
	for i, k := range kinds {
		out[i] = k.CaseType
	}
	return out
}
