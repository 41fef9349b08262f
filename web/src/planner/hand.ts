// The hand on the desk: choosing plots, walking them with the keyboard, and
// turning what was chosen into an operation. Mouse and keyboard end here alike.
import type { Operation, Position, Suggestion } from "../api/plans";
import type { DeskWork } from "./deskwork";
import { isNewGrid, shiftsOf, shortCode } from "./model/desk";
import { gridNeighbours, gridsBeside } from "./model/neighbours";
import { beyond, byNeed } from "./model/range";
import { inside } from "./model/shape";
import { nearest, step, type Direction } from "./model/walk";
import type { Notices } from "./notices";
import type { PlannerStore, Preview, Tool } from "./store";

/** A grid to which the chosen plots, or the chosen grid, may go. */
export interface Target {
  /** "" is a new grid. */
  grid: string;
  before: number;
  after: number;
}

export class Hand {
  constructor(
    private readonly store: PlannerStore,
    private readonly work: DeskWork,
    private readonly notices: Notices,
  ) {}

  /** A click on plots that lie on one another: another click takes the next of them. */
  pick(stack: readonly number[], adding: boolean): void {
    const { selected, tool, view } = this.store.get();
    this.store.set({ walking: false });
    if (stack.length === 0) return adding ? undefined : this.choose(new Set());
    if (tool === "merge") return this.mergeInto(view!.gridOf.get(stack[0]!)!);
    const at = stack.findIndex((plot) => selected.has(plot));
    const next = at < 0 ? stack[0]! : stack[(at + 1) % stack.length]!;
    if (!adding) return this.choose(selected.size === 1 && selected.has(next) ? new Set() : new Set([next]), next);
    const chosen = new Set(selected);
    if (at >= 0 && stack.length === 1) chosen.delete(next);
    else if (at >= 0 && at === stack.length - 1) for (const plot of stack) chosen.delete(plot);
    else chosen.add(next);
    this.choose(chosen, next);
  }

  /** Plots whose point lies inside a box or a lasso. */
  catch(outline: readonly Position[], adding: boolean): void {
    const caught = [...this.work.plots.values()].filter(({ at }) => inside(at, [[[...outline]]])).map(({ id }) => id);
    this.choose(new Set(adding ? [...this.store.get().selected, ...caught] : caught));
  }

  choose(selected: ReadonlySet<number>, cursor: number | null = this.store.get().cursor): void {
    const grids = new Set([...selected].map((plot) => this.store.get().view?.gridOf.get(plot)));
    const [only] = grids;
    const grid = grids.size === 1 && only ? { grid: only } : {};
    this.store.set({ selected, cursor, preview: null, refusal: null, ...grid });
    if (selected.size > 0) this.notices.say({ key: "selectedNow", values: { plots: selected.size, households: this.households(selected) } });
  }

  households(plots: ReadonlySet<number>): number {
    let sum = 0;
    for (const plot of plots) sum += this.work.plots.get(plot)?.households ?? 0;
    return sum;
  }

  selectGrid(code: string): void {
    const { view } = this.store.get();
    const plots = [...(view?.gridOf ?? [])].filter(([, grid]) => grid === code).map(([plot]) => plot);
    this.choose(new Set(plots));
  }

  /** Walks to the neighbouring plot; with `adding` it is chosen too. */
  walk(direction: Direction, adding: boolean, centre: Position): void {
    const { cursor, selected } = this.store.get();
    const from = cursor === null ? null : this.work.plots.get(cursor);
    const to = from ? step(from, direction, this.work.plots, this.work.neighbours) : nearest(centre, this.work.plots.values());
    if (!to) return;
    if (adding) this.choose(new Set([...selected, ...(from ? [from.id] : []), to.id]), to.id);
    else this.store.set({ cursor: to.id });
    this.store.set({ walking: true });
    this.tellPlot(to.id);
  }

  private tellPlot(id: number): void {
    const { view, selected, desk, plan } = this.store.get();
    const code = view!.gridOf.get(id)!;
    const total = view!.grids.find((one) => one.code === code)?.households ?? 0;
    const by = beyond(total, plan!.rule);
    this.notices.say({
      key: selected.has(id) ? "walkedToChosen" : "walkedTo",
      values: { grid: shortCode(code, desk!.community.code), households: this.work.plots.get(id)!.households, total, by: by > 0 ? `+${by}` : by },
    });
  }

  /** Space: takes the plot under the cursor in or out. */
  toggle(): void {
    const { cursor, selected } = this.store.get();
    if (cursor === null) return;
    const chosen = new Set(selected);
    if (!chosen.delete(cursor)) chosen.add(cursor);
    this.choose(chosen);
  }

  /** Where the chosen plots may go, the longest common border first; a new grid last. */
  targets(): Target[] {
    const { desk, view, selected, tool, grid } = this.store.get();
    if (!desk || !view) return [];
    if (tool === "merge") return grid === null ? [] : this.mergeTargets(grid);
    if (selected.size === 0) return [];
    const beside = gridsBeside(selected, view.gridOf, this.work.neighbours).filter((code) => !isNewGrid(code));
    const target = (code: string): Target => {
      const shift = shiftsOf(desk.plots, selected, code, view).find((one) => one.grid === code);
      return { grid: code, before: shift?.before ?? 0, after: shift?.after ?? 0 };
    };
    return [...beside.map(target).sort(this.offRule), target("")];
  }

