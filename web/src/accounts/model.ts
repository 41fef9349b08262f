// What the list of accounts shows and how it is searched; no page, no server.
import type { Account, Token } from "../api/office";
import { matchesInitials } from "../planner/model/pinyin";

export const STATES = ["normal", "change", "locked", "disabled"] as const;
export type State = (typeof STATES)[number];

/** What hinders sign-in most is what an account is called. */
export function stateOf(account: Account, now: number): State {
  if (account.disabled) return "disabled";
  if (account.locked_until && Date.parse(account.locked_until) > now) return "locked";
  return account.must_change ? "change" : "normal";
}

export type Way = "password" | "sso" | "both" | "none";

export function wayOf({ password, subject }: Account): Way {
  if (subject) return password ? "both" : "sso";
  return password ? "password" : "none";
}

export interface Filter {
  text: string;
  role: string;
  state: string;
}

export function filtered(accounts: readonly Account[], { text, role, state }: Filter, nameOf: (code: string) => string, now: number): Account[] {
  const wanted = text.trim().toLowerCase();
  const matches = ({ account, scope }: Account) =>
    wanted === "" || account.includes(wanted) || nameOf(scope).includes(wanted) || scope.startsWith(wanted) || matchesInitials(nameOf(scope), wanted) >= 0;
  return accounts.filter((one) => (role === "" || one.role === role) && (state === "" || stateOf(one, now) === state) && matches(one));
}

/** Whole days until a token ends: 0 on its last day. */
export function daysLeft({ expires_at }: Pick<Token, "expires_at">, now: number): number {
  return Math.max(0, Math.floor((Date.parse(expires_at) - now) / 86_400_000));
}
