package synth

import "strings"

type homeService struct{ area, name string }

// homeServices are the 75 items of 上门代办, by area, the most asked for first in
// each. Published is their number; the names are plausible ones.
func homeServices() []homeService {
	areas := []struct{ name, items string }{
		{"医疗保障", `城乡居民医保参保缴费 异地就医备案 门诊慢特病申报 医疗费用报销代办 医保关系转移 生育津贴申领 医保电子凭证激活
			大病救助申请 家庭医生签约 老年人免费体检预约 预防接种预约 残疾儿童康复救助申请 药品代购配送 陪诊服务 长期护理评估申请`},
		{"社会保险", `养老待遇资格认证 城乡居民养老保险缴费 社保卡申领补换 养老保险关系转移 失业保险金申领 灵活就业参保登记 退休申请代办 丧葬补助金申领
			工伤认定材料代交 社保查询打印 被征地人员参保 高龄津贴申领 电子社保卡签发 领取待遇账户变更 遗属待遇申领`},
		{"民政救助", `最低生活保障申请 临时救助申请 特困人员供养申请 困难残疾人生活补贴 重度残疾人护理补贴 残疾人证代办 孤儿基本生活保障申请 居家养老服务申请
			适老化改造申请 老年人优待证办理 流动人口登记 居住证代办 婚姻登记预约 殡葬惠民减免 困境儿童关爱登记`},
		{"生活服务", `水电气费代缴 宽带电视报修 燃气安全检查预约 独居老人探访 代收代寄包裹 家电维修联系 理发上门服务 助餐送餐登记
			助浴服务预约 开锁换锁联系 管道疏通联系 废旧家电回收预约 公交卡办理 手机使用辅导 代写文书`},
		{"就业农事", `就业失业登记 创业担保贷款申请 技能培训报名 岗位信息推送 农机补贴申请 耕地地力补贴核对 农业保险投保代办 种苗农资代购
			退役军人优待证申领 宅基地审批材料代交 不动产登记预约 个体工商户登记代办 税费申报辅导 入学报名代办 法律援助申请`},
	}
	var all []homeService
	for _, a := range areas {
		for _, item := range strings.Fields(a.items) {
			all = append(all, homeService{a.name, item})
		}
	}
	return all
}
