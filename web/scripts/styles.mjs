// Writes styles/wall.json and styles/day.json: one list of layers, two palettes.
// `npm run styles` renews them; a test refuses a file that was edited by hand.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const PALETTES = {
  wall: {
    name: "网格大屏（深色）",
    ground: "#07111f", district: "#0a1830", districtLine: "#5b8fc7", halo: "#07111f",
    town: "#3d6ea8", community: "#274b78", grid: "#2f5a8f", microgrid: "#21446f",
    water: "#12395f", waterText: "#8cc4ee",
    land: { paddy: "#0b1f30", field: "#0c1d2d", forest: "#0b2330", orchard: "#0c2230", park: "#0d2a30", square: "#122640" },
    compound: "#10233f", building: "#1b3556", buildingLine: "#2c5180", buildingTop: "#31567f", buildingSpecial: "#3d6b94",
    road: { casing: "#081525", motorway: "#8b9cb8", arterial: "#7089ab", secondary: "#52709a", street: "#3d5a82", lane: "#2b4568", rail: "#5a7193" },
    text: "#e8f1ff", quiet: "#bdd5f0", faint: "#7fa3cd", roadText: "#93abc9",
    states: ["#2b67ae", "#60d2f0", "#fdf0ca", "#e12e46"],
    boards: ["#e8a2b0", "#fdf0ca", "#8fb3d9", "#60d2f0"],
    heat: ["#1b3f73", "#2b67ae", "#4599c9", "#60d2f0", "#fdf0ca", "#e12e46"],
  },
  day: {
    name: "网格地图（浅色）",
    ground: "#eef2f6", district: "#fafbfc", districtLine: "#3f5f86", halo: "#ffffff",
    town: "#6f8fb5", community: "#a9bcd3", grid: "#7d9cc2", microgrid: "#c3d0e0",
    water: "#bcdaf0", waterText: "#3f7aa8",
    land: { paddy: "#eef5e6", field: "#f4f4e6", forest: "#dfeedd", orchard: "#e8f1dc", park: "#d9eed6", square: "#eeeef2" },
    compound: "#eef0f4", building: "#d5dbe4", buildingLine: "#b4bfcd", buildingTop: "#dfe4eb", buildingSpecial: "#c6d3e4",
    road: { casing: "#c5cdd8", motorway: "#f3c471", arterial: "#fbe0a3", secondary: "#ffffff", street: "#ffffff", lane: "#f4f6f9", rail: "#8c98a8" },
    text: "#14243a", quiet: "#3b5473", faint: "#5d7595", roadText: "#55677f",
    states: ["#2b67ae", "#2ba3c4", "#c99a2e", "#c01f38"],
    boards: ["#b8466a", "#c99a2e", "#5d7595", "#2ba3c4"],
    heat: ["#c9dcf0", "#94bfe2", "#5b9fcf", "#2b78b4", "#e0a63c", "#c01f38"],
  },
};

const FONT = ["Noto Sans SC"];
const BOLD = ["Noto Sans SC 600"];
const zoom = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
const linear = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];

function source(layers, maxzoom = 18) {
  return { type: "vector", url: `{origin}/tiles/${layers}.json`, minzoom: 6, maxzoom };
}

function groundLayers(p) {
  return [
    { id: "ground", type: "background", paint: { "background-color": p.ground } },
    { id: "district", type: "fill", source: "base", "source-layer": "district", paint: { "fill-color": p.district } },
    {
      id: "land", type: "fill", source: "base", "source-layer": "land", minzoom: 10,
      paint: {
        "fill-color": ["match", ["get", "kind"], ...Object.entries(p.land).flat(), p.land.field],
        "fill-opacity": linear(10, 0, 11.5, 1), "fill-antialias": false,
      },
    },
    {
      id: "compounds", type: "fill", source: "fabric", "source-layer": "compounds", minzoom: 12,
      paint: { "fill-color": p.compound, "fill-opacity": linear(12, 0, 13, 0.9) },
    },
  ];
}

