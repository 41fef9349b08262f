// Administrators and auditors: a new person gets in, a locked one is let in
// again, the log is filtered, and axe finds nothing serious.
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, open } from "./browser";

const BASE = (process.env["SERVER_URL"] ?? "").replace(/\/$/, "");
const NAME = `li.${Date.now() % 100_000}`;
const FRESH = "River-Stone-4471-calm";
let browser: Browser;
let office: Page;
let password = "";

async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: page as never }).setLegacyMode().analyze();
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")} (${failureSummary ?? ""})`));
}

async function start(): Promise<Page> {
  return (await open(browser, `${BASE}/`, { width: 1366, height: 768 })).page;
}

async function tryIn(page: Page, account: string, secret: string): Promise<void> {
  await page.locator("input[name=account]").fill(account);
  await page.locator("input[name=password]").fill(secret);
  await page.locator(".sign-in button.primary").click();
}

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

it("an administrator adds an account and is shown its first password once", async () => {
  office = await start();
  await tryIn(office, "admin", "demo-admin");
  await office.waitForURL("**/accounts*");
  await office.locator("[data-account=planner]").waitFor();
  expect(await serious(office), "the list").toEqual([]);
  await office.locator("[data-new]").click();
  await office.locator("dialog input[name=account]").fill(NAME);
  await office.locator("dialog select[name=role]").selectOption("operator");
  expect(await serious(office), "a new account").toEqual([]);
  await office.locator("[data-do]").click();
  password = await office.locator("[data-secret]").inputValue();
  await office.locator("[data-noted]").click();
  await office.locator(`[data-account="${NAME}"] .state.change`).waitFor();
  expect(await serious(office), "an account").toEqual([]);
});

it("the new person must change the password and then gets in", async () => {
  const page = await start();
  await tryIn(page, NAME, password);
  const form = page.locator("form[data-change]");
  await form.waitFor();
  for (const i of [0, 1]) await form.locator("input[autocomplete=new-password]").nth(i).fill(FRESH);
  await form.locator("button.primary").click();
  await page.locator(".signed-in").waitFor();
  expect(await page.locator(".signed-in").textContent()).toContain(NAME);
  await page.context().close();
});

it("five wrong passwords lock the account, and the administrator unlocks it", async () => {
  const page = await start();
  for (let n = 0; n < 5; n++) {
    const answer = page.waitForResponse((response) => response.url().endsWith("/api/v1/session") && response.request().method() === "POST");
    await tryIn(page, NAME, `wrong-${n}`);
    await answer;
  }
  await office.reload();
  await office.locator(`[data-account="${NAME}"] .state.locked`).waitFor();
  await office.locator(`[data-account="${NAME}"] button`).click();
  await office.locator("[data-act=unlock]").click();
  await office.locator(`[data-account="${NAME}"] .state.normal`).waitFor();
  await page.reload();
  await tryIn(page, NAME, FRESH);
  await page.locator(".signed-in").waitFor();
  await page.context().close();
});

it("a disabled account is signed out for good, after a question that names it", async () => {
  await office.locator("[data-act=switch]").click();
  expect(await office.locator("dialog").textContent()).toContain(NAME);
  await office.locator("[data-do]").click();
  await office.locator(`[data-account="${NAME}"] .state.disabled`).waitFor();
});

it("an auditor filters the log, and an administrator sees none of it", async () => {
  const page = await start();
  await tryIn(page, "auditor", "demo-auditor");
  await page.waitForURL("**/audit*");
  await page.locator("[data-entry]").first().waitFor();
  expect(await serious(page), "the log").toEqual([]);
  await page.locator("input[name=actor]").fill("admin");
  await page.keyboard.press("Enter");
  await expect.poll(async () => new Set(await page.locator("[data-entry] td:nth-child(3)").allTextContents())).toEqual(new Set(["admin"]));
  expect((await page.locator("[data-entry]").allTextContents()).some((line) => line.includes(NAME))).toBe(true);
  await office.goto(`${BASE}/audit`);
  await office.locator("main.lone").waitFor();
  await page.context().close();
});
