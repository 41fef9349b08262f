// The address of a page of this screen, so that it can be opened again, sent to
// a colleague, and gone back to.
import type { Language } from "../language";

export interface Place {
  plan: number | null;
  community: string | null;
  diff: boolean;
}

export function placeOf(search: string): Place {
  const query = new URLSearchParams(search);
  const plan = Number(query.get("plan"));
  if (!Number.isSafeInteger(plan) || plan <= 0) return { plan: null, community: null, diff: false };
  return { plan, community: query.get("community") || null, diff: query.get("view") === "diff" };
}

export function addressOf({ plan, community, diff }: Place, language: Language): string {
  const query = new URLSearchParams();
  if (plan !== null) query.set("plan", String(plan));
  if (plan !== null && community) query.set("community", community);
  if (plan !== null && diff) query.set("view", "diff");
  if (language === "en") query.set("lang", "en");
  const text = query.toString();
  return `/planner${text ? `?${text}` : ""}`;
}
