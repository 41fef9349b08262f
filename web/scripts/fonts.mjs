// Ships Noto Sans SC with the build: the woff2 subsets of two weights, a style
// sheet for the panels and a list for the map's `font-faces`. All three stand
// under a path that carries the font package's version, so they may be cached
// for ever. Subsets are fetched lazily by unicode range.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const FAMILY = "Noto Sans SC";
const WEIGHTS = [400, 600];

/** Parses the package's style sheet into one record for each subset. */
export function parseFaces(css) {
  const faces = [];
  for (const block of css.matchAll(/@font-face\s*{([^}]*)}/g)) {
    const file = /url\(\.\/files\/([^)]+\.woff2)\)/.exec(block[1]);
    const range = /unicode-range:\s*([^;]+);/.exec(block[1]);
    if (!file || !range) throw new Error(`font face without file or range: ${block[1]}`);
    faces.push({ file: file[1], range: range[1].trim() });
  }
  return faces;
}

/** The Vite plugin that emits the files and tells the pages where they stand. */
export function fonts() {
  const manifest = createRequire(import.meta.url).resolve("@fontsource/noto-sans-sc/package.json");
  const folder = dirname(manifest);
  const base = `assets/fonts/${JSON.parse(readFileSync(manifest, "utf8")).version}`;
  const weights = WEIGHTS.map((weight) => ({
    weight,
    faces: parseFaces(readFileSync(join(folder, `${weight}.css`), "utf8")),
  }));

  const styleSheet = weights
    .flatMap(({ weight, faces }) =>
      faces.map(
        ({ file, range }) =>
          `@font-face{font-family:"${FAMILY}";font-weight:${weight};font-display:swap;` +
          `src:url(./${file}) format("woff2");unicode-range:${range}}`,
      ),
    )
    .join("\n");
  const mapFaces = Object.fromEntries(
    weights.map(({ weight, faces }) => [
      weight === 400 ? FAMILY : `${FAMILY} ${weight}`,
      faces.map(({ file, range }) => ({ url: `/${base}/${file}`, "unicode-range": range.split(",") })),
    ]),
  );

  return {
    name: "gridmap-fonts",
    config: () => ({ define: { __FONT_FACES__: JSON.stringify(`/${base}/faces.json`) } }),
    transformIndexHtml: () => [
      { tag: "link", attrs: { rel: "stylesheet", href: `/${base}/noto.css` }, injectTo: "head" },
    ],
    generateBundle() {
      this.emitFile({ type: "asset", fileName: `${base}/noto.css`, source: styleSheet });
      this.emitFile({ type: "asset", fileName: `${base}/faces.json`, source: JSON.stringify(mapFaces) });
      for (const { faces } of weights) {
        for (const { file } of faces) {
          const source = readFileSync(join(folder, "files", file));
          this.emitFile({ type: "asset", fileName: `${base}/${file}`, source });
        }
      }
    },
  };
}
