// The planner's ground: the served light style without its live layers, and the
// layers of the desk between the land and the streets, so that roads and rivers,
// along which grids are drawn, stay readable.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { DEDICATED_COLOUR, GRID_COLOURS } from "../model/colours";

const DROPPED_SOURCES: ReadonlySet<string> = new Set(["heat", "cases", "places", "organisations"]);
const DROPPED_LAYERS: ReadonlySet<string> = new Set(["grid-fill", "microgrid-line", "buildings-3d", "label-grid", "label-grid-dedicated", "surroundings"]);
const ACCENT = "#0b4a9e";
const INK = "#14243a";

export const HATCH = "hatch";
export const DEDICATED = -1;

const empty = { type: "FeatureCollection" as const, features: [] };
const flag = (key: string): ExpressionSpecification => ["boolean", ["feature-state", key], false];
const linear = (...stops: number[]) => ["interpolate", ["linear"], ["zoom"], ...stops] as unknown as ExpressionSpecification;

const fillColour = [
  "match", ["coalesce", ["feature-state", "colour"], -2], DEDICATED, DEDICATED_COLOUR,
  ...GRID_COLOURS.flatMap((colour, i) => [i, colour]), "#ffffff",
] as unknown as ExpressionSpecification;

/** Below the streets: the colour of each plot's grid. */
function groundOfDesk(): LayerSpecification[] {
  return [
    { id: "plots", type: "fill", source: "plots", paint: { "fill-color": fillColour, "fill-opacity": 0.78, "fill-antialias": false } },
    { id: "plot-moved", type: "fill", source: "plots", paint: { "fill-pattern": HATCH, "fill-opacity": ["case", flag("moved"), 0.85, 0] } },
    { id: "plot-line", type: "line", source: "plots", minzoom: 14, paint: { "line-color": "#5d7595", "line-width": linear(14, 0.3, 17, 0.9), "line-opacity": 0.55 } },
  ];
}

/** Above the buildings: what was chosen, borders, the present plan. */
function linesOfDesk(): LayerSpecification[] {
  const round = { "line-join": "round", "line-cap": "round" } as const;
  const none: FilterSpecification = ["==", ["get", "code"], ""];
  return [
    { id: "outside", type: "fill", source: "outside", paint: { "fill-color": "#eef2f6", "fill-opacity": 0.72 } },
    {
      id: "plot-marked", type: "fill", source: "plots",
      paint: { "fill-color": ["case", flag("preview"), "#f2a516", ACCENT], "fill-opacity": ["case", flag("preview"), 0.5, flag("selected"), 0.42, flag("hover"), 0.14, 0] },
    },
    {
      id: "plot-marked-line", type: "line", source: "plots", layout: round,
      paint: {
        "line-color": ["case", flag("preview"), "#9a5b00", ACCENT], "line-width": linear(13, 1.2, 17, 2.6),
        "line-opacity": ["case", ["any", flag("preview"), flag("selected")], 1, flag("hover"), 0.6, 0],
      },
    },
    { id: "grid-border-casing", type: "line", source: "desk-grids", layout: round, paint: { "line-color": "#ffffff", "line-width": linear(12, 2.2, 17, 6), "line-opacity": 0.75 } },
    // Below the draft: where both run along the same line there is one line.
    { id: "present-line", type: "line", source: "present", paint: { "line-color": "#8a2be2", "line-width": linear(12, 1, 17, 2), "line-dasharray": [4, 3], "line-opacity": 0.85 } },
    { id: "grid-border", type: "line", source: "desk-grids", layout: round, paint: { "line-color": INK, "line-width": linear(12, 1.1, 17, 3) } },
    { id: "target-fill", type: "fill", source: "desk-grids", filter: none, paint: { "fill-color": ACCENT, "fill-opacity": 0.16 } },
    { id: "chosen-line", type: "line", source: "desk-grids", filter: none, layout: round, paint: { "line-color": ACCENT, "line-width": linear(12, 2.5, 17, 6) } },
    { id: "target-line", type: "line", source: "desk-grids", filter: none, layout: round, paint: { "line-color": ACCENT, "line-width": linear(12, 2.5, 17, 6) } },
    { id: "plot-cursor-casing", type: "line", source: "plots", layout: round, paint: { "line-color": "#ffffff", "line-width": 6, "line-opacity": ["case", flag("cursor"), 1, 0] } },
    { id: "plot-cursor", type: "line", source: "plots", paint: { "line-color": "#000000", "line-width": 3, "line-dasharray": [2, 1.2], "line-opacity": ["case", flag("cursor"), 1, 0] } },
  ];
}

export function plannerStyle(served: StyleSpecification, fontFaces: StyleSpecification["font-faces"]): StyleSpecification {
  const layers: LayerSpecification[] = [];
  let lined = false;
  for (const layer of served.layers) {
    if (DROPPED_LAYERS.has(layer.id) || ("source" in layer && DROPPED_SOURCES.has(layer.source as string))) continue;
    if (layer.type === "symbol" && !lined) {
      layers.push(...linesOfDesk());
      lined = true;
    }
    layers.push(layer);
    if (layer.id === "compounds") layers.push(...groundOfDesk());
  }
  const sources: StyleSpecification["sources"] = {};
  for (const [name, source] of Object.entries(served.sources)) if (!DROPPED_SOURCES.has(name)) sources[name] = source;
  for (const name of ["plots", "desk-grids", "present", "outside"]) sources[name] = { type: "geojson", data: empty };
  const style: StyleSpecification = { ...served, sources, layers };
  if (fontFaces) style["font-faces"] = fontFaces;
  return style;
}

/** Diagonal strokes: plots that move are told by a pattern, not by a colour. */
export function hatch(size = 12): { width: number; height: number; data: Uint8ClampedArray } {
  const data = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const stroke = (x + y) % size < 3;
      if (stroke) data.set([11, 74, 158, 255], (y * size + x) * 4);
    }
  }
  return { width: size, height: size, data };
}
