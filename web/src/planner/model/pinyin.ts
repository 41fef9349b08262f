// Initials of Chinese names, for the search: 潼南 is found by "tn". The browser
// sorts Chinese by sound (CLDR's pinyin order, which covers every character of
// Unicode), and that order holds a mark before the first character of each letter
// (CLDR's index characters, U+FDD0 and the letter): comparing with the marks gives
// the letter. No table of characters, no library.
const LETTERS = [..."ABCDEFGHJKLMNOPQRSTWXYZ"];
const MARK = "\uFDD0";
/** Characters of place names that are read in more than one way, with all their letters. */
const READINGS: Readonly<Record<string, string>> = {
  重: "ZC", 长: "CZ", 乐: "LY", 厦: "XS", 朝: "CZ", 曾: "ZC", 单: "DS", 解: "JX", 行: "XH", 藏: "CZ", 盛: "SC", 调: "DT", 传: "CZ", 弹: "TD",
  沈: "SC", 仇: "QC", 查: "ZC", 区: "QO", 句: "JG", 系: "XJ", 宿: "SX", 召: "ZS", 圈: "QJ", 降: "JX", 强: "QJ", 参: "CS", 会: "HK", 车: "CJ",
  校: "XJ", 泊: "BP", 堡: "BP", 埔: "PB", 涡: "GW", 番: "PF", 便: "BP", 卜: "BP", 石: "SD", 尉: "WY", 莘: "SX",
};

let collator: Intl.Collator | null | undefined;

function order(): Intl.Collator | null {
  if (collator === undefined) {
    const pinyin = new Intl.Collator("zh-CN-u-co-pinyin");
    // A browser without the pinyin order sorts by code point: then only names and codes are searched.
    collator = pinyin.compare(`${MARK}T`, "潼") < 0 && pinyin.compare("潼", `${MARK}W`) < 0 && pinyin.compare("阿", `${MARK}B`) < 0 ? pinyin : null;
  }
  return collator;
}

/** The letters with which a character may be read, in capitals; "" for none. */
export function initialsOf(character: string): string {
  const known = READINGS[character];
  if (known) return known;
  if (/^[A-Za-z0-9]$/.test(character)) return character.toUpperCase();
  const by = order();
  if (!by || !/\p{Script=Han}/u.test(character)) return "";
  return LETTERS.findLast((letter) => by.compare(MARK + letter, character) <= 0) ?? "";
}

/** Whether the letters begin with, or stand inside, the initials of a name. */
export function matchesInitials(name: string, letters: string): number {
  const wanted = letters.toUpperCase();
  if (!/^[A-Z0-9]+$/.test(wanted)) return -1;
  const initials = [...name].map(initialsOf).filter((one) => one !== "");
  for (let start = 0; start + wanted.length <= initials.length; start++) {
    if ([...wanted].every((letter, i) => initials[start + i]!.includes(letter))) return start;
  }
  return -1;
}

/** Places that answer to a text, best first: by code, by name, by initials. */
export function search<T extends { code: string; name: string }>(places: readonly T[], text: string, limit: number): T[] {
  const wanted = text.trim();
  if (wanted === "") return places.slice(0, limit);
  const score = ({ code, name }: T): number => {
    if (code === wanted) return 0;
    const at = name.indexOf(wanted);
    if (at >= 0) return 1 + Math.min(at, 5);
    const initials = matchesInitials(name, wanted);
    if (initials >= 0) return 10 + Math.min(initials, 5);
    return /^\d+$/.test(wanted) && code.includes(wanted) ? 20 : Infinity;
  };
  return places
    .map((place, i) => ({ place, i, score: score(place) }))
    .filter((one) => one.score < Infinity)
    .sort((a, b) => a.score - b.score || a.i - b.i)
    .slice(0, limit)
    .map(({ place }) => place);
}
