import { describe, expect, it } from "vitest";
import type { DeskChange, Operation } from "../../api/plans";
import { colourGrids, GRID_COLOURS } from "./colours";
import { applied, isNewGrid, newGridOf, shiftsOf, viewOf } from "./desk";
import { board, deskOf, gridCode, gridsOf, RULE } from "./fixture";
import { gridNeighbours, gridsBeside, neighboursOf } from "./neighbours";
import { beyond, signOf, stateOf } from "./range";
import { inside } from "./shape";
import { nearest, step } from "./walk";

describe("neighbours", () => {
  const plots = board(3, 3);
  const neighbours = neighboursOf(plots);
  it("a plot in the middle has four, corners do not count", () => expect(neighbours.of(4)).toEqual([1, 3, 5, 7]));
  it("plots stacked on the same ground are neighbours", () => {
    const tower = [...board(1, 1), { ...board(1, 1)[0]!, id: 9 }];
    expect(neighboursOf(tower).of(9)).toEqual([0]);
  });
  it("grids touch where plots of theirs do", () => {
    const gridOf = new Map(plots.map(({ id, grid }) => [id, grid]));
    expect([...gridNeighbours(plots, gridOf, neighbours).get(gridCode(2))!].sort()).toEqual([gridCode(1), gridCode(3)]);
    expect(gridsBeside(new Set([4]), gridOf, neighbours)).toEqual([gridCode(1), gridCode(3)]);
    expect(gridsBeside(new Set([0]), gridOf, neighbours)).toEqual([gridCode(2)]);
  });
  it("plots out of two grids may go to either", () => {
    const gridOf = new Map(plots.map(({ id, grid }) => [id, grid]));
    expect(gridsBeside(new Set([3, 4]), gridOf, neighbours).sort()).toEqual([gridCode(1), gridCode(2), gridCode(3)]);
  });
});

describe("colours", () => {
  const chain = (codes: string[]) => new Map(codes.map((code, i) => [code, new Set([codes[i - 1], codes[i + 1]].filter((one): one is string => one !== undefined))]));
  const codes = Array.from({ length: 20 }, (_, i) => gridCode(i));
  it("neighbours differ", () => {
    const colours = colourGrids(codes, chain(codes));
    for (const [code, beside] of chain(codes)) for (const other of beside) expect(colours.get(code)).not.toBe(colours.get(other));
  });
  it("a grid keeps its colour when others come and go", () => {
    const before = colourGrids(codes, chain(codes));
    const fewer = codes.filter((_, i) => i !== 7);
    const after = colourGrids([...fewer, "new"], chain([...fewer, "new"]), before);
    const kept = fewer.filter((code) => after.get(code) === before.get(code)).length;
    expect(kept).toBeGreaterThanOrEqual(fewer.length - 1);
  });
  it("a grid hemmed in by every colour still gets one", () => {
    const ring = Array.from({ length: GRID_COLOURS.length }, (_, i) => `r${i}`);
    const neighbours = new Map<string, Set<string>>([["m", new Set(ring)], ...ring.map((one): [string, Set<string>] => [one, new Set(["m"])])]);
    const before = new Map(ring.map((one, i) => [one, i]));
    expect(colourGrids([...ring, "m"], neighbours, before).get("m")).toBeTypeOf("number");
  });
});

describe("the state of a grid", () => {
  it.each([
    ["300 is in range", 300, "in", "ok", 0], ["500 is in range", 500, "in", "ok", 0], ["299 is near", 299, "near", "near", -1],
    ["285 is near: 5 % of 300", 285, "near", "near", -15], ["284 is under", 284, "out", "under", -16], ["525 is near", 525, "near", "near", 25],
    ["526 is over", 526, "out", "over", 26], ["nobody is under", 0, "out", "under", -300],
  ])("%s", (_, households, state, sign, by) => {
    expect([stateOf(households, RULE, false), signOf(stateOf(households, RULE, false), households, RULE), beyond(households, RULE)]).toEqual([state, sign, by]);
  });
  it("a dedicated grid has no range", () => expect(signOf(stateOf(0, RULE, true), 0, RULE)).toBe("dedicated"));
});

