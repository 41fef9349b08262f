// First passwords. They are read aloud and typed by hand: no character that is
// taken for another, in groups of four. Sixteen of 54 characters are 92 bits.
const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".replace(/[oO]/g, "");
const GROUPS = 4;
const GROUP = 4;
/** The server wants as many characters that differ; with a margin. */
const DISTINCT = 8;

type Random = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;

/** Each letter equally likely: bytes beyond the last whole multiple are thrown away. */
function pick(count: number, random: Random): string {
  const fair = 256 - (256 % LETTERS.length);
  let out = "";
  while (out.length < count) {
    for (const byte of random(new Uint8Array(32))) if (byte < fair && out.length < count) out += LETTERS[byte % LETTERS.length];
  }
  return out;
}

export function firstPassword(random: Random = (bytes) => crypto.getRandomValues(bytes)): string {
  for (;;) {
    const letters = pick(GROUPS * GROUP, random);
    if (new Set(letters.toLowerCase()).size >= DISTINCT) return letters.replace(/(.{4})(?=.)/g, "$1-");
  }
}
