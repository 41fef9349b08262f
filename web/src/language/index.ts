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

type Time = string | number | Date;

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
  date(time: Time): string;
  clock(time: Time): string;
  /** Day and time of day, short. */
  moment(time: Time): string;
  weekday(time: number): string;
  /** The time of day when that was today in Beijing, else the day. */
  stamp(time: Time, now: number): string;
}

export function languageOf(search: string): Language {
  return new URLSearchParams(search).get("lang") === "en" ? "en" : "zh";
}

/** Making a format takes a browser a hundred times as long as using it: it is made once, when first used. */
function format(locale: string, options: Intl.DateTimeFormatOptions): (time: Time) => string {
  let made: Intl.DateTimeFormat | undefined;
  return (time) => (made ??= new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options })).format(new Date(time));
}

const TIME_OF_DAY: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const timeOfDay = format("en-GB", TIME_OF_DAY);
const dayAndMonth = format("en-GB", { month: "numeric", day: "numeric" });
const wholeDay = format("en-GB", { dateStyle: "short" });

const sameDay = (a: Time, b: Time) => wholeDay(a) === wholeDay(b);

/** The time of day; with the day of the month before it when that is not today's. */
export function hour(time: string | number, now: number): string {
  return sameDay(time, now) ? timeOfDay(time) : `${dayAndMonth(time).split("/").reverse().join("-")} ${timeOfDay(time)}`;
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
  return SPEECHES[language];
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
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const day: Intl.DateTimeFormatOptions = { month: language === "zh" ? "long" : "short", day: "numeric" };
  const shortDay = format(locale, day);
  const minute = format(locale, TIME_OF_DAY);
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
    date: format(locale, { year: "numeric", month: "long", day: "numeric" }),
    clock: format(locale, { ...TIME_OF_DAY, second: "2-digit" }),
    moment: format(locale, { ...day, ...TIME_OF_DAY }),
    stamp: (time, now) => (sameDay(time, now) ? minute(time) : shortDay(time)),
    weekday: format(locale, { weekday: "long" }),
  };
}

const SPEECHES: Record<Language, Speech> = { zh: speechOf("zh", DICTIONARIES), en: speechOf("en", DICTIONARIES) };
