import { describe, expect, it } from "vitest";
import type { Buildings, Road, Stages } from "../../api/evacuation";
import { PRESENT, isShut, levelsOf, lookOf, raised, reachIndex, stagesAt, tally } from "./water";

const T0 = Date.parse("2023-07-28T02:00:00+08:00");
const HOUR = 3_600_000;
const stages: Stages = {
  from: "2023-07-28T02:00:00+08:00", step_min: 60,
  times: ["2023-07-28T02:00:00+08:00", "2023-07-28T03:00:00+08:00", "2023-07-28T04:00:00+08:00"],
  reaches: [{ id: 7, name: "stem", bed_m: 240, stem: true }, { id: 9, name: "side", bed_m: 243, stem: false }],
  now: [2, 0], min: [[1, 0], [2, 0], [3, 0]], likely: [[2, 0], [4, 0], [8, 1]], max: [[3, 0], [6, 0], [12, 2]], confluence: [-1, 0],
};

describe("stages at a moment", () => {
  it.each([
    ["on a row it is the row", T0 + HOUR, [4, 0]],
    ["between rows it is between them", T0 + 1.5 * HOUR, [6, 0.5]],
    ["before the first row the first holds", T0 - HOUR, [2, 0]],
    ["after the last row the last holds", T0 + 9 * HOUR, [8, 1]],
  ])("%s", (_, at, want) => expect(stagesAt(stages, at, "likely")).toEqual(want));
  it("now is what the server says, not a row", () => expect(levelsOf(stages, PRESENT)).toEqual([2, 0]));
  it("a table without rows stays at now", () => expect(stagesAt({ ...stages, times: [], likely: [] }, T0, "likely")).toEqual([2, 0]));
});

describe("raised by hand", () => {
  it("the stem rises, a side stream only when the stem's level passes its bed", () => {
    expect(raised(stages, [2, 0], 0.5)).toEqual([2.5, 0]);
    expect(raised(stages, [2, 0], 4)).toEqual([6, 3]);
  });
  it("without a word on confluences side streams stay", () => {
    const { confluence: _, ...plain } = stages;
    expect(raised(plain, [2, 0], 4)).toEqual([6, 0]);
  });
});

describe("looks", () => {
  it.each([
    ["water at the house is wet, whatever its deadline", true, "will_be_wet", 5, "wet"],
    ["dry with every road shut is cut off, never dry", false, "cut_off", NaN, "cut_off"],
    ["outside the terrain is unknown, never dry, even where a level would drown it", true, "unknown", NaN, "unknown"],
    ["a deadline that has passed is as urgent as can be", false, "will_be_wet", -2, "hour1"],
    ["an hour to go is no longer the last hour", false, "will_be_wet", 1, "hour3"],
    ["three hours to go", false, "will_be_wet", 3, "hour6"],
    ["six hours to go", false, "will_be_wet", 6, "later"],
    ["no deadline is dry", false, "unaffected", NaN, "dry"],
  ] as const)("%s", (_, wet, kind, hours, want) => expect(lookOf(wet, kind, T0 + hours * HOUR, T0)).toBe(want));

  it("every building has exactly one look", () => {
    const columns: Buildings = {
      id: [1, 2, 3, 4], lon: [0, 0, 0, 0], lat: [0, 0, 0, 0], grid: ["a", "a", "b", "b"], reach: [7, 7, 9, 1], threshold_m: [1, 3, 0.5, 0],
      plinth_m: [0, 0, 0, 0], storey_m: [3, 3, 3, 3], floors: [1, 1, 1, 1], households: [1, 1, 1, 1], persons: [3, 4, 5, 6], helped: [0, 0, 0, 0],
      class: ["wet_now", "will_be_wet", "cut_off", "unknown"], deadline: [null, "2023-07-28T02:30:00+08:00", null, null],
      last_departure: [null, null, null, null], unknown: 1,
    };
    const sums = tally(columns, reachIndex(stages), stages.now, T0);
    expect([sums.wet.persons, sums.hour1.persons, sums.cut_off.persons, sums.unknown.persons]).toEqual([3, 4, 5, 6]);
    expect(Object.values(sums).reduce((sum, { buildings }) => sum + buildings, 0)).toBe(4);
  });
});

describe("roads", () => {
  const road: Road = { id: 1, name: "", class: "street", reach: 7, threshold_m: 5, shut: true, shuts_at: null, line: [] };
  it("now the server's word holds, at another moment the level", () => {
    expect(isShut(road, reachIndex(stages), stages.now, true)).toBe(true);
    expect(isShut(road, reachIndex(stages), [4, 0], false)).toBe(false);
    expect(isShut(road, reachIndex(stages), [5, 0], false)).toBe(true);
  });
});
