// Binds the map to the store: whatever the store says is painted, and only what
// changed is painted again.
import { plannerSpeech } from "../language/planner";
import { Gestures } from "./map/gestures";
import { Labels } from "./map/labels";
import type { PlannerMap } from "./map/plannermap";
import { shortCode } from "./model/desk";
import { boxOf, inside } from "./model/shape";
import type { Planner } from "./planner";
import type { PlannerState } from "./store";

export function bindMap(planner: Planner, map: PlannerMap): void {
  const { store } = planner;
  const labels = new Labels(map);
  new Gestures(planner, map, {
    carrying: (plots, households, to) => {
      const { language, desk } = store.get();
      const { t } = plannerSpeech(language);
      const what = t("selection", { plots, households });
      return to === null ? what : `${what} → ${shortCode(to, desk?.community.code ?? "")}`;
    },
  });
  let before: Partial<PlannerState> = {};
  let fitted: number | undefined;
  const changed = (now: PlannerState, ...keys: (keyof PlannerState)[]) => keys.some((key) => now[key] !== before[key]);
  const update = (now: PlannerState) => {
    if (changed(now, "desk")) void map.show(now.desk);
    if (changed(now, "view", "colours", "desk")) void map.paint(now.view, now.colours);
    if (changed(now, "selected")) void map.mark("selected", now.selected);
    if (changed(now, "cursor", "walking")) void map.mark("cursor", now.cursor === null || !now.walking ? [] : [now.cursor]);
    if (changed(now, "hovered")) void map.mark("hover", now.hovered === null ? [] : [now.hovered]);
    if (changed(now, "preview")) void map.mark("preview", now.preview?.plots ?? []);
    if (changed(now, "page", "view")) void map.mark("moved", now.page === "diff" ? movedPlots(now) : []);
    if (changed(now, "present")) void map.setPresent(now.present);
    if (changed(now, "grid")) void map.choose(now.grid);
    if (changed(now, "grid") && now.grid !== null && now.selected.size === 0) showGrid(now, map);
    if (changed(now, "view", "preview", "grid", "plan")) {
      labels.update(now.view?.grids ?? [], now.desk?.community.code ?? "", now.plan?.rule ?? { min: 0, max: 0, target: 0, micro_min: 0, micro_max: 0 }, now.preview, now.grid);
    }
    if (changed(now, "page", "plan", "places") && now.page === "plan" && now.plan?.id !== fitted) {
      planner.fit();
      fitted = now.places.length > 0 ? now.plan?.id : undefined;
    }
    if (changed(now, "desk", "language", "view")) describe(now, map);
    before = now;
  };
  update(store.get());
  store.subscribe(update);
}

/** A grid opened from a list is brought into sight, if it is not. */
function showGrid({ view, grid }: PlannerState, map: PlannerMap): void {
  const shown = view?.grids.find(({ code }) => code === grid);
  if (!shown || shown.outline.length === 0) return;
  const [west, south, east, north] = boxOf(shown.outline);
  const bounds = map.map.getBounds();
  const sees = bounds.contains([west, south]) && bounds.contains([east, north]);
  if (!sees) map.view([west, south, east, north], 16.5);
}

/** Plots that lie in another grid than the one in force at their place. */
export function movedPlots({ desk, view }: Pick<PlannerState, "desk" | "view">): number[] {
  if (!desk || !view) return [];
  const boxes = desk.present.map((grid) => ({ grid, box: boxOf(grid.outline) }));
  return desk.plots
    .filter((plot) => {
      const [x, y] = plot.at;
      const here = boxes.filter(({ box, grid }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] && inside(plot.at, grid.outline));
      return here.length > 0 && !here.some(({ grid }) => grid.code === view.gridOf.get(plot.id));
    })
    .map(({ id }) => id);
}

/** The canvas says what it is and how it is used. */
function describe({ desk, view, language, plan }: PlannerState, map: PlannerMap): void {
  const { t } = plannerSpeech(language);
  const canvas = map.map.getCanvas();
  canvas.setAttribute("role", desk ? "application" : "img");
  canvas.setAttribute(
    "aria-label",
    desk && view ? t("mapLabel", { name: desk.community.name, grids: view.grids.length, plots: desk.plots.length }) : t("mapEmpty", { name: plan?.division.name ?? "" }),
  );
}
