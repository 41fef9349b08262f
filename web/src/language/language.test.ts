import { describe, expect, it } from "vitest";
import { en } from "./en";
import { exact, languageOf, speech } from "./index";
import { zh } from "./zh";

const THIN = "\u2009";

describe("numbers", () => {
  it.each([
    ["a small number stands as it is", 999, "999"],
    ["thousands are parted by a thin space", 1935, `1${THIN}935`],
    ["millions too", 1234567, `1${THIN}234${THIN}567`],
    ["a negative number has a minus sign, not a hyphen", -1200, `−1${THIN}200`],
  ])("%s", (_, n, want) => expect(exact(n)).toBe(want));

  it.each([
    ["below ten thousand every digit is shown", 9999, `9${THIN}999`],
    ["25 000 is 2.5 万", 25_000, `2.5${THIN}万`],
    ["681 100 is 68.11 万", 681_100, `68.11${THIN}万`],
    ["420 000 is 42 万", 420_000, `42${THIN}万`],
    ["1 030 000 is 103 万", 1_030_000, `103${THIN}万`],
  ])("%s", (_, n, want) => expect(speech("zh").short(n)).toBe(want));

  it("a figure that is not there is a dash", () => expect(speech("zh").exact(undefined)).toBe("—"));
  it("more than two days are days", () => expect(speech("zh").hours(72)).toBe(`3${THIN}天`));
});

describe("times", () => {
  it("a date is Chinese and in Beijing, whatever the machine's zone", () =>
    expect(speech("zh").date("2026-11-21T16:30:00Z")).toBe("2026年11月22日"));
  it("midnight in Beijing is 00, not 24", () => expect(speech("zh").clock("2026-11-21T16:00:05Z")).toBe("00:00:05"));
  it("a moment of today is a time, an older one a day, by the Beijing calendar", () => {
    const now = Date.parse("2026-11-21T16:30:00Z");
    expect(speech("zh").stamp("2026-11-21T16:05:00Z", now)).toBe("00:05");
    expect(speech("zh").stamp("2026-11-21T15:55:00Z", now)).toBe("11月21日");
  });
  it("an age under a minute is in seconds", () => expect(speech("zh").age(7400)).toBe("7 秒"));
});

describe("words", () => {
  it("both languages have the same placeholders", () => {
    const holes = (text: string) => [...text.matchAll(/{\w+}/g)].map(([hole]) => hole).sort();
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      expect(holes(en[key]), key).toEqual(holes(zh[key]));
    }
  });
  it("a term nobody named stays visible", () => expect(speech("zh").term("role", "warden")).toBe("warden"));
  it("English is chosen by the address only", () => {
    expect(languageOf("?lang=en")).toBe("en");
    expect(languageOf("?lang=fr")).toBe("zh");
  });
});
