// The map of the desk. It paints what it is told and hands gestures on; it knows
// no server. Marks of plots are kept here and painted again after a lost graphics
// context, which forgets them.
import {
  GeoJSONSource, Map as MapLibre, ScaleControl, setWorkerUrl, type FilterSpecification, type LngLatBoundsLike, type StyleSpecification,
} from "maplibre-gl";
import type { Feature } from "geojson";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Desk, GridOnDesk, MultiPolygonCoordinates, Position } from "../../api/plans";
import type { DeskView } from "../model/desk";
import type { Box } from "../model/shape";
import { DEDICATED, HATCH, hatch } from "./style";

export type Mark = "selected" | "preview" | "hover" | "cursor" | "moved";

const WORLD: Position[] = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];
const feature = (coordinates: MultiPolygonCoordinates, properties: Record<string, unknown>, id?: number) => ({
  type: "Feature" as const, ...(id === undefined ? {} : { id }), properties, geometry: { type: "MultiPolygon" as const, coordinates },
});

export class PlannerMap {
  readonly map: MapLibre;
  private readonly colours = new Map<number, number>();
  private readonly marks: Record<Mark, Set<number>> = { selected: new Set(), preview: new Set(), hover: new Set(), cursor: new Set(), moved: new Set() };
  private loaded: Promise<void>;
  private desk: Desk | null = null;
  private grids: readonly GridOnDesk[] = [];
  private fitted = "";
  /** Esc asks the gestures first; true when a line was being drawn. */
  leaveDrawing: () => boolean = () => false;

  constructor(container: HTMLElement, style: StyleSpecification, bounds: LngLatBoundsLike, software: boolean) {
    setWorkerUrl(workerUrl);
    this.map = new MapLibre({
      container, style, bounds, fitBoundsOptions: { padding: 24 }, attributionControl: false, keyboard: false, doubleClickZoom: false, boxZoom: false,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, minZoom: 8, maxZoom: 20, fadeDuration: 0,
      canvasContextAttributes: { antialias: !software, powerPreference: "high-performance" },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-left");
    this.loaded = new Promise((resolve) => this.map.once("load", () => resolve()));
    this.map.on("load", () => this.map.addImage(HATCH, hatch()));
    this.map.on("webglcontextrestored", () => {
      this.map.once("idle", () => this.repaint());
      this.repaint();
    });
  }

  async show(desk: Desk | null): Promise<void> {
    await this.loaded;
    if (this.desk?.plots !== desk?.plots || this.desk?.community.code !== desk?.community.code) this.layOut(desk);
    this.desk = desk;
    for (const id of ["grid-line", "label-community"]) {
      if (this.map.getLayer(id)) this.map.setLayoutProperty(id, "visibility", desk ? "none" : "visible");
    }
    if (desk && this.fitted !== desk.community.code) this.view(desk.community.bounds);
    this.fitted = desk?.community.code ?? "";
  }

  /** New plots: their marks are gone with them, and painted again. */
  private layOut(desk: Desk | null): void {
    const sameGround = this.desk !== null && desk !== null && sameOutlines(this.desk, desk);
    if (!sameGround) {
      this.put("plots", (desk?.plots ?? []).map(({ id, outline }) => feature(outline, {}, id)));
      this.map.removeFeatureState({ source: "plots" });
      this.colours.clear();
      for (const set of Object.values(this.marks)) set.clear();
    }
    this.put("present", (desk?.present ?? []).map(({ code, outline }) => feature(outline, { code })));
    const hole = (desk?.community.outline ?? []).map(([ring]) => ring!);
    this.put("outside", desk ? [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [WORLD, ...hole] } }] : []);
    if (!desk) this.put("desk-grids", []);
  }

