// What the wall knows, in one place that no framework owns. The map and the
// panels read it; only the controllers in this folder write it.
import type { Board, CaseState, Division, Figures, GridCard, Level, Session, Step } from "../api/types";
import type { Key, Language, Values } from "../language";
import type { Liveness } from "../live/liveness";
import type { Store } from "../live/store";
import type { Tour } from "./tour";

export type Mode = "heat" | "state" | "count";

export interface Filter {
  level?: Level;
  board?: Board;
  step?: Step;
  overdue?: boolean;
}

export interface TickerItem {
  key: string;
  time: string;
  verb: Key;
  values?: Values;
  tone: CaseState;
  what: string;
  where: string;
}

export interface Alarm {
  id: string;
  title: string;
  type: string;
  where: string;
  gridId: number;
  gridCode: string;
  community: string;
  state: CaseState;
  openedAt: string;
  dueAt: string;
}

export type CardState =
  | { phase: "loading"; code: string }
  | { phase: "shown"; code: string; card: GridCard }
  | { phase: "failed"; code: string; reason: string };

export interface WallState {
  language: Language;
  session: Session | null;
  division: Division | null;
  children: readonly Division[];
  figures: Figures | null;
  ticker: readonly TickerItem[];
  alarms: readonly Alarm[];
  mode: Mode;
  filter: Filter;
  /** Gauges, shelters and organisations on the map. */
  places: boolean;
  /** Lower bounds of the count classes above zero. */
  breaks: readonly number[];
  tour: Tour;
  card: CardState | null;
  liveness: Liveness;
  ageMs: number;
  /** Since when the database is gone, or null. */
  since: string | null;
  software: boolean;
  contextLost: boolean;
  /** Seconds until the next try after the first load failed, or null. */
  retryIn: number | null;
  gridsWithCases: number;
  /** The server hands out newer pages than this one. */
  renewed: boolean;
}

export type WallStore = Store<WallState>;
