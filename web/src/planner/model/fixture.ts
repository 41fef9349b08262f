// A small community for tests: a chessboard of square plots, columns as grids.
import type { Desk, GridOnDesk, Plan, Plot, Position } from "../../api/plans";
import { stateOf } from "./range";

export const COMMUNITY = "500152001001";
export const RULE = { min: 300, max: 500, target: 400, micro_min: 50, micro_max: 80 };
const SIDE = 0.001;

export const gridCode = (n: number) => `${COMMUNITY}${String(n).padStart(3, "0")}`;

/** Plots of `households` each, numbered by rows from the south-west; column x lies in grid x + 1. */
export function board(columns: number, rows: number, households = 100): Plot[] {
  return Array.from({ length: columns * rows }, (_, id) => {
    const [x, y] = [id % columns, Math.floor(id / columns)];
    const corner = (dx: number, dy: number): Position => [106 + (x + dx) * SIDE, 30 + (y + dy) * SIDE];
    return {
      id, buildings: [{ id: 100 + id }], households, persons: households * 3, compound: null, area_m2: 10_000, grid: gridCode(x + 1),
      at: corner(0.5, 0.5), outline: [[[corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)]]],
    };
  });
}

export function gridsOf(plots: readonly Plot[]): GridOnDesk[] {
  return [...new Set(plots.map(({ grid }) => grid))].sort().map((code) => {
    const own = plots.filter(({ grid }) => grid === code);
    const households = own.reduce((sum, plot) => sum + plot.households, 0);
    const state = stateOf(households, RULE, false);
    return {
      code, name: "", households, persons: households * 3, plots: own.length, area_m2: own.length * 10_000, in_range: state === "in", state,
      dedicated: null, locked: false, connected: true, layered: false, outline: [], label: own[0]!.at,
    };
  });
}

export function deskOf(plots: Plot[], version = 0): Desk {
  return {
    plan_id: 1, version, editable: true,
    community: { code: COMMUNITY, name: "莲花社区", town_code: "500152001000", town: "桂林街道", complex: false, bounds: [106, 30, 106.1, 30.1], outline: [] },
    plots, grids: gridsOf(plots), present: [], violations: [], repairs: [], certificates: [],
    totals: { violation: 0, households: plots.reduce((sum, plot) => sum + plot.households, 0), households_moved: 0, can_undo: false, can_redo: false },
    log: [], ground_changed: false,
  };
}

export const PLAN: Plan = {
  id: 1, name: "方案", status: "draft", division: { code: "500152001000", name: "桂林街道", level: "town" }, author: "planner", approver: null, version: 0,
  operations: 0, created_at: "", submitted_at: null, approved_at: null, published_at: null, effective_on: null, enacted_at: null, remark: "", source: "drawn",
  communities: [], may: ["edit"], rule: RULE,
};
