// What the planner's screen knows. Panels and the map read it; only the
// controllers in this folder write it.
import type { Division, Session } from "../api/types";
import type { Blocker, CarryOver, Desk, Diff, LogEntry, Offer, Operation, Plan, PlanStep, PlanSummary } from "../api/plans";
import type { Language, Values } from "../language";
import type { PlannerKey } from "../language/planner";
import type { Liveness } from "../live/liveness";
import { Store } from "../live/store";
import type { DeskView, Pending } from "./model/desk";

export type Page = "choose" | "plan" | "desk" | "diff";
export type Tool = "select" | "box" | "lasso" | "split" | "merge";

/** A word of the dictionary and what fills its holes; kept as data, so that the language may change. */
export interface Said {
  key: PlannerKey;
  values?: Values;
}

export interface Preview {
  plots: readonly number[];
  shifts: readonly { grid: string; before: number; after: number }[];
}

export interface Refusal {
  op: Operation;
  reason: string;
  blockers: readonly Blocker[];
  offers: readonly Offer[];
}

/** What others did while an operation was on its way, so that it was not done. */
export interface Conflict {
  entries: readonly LogEntry[];
}

export interface Fault {
  rule: string;
  where: string;
}

export type NoticeTone = "told" | "done" | "warn";

export interface Notice {
  id: number;
  tone: NoticeTone;
  said: Said;
  /** The server's own words, where there are any. */
  detail?: string;
}

export type Dialog =
  | { kind: "new"; division: Division }
  | { kind: "step"; step: PlanStep }
  | { kind: "rename" | "dedicated"; grid: string }
  | { kind: "keys" }
  | { kind: "redraw" };

export interface PlannerState {
  language: Language;
  session: Session | null;
  page: Page;
  /** District, towns and communities of the scope; empty until they came. */
  places: readonly Division[];
  plans: readonly PlanSummary[] | null;
  plan: Plan | null;
  desk: Desk | null;
  pending: readonly Pending[];
  /** The desk with what is pending laid over it. */
  view: DeskView | null;
  colours: ReadonlyMap<string, number>;
  selected: ReadonlySet<number>;
  /** The plot on which the arrow keys stand. */
  cursor: number | null;
  /** The arrow keys were used last, not the mouse: the cursor is drawn. */
  walking: boolean;
  hovered: number | null;
  /** The grid whose page is open. */
  grid: string | null;
  tool: Tool;
  preview: Preview | null;
  /** Whether the grids in force are drawn too. */
  present: boolean;
  diff: Diff | null;
  carryOver: readonly CarryOver[] | null;
  faults: readonly Fault[];
  dialog: Dialog | null;
  refusal: Refusal | null;
  conflict: Conflict | null;
  /** What takes longer than a tenth of a second just now. */
  busy: Said | null;
  notices: readonly Notice[];
  /** For a screen reader: what the map just did. */
  said: Said | null;
  /** Why nothing is saved just now; what was entered waits. */
  away: "server" | "session" | null;
  liveness: Liveness;
  /** The first load failed with this reason. */
  failed: string | null;
  singleKeys: boolean;
}

export type PlannerStore = Store<PlannerState>;

export function newStore(language: Language): PlannerStore {
  return new Store<PlannerState>({
    language, session: null, page: "choose", places: [], plans: null, plan: null, desk: null, pending: [], view: null, colours: new Map(),
    selected: new Set(), cursor: null, walking: false, hovered: null, grid: null, tool: "select", preview: null, present: true, diff: null, carryOver: null,
    faults: [], dialog: null, refusal: null, conflict: null, busy: null, notices: [], said: null, away: null, liveness: "connecting",
    failed: null, singleKeys: true,
  });
}

export const may = (plan: Plan | null, step: PlanStep): boolean => plan?.may.includes(step) ?? false;