/** Above heat and grid colours: a river tells where one is better than any label. */
function waterLayers(p) {
  const water = { source: "base", "source-layer": "water" };
  const shape = (...types) => ["in", ["geometry-type"], ["literal", types]];
  return [
    {
      id: "water-line", type: "line", ...water, filter: shape("LineString", "MultiLineString"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": p.water, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"],
        8, ["match", ["get", "kind"], "river", 1, 0.4], 13, ["match", ["get", "kind"], "river", 3, 1.2], 17, ["match", ["get", "kind"], "river", 16, 6]] },
    },
    {
      id: "water", type: "fill", ...water, filter: shape("Polygon", "MultiPolygon"),
      paint: { "fill-color": p.water, "fill-opacity": 0.92 },
    },
    // Heat cells are hexagons: this covers what spills over the district's outline.
    { id: "surroundings", type: "fill", source: "base", "source-layer": "surroundings", paint: { "fill-color": p.ground } },
  ];
}

/** A cell merged into its parent lies below the finer cells, and covers less. */
function heatLayers(p) {
  const resolution = ["index-of", ["slice", ["get", "cell"], 1, 2], "0123456789abcdef"];
  const strength = (value) => ["case", ["boolean", ["get", "merged"], false], value * 0.35, value];
  return [
    {
      id: "heat", type: "fill", source: "heat", "source-layer": "heat",
      layout: { "fill-sort-key": resolution },
      paint: {
        "fill-color": ["match", ["get", "q"], ...p.heat.slice(0, 5).flatMap((colour, i) => [i + 1, colour]), p.heat[5]],
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 9, strength(0.8), 12, strength(0.58), 14, strength(0.4), 16, strength(0.26)],
        "fill-antialias": false,
      },
    },
    {
      id: "heat-line", type: "line", source: "heat", "source-layer": "heat",
      paint: { "line-color": p.ground, "line-width": linear(8, 0.4, 14, 1.2), "line-opacity": 0.55 },
    },
  ];
}

function gridLayers(p) {
  return [
    {
      id: "grid-fill", type: "fill", source: "grids", "source-layer": "grids", minzoom: 9,
      layout: { visibility: "none" },
      paint: { "fill-color": p.states[0], "fill-opacity": 0.5, "fill-antialias": false },
    },
    {
      id: "microgrid-line", type: "line", source: "grids", "source-layer": "microgrids", minzoom: 13.5,
      paint: { "line-color": p.microgrid, "line-width": 0.8, "line-dasharray": [3, 2], "line-opacity": linear(13.5, 0, 14.5, 0.9) },
    },
    {
      id: "grid-line", type: "line", source: "grids", "source-layer": "grids", minzoom: 9.5,
      paint: { "line-color": p.grid, "line-width": linear(9.5, 0.3, 12, 0.8, 16, 2), "line-opacity": linear(9.5, 0.25, 12, 0.7, 15, 0.95) },
    },
  ];
}

const ROADS = [
  // id, classes, from zoom, widths by zoom
  ["lane", ["lane", "path"], 14, [14, 0.6, 16, 2, 18, 7]],
  ["street", ["street"], 12.5, [12.5, 0.5, 14, 1.4, 16, 5, 18, 16]],
  ["secondary", ["secondary"], 10, [10, 0.5, 12, 1.2, 14, 3, 16, 8, 18, 22]],
  ["arterial", ["arterial"], 8, [8, 0.5, 10, 1, 12, 2, 14, 4.5, 16, 11, 18, 30]],
  ["motorway", ["motorway"], 6, [6, 0.5, 8, 1, 10, 1.6, 12, 3, 14, 5.5, 16, 13, 18, 34]],
];

