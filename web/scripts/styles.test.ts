import { readFileSync } from "node:fs";
import { validateStyleMin, type StyleSpecification } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { HEAT_COLOURS, STATE_COLOURS, markLayers, wallStyle } from "../src/wall/paint";
import { PALETTES, styleDocument, styleFile } from "./styles.mjs";

/** Every layer of the tile contract that a style may name. */
const TILE_LAYERS = [
  "district", "towns", "communities", "grids", "microgrids", "labels", "compounds", "buildings", "roads", "water",
  "land", "objects", "organisations", "conditions", "shelters", "surroundings", "gauges", "cases", "heat",
];

describe.each(["wall", "day"] as const)("the style %s", (name) => {
  const style = styleDocument(name);

  it("is valid by the style specification", () => {
    const absolute = JSON.parse(JSON.stringify(style).replaceAll("{origin}", "http://127.0.0.1")) as StyleSpecification;
    expect(validateStyleMin(absolute)).toEqual([]);
  });

  it("stands in the file as it is made (npm run styles)", () =>
    expect(readFileSync(new URL(`../styles/${name}.json`, import.meta.url), "utf8")).toBe(styleFile(name)));

  it("names no host: the server fills in its own", () => expect(JSON.stringify(style)).not.toMatch(/https?:/));

  it("draws each layer from a source that carries it", () => {
    for (const layer of style.layers) {
      if (!("source" in layer)) continue;
      const source = style.sources[layer.source] as { url: string };
      const carried = /\/tiles\/([a-z,]+)\.json$/.exec(source.url)![1]!.split(",");
      expect(carried, layer.id).toContain(layer["source-layer"]);
      expect(TILE_LAYERS).toContain(layer["source-layer"]);
    }
  });
});

describe("the wall's own style", () => {
  const served = styleDocument("wall");
  const ids = (style: StyleSpecification) => style.layers.map(({ id }) => id);
  const make = (role: "wall" | "operator", software: boolean) => wallStyle(served, { fontFaces: undefined, role, software, gridPrefix: "500152" });

  it("has the same colours as the served one", () => {
    expect(PALETTES.wall.heat).toEqual([...HEAT_COLOURS]);
    expect(PALETTES.wall.states).toEqual([...STATE_COLOURS]);
  });
  it("never asks for single cases as role wall", () => {
    const style = make("wall", false);
    expect(ids(style)).not.toContain("cases");
    expect(style.sources).not.toHaveProperty("cases");
  });
  it("shows single cases to an operator", () => expect(ids(make("operator", false))).toContain("cases"));
  it("has no 3D on a machine that draws in software", () => expect(ids(make("wall", true))).not.toContain("buildings-3d"));
  it("marks grids above everything that colours them", () => {
    const order = ids(make("wall", false));
    for (const { id } of markLayers()) expect(order.indexOf(id)).toBeGreaterThan(order.indexOf("grid-fill"));
  });
});
