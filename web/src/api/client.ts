// What the screens ask the server, by name.
import { ask, get, query } from "./http";
import type { Case, DemoAccount, Division, Figures, GridCard, GridState, Session, SignInWays } from "./types";

export { Problem } from "./http";

export const api = {
  session: () => get<Session>("/api/v1/session"),
  /** None outside the demo. */
  demoAccounts: async () => (await get<{ items: DemoAccount[] }>("/api/v1/demo/accounts")).items,
  signIn: (account: string, password: string) => ask<Session>("POST", "/api/v1/session", { body: { account, password } }),
  /** How one may sign in. A server that does not know the question knows passwords only. */
  ways: () => get<SignInWays>("/api/v1/session/ways").catch((): SignInWays => ({ local: true, oidc: null })),
  changePassword: (old: string, fresh: string) => ask<null>("POST", "/api/v1/session/password", { body: { old, new: fresh } }),
  signOut: () => ask<null>("DELETE", "/api/v1/session"),
  division: (code: string) => get<Division>(`/api/v1/divisions/${encodeURIComponent(code)}`),
  divisions: async (level: Division["level"]) => (await get<{ items: Division[] }>(`/api/v1/divisions?${query({ level })}`)).items,
  children: async (parent: string) => (await get<{ items: Division[] }>(`/api/v1/divisions?${query({ parent })}`)).items,
  figures: (division: string, children: boolean) =>
    get<Figures>(`/api/v1/figures?${query({ division, children: children || undefined })}`),
  gridStates: async (division: string) =>
    (await get<{ items: GridState[] }>(`/api/v1/grids/states?${query({ division })}`)).items,
  grid: (code: string) => get<GridCard>(`/api/v1/grids/${encodeURIComponent(code)}`),
  cases: async (values: { division: string; state?: string; level?: string; order?: string; limit?: number }) =>
    (await get<{ items: Case[] }>(`/api/v1/cases?${query(values)}`)).items,
  style: (name: string) => get<Record<string, unknown>>(`/styles/${name}.json`),
};
