// What the emergency screen knows.
import type { Buildings, Contradiction, Evacuation, EvacuationHead, Gauge, GridPage, GridRow, LogLine, Order, Proposal, Road, ShelterLoad, Stages } from "../api/evacuation";
import type { Session } from "../api/types";
import type { Language } from "../language";
import { Store } from "../live/store";
import type { Entry } from "../offline/outbox";
import type { Ground } from "./map/style";
import type { View } from "./model/water";

export const TABS = ["grids", "plan", "calls", "roll", "log"] as const;
export type Tab = (typeof TABS)[number];

/** What is read from the server together, and kept together for when it is away. */
export interface Known {
  evacuation: Evacuation;
  gauges: readonly Gauge[];
  stages: Stages | null;
  buildings: Buildings | null;
  roads: readonly Road[];
  grids: readonly GridRow[];
  shelters: readonly ShelterLoad[];
  orders: readonly Order[];
  contradictions: readonly Contradiction[];
  log: readonly LogLine[];
}

export type Dialog =
  | { kind: "new" }
  | { kind: "approve"; proposal: Proposal }
  | { kind: "order"; grids: readonly string[] }
  | { kind: "reading"; gauge: Gauge }
  | { kind: "close" }
  | { kind: "lift" }
  | { kind: "outbox" }
  | { kind: "breach"; lon: number; lat: number };

export interface Notice {
  text: string;
  tone: "done" | "warn" | "error";
}

export interface EmergencyState {
  language: Language;
  ground: Ground;
  session: Session | null;
  /** `none`: no evacuation is open. `missing`: this server does not know evacuations. */
  phase: "loading" | "none" | "missing" | "forbidden" | "shown";
  failed: string | null;
  heads: readonly EvacuationHead[];
  known: Known | null;
  /** When `known` was read, by this machine's monotonic clock's sense of the server's time. */
  readAt: number | null;
  /** Since when nothing comes from the server; null while it answers. */
  awaySince: number | null;
  /** What is shown was read by an earlier visit of this page. */
  kept: boolean;
  /** The server's clock, each second. */
  now: number;
  view: View;
  /** A past moment that is looked at, or null. */
  past: number | null;
  playing: boolean;
  tab: Tab;
  grid: string | null;
  page: GridPage | null;
  selected: ReadonlySet<string>;
  outbox: readonly Entry[];
  lasting: boolean;
  dialog: Dialog | null;
  notice: Notice | null;
  /** The next click on the map opens a levee. */
  breaching: boolean;
}

export type EmergencyStore = Store<EmergencyState>;
