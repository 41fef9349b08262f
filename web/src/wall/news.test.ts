import { describe, expect, it } from "vitest";
import type { Case, CaseChange } from "../api/types";
import { ALARMS_LENGTH, TICKER_LENGTH, prepend, raisesAlarm, tickerItem, updateAlarms } from "./news";

const base = {
  id: 1, version: 1, state: "open", level: "grid", step: "order", type_name: "占道经营", title: "占道经营",
  town: "桂林街道", community: "龙潭社区", opened_at: "", due_at: "", grid_id: 1, grid_code: "", community_code: "", whistle: false,
} as unknown as Case;
const was = { state: "open", level: "grid", step: "order", grid_id: 1 } as const;
const change = (now: Partial<Case>, previous: CaseChange["previous"] = was): CaseChange => ({
  kind: "case", op: previous ? "update" : "insert", case: { ...base, ...now }, previous,
});
const line = (c: CaseChange) => tickerItem(c, "t", (level) => `<${level}>`);

describe("a line of the ticker", () => {
  it.each([
    ["a new case is opened", change({}, null), "opened"],
    ["an end is an end, whatever else changed", change({ state: "closed", step: "rate" }), "closed"],
    ["a rise is told before a step", change({ level: "town", step: "track" }), "escalated"],
    ["a limit passed is told", change({ state: "overdue" }), "becameOverdue"],
    ["a step is named", change({ step: "dispatch" }), "step_dispatch"],
    ["a whistle is told", change({ whistle: true }), "whistle"],
  ])("%s", (_, c, want) => expect(line(c).verb).toBe(want));

  it("a rise says to which level", () => expect(line(change({ level: "town" })).values).toEqual({ level: "<town>" }));

  it("the newest stands on top and the list is bounded", () => {
    let ticker: ReturnType<typeof prepend> = [];
    for (let i = 0; i < 100; i++) ticker = prepend(ticker, [line(change({ id: i }, null))]);
    expect(ticker).toHaveLength(TICKER_LENGTH);
    expect(ticker[0]!.key).toBe("99/1/opened");
  });

  it("the same message twice is one line", () => {
    const item = line(change({}, null));
    expect(prepend(prepend([], [item]), [item])).toHaveLength(1);
  });
});

describe("alarms", () => {
  it("a case opened at district level raises one", () => expect(raisesAlarm(change({ level: "district" }, null))).toBe(true));
  it("a case that rises to the district raises one", () => expect(raisesAlarm(change({ level: "district" }))).toBe(true));
  it("a step of a district case raises none", () =>
    expect(raisesAlarm(change({ level: "district", step: "track" }, { ...was, level: "district" }))).toBe(false));
  it("a closed one leaves the list", () => {
    const alarms = updateAlarms([], change({ level: "district" }, null));
    expect(updateAlarms(alarms, change({ level: "district", state: "closed" }))).toEqual([]);
  });
  it("the list is bounded", () => {
    let alarms: ReturnType<typeof updateAlarms> = [];
    for (let i = 0; i < 50; i++) alarms = updateAlarms(alarms, change({ id: i, level: "district" }, null));
    expect(alarms).toHaveLength(ALARMS_LENGTH);
  });
});
