// Asks the server. Every failure is a Problem with the status and the server's
// own reason; a request that hangs is given up after ten seconds.
import type { Case, DemoAccount, Division, Figures, GridCard, GridState, Session } from "./types";

const TIMEOUT_MS = 10_000;

export class Problem extends Error {
  constructor(
    /** The HTTP status, or 0 when no server answered. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new Problem(0, cause instanceof Error ? cause.message : String(cause));
  }
  const text = await response.text();
  let answer: unknown = null;
  try {
    answer = text === "" ? null : JSON.parse(text);
  } catch {
    throw new Problem(response.status, `${path}: not JSON`);
  }
  if (!response.ok) {
    const problem = (answer ?? {}) as { detail?: string; title?: string };
    throw new Problem(response.status, problem.detail || problem.title || `HTTP ${response.status}`);
  }
  return answer as T;
}

const get = <T>(path: string) => ask<T>("GET", path);
const query = (values: Record<string, string | number | boolean | undefined>) => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
};

async function page(path: string): Promise<string> {
  const response = await fetch(path, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Problem(response.status, `HTTP ${response.status}`);
  return response.text();
}

export const api = {
  /** A page of ours as text, to see which files it names. */
  page,
  session: () => get<Session>("/api/v1/session"),
  /** None outside the demo. */
  demoAccounts: async () => (await get<{ items: DemoAccount[] }>("/api/v1/demo/accounts")).items,
  signIn: (account: string, password: string) => ask<Session>("POST", "/api/v1/session", { account, password }),
  signOut: () => ask<null>("DELETE", "/api/v1/session"),
  division: (code: string) => get<Division>(`/api/v1/divisions/${encodeURIComponent(code)}`),
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
