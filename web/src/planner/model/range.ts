// In range, near it or outside: the state of a grid, its sign and its word.
import type { GridOnDesk, RangeState, Rule } from "../../api/plans";

/** Outside by no more than this share of the bound is near. */
const NEAR = 0.05;

export type Sign = "ok" | "near" | "over" | "under" | "dedicated";

export function stateOf(households: number, rule: Rule, dedicated: boolean): RangeState {
  if (dedicated) return "dedicated";
  if (households >= rule.min && households <= rule.max) return "in";
  const [bound, by] = households < rule.min ? [rule.min, rule.min - households] : [rule.max, households - rule.max];
  return by <= bound * NEAR ? "near" : "out";
}

/** Never colour alone: each state has a sign that differs in shape. */
export function signOf(state: RangeState, households: number, rule: Rule): Sign {
  if (state === "dedicated") return "dedicated";
  if (state === "in") return "ok";
  if (state === "near") return "near";
  return households > rule.max ? "over" : "under";
}

/** Households above the top (positive) or below the floor (negative); 0 in range. */
export function beyond(households: number, rule: Rule): number {
  if (households > rule.max) return households - rule.max;
  return households < rule.min ? households - rule.min : 0;
}

/** What stands wrong comes first: the worst outside first, then near, then in range. */
export function byNeed(rule: Rule): (a: GridOnDesk, b: GridOnDesk) => number {
  const rank: Record<RangeState, number> = { out: 0, near: 1, in: 2, dedicated: 3 };
  return (a, b) =>
    rank[a.state] - rank[b.state] ||
    Math.abs(beyond(b.households, rule)) - Math.abs(beyond(a.households, rule)) ||
    a.code.localeCompare(b.code);
}
