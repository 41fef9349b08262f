// The words of the auditors' screen beside the common ones.
import { officeWords, type OfficeKey } from "./office";
import { speechWith, type Language, type Speech } from "./index";

const zh = {
  auditTitle: "审计日志",
  auditAbout: "每条记录都与前一条相连，任何人不能改动。核对整条链请在服务器上运行 gridmap audit verify。",
  actor: "账号", action: "操作", subject: "对象", result: "结果", at: "时间", number: "编号", detail: "详情",
  from: "起", to: "止（含当日）", actionHint: "例如 session.open", filter: "筛选", clear: "清除",
  result_done: "完成", result_refused: "被拒绝",
  older: "更早的记录", noOlder: "没有更早的记录", noEntries: "没有符合条件的记录", countShown: "已显示 {n} 条",
};

const en: Record<keyof typeof zh, string> = {
  auditTitle: "Audit log",
  auditAbout: "Each entry is tied to the one before it and nobody can change it. The whole chain is checked on the server by gridmap audit verify.",
  actor: "Account", action: "Action", subject: "Subject", result: "Result", at: "Time", number: "Number", detail: "Detail",
  from: "From", to: "To (day included)", actionHint: "e.g. session.open", filter: "Filter", clear: "Clear",
  result_done: "done", result_refused: "refused",
  older: "Older entries", noOlder: "Nothing older", noEntries: "No entry matches", countShown: "{n} shown",
};

export type AuditKey = OfficeKey | keyof typeof zh;

export const auditSpeech = (language: Language): Speech<AuditKey> =>
  speechWith<AuditKey>(language, { zh: { ...officeWords.zh, ...zh }, en: { ...officeWords.en, ...en } } as Parameters<typeof speechWith<AuditKey>>[1]);