function roadLayers(p) {
  const line = { "line-cap": "round", "line-join": "round" };
  const filter = (classes) => ["in", ["get", "class"], ["literal", classes]];
  const widen = (stops) => stops.map((value, i) => (i % 2 ? value + 1.6 : value));
  const casings = ROADS.slice(1).map(([id, classes, minzoom, widths]) => ({
    id: `road-${id}-casing`, type: "line", source: "base", "source-layer": "roads", minzoom: Math.max(minzoom, 11),
    filter: filter(classes), layout: line,
    paint: { "line-color": p.road.casing, "line-width": zoom(...widen(widths)) },
  }));
  const cores = ROADS.map(([id, classes, minzoom, widths]) => ({
    id: `road-${id}`, type: "line", source: "base", "source-layer": "roads", minzoom,
    filter: filter(classes), layout: line,
    paint: { "line-color": p.road[id], "line-width": zoom(...widths) },
  }));
  return [
    ...casings,
    ...cores,
    {
      id: "rail", type: "line", source: "base", "source-layer": "roads", minzoom: 9, filter: filter(["rail"]),
      paint: { "line-color": p.road.rail, "line-width": linear(9, 0.7, 14, 1.8, 17, 4), "line-dasharray": [5, 3] },
    },
  ];
}

const SPECIAL = ["in", ["get", "kind"], ["literal", ["school", "hospital", "public", "commercial"]]];

function buildingLayers(p) {
  return [
    {
      id: "buildings", type: "fill", source: "fabric", "source-layer": "buildings", minzoom: 13,
      paint: {
        "fill-color": ["case", SPECIAL, p.buildingSpecial, p.building],
        "fill-outline-color": p.buildingLine, "fill-opacity": linear(13, 0, 14, 0.95),
      },
    },
    {
      id: "buildings-3d", type: "fill-extrusion", source: "fabric", "source-layer": "buildings", minzoom: 14.5,
      layout: { visibility: "none" },
      paint: {
        "fill-extrusion-color": ["case", SPECIAL, p.buildingSpecial, p.buildingTop],
        "fill-extrusion-height": ["interpolate", ["linear"], ["zoom"], 14.5, 0, 15.2, ["coalesce", ["get", "height_m"], 3]],
        "fill-extrusion-opacity": 0.92, "fill-extrusion-vertical-gradient": true,
      },
    },
  ];
}

function boundaryLayers(p) {
  return [
    {
      id: "community-line", type: "line", source: "base", "source-layer": "communities", minzoom: 10,
      paint: { "line-color": p.community, "line-width": linear(10, 0.6, 14, 1.8), "line-opacity": linear(10, 0.3, 11.5, 0.9) },
    },
    {
      id: "town-line", type: "line", source: "base", "source-layer": "towns",
      paint: { "line-color": p.town, "line-width": linear(8, 0.7, 12, 2, 16, 3), "line-opacity": 0.9 },
    },
    {
      id: "district-line", type: "line", source: "base", "source-layer": "district",
      layout: { "line-join": "round" },
      paint: { "line-color": p.districtLine, "line-width": linear(7, 1.2, 11, 2.4, 16, 4) },
    },
  ];
}

function caseLayers(p) {
  return [
    {
      id: "cases", type: "circle", source: "cases", "source-layer": "cases", minzoom: 13,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"],
          13, ["match", ["get", "level"], "district", 5, "town", 4, 3],
          18, ["match", ["get", "level"], "district", 13, "town", 11, 9]],
        "circle-color": ["match", ["get", "board"], "party", p.boards[0], "economy", p.boards[1], "safety", p.boards[3], p.boards[2]],
        "circle-stroke-color": ["match", ["get", "state"], "overdue", p.states[3], "due_soon", p.states[2], p.halo],
        "circle-stroke-width": ["match", ["get", "state"], ["overdue", "due_soon"], 2.5, 1],
      },
    },
  ];
}

function label(p, id, kind, extra) {
  return {
    id, type: "symbol", source: "base", "source-layer": "labels", filter: ["==", ["get", "kind"], kind],
    ...extra,
    layout: {
      "text-field": ["get", "name"], "text-font": FONT, "text-padding": 6, "text-max-width": 12,
      "symbol-sort-key": ["coalesce", ["get", "rank"], 9], ...extra.layout,
    },
    paint: { "text-halo-color": p.halo, "text-halo-width": 1.6, "text-halo-blur": 0.4, ...extra.paint },
  };
}

