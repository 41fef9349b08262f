// The records of an evacuation as the screens read them. Times are RFC 3339
// texts, stages are metres above the bed of their reach, levels are metres of
// the gauge's own height datum, coordinates EPSG:4490 longitude and latitude.

export type FloodClass = "wet_now" | "will_be_wet" | "cut_off" | "unaffected" | "unknown";
export type Status = "sheltered" | "with_relatives" | "holding_upstairs" | "already_away" | "refused" | "unaccounted" | "returned";
export type OrderKind = "prepare" | "move" | "hold_upstairs" | "lifted";
export type Answer = "received" | "on_scene";
export type Means = "walk" | "vehicle" | "boat";
export type ReadingKind = "observed" | "forecast_min" | "forecast_likely" | "forecast_max";

export const ORDER_KINDS: readonly OrderKind[] = ["prepare", "move", "hold_upstairs", "lifted"];

/** A sentence the server wrote, in both languages. */
export interface Said {
  zh: string;
  en: string;
}

export interface Gauge {
  id: number;
  code: string;
  name: string;
  river: string;
  lon: number;
  lat: number;
  stage_m: number | null;
  at: string | null;
  age_s: number | null;
  stale: boolean;
  suspect: string | null;
  suspect_zh: string | null;
  rise_m_per_h: number | null;
  warning_m: number | null;
  guarantee_m: number | null;
  datum: string;
  thresholds_from: string | null;
  forecast: { issued_at: string; peak_m: [number | null, number, number | null]; peak_at: string; past: boolean } | null;
  series: { at: string; kind: ReadingKind; stage_m: number }[];
}

export interface EvacuationHead {
  id: number;
  name: string;
  division: string;
  drill: boolean;
  replay: string | null;
  opened_at: string;
  opened_by: string;
  lifted_at: string | null;
  closed_at: string | null;
  plan_version: number | null;
}

export interface Identity {
  listed: number;
  sheltered: number;
  with_relatives: number;
  holding_upstairs: number;
  already_away: number;
  refused: number;
  unaccounted: number;
  returned: number;
  /** Turned up without being listed. */
  extra: number;
  contradictions: number;
}

export interface ShelterLoad {
  id: number;
  name: string;
  lon: number;
  lat: number;
  /** Beds; null is unknown, never zero. */
  capacity: number | null;
  accessible: boolean;
  wet: boolean;
  closes_at: string | null;
  assigned: number;
  arrived: number;
}

export interface PlanChangeItem extends Said {
  kind: "added" | "dropped" | "rerouted" | "pinned_conflict";
  grid: string;
  building_id: number | null;
  households: number;
  persons: number;
  from_shelter: number | null;
  to_shelter: number | null;
}

export interface Proposal {
  /** Sent back with the approval; the server refuses when it changed meanwhile. */
  basis: string;
  first: boolean;
  difference: Said;
  buildings_added: number;
  buildings_dropped: number;
  households_added: number;
  households_dropped: number;
  persons_added: number;
  groups_rerouted: number;
  roads_shut: number;
  changes: PlanChangeItem[];
  changes_total: number;
  persons: number;
  households: number;
  cost_person_m: number;
  certified: boolean;
  shelters: ShelterLoad[];
  shortage: ({ missing: number; beds_reachable: number; grids: { grid: string; name: string; missing: number }[] } & Said) | null;
  doubts: Said[];
  extra_cost_person_m?: number;
}

export interface Settings {
  lead_min: number;
  night_from: string;
  night_to: string;
  night_by: string;
  margin_min: number;
  arrival: "likely" | "max";
  silence_min: number;
  side_stage_m: number;
}

export interface Evacuation extends EvacuationHead {
  settings: Settings;
  /** The server's clock; in a replay, the replay's. */
  now: string;
  clock_rate: number;
  state_version: number;
  basis: {
    reading_at: string | null;
    forecast_issued_at: string | null;
    terrain: string;
    terrain_sha256: string;
    model: "hand" | "interpolated" | "library" | "none";
    error_m: number;
    warnings: Said[];
  };
  headline: {
    buildings: number;
    households: number;
    persons: number;
    needing_help: number;
    care: Record<string, number>;
    wet_now: number;
    will_be_wet: number;
    cut_off: number;
    unknown: number;
    roads_shut: number;
    roads_closing: number;
    first_deadline: string | null;
    last_safe_departure: string | null;
  };
  identity: Identity;
  plan: {
    version: number;
    approved_at: string;
    approved_by: string;
    basis_reading_at: string | null;
    persons: number;
    households: number;
    shelters: number;
    missing: number;
    cost_person_m: number;
    certified: boolean;
  } | null;
  proposal: Proposal | null;
  breaches: { id: number; lon: number; lat: number; at: string; by: string }[];
}