  private put(source: string, features: Feature[]): void {
    this.map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features });
  }

  /** Colours plots by their grid; only those that changed are touched. */
  async paint(view: DeskView | null, colours: ReadonlyMap<string, number>): Promise<void> {
    await this.loaded;
    if (!view) return;
    const dedicated = new Set(view.grids.filter((grid) => grid.dedicated !== null).map(({ code }) => code));
    for (const [plot, grid] of view.gridOf) {
      const colour = dedicated.has(grid) ? DEDICATED : (colours.get(grid) ?? 0);
      if (this.colours.get(plot) === colour) continue;
      this.colours.set(plot, colour);
      this.map.setFeatureState({ source: "plots", id: plot }, { colour });
    }
    const outlines = view.grids.some((grid, i) => grid.outline !== this.grids[i]?.outline) || view.grids.length !== this.grids.length;
    if (outlines) this.put("desk-grids", view.grids.map(({ code, outline }) => feature(outline, { code })));
    this.grids = view.grids;
  }

  async mark(kind: Mark, plots: Iterable<number>): Promise<void> {
    await this.loaded;
    const wanted = new Set(plots);
    const before = this.marks[kind];
    for (const id of before) if (!wanted.has(id)) this.map.setFeatureState({ source: "plots", id }, { [kind]: false });
    for (const id of wanted) if (!before.has(id)) this.map.setFeatureState({ source: "plots", id }, { [kind]: true });
    this.marks[kind] = wanted;
  }

  private repaint(): void {
    for (const [id, colour] of this.colours) this.map.setFeatureState({ source: "plots", id }, { colour });
    for (const [kind, plots] of Object.entries(this.marks)) for (const id of plots) this.map.setFeatureState({ source: "plots", id }, { [kind]: true });
  }

  async choose(grid: string | null): Promise<void> {
    await this.loaded;
    this.map.setFilter("chosen-line", only(grid));
  }

  /** The grid onto which something is being dragged. */
  aim(grid: string | null): void {
    if (!this.map.getLayer("target-line")) return;
    for (const layer of ["target-line", "target-fill"]) this.map.setFilter(layer, only(grid));
  }

  async setPresent(shown: boolean): Promise<void> {
    await this.loaded;
    this.map.setLayoutProperty("present-line", "visibility", shown ? "visible" : "none");
  }

  /** Plots under a point of the screen, the uppermost first. */
  plotsAt(point: [number, number]): number[] {
    if (!this.map.getLayer("plots")) return [];
    const found = this.map.queryRenderedFeatures(point, { layers: ["plots"] });
    return [...new Set(found.map(({ id }) => Number(id)))].sort((a, b) => a - b);
  }

  view(bounds: LngLatBoundsLike | Box, maxZoom = 18): void {
    this.map.fitBounds(bounds as LngLatBoundsLike, { padding: { top: 28, bottom: 40, left: 28, right: 28 }, maxZoom, duration: 0 });
  }

  /** Pans as little as needed to keep a position in sight. */
  keepInSight([lng, lat]: Position): void {
    const { x, y } = this.map.project({ lng, lat });
    const { clientWidth: width, clientHeight: height } = this.map.getCanvas();
    const margin = 60;
    const over = (value: number, size: number) => (value < margin ? value - margin : value > size - margin ? value - size + margin : 0);
    const by: [number, number] = [over(x, width), over(y, height)];
    if (by[0] !== 0 || by[1] !== 0) this.map.panBy(by, { duration: 0 });
  }

  get centre(): Position {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat];
  }
}

function only(grid: string | null): FilterSpecification {
  return ["==", ["get", "code"], grid ?? ""];
}

/** A reload after an operation brings the same ground: repainting it would only flicker. */
function sameOutlines(a: Desk, b: Desk): boolean {
  return (
    a.community.code === b.community.code && a.plots.length === b.plots.length &&
    a.plots.every((plot, i) => {
      const other = b.plots[i]!;
      return plot.id === other.id && plot.at[0] === other.at[0] && plot.at[1] === other.at[1] && plot.area_m2 === other.area_m2;
    })
  );
}
