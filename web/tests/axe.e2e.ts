// Accessibility by axe on every screen: no serious and no critical finding. What
// axe cannot see is a canvas; the lists beside it say what it shows.
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, settled } from "./browser";
import { deskReady, signedIn } from "./people";

const BASE = (process.env["SERVER_URL"] ?? "").replace(/\/$/, "");
let browser: Browser;

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: page as never }).setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(" ")} (${failureSummary ?? ""})`));
}

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

describe("axe finds nothing serious", () => {
  it("on the wall", async () => {
    const { page } = await open(browser, `${BASE}/wall`);
    await settled(page);
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  });

  it("on the start page", async () => {
    const { page } = await open(browser, `${BASE}/`);
    await page.locator(".sign-in form").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  });

  it("on the planner's pages, its dialogs and its notices", async () => {
    const { page } = await signedIn(browser, BASE, "planner");
    expect(await findings(page), "the list of plans").toEqual([]);
    await page.locator("[data-new]").click();
    expect(await findings(page), "a new plan").toEqual([]);
    await page.locator("dialog button.primary").click();
    await page.locator("[data-community]").first().waitFor();
    expect(await findings(page), "a plan").toEqual([]);
    await page.locator("[data-community]").first().click();
    await deskReady(page);
    expect(await findings(page), "the desk").toEqual([]);
    await page.keyboard.press("g");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    await page.locator(".targets, .selection").first().waitFor();
    expect(await findings(page), "a selection and the page of a grid").toEqual([]);
    await page.keyboard.press("?");
    expect(await findings(page), "the key sheet").toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("d");
    await page.locator(".diff .facts").waitFor();
    expect(await findings(page), "the comparison").toEqual([]);
    await page.locator("[data-step=abandon]").click();
    expect(await findings(page), "a step").toEqual([]);
    await page.locator("dialog button.primary").click();
    await page.locator(".status.abandoned").waitFor();
    await page.context().close();
  });

  it("on the history screen", async () => {
    const { page } = await signedIn(browser, BASE, "planner");
    const grid = await page.evaluate(async () => {
      const answer = await fetch("/api/v1/versions");
      return ((await answer.json()) as { items: unknown[] }).items.length;
    });
    expect(grid).toBeGreaterThan(0);
    await page.goto(`${BASE}/history`);
    await page.locator(".divider").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  });
});