/** What the sliders need: stages by time and reach, never a building. */
export interface Stages {
  from: string;
  step_min: number;
  times: string[];
  reaches: { id: number; name: string; bed_m: number; stem: boolean }[];
  now: number[];
  min: number[][];
  likely: number[][];
  max: number[][];
  /** By reach: the index of the stem reach whose level it meets, -1 on the stem itself. */
  confluence?: number[];
}

/** Columns, one entry a building. */
export interface Buildings {
  id: number[];
  lon: number[];
  lat: number[];
  grid: string[];
  reach: number[];
  threshold_m: number[];
  plinth_m: number[];
  storey_m: number[];
  floors: number[];
  households: number[];
  persons: number[];
  helped: number[];
  class: FloodClass[];
  deadline: (string | null)[];
  last_departure: (string | null)[];
  unknown: number;
}

export interface Road {
  id: number;
  name: string;
  class: string;
  reach: number;
  threshold_m: number;
  shut: boolean;
  shuts_at: string | null;
  line: [number, number][];
}

export interface Order {
  id: number;
  grid: string;
  kind: OrderKind;
  issued_at: string;
  issued_by: string;
  state: "sent" | Answer;
  received_at: string | null;
  on_scene_at: string | null;
  silent_s: number;
  escalated: "none" | "deputy" | "town";
  next_escalation_at: string | null;
}

export interface GridRow {
  grid: string;
  name: string;
  town: string;
  community: string;
  class: FloodClass;
  buildings: number;
  households: number;
  persons: number;
  needing_help: number;
  cut_off: number;
  first_deadline: string | null;
  last_safe_departure: string | null;
  order: Order | null;
  identity: Identity;
  shelters: number[];
}

export interface GridBuilding {
  id: number;
  name: string;
  address: string;
  class: FloodClass;
  depth_m: number | null;
  wet_floors: number | null;
  floors: number;
  arrival: string | null;
  deadline: string | null;
  last_departure: string | null;
  households: number;
  persons: number;
  care: Record<string, number>;
  shelter_ids: number[];
  means: Means | "mixed" | null;
  by_floor: { floor: number; households: number; persons: number; helped: number; wet_at: string | null }[];
}


/** The grid's own page: `buildings` is the list there, and a count in the table of grids. */
export type GridPage = Omit<GridRow, "buildings"> & {
  team: { role: string; name_masked: string; phone_masked: string }[];
  buildings: GridBuilding[];
  orders: Order[];
};

export interface Person {
  id: number;
  label: string;
  care: string[];
  status: Status;
  at: string | null;
}

export interface Household {
  id: number;
  building: string;
  address: string;
  building_id: number;
  stairwell: number | null;
  floor: number | null;
  room: string;
  persons: Person[];
  status: Status | "mixed";
  shelter_id: number | null;
  means: Means | null;
  deadline: string | null;
  contradictions: number;
}

export interface RollCallSheet {
  evacuation: number;
  grid: string;
  name: string;
  town: string;
  community: string;
  as_of: string;
  drill: boolean;
  lifted: boolean;
  identity: Identity;
  shelters: { id: number; name: string }[];
  households: Household[];
}

export interface RollCallEvent {
  sequence: number;
  at: string;
  household_id?: number;
  person_id?: number;
  extra?: { count: number; grid: string };
  status: Status;
  shelter_id?: number;
  note?: string;
}

export interface RollCallAnswer {
  accepted: number;
  duplicates: number;
  refused: { sequence: number; field: string; reason: string }[];
  identity: Identity;
}

export interface Contradiction extends Said {
  id: string;
  grid: string;
  person_id: number;
  label: string;
  claims: { status: Status; at: string; by: string; device: string; sequence: number; shelter_id: number | null }[];
}

export interface LogLine extends Said {
  seq: number;
  at: string;
  kind: string;
  grid: string | null;
  by: string;
}
