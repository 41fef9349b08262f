import { describe, expect, it } from "vitest";
import type { Case, CaseChange, CaseFigures, Figures } from "../api/types";
import { inDivision, prefixOf, tally, tallyAll } from "./tally";

const zero: CaseFigures = {
  open: 10, due_soon: 2, overdue: 1, closed: 5, opened_today: 3, closed_today: 1,
  by_level: { grid: 10 }, by_board: { safety: 10 }, by_step: { order: 10 }, median_hours_by_step: {},
};
const changed = (now: Partial<Case>, previous: CaseChange["previous"]): CaseChange => ({
  kind: "case", op: previous ? "update" : "insert", previous,
  case: {
    state: "open", level: "grid", step: "order", board: "safety", grid_id: 7,
    grid_code: "500152001001003", community_code: "500152001001", town_code: "500152001000", ...now,
  } as Case,
});

describe("prefixes", () => {
  it.each([
    ["a district's code counts with six digits", "500152000000", "500152"],
    ["a town's with nine", "500152001000", "500152001"],
    ["a community's with all twelve", "500152001001", "500152001001"],
  ])("%s", (_, code, want) => expect(prefixOf(code)).toBe(want));
  it("a case of the neighbour town does not count", () =>
    expect(inDivision(changed({}, null), "500152002000")).toBe(false));
});

describe("tally", () => {
  it("an opened case adds to open, to today and to its parts", () => {
    const next = tally(zero, changed({}, null));
    expect([next.open, next.opened_today, next.by_level.grid, next.by_step.order]).toEqual([11, 4, 11, 11]);
  });
  it("a closed case leaves every open count and adds to closed", () => {
    const next = tally(zero, changed({ state: "closed", step: "rate" }, { state: "overdue", step: "order", level: "grid", grid_id: 7 }));
    expect([next.open, next.overdue, next.closed, next.closed_today, next.by_step.order]).toEqual([9, 0, 6, 2, 9]);
  });
  it("a step moves one case between two steps", () => {
    const next = tally(zero, changed({ step: "track" }, { state: "open", step: "order", level: "grid", grid_id: 7 }));
    expect([next.open, next.by_step.order, next.by_step.track]).toEqual([10, 9, 1]);
  });
  it("an escalation moves one case between two levels", () => {
    const next = tally(zero, changed({ level: "district" }, { state: "open", step: "order", level: "grid", grid_id: 7 }));
    expect(next.by_level).toEqual({ grid: 9, district: 1 });
  });
  it("rating a closed case closes it no second time", () => {
    const next = tally(zero, changed({ state: "closed" }, { state: "closed", step: "handle", level: "grid", grid_id: 7 }));
    expect([next.closed, next.open]).toEqual([5, 10]);
  });
  it("a count never falls below zero", () =>
    expect(tally({ ...zero, open: 0 }, changed({ state: "closed" }, { state: "open", step: "order", level: "grid", grid_id: 7 })).open).toBe(0));
  it("reaches the town and leaves its neighbour alone", () => {
    const part = (code: string) => ({ division: { code, name: "", level: "town" }, cases: zero }) as Figures;
    const whole = { ...part("500152000000"), children: [part("500152001000"), part("500152002000")] };
    const next = tallyAll(whole, [changed({}, null)]);
    expect([next.cases.open, ...next.children!.map((child) => child.cases.open)]).toEqual([11, 11, 10]);
  });
});