  private readonly dedicated = (code: string) => Number(this.store.get().view?.grids.find((grid) => grid.code === code)?.dedicated != null);
  /** Nobody lives in a school: it comes last. */
  private readonly offRule = (a: Target, b: Target) => this.dedicated(a.grid) - this.dedicated(b.grid);
  /** What comes nearest to the size that is aimed at comes first. */
  private readonly better = (a: Target, b: Target) => {
    const { target } = this.store.get().plan!.rule;
    return this.offRule(a, b) || Math.abs(a.after - target) - Math.abs(b.after - target) || a.grid.localeCompare(b.grid);
  };

  private mergeTargets(code: string): Target[] {
    const { desk, view } = this.store.get();
    const households = (grid: string) => view!.grids.find((one) => one.code === grid)?.households ?? 0;
    const beside = gridNeighbours(desk!.plots, view!.gridOf, this.work.neighbours).get(code) ?? new Set<string>();
    return [...beside]
      .filter((grid) => !isNewGrid(grid))
      .map((grid) => ({ grid, before: households(grid), after: households(grid) + households(code) }))
      .sort(this.better);
  }

  previewMove(to: string | null): void {
    const { desk, view, selected, tool, grid } = this.store.get();
    if (to === null || !desk || !view) return this.store.set({ preview: null });
    const plots = tool === "merge" ? new Set(desk.plots.filter(({ id }) => view.gridOf.get(id) === grid).map(({ id }) => id)) : selected;
    this.store.set({ preview: { plots: [...plots], shifts: shiftsOf(desk.plots, plots, to, view) } });
  }

  preview(suggestion: Suggestion | null): void {
    const preview: Preview | null = suggestion && { plots: suggestion.plots, shifts: suggestion.shifts };
    this.store.set({ preview });
  }

  /** Moves the chosen plots, or merges the chosen grid, into the n-th of the list. */
  moveToNth(n: number): void {
    const target = this.targets()[n];
    if (target) this.moveTo(target.grid);
  }

  moveTo(to: string): void {
    const { selected, tool, view } = this.store.get();
    if (tool === "merge") return this.mergeInto(to);
    const plots = [...selected].filter((plot) => view?.gridOf.get(plot) !== to);
    if (plots.length > 0) this.work.operate({ kind: "move", moves: [{ plots, to }] });
  }

  private mergeInto(to: string): void {
    const { grid } = this.store.get();
    if (grid === null) return this.store.set({ grid: to });
    if (grid === to) return;
    this.store.set({ tool: "select", preview: null });
    this.work.operate({ kind: "merge", grid, to });
    this.store.set({ grid: to });
  }

  split(line: readonly Position[]): void {
    const { view, grid } = this.store.get();
    if (line.length < 2) return this.notices.tell("warn", { key: "splitNeedsLine" });
    const code = this.gridAlong(line, grid);
    if (code === null || !view) return this.notices.tell("warn", { key: "splitNoGrid" });
    this.store.set({ tool: "select" });
    this.work.operate({ kind: "split", grid: code, line: [...line] });
  }

  /** The chosen grid where the line touches it, else the grid on which most of it lies. */
  private gridAlong(line: readonly Position[], chosen: string | null): string | null {
    const hits = new Map<string, number>();
    const SAMPLES = 8;
    for (let i = 1; i < line.length; i++) {
      for (let part = 0; part <= SAMPLES; part++) {
        const [a, b] = [line[i - 1]!, line[i]!];
        const at: Position = [a[0] + ((b[0] - a[0]) * part) / SAMPLES, a[1] + ((b[1] - a[1]) * part) / SAMPLES];
        const grid = this.store.get().view?.grids.find(({ outline }) => inside(at, outline));
        if (grid) hits.set(grid.code, (hits.get(grid.code) ?? 0) + 1);
      }
    }
    if (chosen !== null && hits.has(chosen)) return chosen;
    return [...hits].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  }

  setTool(tool: Tool): void {
    if (tool === "merge" && this.store.get().grid === null) this.notices.say({ key: "mergeNeedsGrid" });
    this.store.set({ tool, preview: null });
  }

  /** Esc: first the tool, then the selection, then the open grid. */
  leave(): void {
    const { tool, selected, grid, refusal, conflict, preview } = this.store.get();
    if (refusal || conflict) this.store.set({ refusal: null, conflict: null });
    else if (tool !== "select") this.store.set({ tool: "select", preview: null });
    else if (selected.size > 0 || preview) this.store.set({ selected: new Set(), preview: null });
    else if (grid !== null) this.store.set({ grid: null });
  }

  openGrid(grid: string | null): void {
    this.store.set({ grid, preview: null });
  }

  /** The worst grid outside after the one that is open. */
  nextOutside(): void {
    const { view, plan, grid } = this.store.get();
    const outside = (view?.grids ?? []).filter(({ in_range }) => !in_range).sort(byNeed(plan!.rule));
    if (outside.length === 0) return;
    const at = outside.findIndex(({ code }) => code === grid);
    this.openGrid(outside[(at + 1) % outside.length]!.code);
  }

  do(op: Operation): void {
    this.work.operate(op);
  }
}