describe("the walk of the arrow keys", () => {
  const plots = board(3, 3);
  const byId = new Map(plots.map((plot) => [plot.id, plot]));
  const neighbours = neighboursOf(plots);
  it.each([["up", 7], ["down", 1], ["left", 3], ["right", 5]] as const)("%s of the middle is %i", (direction, want) =>
    expect(step(byId.get(4)!, direction, byId, neighbours)?.id).toBe(want));
  it("at the edge it stays", () => expect(step(byId.get(3)!, "left", byId, neighbours)).toBeNull());
  it("over a gap it goes to the nearest that way", () => {
    const gap = new Map([...byId].filter(([id]) => id !== 4));
    expect(step(gap.get(3)!, "right", gap, neighboursOf([...gap.values()]))?.id).toBe(5);
  });
  it("begins at the plot nearest to the middle of the screen", () => expect(nearest([106.0016, 30.0014], plots)?.id).toBe(4));
});

describe("a desk with what is on its way", () => {
  const desk = deskOf(board(3, 4));
  const move = (plots: number[], to: string): Operation => ({ kind: "move", moves: [{ plots, to }] });
  const households = (view: ReturnType<typeof viewOf>) => Object.fromEntries(view.grids.map(({ code, households: count }) => [code.slice(-3), count]));
  it("shows a move at once, with both counts and states", () => {
    const view = viewOf(desk, [{ key: "k", op: move([0, 3], gridCode(2)) }], RULE);
    expect(view.gridOf.get(0)).toBe(gridCode(2));
    expect(households(view)).toEqual({ "001": 200, "002": 600, "003": 400 });
    expect(view.grids.map(({ state }) => state)).toEqual(["out", "out", "in"]);
  });
  it("takes it back by leaving it out: the desk itself is untouched", () => {
    viewOf(desk, [{ key: "k", op: move([0], gridCode(3)) }], RULE);
    expect(households(viewOf(desk, [], RULE))).toEqual({ "001": 400, "002": 400, "003": 400 });
  });
  it("lays several over one another in their order", () => {
    const view = viewOf(desk, [{ key: "a", op: move([0], gridCode(2)) }, { key: "b", op: move([0], gridCode(3)) }], RULE);
    expect(households(view)).toEqual({ "001": 300, "002": 400, "003": 500 });
  });
  it("a new grid stands under a name of its own till the server names it", () => {
    const view = viewOf(desk, [{ key: "a", op: move([0], "") }], RULE);
    expect(view.gridOf.get(0)).toBe(newGridOf("a"));
    expect(isNewGrid(view.gridOf.get(0)!)).toBe(true);
  });
  it("a merge leaves the merged grid out", () =>
    expect(households(viewOf(desk, [{ key: "a", op: { kind: "merge", grid: gridCode(1), to: gridCode(2) } }], RULE))).toEqual({ "002": 800, "003": 400 }));
  it("counts before and after a move, and never those that are there already", () =>
    expect(shiftsOf(desk.plots, new Set([0, 1]), gridCode(2), viewOf(desk, [], RULE))).toEqual([
      { grid: gridCode(1), before: 400, after: 300 }, { grid: gridCode(2), before: 400, after: 500 },
    ]));
});

describe("the server's answer", () => {
  const entry = { seq: 1, community: "", actor: "planner", at: "", kind: "move", undone: false, grids: [], zh: "", en: "" };
  const desk = {
    ...deskOf(board(2, 3)),
    violations: [{ kind: "under" as const, grid: gridCode(1), by: 1, zh: "旧", en: "old" }, { kind: "under" as const, grid: gridCode(2), by: 1, zh: "", en: "" }],
    certificates: [{ grid: gridCode(1), kind: "A", zh: "", en: "" }],
  };
  const plots = desk.plots.map((plot) => ({ ...plot, grid: gridCode(2) }));
  const change: DeskChange = {
    version: 1, grids: gridsOf(plots), gone: [gridCode(1)], plots: [[0, gridCode(2)], [2, gridCode(2)], [4, gridCode(2)]], reload: false, violations: [], repairs: [],
    totals: desk.totals, entry,
  };
  const after = applied(desk, change);
  it("moves the plots it names and drops the grids that are gone", () => {
    expect(after.grids.map(({ code, households }) => [code, households])).toEqual([[gridCode(2), 600]]);
    expect(after.plots.every(({ grid }) => grid === gridCode(2))).toBe(true);
  });
  it("replaces what was known of the touched grids", () => expect([after.violations, after.certificates]).toEqual([[], []]));
  it("adds the entry once", () => expect(applied(after, { ...change, version: 1 }).log).toHaveLength(1));
});

describe("a point and an outline", () => {
  const ring = (a: number, b: number): [number, number][] => [[a, a], [b, a], [b, b], [a, b], [a, a]];
  it("inside, outside, and in a hole", () => {
    const outline = [[ring(0, 10), ring(4, 6)]];
    expect([inside([1, 1], outline), inside([11, 1], outline), inside([5, 5], outline)]).toEqual([true, false, false]);
  });
});
