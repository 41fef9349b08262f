// The ground of the emergency screen: the served dark or light style without its
// live layers, and on it water, roads that shut, shelters and marks.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./dots";

export type Ground = "night" | "day";

const DROPPED_SOURCES: ReadonlySet<string> = new Set(["heat", "cases", "organisations"]);
const DROPPED_LAYERS: ReadonlySet<string> = new Set(["microgrid-line", "buildings-3d", "shelters", "surroundings"]);

export interface Colours {
  css: Record<"wet" | "hour1" | "hour3" | "hour6" | "later" | "cut_off" | "unknown" | "dry" | "edge", string>;
  water: { now: string; likely: string; max: string };
  shut: string;
  ink: string;
  halo: string;
}

/** Apart in all common kinds of colour vision; wet, cut off and unknown also by their shape. */
export const COLOURS: Record<Ground, Colours> = {
  night: {
    css: { wet: "#b98cff", hour1: "#ff4d64", hour3: "#ffb454", hour6: "#fdf0ca", later: "#60d2f0", cut_off: "#ff7ad9", unknown: "#a9b8c9", dry: "#5c728c", edge: "#040a13" },
    water: { now: "#3b78e0", likely: "#5f9bf5", max: "#8fb8f8" },
    shut: "#ff4d64", ink: "#ffffff", halo: "#040a13",
  },
  day: {
    css: { wet: "#5b21b6", hour1: "#c8102e", hour3: "#e07b00", hour6: "#f2d53c", later: "#1f8fc4", cut_off: "#c2188f", unknown: "#5d6b7a", dry: "#9aa7b5", edge: "#ffffff" },
    water: { now: "#2f6fdb", likely: "#4d88e8", max: "#7fa9ee" },
    shut: "#c8102e", ink: "#0b1a2d", halo: "#ffffff",
  },
};

export function paletteOf(ground: Ground): Palette {
  const rgb = (hex: string) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255) as [number, number, number];
  return Object.fromEntries(Object.entries(COLOURS[ground].css).map(([name, hex]) => [name, rgb(hex)])) as unknown as Palette;
}

const linear = (...stops: number[]) => ["interpolate", ["linear"], ["zoom"], ...stops] as unknown as ExpressionSpecification;
const shut: ExpressionSpecification = ["boolean", ["feature-state", "shut"], false];
const empty = { type: "FeatureCollection" as const, features: [] };

function waterLayers(ground: Ground): LayerSpecification[] {
  const { water } = COLOURS[ground];
  return (["max", "likely", "now"] as const).map((when) => ({
    id: `inundation-${when}`, type: "fill", source: "inundation", "source-layer": "inundation", filter: ["==", ["get", "when"], when],
    paint: { "fill-color": water[when], "fill-opacity": { max: 0.16, likely: 0.24, now: 0.5 }[when] },
  }));
}

function marks(ground: Ground): LayerSpecification[] {
  const { ink, halo, shut: closed } = COLOURS[ground];
  const round = { "line-join": "round", "line-cap": "round" } as const;
  return [
    { id: "road-shut-casing", type: "line", source: "flood-roads", layout: round, paint: { "line-color": halo, "line-width": linear(11, 2.6, 16, 9), "line-opacity": ["case", shut, 0.9, 0] } },
    { id: "road-shut", type: "line", source: "flood-roads", paint: { "line-color": closed, "line-width": linear(11, 1.5, 16, 5), "line-dasharray": [1.6, 1.1], "line-opacity": ["case", shut, 1, 0] } },
    { id: "grid-chosen-casing", type: "line", source: "grids", "source-layer": "grids", filter: ["==", ["get", "code"], ""], layout: round, paint: { "line-color": halo, "line-width": 8 } },
    { id: "grid-chosen", type: "line", source: "grids", "source-layer": "grids", filter: ["==", ["get", "code"], ""], layout: round, paint: { "line-color": ink, "line-width": 4 } },
  ];
}

function pointLayers(ground: Ground): LayerSpecification[] {
  const { ink, halo, css } = COLOURS[ground];
  const state: ExpressionSpecification = ["get", "state"];
  return [
    { id: "breaches", type: "circle", source: "breaches", paint: { "circle-radius": 9, "circle-color": css.hour1, "circle-stroke-color": ink, "circle-stroke-width": 3 } },
    {
      id: "flood-shelters", type: "circle", source: "flood-shelters",
      paint: {
        "circle-radius": linear(10, 4, 13, 8, 16, 12), "circle-stroke-color": ["match", state, "wet", css.wet, "over", css.hour1, "full", css.hour3, "#1d9a5b"],
        "circle-stroke-width": linear(10, 2, 13, 3.5), "circle-color": halo,
      },
    },
    {
      id: "flood-shelters-name", type: "symbol", source: "flood-shelters", minzoom: 12.5,
      layout: { "text-field": ["get", "label"], "text-font": ["Noto Sans SC"], "text-size": 14, "text-offset": [0, 1.1], "text-anchor": "top", "text-optional": true },
      paint: { "text-color": ink, "text-halo-color": halo, "text-halo-width": 2 },
    },
  ];
}

/** `water`: whether the server has tiles of the inundation. `first`: the layer below which the buildings go. */
export function emergencyStyle(served: StyleSpecification, ground: Ground, options: { fontFaces: StyleSpecification["font-faces"]; water: boolean; origin: string }): StyleSpecification {
  const layers: LayerSpecification[] = [];
  let marked = false;
  for (const layer of served.layers) {
    if (DROPPED_LAYERS.has(layer.id) || ("source" in layer && DROPPED_SOURCES.has(layer.source as string))) continue;
    if (layer.type === "symbol" && !marked) {
      layers.push(...marks(ground));
      marked = true;
    }
    if (layer.id === "grid-fill") layers.push({ ...layer, filter: ["has", "code"], layout: { visibility: "visible" }, paint: { "fill-opacity": 0 } } as LayerSpecification);
    else layers.push(layer);
    if (layer.id === "water" && options.water) layers.push(...waterLayers(ground));
  }
  layers.push(...pointLayers(ground));
  const sources: StyleSpecification["sources"] = {};
  for (const [name, source] of Object.entries(served.sources)) if (!DROPPED_SOURCES.has(name)) sources[name] = source;
  for (const name of ["flood-roads", "flood-shelters", "breaches"]) sources[name] = { type: "geojson", data: empty };
  if (options.water) sources["inundation"] = { type: "vector", tiles: [`${options.origin}/tiles/inundation/{z}/{x}/{y}.mvt`], minzoom: 9, maxzoom: 16 };
  const style: StyleSpecification = { ...served, sources, layers };
  if (options.fontFaces) style["font-faces"] = options.fontFaces;
  return style;
}
