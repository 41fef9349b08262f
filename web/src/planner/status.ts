// The state of a plan as people speak of it: published with a later day is
// scheduled, not in force.
import type { PlanStatus, PlanSummary } from "../api/plans";

export type ShownStatus = PlanStatus | "scheduled";

export function statusOf({ status, enacted_at }: Pick<PlanSummary, "status" | "enacted_at">): ShownStatus {
  return status === "published" && enacted_at === null ? "scheduled" : status;
}

const OVER: ReadonlySet<PlanStatus> = new Set(["superseded", "abandoned"]);

export const isOver = ({ status }: Pick<PlanSummary, "status">): boolean => OVER.has(status);

/** The day in Beijing, as the interface writes it: 2026-12-01. */
export function dayInBeijing(now: number): string {
  return new Date(now + 8 * 3_600_000).toISOString().slice(0, 10);
}
