// One question to the server. Every failure is a Problem with the status, the
// server's own reason and whatever else it said; a request that hangs is given
// up after ten seconds, or after as long as the asker knows that it takes.
const TIMEOUT_MS = 10_000;

export interface FieldError {
  field: string;
  reason: string;
}

export class Problem extends Error {
  /** What the server said beside its reason: errors, operations, faults, blockers, offers. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Seconds until it is worth asking again, when the server named them. */
  readonly retryAfterS: number | null;

  constructor(
    /** The HTTP status, or 0 when no server answered. */
    readonly status: number,
    message: string,
    more: { members?: Record<string, unknown>; retryAfterS?: number | null } = {},
  ) {
    super(message);
    this.members = more.members ?? {};
    this.retryAfterS = more.retryAfterS ?? null;
  }

  /** The reason given for one field, or null. */
  field(name: string): string | null {
    const errors = (this.members["errors"] ?? []) as FieldError[];
    return errors.find(({ field }) => field === name)?.reason ?? null;
  }

  /** The first field at fault, or "". */
  get at(): string {
    return ((this.members["errors"] ?? []) as FieldError[])[0]?.field ?? "";
  }

  /** No answer, or an answer that only says "not now": the same question may be put again. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** Whatever was thrown, as a Problem: a fault of ours has the status -1. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  console.error(thrown);
  return new Problem(-1, thrown instanceof Error ? thrown.message : String(thrown));
}

export interface Asking {
  body?: unknown;
  /** Sent with a write; the same key and body are done once, however often they are sent. */
  key?: string;
  timeoutMs?: number;
}

export async function ask<T>(method: string, path: string, { body, key, timeoutMs = TIMEOUT_MS }: Asking = {}): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key) headers["idempotency-key"] = key;
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (cause) {
    throw new Problem(0, cause instanceof Error ? cause.message : String(cause));
  }
  let answer: unknown = null;
  try {
    answer = text === "" ? null : JSON.parse(text);
  } catch {
    throw new Problem(response.status, `${path}: not JSON`);
  }
  if (!response.ok) throw problemOf(response, (answer ?? {}) as Record<string, unknown>);
  return answer as T;
}

function problemOf(response: Response, members: Record<string, unknown>): Problem {
  const { status } = response;
  const after = Number(response.headers.get("retry-after"));
  const reason = String(members["detail"] || members["title"] || `HTTP ${status}`);
  return new Problem(status, reason, { members, retryAfterS: after > 0 ? after : null });
}

export const get = <T>(path: string, timeoutMs?: number) => ask<T>("GET", path, timeoutMs ? { timeoutMs } : {});

export function query(values: Record<string, string | number | boolean | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
}

/** A page of ours as text, to see which files it names. */
export async function page(path: string): Promise<string> {
  const response = await fetch(path, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Problem(response.status, `HTTP ${response.status}`);
  return response.text();
}

/** A key for one write. Not randomUUID: plain http on an intranet has none. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
