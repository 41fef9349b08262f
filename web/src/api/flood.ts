// What the emergency screen and the roll-call page ask the server, by name.
// Everything that is read can be read as it was at a past moment (`at`).
import { ask, get, query } from "./http";
import type {
  Buildings, Contradiction, Evacuation, EvacuationHead, Gauge, GridPage, GridRow, LogLine, Order, Proposal, Road, RollCallAnswer, RollCallEvent,
  RollCallSheet, ShelterLoad, Stages,
} from "./evacuation";

const ROOT = "/api/v1/evacuations";
/** Columns of 20 000 buildings take their time on a poor line. */
const LARGE_MS = 30_000;

const path = (id: number, tail = "", values: Record<string, string | undefined> = {}) => {
  const asked = query(values);
  return `${ROOT}/${id}${tail}${asked ? `?${asked}` : ""}`;
};
const items = async <T>(address: string, timeoutMs?: number) => (await get<{ items: T[] | null }>(address, timeoutMs)).items ?? [];

export const flood = {
  /** On the clock of an evacuation. */
  gauges: (evacuation: number, at?: string) => items<Gauge>(`/api/v1/gauges?${query({ evacuation: String(evacuation), at })}`),
  list: () => items<EvacuationHead>(ROOT),
  one: (id: number, at?: string) => get<Evacuation>(path(id, "", { at }), LARGE_MS),
  stages: (id: number, at?: string) => get<Stages>(path(id, "/stages", { at }), LARGE_MS),
  buildings: (id: number, at?: string) => get<Buildings>(path(id, "/buildings", { at }), LARGE_MS),
  roads: (id: number, at?: string) => items<Road>(path(id, "/roads", { at }), LARGE_MS),
  grids: (id: number, at?: string) => items<GridRow>(path(id, "/grids", { at }), LARGE_MS),
  grid: (id: number, code: string, at?: string) => get<GridPage>(path(id, `/grids/${encodeURIComponent(code)}`, { at })),
  shelters: (id: number, at?: string) => items<ShelterLoad>(path(id, "/shelters", { at })),
  orders: (id: number, at?: string) => items<Order>(path(id, "/orders", { at })),
  contradictions: (id: number) => items<Contradiction>(path(id, "/contradictions")),
  log: (id: number) => items<LogLine>(path(id, "/log")),
  /** Puts people of one building elsewhere, or back to the best place with null; answers with its cost. */
  override: (id: number, body: { building_id: number; shelter_id: number | null; reason: string }, key: string) =>
    ask<Proposal>("POST", path(id, "/overrides"), { body, key, timeoutMs: LARGE_MS }),
  sheet: (id: number, grid: string) => get<RollCallSheet>(path(id, "/rollcall", { grid })),
  sendRoll: (id: number, device: string, events: readonly RollCallEvent[]) =>
    ask<RollCallAnswer>("POST", path(id, "/rollcall"), { body: { device, events } }),
};

/** A write that may wait for the server: plain data, so that it survives a reload. */
export interface Write {
  method: "POST";
  path: string;
  body: unknown;
}

const post = (address: string, body: unknown = {}): Write => ({ method: "POST", path: address, body });

export const writes = {
  open: (body: { name: string; division: string; drill: boolean }) => post(ROOT, body),
  approve: (id: number, basis: string, remark: string) => post(path(id, "/plans"), remark ? { basis, remark } : { basis }),
  order: (id: number, grids: readonly string[], kind: string) => post(path(id, "/orders"), { grids, kind }),
  answer: (id: number, order: number, state: string, at: string) => post(path(id, `/orders/${order}/answer`), { state, at }),
  breach: (id: number, lon: number, lat: number) => post(path(id, "/breaches"), { lon, lat }),
  settle: (id: number, contradiction: string, status: string, note: string) =>
    post(path(id, `/contradictions/${encodeURIComponent(contradiction)}`), { status, note }),
  reading: (gauge: number, at: string, stage_m: number) => post(`/api/v1/gauges/${gauge}/readings`, { readings: [{ at, kind: "observed", stage_m }] }),
  lift: (id: number) => post(path(id, "/lift")),
  close: (id: number) => post(path(id, "/close")),
};
