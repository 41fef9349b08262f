// Where a visitor goes on to after signing in.
import type { Role } from "../api/types";
import { languageOf } from "../language";

export const language = languageOf(location.search);

/** The screen of a role; the others find theirs on this page. */
const SCREEN_OF: Partial<Record<Role, string>> = { planner: "/planner", wall: "/wall", emergency: "/emergency", administrator: "/accounts", auditor: "/audit" };

/** Only a path of ours, never another host. */
export function nextPath(role: Role, search = location.search): string {
  const query = new URLSearchParams(search);
  const next = query.get("next") ?? "";
  if (/^\/(?![/\\])/.test(next)) return next;
  const english = query.get("lang") === "en" ? "?lang=en" : "";
  return `${SCREEN_OF[role] ?? "/"}${english}`;
}
