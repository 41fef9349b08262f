// Which buildings and roads are under water at a moment or a level, from the
// table of stages by reach alone: each carries the reach that drowns it and the
// lowest stage at which it is wet and connected to the river. The same rule runs
// in the map's shader; this one counts.
import type { Buildings, FloodClass, Road, Stages } from "../../api/evacuation";

export type Band = "min" | "likely" | "max";
export const BANDS: readonly Band[] = ["min", "likely", "max"];

/** What a person looks at: an hour from now, and metres on top of it. */
export interface View {
  /** Milliseconds since 1970, or null for now. */
  at: number | null;
  band: Band;
  /** Metres added to the stem. */
  raisedM: number;
}

export const PRESENT: View = { at: null, band: "likely", raisedM: 0 };

/** The hours of the table, in milliseconds. */
export function span(stages: Stages): [from: number, to: number] {
  return [Date.parse(stages.times[0] ?? stages.from), Date.parse(stages.times.at(-1) ?? stages.from)];
}

/** Stages by reach at a moment of the forecast, linear between its rows, held beyond its ends. */
export function stagesAt(stages: Stages, at: number, band: Band): number[] {
  const rows = stages[band];
  const [from, to] = span(stages);
  if (rows.length === 0) return [...stages.now];
  if (at <= from) return [...rows[0]!];
  if (at >= to) return [...rows.at(-1)!];
  const exact = (at - from) / (stages.step_min * 60_000);
  const i = Math.min(Math.floor(exact), rows.length - 2);
  const part = exact - i;
  const [before, after] = [rows[i]!, rows[i + 1] ?? rows[i]!];
  return before.map((stage, reach) => stage + ((after[reach] ?? stage) - stage) * part);
}

/** Metres on the stem; a side stream rises when the stem's level at its mouth is above its own. */
export function raised(stages: Stages, levels: readonly number[], byM: number): number[] {
  if (byM === 0) return [...levels];
  const stem = levels.map((stage, i) => (stages.reaches[i]?.stem ? stage + byM : stage));
  return stem.map((stage, i) => {
    const mouth = stages.confluence?.[i] ?? -1;
    const [own, met] = [stages.reaches[i], stages.reaches[mouth]];
    return own && met && !own.stem ? Math.max(stage, met.bed_m + stem[mouth]! - own.bed_m) : stage;
  });
}

export function levelsOf(stages: Stages, { at, band, raisedM }: View): number[] {
  return raised(stages, at === null ? stages.now : stagesAt(stages, at, band), raisedM);
}

/** The index of each reach by its id. */
export function reachIndex(stages: Stages): Map<number, number> {
  return new Map(stages.reaches.map(({ id }, i) => [id, i]));
}

/** How a building looks on the map, the most urgent first. */
export const LOOKS = ["wet", "hour1", "hour3", "hour6", "later", "cut_off", "unknown", "dry"] as const;
export type Look = (typeof LOOKS)[number];

const HOUR = 3_600_000;

/** `deadline` in milliseconds; NaN where there is none. */
export function lookOf(wet: boolean, kind: FloodClass, deadline: number, at: number): Look {
  if (kind === "unknown") return "unknown";
  if (wet) return "wet";
  if (kind === "cut_off") return "cut_off";
  if (Number.isNaN(deadline)) return "dry";
  const left = deadline - at;
  return left < HOUR ? "hour1" : left < 3 * HOUR ? "hour3" : left < 6 * HOUR ? "hour6" : "later";
}

const DEADLINES = new WeakMap<Buildings, Float64Array>();

/** In milliseconds, read once: a slider asks for all of them sixty times a second. */
export function deadlinesOf(buildings: Buildings): Float64Array {
  const known = DEADLINES.get(buildings) ?? Float64Array.from(buildings.deadline, (text) => (text === null ? NaN : Date.parse(text)));
  DEADLINES.set(buildings, known);
  return known;
}

export interface Tally {
  buildings: number;
  persons: number;
}

/** Buildings and people by look; `levels` by the reach's index. */
export function tally(buildings: Buildings, index: ReadonlyMap<number, number>, levels: readonly number[], at: number): Record<Look, Tally> {
  const sums = Object.fromEntries(LOOKS.map((look) => [look, { buildings: 0, persons: 0 }])) as Record<Look, Tally>;
  const deadlines = deadlinesOf(buildings);
  for (let i = 0; i < buildings.id.length; i++) {
    const level = levels[index.get(buildings.reach[i]!) ?? -1];
    const wet = level !== undefined && buildings.threshold_m[i]! <= level;
    const sum = sums[lookOf(wet, buildings.class[i]!, deadlines[i]!, at)];
    sum.buildings++;
    sum.persons += buildings.persons[i]!;
  }
  return sums;
}

/** A road shuts where the water reaches it; at the present moment the server's word holds. */
export function isShut(road: Road, index: ReadonlyMap<number, number>, levels: readonly number[], present: boolean): boolean {
  if (present) return road.shut;
  const level = levels[index.get(road.reach) ?? -1];
  return level !== undefined && road.threshold_m <= level;
}
