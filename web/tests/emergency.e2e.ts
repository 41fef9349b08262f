// The first ten minutes as a person would: the warning, the map, the plan, the
// orders, the answers, the roll on a phone, and a minute without a network.
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, type Opened } from "./browser";

const BASE = (process.env["SERVER_URL"] ?? "").replace(/\/$/, "");
const WAIT = { timeout: 60_000 };
let browser: Browser;
let desk: Opened;
let phone: Opened;

async function signIn(account: string, next: string, size: { width: number; height: number }): Promise<Opened> {
  const opened = await open(browser, `${BASE}/?next=${encodeURIComponent(next)}`, size);
  const { page } = opened;
  await page.locator("input[name=account]").fill(account);
  await page.locator("input[name=password]").fill(`demo-${account}`);
  await page.locator(".sign-in button.primary").click();
  await page.waitForURL(`**${next}*`);
  return opened;
}

async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: page as never }).setLegacyMode().analyze();
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(" ")} (${failureSummary ?? ""})`));
}

const unaccounted = async (page: Page) => Number(await page.locator("[data-unaccounted]").getAttribute("data-unaccounted"));
/** Simulated teams call the roll meanwhile: what this phone said is in the number, and more may be. */
const falls = async (read: () => Promise<number>, to: number) => expect.poll(read, { timeout: 30_000, interval: 200 }).toBeLessThanOrEqual(to);
const wetPeople = (page: Page) => page.locator("[data-look=wet] b").textContent();

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

describe("the first ten minutes", () => {
  it("the warning arrives: gauges, counts, and buildings by deadline", async () => {
    desk = await signIn("emergency", "/emergency", { width: 1920, height: 1080 });
    const { page } = desk;
    await page.locator("[data-start], .gauges").first().waitFor(WAIT);
    if (await page.locator("[data-start]").count()) await page.locator("[data-start]").click();
    await page.locator(".gauge .stage").first().waitFor(WAIT);
    await page.waitForFunction(() => window.__emergency.map?.map.loaded(), undefined, WAIT);
    // The alert comes ten minutes after the replay begins: until then the river is low.
    await page.waitForFunction(() => {
      const { gauges, stages, evacuation } = window.__emergency.known ?? {};
      const above = gauges?.some(({ forecast, guarantee_m }) => guarantee_m !== null && (forecast?.peak_m[1] ?? 0) > guarantee_m);
      return above && evacuation!.headline.will_be_wet > 0 && Date.parse(stages!.times.at(-1)!) > Date.parse(evacuation!.now) + 6 * 3_600_000;
    }, undefined, WAIT);
    expect(await page.locator(".grid-row").count()).toBeGreaterThan(4);
  });

  it("the time slider floods the map as it is dragged, and nothing of it is taken for the present", async () => {
    const { page } = desk;
    const before = await wetPeople(page);
    const slider = page.locator("[data-slider=time]");
    await slider.evaluate((input: HTMLInputElement) => {
      input.value = String(Number(input.value) + 0.8 * (Number(input.max) - Number(input.value)));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await expect.poll(() => wetPeople(page)).not.toBe(before);
    await page.locator(".sliders.what-if").waitFor();
    await page.locator("[data-now]").click();
    await expect.poll(() => page.locator(".sliders.what-if").count()).toBe(0);
  });

  it("a person approves the plan, and from then on the unaccounted number stands there in red", async () => {
    const { page } = desk;
    await page.keyboard.press("2");
    await page.locator(".shelters li").first().waitFor();
    await page.locator("[data-approve]").click();
    expect(await serious(page), "the approval").toEqual([]);
    await page.locator("dialog button.primary").click();
    await page.locator(".identity.open").waitFor(WAIT);
    expect(await unaccounted(page)).toBeGreaterThan(0);
  });

  it("an order to the grids with the earliest departure, and the board of answers", async () => {
    const { page } = desk;
    await page.keyboard.press("1");
    for (const i of [0, 1, 2]) await page.locator(".grid-row input").nth(i).check();
    await page.locator("[data-order]").click();
    await page.locator("[data-kind=move]").click();
    await page.keyboard.press("3");
    await page.locator(".call").first().waitFor(WAIT);
    expect(await page.locator(".call").count()).toBeGreaterThanOrEqual(3);
    await page.locator(".call.sent > button:last-child").first().click();
    await page.locator(".call.received").first().waitFor(WAIT);
    expect(await serious(page), "the board").toEqual([]);
  });

  it("a phone calls the roll, and the screen follows", async () => {
    phone = await signIn("emergency", "/rollcall", { width: 390, height: 844 });
    const { page } = phone;
    // The fullest of the grids that got no order: no simulated team is on its way there.
    await page.locator("[data-grid]:has(b.loud)").first().waitFor(WAIT);
    const fullest = await page.locator("[data-grid] b").evaluateAll((all) => {
      const counts = all.map(({ textContent }, i) => (i < 3 ? -1 : Number(textContent)));
      return counts.indexOf(Math.max(...counts));
    });
    await page.locator("[data-grid]").nth(fullest).click();
    await page.locator("[data-household]").first().waitFor(WAIT);
    const [before, all] = [await unaccounted(page), await unaccounted(desk.page)];
    await page.locator("[data-household] button").first().click();
    expect(await serious(page), "the answer").toEqual([]);
    await page.locator("[data-status=sheltered]").click();
    await expect.poll(() => unaccounted(page)).toBeLessThan(before);
    const done = before - (await unaccounted(page));
    await falls(() => unaccounted(desk.page), all - done);
    expect(await serious(page), "the sheet").toEqual([]);
    expect([...desk.outside, ...phone.outside]).toEqual([]);
  });

  it("without a network both go on, also after a reload, and nothing that was entered is lost", async () => {
    const [screen, hand] = [desk.page, phone.page];
    await expect.poll(() => hand.locator("[data-waiting]").getAttribute("data-waiting"), { timeout: 30_000 }).toBe("0"); // of the test before
    // Built files are kept once the page has told the keeper which ones it uses.
    for (const page of [screen, hand]) {
      await page.waitForFunction(async () => (await (await caches.open("pages-1")).keys()).length > 0 && (await (await caches.open("files-1")).keys()).length > 2, undefined, WAIT);
      await page.context().setOffline(true);
    }
    const since = Date.now();
    const before = await unaccounted(hand);
    await hand.locator("[data-household] button").first().click();
    await hand.locator("[data-status=with_relatives]").click();
    await expect.poll(() => hand.locator("[data-waiting]").getAttribute("data-waiting")).toBe("1");
    const after = await unaccounted(hand);
    expect(after).toBeLessThan(before);
    await hand.reload();
    await hand.locator("[data-household]").first().waitFor(WAIT);
    expect(await hand.locator("[data-waiting]").getAttribute("data-waiting")).toBe("1");
    expect(await unaccounted(hand), "what was entered still counts").toBe(after);

    await screen.keyboard.press("1");
    await screen.locator(".grid-row input").nth(4).check();
    await screen.locator("[data-order]").click();
    await screen.locator("[data-kind=prepare]").click();
    await screen.locator(".queue").waitFor(WAIT);
    await screen.reload();
    await screen.locator(".connection.away").waitFor(WAIT);
    await screen.locator(".queue").waitFor(WAIT);
    expect(await unaccounted(screen)).toBeGreaterThan(0);

    const total = await unaccounted(screen);
    await expect.poll(() => Date.now() - since, { timeout: 70_000 }).toBeGreaterThan(60_000);
    for (const page of [screen, hand]) await page.context().setOffline(false);
    await expect.poll(() => hand.locator("[data-waiting]").getAttribute("data-waiting"), { timeout: 40_000 }).toBe("0");
    await expect.poll(() => screen.locator(".queue").count(), { timeout: 40_000 }).toBe(0);
    await falls(() => unaccounted(screen), total - (before - after));
    expect(await serious(screen), "the screen").toEqual([]);
  });
});
