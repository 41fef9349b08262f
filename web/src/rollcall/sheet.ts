// The sheet of a grid with what was entered here laid over it: until the server
// has it, the page shows its own entries, and counts with them.
import type { Household, Identity, Person, RollCallEvent, RollCallSheet, Status } from "../api/evacuation";

const COUNTED = ["sheltered", "with_relatives", "holding_upstairs", "already_away", "refused", "unaccounted"] as const;
type Counted = (typeof COUNTED)[number];

/** Returned people are not among the six of the identity; until lifted they cannot be. */
const isCounted = (status: Status): status is Counted => (COUNTED as readonly string[]).includes(status);

export function statusOf(persons: readonly Person[], before: Household["status"]): Household["status"] {
  const first = persons[0];
  if (!first) return before;
  return persons.every(({ status }) => status === first.status) ? first.status : "mixed";
}

function touched(household: Household, event: RollCallEvent): boolean {
  return event.household_id === household.id || household.persons.some(({ id }) => id === event.person_id);
}

function apply(household: Household, event: RollCallEvent): Household {
  const persons = household.persons.map((person) =>
    event.household_id === household.id || person.id === event.person_id ? { ...person, status: event.status, at: event.at } : person,
  );
  const status = persons.length ? statusOf(persons, household.status) : event.status;
  return { ...household, persons, status, shelter_id: event.shelter_id ?? household.shelter_id };
}

/** Events in the order of entry; the server's rule for order is its own, these are all of one device. */
export function laidOver(sheet: RollCallSheet, events: readonly RollCallEvent[]): RollCallSheet {
  if (events.length === 0) return sheet;
  const identity: Identity = { ...sheet.identity };
  const households = sheet.households.map((household) => {
    const mine = events.filter((event) => touched(household, event));
    if (mine.length === 0) return household;
    const after = mine.reduce(apply, household);
    household.persons.forEach((before, i) => {
      const now = after.persons[i]!.status;
      if (isCounted(before.status) && isCounted(now)) {
        identity[before.status]--;
        identity[now]++;
      }
    });
    return after;
  });
  identity.extra += events.reduce((sum, { extra }) => sum + (extra?.count ?? 0), 0);
  return { ...sheet, households, identity };
}

/** One event for a whole household, one each for some of its people. */
export function eventsFor(household: Household, chosen: ReadonlySet<number>, what: Omit<RollCallEvent, "sequence">): Omit<RollCallEvent, "sequence">[] {
  if (household.persons.length === 0 || chosen.size === household.persons.length) return [{ ...what, household_id: household.id }];
  return household.persons.filter(({ id }) => chosen.has(id)).map(({ id }) => ({ ...what, person_id: id }));
}

export interface Block {
  building: string;
  address: string;
  households: Household[];
}

/** By building, those that must leave first first; in a building from the ground up: water comes from below, and so does whoever knocks. */
export function byBuilding(households: readonly Household[]): Block[] {
  const blocks = new Map<number, Block>();
  for (const one of households) {
    const block = blocks.get(one.building_id) ?? { building: one.building, address: one.address, households: [] };
    block.households.push(one);
    blocks.set(one.building_id, block);
  }
  const key = (one: Household) => (one.stairwell ?? 0) * 1000 + (one.floor ?? 0);
  for (const { households: list } of blocks.values()) list.sort((a, b) => key(a) - key(b) || a.room.localeCompare(b.room, "zh", { numeric: true }));
  const first = ({ households: list }: Block) => Math.min(...list.map(({ deadline }) => (deadline === null ? Infinity : Date.parse(deadline))));
  return [...blocks.values()].map((block) => [first(block), block] as const).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, block]) => block);
}
