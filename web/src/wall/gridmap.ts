// The map of the wall. It paints what it is told and reports touches and clicks;
// it knows no server and no tour. Feature-state lives in `states` and is replayed
// after a lost graphics context, which forgets all of it.
import {
  LngLatBounds,
  Map as MapLibre,
  setWorkerUrl,
  type LngLatBoundsLike,
  type MapMouseEvent,
  type PaddingOptions,
  type StyleSpecification,
  type VectorTileSource,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { GridState } from "../api/types";
import { gridColour, gridOpacity, tileAddress } from "./paint";
import { GridStates } from "./states";
import type { Filter, Mode } from "./store";

const GRIDS = { source: "grids", sourceLayer: "grids" };
const LIVE_LAYERS = ["heat", "cases"] as const;
const PLACE_SOURCES: ReadonlySet<string> = new Set(["places", "organisations"]);
const HOT_MS = 4000;
const CONTEXT_PATIENCE_MS = 5000;

export interface GridMapEvents {
  touched(): void;
  gridClicked(code: string, id: number): void;
  contextLost(lost: boolean): void;
  /** The context did not come back. */
  gaveUp(): void;
}

export class GridMap {
  readonly map: MapLibre;
  readonly states = new GridStates();
  private mode: Mode = "heat";
  private breaks: readonly number[] = [1, 2, 4, 8];
  private alarm: number | null = null;
  private chosen: number | null = null;
  private readonly cooling = new Map<number, ReturnType<typeof setTimeout>>();
  /** Which source carries a layer of the tiles. */
  private readonly sourceOf = new Map<string, string>();
  private readonly late = new Map<string, Set<string>>();
  private contextTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    container: HTMLElement,
    style: StyleSpecification,
    bounds: LngLatBoundsLike,
    private readonly options: { software: boolean; padding: () => PaddingOptions },
    private readonly events: GridMapEvents,
  ) {
    for (const layer of style.layers) {
      if ("source" in layer && layer["source-layer"]) this.sourceOf.set(layer["source-layer"], layer.source as string);
    }
    setWorkerUrl(workerUrl);
    this.map = new MapLibre({
      container,
      style,
      bounds,
      fitBoundsOptions: { padding: options.padding() },
      attributionControl: false,
      maxCanvasSize: [8192, 8192],
      maxPitch: 65,
      minZoom: 7,
      maxZoom: 18,
      // MapLibre refreshes only tiles in view: one that it kept from an earlier view
      // would come back old. Without that cache it asks, and gets "unchanged" (304).
      maxTileCacheSize: 0,
      fadeDuration: options.software ? 0 : 250,
      canvasContextAttributes: { antialias: !options.software, powerPreference: "high-performance" },
      // Live tiles carry an ETag: ask each time, and let the server say "unchanged".
      transformRequest: (url) =>
        LIVE_LAYERS.some((layer) => url.includes(`/tiles/${layer}/`)) ? { url, cache: "no-cache" } : { url },
    });
    this.listen();
  }

  private listen(): void {
    const { map, events } = this;
    map.on("load", () => this.paint());
    map.on("click", (event: MapMouseEvent) => {
      const [feature] = map.queryRenderedFeatures(event.point, { layers: ["grid-fill"] });
      if (feature?.id !== undefined) events.gridClicked(String(feature.properties["code"]), Number(feature.id));
    });
    for (const touch of ["pointerdown", "wheel", "touchstart"] as const) {
      map.getCanvasContainer().addEventListener(touch, () => events.touched(), { passive: true });
    }
    map.on("webglcontextlost", () => {
      events.contextLost(true);
      this.contextTimer = setTimeout(() => events.gaveUp(), CONTEXT_PATIENCE_MS);
    });
    map.on("webglcontextrestored", () => {
      clearTimeout(this.contextTimer);
      events.contextLost(false);
      map.once("idle", () => this.paint());
      this.paint();
    });
  }

  /** Paints everything that is not in the style: states, marks, mode. */
  private paint(): void {
    if (!this.map.getLayer("grid-fill")) return;
    for (const id of this.states.ids()) this.put(id);
    if (this.alarm !== null) this.flag(this.alarm, "alarm", true);
    if (this.chosen !== null) this.flag(this.chosen, "chosen", true);
    this.paintMode();
  }

  private put(id: number): void {
    if (this.map.getSource("grids")) this.map.setFeatureState({ ...GRIDS, id }, { ...this.states.of(id) });
  }

  private flag(id: number, name: "alarm" | "chosen" | "hot", on: boolean): void {
    if (this.map.getSource("grids")) this.map.setFeatureState({ ...GRIDS, id }, { [name]: on });
  }

  replaceStates(rows: readonly GridState[]): void {
    for (const id of this.states.replace(rows)) this.put(id);
    this.breaks = this.states.breaks();
    this.paintMode();
  }

  applyStates(rows: readonly GridState[]): void {
    for (const id of new Set(this.states.apply(rows))) {
      this.put(id);
      this.heatUp(id);
    }
  }

  private heatUp(id: number): void {
    clearTimeout(this.cooling.get(id));
    this.flag(id, "hot", true);
    this.cooling.set(
      id,
      setTimeout(() => {
        this.cooling.delete(id);
        this.flag(id, "hot", false);
      }, HOT_MS),
    );
  }

  setMode(mode: Mode): void {
    this.mode = mode;
    this.paintMode();
  }

  get countBreaks(): readonly number[] {
    return this.breaks;
  }

  private paintMode(): void {
    const { map, mode } = this;
    if (!map.getLayer("grid-fill")) return;
    map.setPaintProperty("grid-fill", "fill-color", gridColour(mode, this.breaks));
    map.setPaintProperty("grid-fill", "fill-opacity", gridOpacity(mode, this.breaks));
    for (const id of ["heat", "heat-line"]) {
      map.setLayoutProperty(id, "visibility", mode === "heat" ? "visible" : "none");
    }
  }

  setPlaces(shown: boolean): void {
    for (const { id, source } of this.map.getStyle().layers as { id: string; source?: string }[]) {
      if (PLACE_SOURCES.has(source ?? "")) this.map.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
    }
  }

  setFilter(filter: Filter): void {
    for (const layer of LIVE_LAYERS) {
      const source = this.map.getSource<VectorTileSource>(layer);
      source?.setTiles([tileAddress(location.origin, layer, filter)]);
    }
  }

  /** Live tiles that were asked for again are still on their way. */
  get busy(): boolean {
    return LIVE_LAYERS.some((source) => this.map.getSource(source) && !this.map.isSourceLoaded(source));
  }

  /** Asks again for exactly the tiles of each layer that a change touched ("z/x/y"), or for all of it ("*"). */
  refresh(layers: ReadonlyMap<string, ReadonlySet<string>>): void {
    const named = new Map<string, Set<string>>();
    for (const [layer, tiles] of layers) {
      const source = this.sourceOf.get(layer);
      if (tiles.has("*")) this.refreshLayer(layer);
      else if (source && this.map.getSource(source)) named.set(source, new Set([...(named.get(source) ?? []), ...tiles]));
    }
    const late = new Map<string, Set<string>>();
    for (const [source, tiles] of named) {
      if (!this.map.isSourceLoaded(source)) late.set(source, tiles);
      this.map.refreshTiles(source, [...tiles].map(tileId));
    }
    if (late.size > 0) this.repeatWhenIdle(late);
  }

  /** A tile still on its way is skipped by a refresh, and may have left the server before the change. */
  private repeatWhenIdle(tiles: ReadonlyMap<string, ReadonlySet<string>>): void {
    const waiting = this.late.size > 0;
    for (const [source, ids] of tiles) this.late.set(source, new Set([...(this.late.get(source) ?? []), ...ids]));
    if (waiting) return;
    this.map.once("idle", () => {
      for (const [source, ids] of this.late) {
        if (this.map.getSource(source)) this.map.refreshTiles(source, [...ids].map(tileId));
      }
      this.late.clear();
    });
  }

  /** A layer was replaced as a whole. */
  refreshLayer(layer: string): void {
    const source = this.sourceOf.get(layer);
    if (source && this.map.getSource(source)) this.map.refreshTiles(source);
  }

  /** After a reset every live tile may be old. */
  refreshAll(): void {
    for (const layer of ["heat", "cases", "grids", "gauges"]) this.refreshLayer(layer);
  }

  mark(kind: "alarm" | "chosen", id: number | null): void {
    const before = kind === "alarm" ? this.alarm : this.chosen;
    if (before !== null) this.flag(before, kind, false);
    if (kind === "alarm") this.alarm = id;
    else this.chosen = id;
    if (id !== null) this.flag(id, kind, true);
  }

  /** The bounds of the grid that needs eyes most, among those loaded whose code begins so. */
  busiest(prefix: string): LngLatBounds | null {
    const weight = (id: number) => {
      const { open, due, over } = this.states.of(id);
      return open + 2 * due + 4 * over;
    };
    const bounds = new Map<number, LngLatBounds>();
    for (const { id, properties, geometry } of this.map.querySourceFeatures("grids", { sourceLayer: "grids" })) {
      if (geometry.type !== "Polygon" || !String(properties["code"]).startsWith(prefix)) continue;
      const box = bounds.get(Number(id)) ?? new LngLatBounds();
      for (const point of geometry.coordinates[0] ?? []) box.extend(point as [number, number]);
      bounds.set(Number(id), box);
    }
    const [best] = [...bounds.keys()].sort((a, b) => weight(b) - weight(a) || a - b);
    return best === undefined || weight(best) === 0 ? null : bounds.get(best)!;
  }

  /** Flies, or cuts on a machine that cannot draw a flight. */
  view(bounds: LngLatBoundsLike, options: { pitch?: number; bearing?: number; maxZoom?: number } = {}): void {
    this.map.fitBounds(bounds, {
      padding: this.options.padding(),
      pitch: options.pitch ?? 0,
      bearing: options.bearing ?? 0,
      maxZoom: options.maxZoom ?? 15.5,
      duration: this.options.software ? 0 : 3500,
      essential: true,
    });
  }
}

function tileId(text: string): { z: number; x: number; y: number } {
  const [z, x, y] = text.split("/").map(Number) as [number, number, number];
  return { z, x, y };
}
