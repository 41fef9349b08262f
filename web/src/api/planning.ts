// What the planner's and the history screen ask the server.
import { ask, get, query } from "./http";
import type {
  CarryOver, Desk, DeskChange, Diff, GridVersion, LogEntry, MapVersion, Operation, Plan, PlanStatus, PlanStep, PlanSummary, Suggestion,
} from "./plans";

/** Opening a desk lays out the land; a redraw and a submission draw on it. */
const LONG_MS = 120_000;

const planPath = (id: number) => `/api/v1/plans/${id}`;
const deskPath = (id: number, community: string) => `${planPath(id)}/desk/${encodeURIComponent(community)}`;

export interface StepRequest {
  step: PlanStep;
  version: number;
  remark?: string;
  effective_on?: string;
}

export const planning = {
  plans: async (values: { status?: PlanStatus[]; division?: string } = {}) =>
    (await get<{ items: PlanSummary[] }>(`/api/v1/plans?${query({ status: values.status?.join(","), division: values.division })}`)).items,
  makePlan: (name: string, division: string, key: string) => ask<Plan>("POST", "/api/v1/plans", { body: { name, division }, key }),
  plan: (id: number) => get<Plan>(planPath(id), LONG_MS),
  step: (id: number, request: StepRequest, key: string) =>
    ask<Plan>("POST", `${planPath(id)}/steps`, { body: request, key, timeoutMs: LONG_MS }),
  desk: (id: number, community: string) => get<Desk>(deskPath(id, community), LONG_MS),
  operate: (id: number, community: string, version: number, op: Operation, key: string) =>
    ask<DeskChange>("POST", `${planPath(id)}/operations`, { body: { community, version, ...op }, key, timeoutMs: LONG_MS }),
  operations: (id: number, since: number, community?: string) =>
    get<{ version: number; items: LogEntry[] }>(`${planPath(id)}/operations?${query({ since, community })}`),
  repairs: async (id: number, community: string, grid: string) =>
    (await get<{ items: Suggestion[] }>(`${deskPath(id, community)}/repairs?${query({ grid })}`, LONG_MS)).items,
  diff: (id: number, community?: string) => get<Diff>(`${planPath(id)}/diff?${query({ community })}`, LONG_MS),
  carryOver: async (id: number) => (await get<{ items: CarryOver[] }>(`${planPath(id)}/carryover`)).items,
  confirmCarryOver: (id: number, ids: number[], key: string) =>
    ask<unknown>("POST", `${planPath(id)}/carryover`, { body: { ids }, key }),
  paper: (id: number, name: string, community?: string) => {
    const values = query({ community });
    return `${planPath(id)}/papers/${name}${values ? `?${values}` : ""}`;
  },
  /** Whether this server makes papers at all: its own description says so. */
  makesPapers: () =>
    get<{ paths: Record<string, unknown> }>("/api/openapi.json").then(({ paths }) => Object.keys(paths).some((path) => path.includes("/papers/")), () => false),
  life: (code: string) => get<{ code: string; versions: GridVersion[] }>(`/api/v1/grids/${encodeURIComponent(code)}/life`),
  versions: async () => (await get<{ items: MapVersion[] }>("/api/v1/versions")).items,
};
