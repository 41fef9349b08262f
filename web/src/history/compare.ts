// Two maps of two moments, one over the other, the upper one cut off at a divider
// that mouse, finger and arrow keys move. Both show the same part of the district.
import { Map as MapLibre, ScaleControl, setWorkerUrl, type FilterSpecification, type LayerSpecification, type LngLatBoundsLike, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { GRID_COLOURS } from "../planner/model/colours";

export type Side = "left" | "right";

const KEPT_SOURCES: ReadonlySet<string> = new Set(["base", "fabric", "grids"]);
const STEP = 2;
const none: FilterSpecification = ["==", ["get", "code"], ""];

/** The light style with the grids and their names of one moment, each grid in the colour of its code. */
export function styleAt(served: StyleSpecification, fontFaces: StyleSpecification["font-faces"], at: string | undefined): StyleSpecification {
  const dated = (layers: string) => `${location.origin}/tiles/${layers}.json${at === undefined ? "" : `?at=${encodeURIComponent(at)}`}`;
  const layers: LayerSpecification[] = [];
  const lines: LayerSpecification[] = [];
  for (const layer of served.layers) {
    if (layer.id === "buildings-3d" || ("source" in layer && !KEPT_SOURCES.has(layer.source as string))) continue;
    if (layer.id === "grid-fill") {
      const colour = ["at", ["%", ["to-number", ["slice", ["get", "code"], 9], 0], GRID_COLOURS.length], ["literal", [...GRID_COLOURS]]];
      layers.push({ ...layer, layout: { visibility: "visible" }, paint: { "fill-color": ["to-color", colour], "fill-opacity": 0.62 } } as LayerSpecification);
    } else if (layer.id === "grid-line") {
      const width = ["interpolate", ["linear"], ["zoom"], 9.5, 0.4, 12, 1.2, 16, 2.6];
      lines.push({ ...layer, paint: { "line-color": "#2d4a70", "line-width": width } } as LayerSpecification);
    } else if (layer.id.startsWith("label-grid")) {
      layers.push({ ...layer, source: "named", paint: { ...layer.paint, "text-color": "#33496a" } } as LayerSpecification);
    } else layers.push(layer);
    if (layer.id === "district-line") {
      layers.push(...lines); // above the streets, along which grids are drawn
      layers.push({ id: "chosen", type: "line", source: "grids", "source-layer": "grids", filter: none, paint: { "line-color": "#0b4a9e", "line-width": 4 } });
    }
  }
  const sources: StyleSpecification["sources"] = {};
  for (const [name, source] of Object.entries(served.sources)) if (KEPT_SOURCES.has(name)) sources[name] = source;
  sources["grids"] = { type: "vector", url: dated("grids,microgrids"), minzoom: 9, maxzoom: 18 };
  sources["named"] = { type: "vector", url: dated("labels"), minzoom: 9, maxzoom: 18 };
  const style: StyleSpecification = { ...served, sources, layers };
  if (fontFaces) style["font-faces"] = fontFaces;
  return style;
}

export class Compare {
  readonly maps: Record<Side, MapLibre>;
  private readonly upper: HTMLElement;
  private readonly handle: HTMLElement;
  private percent = 50;
  private chosen: string | null = null;

  constructor(
    private readonly container: HTMLElement,
    styles: Record<Side, StyleSpecification>,
    bounds: LngLatBoundsLike,
    private readonly events: { clicked(code: string, side: Side): void; divided(percent: number): void; nameOf(percent: number): string },
  ) {
    setWorkerUrl(workerUrl);
    const lower = this.element("map");
    this.upper = this.element("map upper");
    this.handle = this.element("divider");
    const make = (side: Side, element: HTMLElement) =>
      new MapLibre({
        container: element, style: styles[side], bounds, fitBoundsOptions: { padding: 30 }, attributionControl: false, dragRotate: false,
        pitchWithRotate: false, touchPitch: false, minZoom: 8, maxZoom: 18, fadeDuration: 0,
      });
    this.maps = { left: make("left", lower), right: make("right", this.upper) };
    this.maps.left.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-left");
    this.follow(this.maps.left, this.maps.right);
    this.follow(this.maps.right, this.maps.left);
    for (const side of ["left", "right"] as const) {
      const map = this.maps[side];
      map.touchZoomRotate.disableRotation();
      map.on("click", ({ point }) => {
        const [feature] = map.getLayer("grid-fill") ? map.queryRenderedFeatures(point, { layers: ["grid-fill"] }) : [];
        if (feature) events.clicked(String(feature.properties["code"]), side);
      });
      map.on("styledata", () => this.choose(this.chosen));
    }
    this.listen();
    this.divide(50);
  }

  private element(className: string): HTMLElement {
    const element = document.createElement("div");
    element.className = className;
    this.container.append(element);
    return element;
  }

  /** Moves the other map along, without the other answering. */
  private follow(leader: MapLibre, other: MapLibre): void {
    leader.on("move", () => {
      const { lng, lat } = leader.getCenter();
      const there = other.getCenter();
      if (there.lng === lng && there.lat === lat && other.getZoom() === leader.getZoom()) return;
      other.jumpTo({ center: [lng, lat], zoom: leader.getZoom() });
    });
  }

  private listen(): void {
    const { handle } = this;
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-valuemin", "0");
    handle.setAttribute("aria-valuemax", "100");
    handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const { left, width } = this.container.getBoundingClientRect();
      this.divide(((event.clientX - left) / width) * 100);
    });
    handle.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP, PageDown: -5 * STEP, PageUp: 5 * STEP }[event.key];
      const to = by !== undefined ? this.percent + by : event.key === "Home" ? 0 : event.key === "End" ? 100 : null;
      if (to === null) return;
      event.preventDefault();
      this.divide(to);
    });
  }

  divide(percent: number): void {
    this.percent = Math.min(100, Math.max(0, percent));
    this.handle.style.left = `${this.percent}%`;
    this.upper.style.clipPath = `inset(0 0 0 ${this.percent}%)`;
    this.handle.setAttribute("aria-valuenow", String(Math.round(this.percent)));
    this.name();
    this.events.divided(Math.round(this.percent));
  }

  /** The divider's name, in the language of the screen. */
  name(): void {
    this.handle.setAttribute("aria-label", this.events.nameOf(Math.round(this.percent)));
  }

  show(side: Side, style: StyleSpecification): void {
    this.maps[side].setStyle(style, { diff: false });
  }

  choose(code: string | null): void {
    this.chosen = code;
    for (const map of Object.values(this.maps)) {
      if (map.getLayer("chosen")) map.setFilter("chosen", ["==", ["get", "code"], code ?? ""]);
    }
  }

  /** A version took force: what is drawn as now is old. */
  refresh(side: Side): void {
    const map = this.maps[side];
    for (const source of ["grids", "named"]) if (map.getSource(source)) map.refreshTiles(source);
  }
}
