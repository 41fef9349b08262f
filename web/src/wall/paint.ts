// The paint of the grids by mode, as MapLibre expressions over feature-state.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Board, Role } from "../api/types";
import type { Filter, Mode } from "./store";

/** Quiet, open, due soon, overdue: apart in all common kinds of colour vision. */
export const STATE_COLOURS = ["#2b67ae", "#60d2f0", "#fdf0ca", "#e12e46"] as const;
export const COUNT_COLOURS = ["#173a6b", "#2b67ae", "#60d2f0", "#fdf0ca", "#e12e46"] as const;
export const HEAT_COLOURS = ["#1b3f73", "#2b67ae", "#4599c9", "#60d2f0", "#fdf0ca", "#e12e46"] as const;

export const BOARD_COLOURS: Record<Board, string> = { party: "#e8a2b0", economy: "#fdf0ca", livelihood: "#8fb3d9", safety: "#60d2f0" };

const value = (key: string): ExpressionSpecification => ["coalesce", ["feature-state", key], 0];
const flag = (key: string): ExpressionSpecification => ["boolean", ["feature-state", key], false];

export function gridColour(mode: Mode, breaks: readonly number[]): ExpressionSpecification {
  if (mode === "count") {
    const steps = breaks.flatMap((bound, i) => [bound, COUNT_COLOURS[i + 1] ?? COUNT_COLOURS[4]]);
    return ["step", value("open"), COUNT_COLOURS[0], ...steps] as unknown as ExpressionSpecification;
  }
  const [quiet, open, due, over] = STATE_COLOURS;
  return ["case", [">", value("over"), 0], over, [">", value("due"), 0], due, [">", value("open"), 0], open, quiet];
}

/** How strongly each state and count class covers the ground, seen from afar. */
export const STATE_STRENGTHS = [0.2, 0.42, 0.68, 0.66] as const;
export const COUNT_STRENGTHS = [0.25, 0.6, 0.6, 0.66, 0.66] as const;

/** Close up the colour gives way to the streets and buildings below it. */
export function gridOpacity(mode: Mode, breaks: readonly number[]): number | ExpressionSpecification {
  if (mode === "heat") return 0;
  const [quiet, open, due, over] = STATE_STRENGTHS;
  const at = (fade: number) =>
    (mode === "count"
      ? ["step", value("open"), COUNT_STRENGTHS[0] * fade, ...breaks.flatMap((bound, i) => [bound, (COUNT_STRENGTHS[i + 1] ?? 0.66) * fade])]
      : ["case", [">", value("over"), 0], over * fade, [">", value("due"), 0], due * fade,
          [">", value("open"), 0], open * fade, quiet * fade]) as unknown as ExpressionSpecification;
  return ["interpolate", ["linear"], ["zoom"], 11, at(1), 13, at(0.75), 15.5, at(0.4)];
}

/** Outlines that call the eye: an alarm, the chosen grid, a grid that just changed. */
export function markLayers(): LayerSpecification[] {
  const marked: ExpressionSpecification = ["any", flag("alarm"), flag("chosen"), flag("hot")];
  return [
    {
      id: "grid-mark-casing", type: "line", source: "grids", "source-layer": "grids",
      paint: { "line-color": "#07111f", "line-width": ["interpolate", ["linear"], ["zoom"], 9, 3, 13, 7], "line-opacity": ["case", marked, 0.85, 0] },
    },
    {
      id: "grid-mark", type: "line", source: "grids", "source-layer": "grids",
      layout: { "line-join": "round" },
      paint: {
        "line-color": ["case", flag("alarm"), STATE_COLOURS[3], flag("chosen"), "#ffffff", STATE_COLOURS[2]],
        "line-width": ["interpolate", ["linear"], ["zoom"], 9, 1.5, 13, ["case", flag("alarm"), 4, 3]],
        "line-opacity": ["case", marked, 1, 0],
      },
    },
  ];
}

/** The address of a layer's tiles under a filter. */
export function tileAddress(origin: string, layer: string, filter: Filter): string {
  const query = new URLSearchParams();
  for (const key of ["level", "board", "step"] as const) {
    const wanted = filter[key];
    if (wanted) query.set(key, wanted);
  }
  if (filter.overdue) query.set("overdue", "true");
  const text = query.toString();
  return `${origin}/tiles/${layer}/{z}/{x}/{y}.mvt${text ? `?${text}` : ""}`;
}

/** Single cases are for those who work on them, inside their scope. */
export function seesCases(role: Role): boolean {
  return role !== "wall" && role !== "auditor";
}

/** The served style made into the wall's own: fonts, marks, what the role may see, what the machine can draw. */
export function wallStyle(
  served: StyleSpecification,
  options: { fontFaces: StyleSpecification["font-faces"]; role: Role; software: boolean; gridPrefix: string },
): StyleSpecification {
  const mayPoint = seesCases(options.role);
  const layers: LayerSpecification[] = [];
  for (const layer of served.layers) {
    if (layer.id === "cases" && !mayPoint) continue;
    if (layer.id === "buildings-3d") {
      if (!options.software) layers.push({ ...layer, layout: { visibility: "visible" } } as LayerSpecification);
      continue;
    }
    if (layer.id === "grid-fill") {
      // A town's wall colours its own grids: of its neighbours it knows no counts.
      const own = ["==", ["slice", ["get", "code"], 0, options.gridPrefix.length], options.gridPrefix];
      layers.push({ ...layer, filter: own, layout: { visibility: "visible" } } as LayerSpecification);
      continue;
    }
    layers.push(layer);
    if (layer.id === "district-line") layers.push(...markLayers());
  }
  const sources = { ...served.sources };
  if (!mayPoint) delete sources["cases"];
  const style: StyleSpecification = { ...served, sources, layers };
  if (options.fontFaces) style["font-faces"] = options.fontFaces;
  return style;
}