const number = (key) => ["to-number", ["get", key], 1e9];
const reached = (bound) => ["all", ["has", "stage_m"], ["has", bound], [">=", number("stage_m"), number(bound)]];

/** A round sign with one letter: told apart by the letter, not by colour alone. */
function sign(p, id, source, extra) {
  const place = { source, "source-layer": id, minzoom: extra.minzoom };
  const { letter, fill, ink, size = 8, name, edge = p.halo } = extra;
  return [
    {
      id, type: "circle", ...place,
      paint: { "circle-radius": linear(extra.minzoom, size - 2, 16, size + 1), "circle-color": fill, "circle-stroke-color": edge, "circle-stroke-width": 1.5 },
    },
    {
      id: `${id}-letter`, type: "symbol", ...place,
      layout: { "text-field": letter, "text-font": BOLD, "text-size": linear(extra.minzoom, size + 1, 16, size + 5), "text-allow-overlap": true },
      paint: { "text-color": ink },
    },
    {
      id: `${id}-name`, type: "symbol", ...place, minzoom: extra.nameFrom ?? extra.minzoom,
      layout: {
        "text-field": name, "text-font": FONT, "text-size": 13, "text-padding": 4, "text-max-width": 14,
        "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.95, "text-justify": "auto",
        "symbol-sort-key": extra.order ?? 0,
      },
      paint: { "text-color": p.text, "text-halo-color": p.halo, "text-halo-width": 1.8 },
    },
  ];
}

/** Where water is measured, where people can stay, and, close up, who is there. */
function placeLayers(p) {
  const over = reached("guarantee_m");
  const warned = reached("warning_m");
  const metres = ["number-format", number("stage_m"), { "min-fraction-digits": 2, "max-fraction-digits": 2 }];
  const stage = ["case", ["has", "stage_m"], ["concat", "\n", metres, " m", ["case", over, " 超保证", warned, " 超警戒", ""]], ""];
  return [
    {
      // The point is part of the text: where there is no room for a name there is no point either.
      id: "organisations", type: "symbol", source: "organisations", "source-layer": "organisations", minzoom: 16,
      layout: {
        "text-field": ["concat", "•\n", ["get", "name"]], "text-font": FONT, "text-size": 12, "text-padding": 44,
        "text-max-width": 9, "text-anchor": "top", "text-offset": [0, -0.6],
      },
      paint: { "text-color": p.faint, "text-halo-color": p.halo, "text-halo-width": 1.6 },
    },
    {
      // Schools are shelters building by building: signs that would touch give way.
      id: "shelters", type: "symbol", source: "places", "source-layer": "shelters", minzoom: 14,
      layout: {
        "text-field": ["step", ["zoom"], "避", 16, ["format", "避", {}, "\n", {}, ["concat", "可容 ", ["to-string", ["get", "capacity"]], " 人"], { "font-scale": 0.85 }]],
        "text-font": BOLD, "text-size": linear(14, 12, 16, 14), "text-padding": linear(14, 16, 17, 4), "symbol-sort-key": ["-", 0, ["to-number", ["get", "capacity"], 0]],
      },
      paint: { "text-color": p.halo, "text-halo-color": p.text, "text-halo-width": 2.5 },
    },
    ...sign(p, "gauges", "places", {
      minzoom: 9.5, nameFrom: 11, size: 9, letter: ["case", over, "！", "水"], edge: p.text,
      fill: ["case", over, p.states[3], warned, p.states[2], p.states[0]],
      ink: ["case", over, "#ffffff", warned, "#07111f", "#ffffff"],
      name: ["concat", ["get", "name"], stage], order: ["case", over, -2, warned, -1, 0],
    }),
  ];
}

/**
 * A numbered grid is named close up and quietly; a dedicated one (a school, a
 * market) stands beside its like in hundreds, so it waits longer and keeps its distance.
 */
