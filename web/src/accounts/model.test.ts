import { describe, expect, it } from "vitest";
import type { Account } from "../api/office";
import { daysLeft, filtered, stateOf, wayOf } from "./model";
import { firstPassword } from "./password";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const account = (more: Partial<Account> = {}): Account => ({
  account: "li", role: "planner", scope: "500152001000", disabled: false, must_change: false, password: true, password_at: "", locked_until: null, created_at: "", ...more,
});

describe("what an account is called", () => {
  it.each([
    ["nothing in the way", {}, "normal"],
    ["a lock that is over is none", { locked_until: "2026-11-23T11:59:00Z" }, "normal"],
    ["a lock hinders more than a change that is due", { locked_until: "2026-11-23T12:09:00Z", must_change: true }, "locked"],
    ["disabled hinders most", { locked_until: "2026-11-23T12:09:00Z", disabled: true }, "disabled"],
    ["a first password", { must_change: true }, "change"],
  ] as const)("%s", (_, more, want) => expect(stateOf(account(more), NOW)).toBe(want));
  it("without password and subject nobody gets in", () => expect(wayOf(account({ password: false }))).toBe("none"));
});

describe("the list", () => {
  it.each([["by account", "li"], ["by the name of the scope", "桂林"], ["by its initials", "gljd"], ["by its code", "500152001"]])("is searched %s", (_, text) =>
    expect(filtered([account()], { text, role: "", state: "" }, () => "桂林街道", NOW)).toHaveLength(1));
  it("is narrowed by role and state together", () =>
    expect(filtered([account(), account({ disabled: true })], { text: "", role: "planner", state: "disabled" }, () => "", NOW)).toHaveLength(1));
});

it("a token has no days left on its last", () => expect(daysLeft({ expires_at: "2026-11-23T20:00:00Z" }, NOW)).toBe(0));

it("first passwords are long, differ, and have no character that is taken for another", () => {
  const made = Array.from({ length: 200 }, () => firstPassword());
  expect(new Set(made).size).toBe(200);
  for (const one of made) expect(one).toMatch(/^([a-km-zA-HJ-NP-Z2-9]{4}-){3}[a-km-zA-HJ-NP-Z2-9]{4}$/);
});
