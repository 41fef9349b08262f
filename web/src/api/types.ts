// The records of the HTTP interface as the screens read them. Times are RFC 3339
// texts, coordinates are EPSG:4490 longitude and latitude.

export type Level = "grid" | "community" | "town" | "district";
export type Board = "party" | "economy" | "livelihood" | "safety";
export type Step = "order" | "track" | "screen" | "dispatch" | "accept" | "handle" | "rate";
export type CaseState = "open" | "in_hand" | "due_soon" | "overdue" | "closed";
export type Role = "wall" | "planner" | "emergency" | "operator" | "administrator" | "auditor";

export const LEVELS: readonly Level[] = ["grid", "community", "town", "district"];
export const BOARDS: readonly Board[] = ["party", "economy", "livelihood", "safety"];
export const STEPS: readonly Step[] = ["order", "track", "screen", "dispatch", "accept", "handle", "rate"];

export interface DivisionName {
  code: string;
  name: string;
  level: "district" | "town" | "community";
}

export interface Division extends DivisionName {
  parent: string;
  bbox: [number, number, number, number];
  center: [number, number];
}

export interface Session {
  account: string;
  role: Role;
  scope: DivisionName;
  demo: boolean;
  synthetic: boolean;
  server_time: string;
  /** A first password, or one that was set by somebody else: nothing else is answered until it is changed. */
  must_change?: boolean;
}

export interface SignInWays {
  local: boolean;
  oidc: { name: string; start: string } | null;
}

export interface DemoAccount {
  account: string;
  role: Role;
  password: string;
}

export interface CaseFigures {
  open: number;
  due_soon: number;
  overdue: number;
  closed: number;
  opened_today: number;
  closed_today: number;
  by_level: Partial<Record<Level, number>>;
  by_board: Partial<Record<Board, number>>;
  by_step: Partial<Record<Step, number>>;
  median_hours_by_step: Partial<Record<Step, number>>;
}

export interface Figures {
  division: DivisionName;
  at: string;
  grids: number;
  microgrids: number;
  towns: number;
  communities: number;
  buildings: number;
  households: number;
  residents: number;
  team_members: number;
  groups: number;
  group_residents: number;
  party_branches: number;
  party_groups: number;
  organisations: number;
  cases: CaseFigures;
  in_rule: { grids: number; microgrids: number };
  trend?: { open?: number[]; opened?: number[]; closed?: number[] };
  synthetic: boolean;
  children?: Figures[];
}

/** One grid with open cases: feature id, open, due soon, overdue, open at district level. */
export type GridState = [id: number, open: number, dueSoon: number, overdue: number, district: number];

export interface Case {
  id: string | number;
  number: string;
  title: string;
  type: string;
  type_name: string;
  level: Level;
  step: Step;
  board: Board;
  state: CaseState;
  opened_at: string;
  due_at: string;
  closed_at?: string | null;
  lon?: number;
  lat?: number;
  grid_code: string;
  grid_id: number;
  community_code: string;
  community: string;
  town_code: string;
  town: string;
  whistle: boolean;
  version: number;
}

export interface CaseBefore {
  state: CaseState;
  step: Step;
  level: Level;
  grid_id: number;
}

export interface CaseChange {
  kind: "case";
  op: "insert" | "update";
  case: Case;
  previous: CaseBefore | null;
}

/** A layer of the map was replaced as a whole, e.g. the grids by a published plan. */
export interface LayerChange {
  kind: "layer";
  op: "reload";
  layer: string;
}

/** A draft or its state changed; told to planners. */
export interface PlanChange {
  kind: "plan";
  id: number;
}

export type Change = CaseChange | LayerChange | PlanChange;

export interface ChangeMessage {
  server_time: string;
  changes: Change[];
  grids: GridState[];
  /** Tiles touched by layer, as "z/x/y". */
  tiles: Record<string, string[]>;
}

export interface Heartbeat {
  server_time: string;
  since: string | null;
}

export interface GridCard {
  id: number;
  code: string;
  name: string;
  kind: "basic" | "dedicated";
  town: string;
  community: string;
  households: number;
  persons: number;
  area_m2: number;
  in_rule: boolean;
  reason: string;
  valid_from: string;
  team: { role: string; name: string; phone: string }[] | null;
  care_groups: Partial<Record<"elderly" | "child" | "disabled" | "sick" | "frail" | "pregnant", number>> | null;
  cases: { open: number; due_soon: number; overdue: number; closed: number };
  groups: { name: string; members: number }[] | null;
  party: { kind: string; name: string; members: number } | null;
  microgrids: { code: string; households: number; in_rule: boolean }[] | null;
}
