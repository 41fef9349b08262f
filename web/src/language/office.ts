// The words that the screens of administrators and auditors share, and what the
// server's reasons are in Chinese: the server speaks English to every client.
import { speechWith, type Key, type Language, type Speech } from "./index";

export const officeZh = {
  syntheticShort: "演示数据，全部合成",
  expired: "登录已过期",
  expiredAbout: "会话已结束：可能是太久没有操作、在别处退出，或账号被管理员变更。重新登录后回到此页。",
  signInAgain: "重新登录",
  away: "服务器没有应答",
  awayRetry: "{n} 秒后自动重试",
  retryNow: "立即重试",
  notYours: "此页面仅供{role}使用",
  notYoursAbout: "当前账号 {account} 的角色是{role}。",
  toStart: "回到首页",
  cancel: "取消",
  copy: "复制",
  copied: "已复制",
  copyByHand: "浏览器不允许复制，请手动选取",
  noted: "已记下，关闭",
  placeHint: "输入名称、拼音首字母或代码",
  placeNone: "尚未选择",
  placeNoMatch: "没有与“{text}”相符的区划",
  level_name_district: "区县",
  level_name_town: "镇街",
  level_name_community: "社区",
  failedDo: "未能完成：{reason}",
};

const officeEn: Record<keyof typeof officeZh, string> = {
  syntheticShort: "Demo data, all synthetic",
  expired: "Your session has ended",
  expiredAbout: "You were away for long, signed out elsewhere, or an administrator changed the account. Sign in again to come back here.",
  signInAgain: "Sign in again",
  away: "The server does not answer",
  awayRetry: "trying again in {n} s",
  retryNow: "Try now",
  notYours: "This page is for the role {role}",
  notYoursAbout: "The account {account} has the role {role}.",
  toStart: "To the start page",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  copyByHand: "The browser does not allow it: select and copy by hand",
  noted: "Noted, close",
  placeHint: "Name, initials or code",
  placeNone: "None chosen",
  placeNoMatch: "No division matches “{text}”",
  level_name_district: "District",
  level_name_town: "Town",
  level_name_community: "Community",
  failedDo: "Not done: {reason}",
};

/** What a reason of the server says in Chinese; the first group, if any, stands for $1. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/needs 1 to 64 of/, "须为 1–64 个小写字母、数字、点、连字符或下划线"],
  [/exists already|is taken|there is one|already/, "已存在同名账号"],
  [/needs ten characters/, "至少 10 个字符"],
  [/no more than (\d+) bytes/, "过长，最多 $1 字节"],
  [/must not be the account's name/, "不能是账号名，也不能只比账号名多几个字符"],
  [/needs five characters that differ/, "至少要有 5 个不同的字符"],
  [/guessed first/, "属于最常被猜到的密码"],
  [/was used before|last three/, "不能与最近三次用过的密码相同"],
  [/is not the present password/, "当前密码不正确"],
  [/no password here/, "此账号没有本地密码"],
  [/outside your scope/, "超出你的管辖范围"],
  [/is not the code of a division|must be .*12 digits|12 digits/, "不是有效的区划代码"],
  [/is not one of/, "没有这个角色"],
  [/does not touch auditors/, "审计员账号只能在服务器上用 gridmap account 管理"],
  [/nobody changes their own account/, "不能变更自己的账号"],
  [/a person has this name/, "与人员账号重名，令牌须用自己的名称"],
  [/needs an identity provider/, "尚未配置统一认证"],
  [/another account belongs to this person/, "统一认证中的此人已有另一个账号"],
  [/must be 1 to (\d+)$/, "须为 1 至 $1"],
  [/must be a day/, "须为日期（2026-03-02）或时间"],
  [/must have 1 to (\d+) characters/, "须为 1–$1 个字符"],
];

export function reasonIn(language: Language, reason: string): string {
  if (language !== "zh") return reason;
  for (const [form, words] of REASONS) {
    const found = form.exec(reason);
    if (found) return words.replace("$1", found[1] ?? "");
  }
  return reason;
}

export type OfficeKey = Key | keyof typeof officeZh;
export const officeSpeech = (language: Language): Speech<OfficeKey> => speechWith<keyof typeof officeZh>(language, { zh: officeZh, en: officeEn });
export const officeWords = { zh: officeZh, en: officeEn };
