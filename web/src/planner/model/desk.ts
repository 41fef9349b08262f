// A desk as the screen shows it: what the server last said, with the operations
// laid over it that it has not answered yet. Everything here is a pure function,
// so that an operation is taken back by leaving it out.
import type { Desk, DeskChange, GridOnDesk, Operation, Plot, Rule } from "../../api/plans";
import { stateOf } from "./range";

/** An operation on its way, with the code under which a new grid stands till it has one. */
export interface Pending {
  key: string;
  op: Operation;
}

export interface DeskView {
  gridOf: ReadonlyMap<number, string>;
  grids: readonly GridOnDesk[];
}

/** A grid that the server has not named yet. */
export const newGridOf = (key: string) => `new:${key}`;
export const isNewGrid = (code: string) => code.startsWith("new:");

export function viewOf(desk: Desk, pending: readonly Pending[], rule: Rule): DeskView {
  const gridOf = new Map(desk.plots.map(({ id, grid }) => [id, grid]));
  if (pending.length === 0) return { gridOf, grids: desk.grids };
  const grids = new Map(desk.grids.map((grid) => [grid.code, grid]));
  const plots = new Map(desk.plots.map((plot) => [plot.id, plot]));
  for (const { key, op } of pending) lay(op, newGridOf(key), { gridOf, grids, plots, rule });
  return { gridOf, grids: [...grids.values()].filter((grid) => grid.plots > 0) };
}

interface Layers {
  gridOf: Map<number, string>;
  grids: Map<string, GridOnDesk>;
  plots: ReadonlyMap<number, Plot>;
  rule: Rule;
}

/** What can be told without the engine: a split, a redraw or an undo waits for the answer. */
function lay(op: Operation, fresh: string, layers: Layers): void {
  const { gridOf, grids } = layers;
  switch (op.kind) {
    case "move":
      for (const { plots = [], to } of op.moves) for (const plot of plots) shift(plot, to === "" ? fresh : to, layers);
      break;
    case "merge":
      for (const [plot, grid] of [...gridOf]) if (grid === op.grid) shift(plot, op.to, layers);
      break;
    case "lock":
    case "unlock":
      patch(grids, op.grid, { locked: op.kind === "lock" });
      break;
    case "rename":
      patch(grids, op.grid, { name: op.name });
      break;
  }
}

function shift(id: number, to: string, { gridOf, grids, plots, rule }: Layers): void {
  const plot = plots.get(id);
  const from = gridOf.get(id);
  if (!plot || from === undefined || from === to) return;
  if (!grids.has(to)) grids.set(to, emptyGrid(to, plot));
  gridOf.set(id, to);
  add(grids, from, plot, -1, rule);
  add(grids, to, plot, 1, rule);
}

function add(grids: Map<string, GridOnDesk>, code: string, plot: Plot, sign: 1 | -1, rule: Rule): void {
  const grid = grids.get(code);
  if (!grid) return;
  const households = grid.households + sign * plot.households;
  const state = stateOf(households, rule, grid.dedicated !== null);
  patch(grids, code, {
    households,
    persons: grid.persons + sign * plot.persons,
    plots: grid.plots + sign,
    area_m2: Math.max(0, grid.area_m2 + sign * plot.area_m2),
    state,
    in_range: state === "in" || state === "dedicated",
  });
}

function patch(grids: Map<string, GridOnDesk>, code: string, change: Partial<GridOnDesk>): void {
  const grid = grids.get(code);
  if (grid) grids.set(code, { ...grid, ...change });
}

function emptyGrid(code: string, plot: Plot): GridOnDesk {
  return {
    code, name: "", households: 0, persons: 0, plots: 0, area_m2: 0, in_range: false, state: "out", dedicated: null,
    locked: false, connected: true, layered: false, outline: [], label: plot.at,
  };
}

/** The desk after the server's answer to one operation. */
export function applied(desk: Desk, change: DeskChange): Desk {
  const moved = new Map(change.plots);
  const touched = new Set([...change.grids.map(({ code }) => code), ...change.gone]);
  const keep = ({ grid }: { grid: string }) => !touched.has(grid);
  const grids = [...desk.grids.filter(({ code }) => !touched.has(code)), ...change.grids];
  const known = new Set(desk.log.map(({ seq }) => seq));
  return {
    ...desk,
    version: change.version,
    plots: moved.size === 0 ? desk.plots : desk.plots.map((plot) => (moved.has(plot.id) ? { ...plot, grid: moved.get(plot.id)! } : plot)),
    grids: grids.sort((a, b) => a.code.localeCompare(b.code)),
    violations: [...desk.violations.filter(keep), ...change.violations],
    repairs: [...desk.repairs.filter((repair) => !touched.has(repair.for)), ...change.repairs],
    certificates: desk.certificates.filter(({ grid }) => grids.some((one) => one.code === grid && !one.in_range)),
    totals: change.totals,
    log: known.has(change.entry.seq) ? desk.log.map((entry) => (entry.seq === change.entry.seq ? change.entry : entry)) : [...desk.log, change.entry],
  };
}

/** Counts of each grid before and after a move, for the preview. */
export function shiftsOf(plots: readonly Plot[], chosen: ReadonlySet<number>, to: string, view: DeskView): { grid: string; before: number; after: number }[] {
  const change = new Map<string, number>();
  const add = (grid: string, by: number) => change.set(grid, (change.get(grid) ?? 0) + by);
  for (const plot of plots) {
    const from = view.gridOf.get(plot.id);
    if (!chosen.has(plot.id) || from === undefined || from === to) continue;
    add(from, -plot.households);
    add(to, plot.households);
  }
  const before = new Map(view.grids.map(({ code, households }) => [code, households]));
  return [...change].map(([grid, by]) => ({ grid, before: before.get(grid) ?? 0, after: (before.get(grid) ?? 0) + by }));
}

/** A code without its community: what the planners say. */
export function shortCode(code: string, community: string): string {
  return code.startsWith(community) ? code.slice(community.length) : code;
}
