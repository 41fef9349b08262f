import { describe, expect, it } from "vitest";
import type { Household, Identity, RollCallEvent, RollCallSheet, Status } from "../api/evacuation";
import { byBuilding, eventsFor, laidOver } from "./sheet";

const AT = "2023-07-28T04:00:00+08:00";
const person = (id: number, status: Status = "unaccounted") => ({ id, label: `第 ${id} 人`, care: [], status, at: null });
const household = (id: number, persons: ReturnType<typeof person>[]): Household => ({
  id, building: "1 号楼", address: "", building_id: 1, stairwell: 1, floor: id, room: `${id}01`, persons, status: "unaccounted", shelter_id: 5, means: "walk", deadline: null, contradictions: 0,
});
const counts = (list: Household[]): Identity => {
  const of = (status: Status) => list.flatMap(({ persons }) => persons).filter((one) => one.status === status).length;
  return {
    listed: list.flatMap(({ persons }) => persons).length, sheltered: of("sheltered"), with_relatives: of("with_relatives"), holding_upstairs: of("holding_upstairs"),
    already_away: of("already_away"), refused: of("refused"), unaccounted: of("unaccounted"), returned: 0, extra: 0, contradictions: 0,
  };
};
const sheet = (): RollCallSheet => {
  const households = [household(1, [person(1), person(2)]), household(2, [person(3), person(4), person(5)])];
  return { evacuation: 1, grid: "g", name: "网格", town: "太安镇", community: "鱼溅村", as_of: AT, drill: false, lifted: false, identity: counts(households), shelters: [], households };
};
const event = (sequence: number, what: Partial<RollCallEvent>): RollCallEvent => ({ sequence, at: AT, status: "sheltered", ...what });

describe("entries laid over the sheet", () => {
  it("a household's event covers all of its people", () => {
    const shown = laidOver(sheet(), [event(1, { household_id: 1, shelter_id: 9 })]);
    expect(shown.households[0]).toMatchObject({ status: "sheltered", shelter_id: 9 });
    expect(shown.identity).toMatchObject({ sheltered: 2, unaccounted: 3 });
  });
  it("some of a household leaves it mixed", () => {
    const shown = laidOver(sheet(), [event(1, { person_id: 3 })]);
    expect(shown.households[1]!.status).toBe("mixed");
  });
  it("the later entry holds", () => {
    const shown = laidOver(sheet(), [event(1, { household_id: 1 }), event(2, { household_id: 1, status: "refused" })]);
    expect(shown.identity).toMatchObject({ sheltered: 0, refused: 2, unaccounted: 3 });
  });
  it("whatever is entered, the identity holds", () => {
    const statuses: Status[] = ["sheltered", "with_relatives", "holding_upstairs", "already_away", "refused", "unaccounted"];
    let seed = 7;
    const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 500; round++) {
      const events = Array.from({ length: random(12) }, (_, i) =>
        event(i, { status: statuses[random(6)]!, ...(random(2) ? { household_id: 1 + random(2) } : { person_id: 1 + random(5) }) }));
      const { identity, households } = laidOver(sheet(), events);
      expect(identity).toEqual(counts(households));
    }
  });
  it("people who were not listed count apart", () => {
    expect(laidOver(sheet(), [event(1, { extra: { count: 3, grid: "500152001001001" } })]).identity).toMatchObject({ extra: 3, listed: 5, unaccounted: 5 });
  });
});

describe("what is entered", () => {
  it("everybody of a household is one event", () =>
    expect(eventsFor(sheet().households[0]!, new Set([1, 2]), { at: AT, status: "refused" })).toEqual([{ at: AT, status: "refused", household_id: 1 }]));
  it("some of them are an event each", () =>
    expect(eventsFor(sheet().households[1]!, new Set([3, 5]), { at: AT, status: "refused" }).map(({ person_id }) => person_id)).toEqual([3, 5]));
  it("a household whose people nobody knows is one event", () =>
    expect(eventsFor(household(9, []), new Set(), { at: AT, status: "refused" })).toHaveLength(1));
});

it("rooms are ordered as numbers", () => {
  const rooms = ["1001", "201", "101"].map((room, i) => ({ ...household(i, []), floor: 1, room }));
  expect(byBuilding(rooms)[0]!.households.map(({ room }) => room)).toEqual(["101", "201", "1001"]);
});

it("the building that must be left first is called first", () => {
  const house = (building_id: number, deadline: string | null) => ({ ...household(building_id, []), building_id, deadline });
  const list = [house(1, null), house(2, "2023-07-28T18:00:00+08:00"), house(3, "2023-07-28T05:26:00+08:00")];
  expect(byBuilding(list).map(({ households: [one] }) => one!.building_id)).toEqual([3, 2, 1]);
});