function gridLabels(p) {
  const numbered = ["in", "网格", ["get", "name"]];
  const grid = ["==", ["get", "kind"], "grid"];
  const fade = (from) => linear(from, 0, from + 0.4, 0.9);
  return [
    label(p, "label-grid", "grid", {
      minzoom: 14, filter: ["all", grid, numbered],
      layout: { "text-size": linear(14, 11, 16, 14), "text-padding": 14 }, paint: { "text-color": p.faint, "text-opacity": fade(14) },
    }),
    label(p, "label-grid-dedicated", "grid", {
      minzoom: 14.6, filter: ["all", grid, ["!", numbered]],
      layout: { "text-size": linear(14.6, 11, 16, 13), "text-padding": 80 }, paint: { "text-color": p.faint, "text-opacity": fade(14.6) },
    }),
  ];
}

function labelLayers(p) {
  return [
    {
      id: "label-road", type: "symbol", source: "base", "source-layer": "roads", minzoom: 13.5,
      filter: ["all", ["has", "name"], ["!", ["in", ["get", "class"], ["literal", ["rail", "path", "lane"]]]]],
      layout: {
        "symbol-placement": "line", "text-pitch-alignment": "viewport", "text-field": ["get", "name"], "text-font": FONT,
        "text-size": linear(13.5, 12, 17, 15), "symbol-spacing": 420, "text-padding": 10, "text-max-angle": 30,
      },
      paint: { "text-color": p.roadText, "text-halo-color": p.halo, "text-halo-width": 1.6 },
    },
    label(p, "label-river", "river", { minzoom: 8.5, layout: { "text-size": linear(9, 14, 14, 18), "text-letter-spacing": 0 }, paint: { "text-color": p.waterText } }),
    ...gridLabels(p),
    label(p, "label-community", "community", { minzoom: 11.2, maxzoom: 16.5, layout: { "text-size": linear(11, 13, 15, 17) }, paint: { "text-color": p.quiet } }),
    label(p, "label-town", "town", { maxzoom: 14.5, layout: { "text-size": linear(8, 14, 10, 16, 13, 24), "text-font": BOLD, "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-radial-offset": 0.6 }, paint: { "text-color": p.text, "text-halo-width": 2 } }),
    label(p, "label-district", "district", { maxzoom: 8, layout: { "text-size": 20, "text-font": BOLD }, paint: { "text-color": p.text } }),
  ];
}

/** The whole style document of one palette. */
export function styleDocument(name) {
  const p = PALETTES[name];
  return {
    version: 8,
    name: p.name,
    metadata: { "gridmap:heat": p.heat, "gridmap:states": p.states },
    center: [105.84, 30.19],
    zoom: 10,
    sources: {
      base: source("district,towns,communities,labels,water,land,roads,surroundings"),
      fabric: { ...source("compounds,buildings"), minzoom: 11 },
      grids: { ...source("grids,microgrids"), minzoom: 9 },
      heat: source("heat"),
      cases: source("cases"),
      places: { ...source("gauges,shelters"), minzoom: 9 },
      organisations: { ...source("organisations"), minzoom: 16 },
    },
    layers: [
      ...groundLayers(p), ...heatLayers(p), ...gridLayers(p), ...waterLayers(p), ...roadLayers(p), ...boundaryLayers(p),
      ...buildingLayers(p), ...caseLayers(p), ...labelLayers(p), ...placeLayers(p),
    ],
  };
}

/** The bytes of the file: one line for each layer keeps a diff readable. */
export function styleFile(name) {
  const { layers, ...head } = styleDocument(name);
  const lines = layers.map((layer) => `    ${JSON.stringify(layer)}`).join(",\n");
  return JSON.stringify(head, null, 2).replace(/\n}$/, `,\n  "layers": [\n${lines}\n  ]\n}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "styles");
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(PALETTES)) writeFileSync(join(folder, `${name}.json`), styleFile(name));
}
