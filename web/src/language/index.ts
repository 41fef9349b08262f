// Words and numbers of the screens. Chinese is the first language; English is
// chosen by `?lang=en`. Times are Asia/Shanghai whatever the machine says.
import { en } from "./en";
import { zh, type Dictionary, type Key } from "./zh";

export type { Key } from "./zh";
export type Language = "zh" | "en";

const DICTIONARIES: Record<Language, Dictionary> = { zh, en };
/** Words of one screen, in every language with the same keys. */
export type Words<K extends string> = Record<Language, Readonly<Record<K, string>>>;
const ZONE = "Asia/Shanghai";
/** U+2009 THIN SPACE between groups of three digits. */
const THIN = "\u2009";

export type Values = Record<string, string | number>;

/** What a panel needs to speak one language. */
export interface Speech<K extends string = Key> {
  language: Language;
  t(key: K, values?: Values): string;
  /** A word whose key is built from data; the raw value when nobody named it. */
  term(prefix: string, value: string): string;
  /** Every digit, in groups: 12 345. */
  exact(n: number | undefined): string;
  /** For figures read from afar: 68.11万 in Chinese, 681.1k in English. */
  short(n: number | undefined): string;
  share(ratio: number): string;
  hours(hours: number | undefined): string;
  age(ms: number): string;
  date(time: string | number | Date): string;
  clock(time: string | number | Date): string;
  /** Day and time of day, short. */
  moment(time: string | number | Date): string;
  weekday(time: number): string;
  /** The time of day when that was today in Beijing, else the day. */
  stamp(time: string | number | Date, now: number): string;
}

export function languageOf(search: string): Language {
  return new URLSearchParams(search).get("lang") === "en" ? "en" : "zh";
}

/** The time of day; with the day of the month before it when that is not today's. */
export function hour(time: string | number, now: number): string {
  const of = (at: number | string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, ...options }).format(new Date(at));
  const clock = of(time, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = (at: number | string) => of(at, { dateStyle: "short" });
  return day(time) === day(now) ? clock : `${of(time, { month: "numeric", day: "numeric" }).split("/").reverse().join("-")} ${clock}`;
}

export function exact(n: number): string {
  const digits = String(Math.round(Math.abs(n))).replace(/\B(?=(\d{3})+$)/g, THIN);
  return n < 0 ? `−${digits}` : digits;
}

function trimmed(n: number, decimals: number): string {
  return n.toFixed(decimals).replace(/\.?0+$/, "");
}

function short(n: number, language: Language): string {
  if (n < 10_000) return exact(n);
  if (language === "zh") return `${trimmed(n / 10_000, n < 1_000_000 ? 2 : 1)}${THIN}万`;
  return n < 1_000_000 ? `${trimmed(n / 1000, 1)}k` : `${trimmed(n / 1_000_000, 2)}M`;
}

function age(ms: number, t: Speech["t"]): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t("second", { n: seconds });
  if (seconds < 3600) return t("minute", { n: Math.floor(seconds / 60) });
  return t("hour", { n: Math.floor(seconds / 3600) });
}

export function speech(language: Language): Speech {
  return speechOf(language, DICTIONARIES);
}

/** The common words and those of one screen. */
export function speechWith<K extends string>(language: Language, words: Words<K>): Speech<K | Key> {
  return speechOf<K | Key>(language, { zh: { ...zh, ...words.zh }, en: { ...en, ...words.en } } as Words<K | Key>);
}

function speechOf<K extends string>(language: Language, dictionaries: Words<K | Key>): Speech<K | Key> {
  const words = dictionaries[language];
  const t = (key: K | Key, values: Values = {}) =>
    words[key].replace(/{(\w+)}/g, (whole, name: string) => String(values[name] ?? whole));
  const none = "—";
  const at = (time: string | number | Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { timeZone: ZONE, ...options }).format(new Date(time));
  return {
    language,
    t,
    term: (prefix, value) => (words as Record<string, string>)[`${prefix}_${value}`] ?? value,
    exact: (n) => (n === undefined ? none : exact(n)),
    short: (n) => (n === undefined ? none : short(n, language)),
    share: (ratio) => `${trimmed(ratio * 100, ratio < 0.1 ? 1 : 0)}%`,
    hours: (h) => {
      if (h === undefined || h === null) return none;
      const [value, unit] = h < 48 ? [h, t("unitHours")] : [h / 24, t("unitDays")];
      return `${trimmed(value, value < 10 ? 1 : 0)}${THIN}${unit}`;
    },
    age: (ms) => age(ms, t),
    date: (time) => at(time, { year: "numeric", month: "long", day: "numeric" }),
    clock: (time) => at(time, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
    moment: (time) =>
      at(time, { month: language === "zh" ? "long" : "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    stamp: (time, now) => {
      const day: Intl.DateTimeFormatOptions = { month: language === "zh" ? "long" : "short", day: "numeric" };
      const today = at(time, { dateStyle: "short" }) === at(now, { dateStyle: "short" });
      return today ? at(time, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) : at(time, day);
    },
    weekday: (time) => at(time, { weekday: "long" }),
  };
}
