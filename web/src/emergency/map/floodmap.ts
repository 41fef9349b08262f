// The map of the emergency screen. It paints what it is told and reports clicks;
// it knows no server. What it was told is kept, and told again to a new style or
// after a lost graphics context.
import { Map as MapLibre, setWorkerUrl, type GeoJSONSource, type LngLatBoundsLike, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Buildings, Evacuation, Road, ShelterLoad } from "../../api/evacuation";
import { isShut } from "../model/water";
import { loadOf } from "../model/shelters";
import { Dots } from "./dots";
import { paletteOf, type Ground } from "./style";

export interface FloodMapEvents {
  /** A click at a place; the building is the nearest within reach of a finger, the grid what lies below. */
  clicked(at: { lon: number; lat: number }, building: number | null, grid: string | null): void;
}

export interface Scene {
  buildings: Buildings | null;
  roads: readonly Road[];
  shelters: readonly ShelterLoad[];
  breaches: Evacuation["breaches"];
}

const REACH_PX = 14;
/** The figures and the legend lie over the left of the map, the proposal over its top. */
const FIT = { padding: { left: 330, right: 50, top: 90, bottom: 40 } };

/** Where the buildings of a grid are, or those in which somebody has to do something, but for the odd one far away. */
export function boundsOf(buildings: Buildings, grid: string | null): [number, number, number, number] | null {
  const lon: number[] = [];
  const lat: number[] = [];
  for (let i = 0; i < buildings.id.length; i++) {
    if (grid === null ? buildings.class[i] === "unaffected" || buildings.class[i] === "unknown" : buildings.grid[i] !== grid) continue;
    lon.push(buildings.lon[i]!);
    lat.push(buildings.lat[i]!);
  }
  if (lon.length === 0) return null;
  for (const list of [lon, lat]) list.sort((a, b) => a - b);
  const odd = grid === null ? Math.floor(lon.length * 0.02) : 0;
  return [lon[odd]!, lat[odd]!, lon.at(-1 - odd)!, lat.at(-1 - odd)!];
}

export class FloodMap {
  readonly map: MapLibre;
  private readonly dots: Dots;
  private scene: Scene = { buildings: null, roads: [], shelters: [], breaches: [] };
  private index: ReadonlyMap<number, number> = new Map();
  private levels: readonly number[] = [];
  private present = true;
  private shutRoads = new Set<number>();
  private chosen: string | null = null;
  private labels: (shelter: ShelterLoad) => string = ({ name }) => name;

  constructor(container: HTMLElement, style: StyleSpecification, ground: Ground, bounds: LngLatBoundsLike, software: boolean, private readonly events: FloodMapEvents) {
    setWorkerUrl(workerUrl);
    this.dots = new Dots(paletteOf(ground));
    this.map = new MapLibre({
      container, style, bounds, fitBoundsOptions: FIT, attributionControl: false, maxCanvasSize: [8192, 8192], maxPitch: 0, dragRotate: false,
      minZoom: 8, maxZoom: 18, maxTileCacheSize: 0, fadeDuration: software ? 0 : 150,
      transformRequest: (url) => (/\/tiles\/(inundation|evacuation)\//.test(url) ? { url, cache: "no-cache" } : { url }),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.on("style.load", () => this.dress());
    this.map.on("webglcontextrestored", () => this.map.once("idle", () => this.dress()));
    this.map.on("click", ({ point, lngLat }) => {
      const below = this.map.getLayer("grid-fill") ? this.map.queryRenderedFeatures(point, { layers: ["grid-fill"] })[0] : undefined;
      this.events.clicked({ lon: lngLat.lng, lat: lngLat.lat }, this.nearest(point.x, point.y), below ? String(below.properties["code"]) : null);
    });
  }

  setGround(style: StyleSpecification, ground: Ground): void {
    this.dots.setPalette(paletteOf(ground));
    this.map.setStyle(style, { diff: false });
  }

  /** Everything that is not in the style. */
  private dress(): void {
    const above = ["flood-shelters", "breaches", "label-road"].find((id) => this.map.getLayer(id));
    if (!this.map.getLayer(this.dots.id)) this.map.addLayer(this.dots, this.map.getLayer("label-road") ? "label-road" : above);
    this.shutRoads = new Set();
    this.put();
    this.choose(this.chosen);
  }

  show(scene: Scene, index: ReadonlyMap<number, number>, epoch: number, labels: (shelter: ShelterLoad) => string): void {
    const newBuildings = scene.buildings !== this.scene.buildings || index !== this.index;
    Object.assign(this, { scene, index, labels });
    if (newBuildings && scene.buildings) this.dots.setBuildings(scene.buildings, index, epoch);
    this.put();
  }

  private put(): void {
    const { roads, shelters, breaches } = this.scene;
    const source = (name: string) => this.map.getSource<GeoJSONSource>(name);
    const point = (lon: number, lat: number) => ({ type: "Point" as const, coordinates: [lon, lat] });
    const features = <T>(list: readonly T[], make: (one: T) => object) => ({ type: "FeatureCollection" as const, features: list.map(make) }) as never;
    source("flood-roads")?.setData(features(roads, ({ id, line }) => ({ type: "Feature", id, properties: {}, geometry: { type: "LineString", coordinates: line } })));
    source("flood-shelters")?.setData(
      features(shelters, (one) => ({ type: "Feature", id: one.id, properties: { label: this.labels(one), state: loadOf(one) }, geometry: point(one.lon, one.lat) })),
    );
    source("breaches")?.setData(features(breaches, ({ id, lon, lat }) => ({ type: "Feature", id, properties: {}, geometry: point(lon, lat) })));
    this.flood();
  }

  /** Follows a slider: `levels` by the reach's index, `at` in milliseconds. */
  look(levels: readonly number[], at: number, present: boolean): void {
    this.levels = levels;
    this.present = present;
    this.dots.look(levels, at);
    this.flood();
  }

  /** Only the roads that changed are told to the map. */
  private flood(): void {
    if (!this.map.getSource("flood-roads")) return;
    const now = new Set(this.scene.roads.filter((road) => isShut(road, this.index, this.levels, this.present)).map(({ id }) => id));
    for (const id of now) if (!this.shutRoads.has(id)) this.map.setFeatureState({ source: "flood-roads", id }, { shut: true });
    for (const id of this.shutRoads) if (!now.has(id)) this.map.setFeatureState({ source: "flood-roads", id }, { shut: false });
    this.shutRoads = now;
  }

  choose(grid: string | null): void {
    this.chosen = grid;
    for (const layer of ["grid-chosen", "grid-chosen-casing"]) if (this.map.getLayer(layer)) this.map.setFilter(layer, ["==", ["get", "code"], grid ?? ""]);
  }

  /** The buildings of a grid, or all in which somebody has to do something. */
  view(grid: string | null): void {
    const { buildings } = this.scene;
    const box = buildings && boundsOf(buildings, grid);
    if (box) this.map.fitBounds(box, { ...FIT, maxZoom: 16, duration: 0 });
  }

  refreshWater(): void {
    if (this.map.getSource("inundation")) this.map.refreshTiles("inundation");
  }

  private nearest(x: number, y: number): number | null {
    const { buildings } = this.scene;
    let [best, found] = [REACH_PX, null as number | null];
    for (let i = 0; buildings && i < buildings.id.length; i++) {
      const point = this.map.project({ lng: buildings.lon[i]!, lat: buildings.lat[i]! });
      const distance = Math.hypot(point.x - x, point.y - y);
      if (distance < best) [best, found] = [distance, i];
    }
    return found;
  }
}
