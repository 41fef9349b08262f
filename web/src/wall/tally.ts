// Keeps the figures right between two readings: each event says what a case was
// and what it is, so the counts move by the difference. The server's own figures
// replace the result every half minute.
import type { CaseChange, CaseFigures, CaseState, Figures } from "../api/types";

/** The part of a 12-digit division code that its grids' codes begin with. */
export function prefixOf(division: string): string {
  if (division.endsWith("000000")) return division.slice(0, 6);
  if (division.endsWith("000")) return division.slice(0, 9);
  return division;
}

export function inDivision(change: CaseChange, division: string): boolean {
  const { community_code, town_code, grid_code } = change.case;
  const place = community_code || grid_code || town_code || "";
  return place.startsWith(prefixOf(division));
}

function add<K extends string>(counts: Partial<Record<K, number>>, key: K, by: number): Partial<Record<K, number>> {
  return { ...counts, [key]: Math.max(0, (counts[key] ?? 0) + by) };
}

function count(figures: CaseFigures, state: CaseState, level: CaseChange["case"]["level"], step: CaseChange["case"]["step"], board: CaseChange["case"]["board"], by: number): CaseFigures {
  if (state === "closed") return figures;
  return {
    ...figures,
    open: Math.max(0, figures.open + by),
    due_soon: Math.max(0, figures.due_soon + (state === "due_soon" ? by : 0)),
    overdue: Math.max(0, figures.overdue + (state === "overdue" ? by : 0)),
    by_level: add(figures.by_level, level, by),
    by_step: add(figures.by_step, step, by),
    by_board: add(figures.by_board, board, by),
  };
}

/** The case figures after one change of one case. */
export function tally(figures: CaseFigures, change: CaseChange): CaseFigures {
  const { case: now, previous } = change;
  let next = figures;
  if (previous) next = count(next, previous.state, previous.level, previous.step, now.board, -1);
  else next = { ...next, opened_today: next.opened_today + 1 };
  next = count(next, now.state, now.level, now.step, now.board, 1);
  if (now.state === "closed" && previous && previous.state !== "closed") {
    next = { ...next, closed: next.closed + 1, closed_today: next.closed_today + 1 };
  }
  return next;
}

/** The figures of a division and of its children after a message's changes. */
export function tallyAll(figures: Figures, changes: readonly CaseChange[]): Figures {
  const own = changes.filter((change) => inDivision(change, figures.division.code));
  if (own.length === 0) return figures;
  const next = { ...figures, cases: own.reduce(tally, figures.cases) };
  if (figures.children) next.children = figures.children.map((child) => tallyAll(child, own));
  return next;
}
