// The records of plans, the desk and history as the planner's screens read them.
// Positions are [longitude, latitude] in EPSG:4490, times RFC 3339.

export type PlanStatus = "draft" | "submitted" | "returned" | "approved" | "published" | "superseded" | "abandoned";
export type PlanStep = "edit" | "submit" | "return" | "approve" | "publish" | "withdraw" | "abandon";
export type Position = [number, number];
export type MultiPolygonCoordinates = Position[][][];

export interface PlanSummary {
  id: number;
  name: string;
  status: PlanStatus;
  division: { code: string; name: string; level: "district" | "town" | "community" };
  author: string;
  approver: string | null;
  /** Of its operation log: counts up with each operation, undo and redo. */
  version: number;
  operations: number;
  created_at: string;
  submitted_at: string | null;
  approved_at: string | null;
  published_at: string | null;
  effective_on: string | null;
  enacted_at: string | null;
  remark: string;
  source: string;
}

export interface Rule {
  min: number;
  max: number;
  target: number;
  micro_min: number;
  micro_max: number;
}

export interface Plan extends PlanSummary {
  communities: PlanCommunity[];
  /** What the asking identity may do next. */
  may: PlanStep[];
  rule: Rule;
}

export interface PlanCommunity {
  code: string;
  name: string;
  town: string;
  touched: boolean;
  complex: boolean;
  grids: number;
  outside: number;
  households: number;
  stale: boolean;
}

export interface Desk {
  plan_id: number;
  version: number;
  editable: boolean;
  community: {
    code: string;
    name: string;
    town_code: string;
    town: string;
    complex: boolean;
    bounds: [number, number, number, number];
    outline: MultiPolygonCoordinates;
  };
  plots: Plot[];
  grids: GridOnDesk[];
  present: PresentGrid[];
  violations: Violation[];
  repairs: Suggestion[];
  certificates: { grid: string; kind: string; zh: string; en: string }[];
  totals: DeskTotals;
  log: LogEntry[];
  ground_changed: boolean;
}

export interface PresentGrid {
  code: string;
  name: string;
  households: number;
  outline: MultiPolygonCoordinates;
}

export interface DeskTotals {
  violation: number;
  households: number;
  households_moved: number;
  can_undo: boolean;
  can_redo: boolean;
}

export interface Plot {
  id: number;
  buildings: { id: number; part?: string }[];
  households: number;
  persons: number;
  compound: number | null;
  area_m2: number;
  grid: string;
  at: Position;
  outline: MultiPolygonCoordinates;
}

/** near: outside by no more than 5 % of the bound. */
export type RangeState = "in" | "near" | "out" | "dedicated";

export interface GridOnDesk {
  code: string;
  name: string;
  households: number;
  persons: number;
  plots: number;
  area_m2: number;
  in_range: boolean;
  state: RangeState;
  dedicated: string | null;
  locked: boolean;
  connected: boolean;
  layered: boolean;
  pieces?: { plots: number[]; households: number }[];
  outline: MultiPolygonCoordinates;
  /** A point inside, for the count. */
  label: Position;
}

export interface Violation {
  kind: "under" | "over" | "disconnected" | "compound_split" | "mixed";
  grid: string;
  by: number;
  zh: string;
  en: string;
}

export interface Suggestion {
  op: Operation;
  for: string;
  /** An empty grid is a new one. */
  shifts: { grid: string; before: number; after: number }[];
  violation: number;
  compounds: number;
  households_moved: number;
  border_m: number;
  zh: string;
  en: string;
  /** Those that move, for the preview. */
  plots: number[];
}

export interface Moves {
  plots?: number[];
  buildings?: number[];
  /** "" is a new grid. */
  to: string;
}

export type Operation =
  | { kind: "move"; moves: Moves[]; force?: boolean }
  | { kind: "split"; grid: string; line: Position[]; force?: boolean }
  | { kind: "merge"; grid: string; to: string; force?: boolean }
  | { kind: "lock" | "unlock"; grid: string }
  | { kind: "rename"; grid: string; name: string }
  | { kind: "complex"; complex: boolean }
  | { kind: "dedicated"; grid: string; dedicated: string }
  | { kind: "redraw" | "repair"; seed?: number }
  | { kind: "undo" | "redo" };

export interface DeskChange {
  version: number;
  grids: GridOnDesk[];
  gone: string[];
  plots: [number, string][];
  /** Everything changed: ask for the desk anew. */
  reload: boolean;
  violations: Violation[];
  repairs: Suggestion[];
  totals: DeskTotals;
  entry: LogEntry;
}

export interface Blocker {
  kind: string;
  grid: string;
  building_id: number;
  zh: string;
  en: string;
}

export interface Offer {
  zh: string;
  en: string;
  op: Operation;
}

export interface LogEntry {
  seq: number;
  community: string;
  actor: string;
  at: string;
  kind: string;
  undone: boolean;
  grids: string[];
  zh: string;
  en: string;
}

/** N new, U unchanged, S split, M merged, X redrawn. */
export type Lineage = "N" | "U" | "S" | "M" | "X";

export interface Diff {
  households_moved: number;
  area_moved_m2: number;
  buildings_moved: number;
  kept: number;
  new: string[];
  retired: { code: string; successors: string[] }[];
  grids: DiffGrid[];
}

export interface DiffGrid {
  code: string;
  name: string;
  community: string;
  lineage: Lineage;
  predecessors: string[];
  households_before: number | null;
  households_after: number;
  in_range: boolean;
  reason_zh: string | null;
  reason_en: string | null;
}

export interface CarryOver {
  id: number;
  kind: "team" | "group" | "party";
  name: string;
  from_grid: string;
  to_grid: string;
  rule: string;
  zh: string;
  en: string;
  confirmed_by: string | null;
  confirmed_at: string | null;
}

export interface GridVersion {
  plan_id: number;
  plan: string;
  from: string;
  to: string | null;
  households: number;
  persons: number;
  area_m2: number;
  name: string;
  lineage: Lineage;
  predecessors: string[];
  successors: string[];
}

export interface MapVersion {
  version: number;
  plan_id: number;
  plan: string;
  division: string;
  at: string;
}
