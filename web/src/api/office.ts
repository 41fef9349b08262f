// What the screens of administrators and auditors ask the server, by name.
// Accounts and tokens take no key: what they carry must not be kept.
import { ask, get, query } from "./http";
import type { Role } from "./types";

export interface Account {
  account: string;
  role: Role;
  scope: string;
  disabled: boolean;
  must_change: boolean;
  /** It has one; without, its owner comes by the organisation's sign-in. */
  password: boolean;
  password_at: string;
  locked_until: string | null;
  subject?: string;
  created_at: string;
}

export interface NewAccount {
  account: string;
  role: Role;
  scope: string;
  password?: string;
  subject?: string;
}

export interface AccountChange {
  disabled?: boolean;
  role?: Role;
  scope?: string;
  password?: string;
  unlock?: boolean;
  subject?: string;
}

export interface Token {
  id: number;
  account: string;
  name: string;
  role: Role;
  scope: string;
  made_by: string;
  created_at: string;
  expires_at: string;
  seen_at: string;
}

export interface NewToken {
  account: string;
  name: string;
  role: Role;
  scope: string;
  days: number;
}

export interface AuditEntry {
  id: number;
  at: string;
  actor: string;
  role: string;
  action: string;
  subject: string;
  result: string;
  detail: Record<string, unknown>;
}

export interface AuditFilter {
  actor?: string;
  action?: string;
  from?: string;
  to?: string;
}

export const office = {
  accounts: async () => (await get<{ items: Account[] }>("/api/v1/accounts")).items,
  addAccount: (body: NewAccount) => ask<unknown>("POST", "/api/v1/accounts", { body }),
  changeAccount: (account: string, body: AccountChange) => ask<Account>("PATCH", `/api/v1/accounts/${encodeURIComponent(account)}`, { body }),
  tokens: async () => (await get<{ items: Token[] }>("/api/v1/tokens")).items,
  addToken: (body: NewToken) => ask<{ token: string; expires_at: string }>("POST", "/api/v1/tokens", { body }),
  endToken: (id: number) => ask<null>("DELETE", `/api/v1/tokens/${id}`),
  audit: async (filter: AuditFilter & { before?: number; limit?: number }) =>
    (await get<{ items: AuditEntry[] }>(`/api/v1/audit?${query({ ...filter })}`)).items,
};
