// The planner's screen from the outside, as people use it: a running server (see
// wall.e2e.ts), real browsers, mouse and keyboard. It publishes a plan, so it
// wants a demo of its own.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, settled as wallSettled, type Opened } from "./browser";
import { acceptOffer, borders, deskReady, letGo, settled, signedIn, state, type Person } from "./people";

const BASE = (process.env["SERVER_URL"] ?? "").replace(/\/$/, "");
/** From the key to the changed count on the screen. */
const MOVE_MS = 100;
/** From the server's answer to the new grids on the wall. */
const WALL_MS = 2000;

let browser: Browser;
let planner: Person;
let planId: number;

/** The browser writes down each refusal: of a stranger's first question, and of an operation. */
const unexpected = (error: string) => !/status of 401 .*\/session$|status of (409|422) .*\/operations$/.test(error);

const version = (page: Page) => state(page, ({ store }) => store.get().desk!.version);
const grids = (page: Page) => state(page, ({ store }) => store.get().view!.grids.map(({ code, households }) => `${code} ${households}`));
const violation = (page: Page) => state(page, ({ store }) => store.get().desk!.totals.violation);

async function waitVersion(page: Page, above: number): Promise<void> {
  await page.waitForFunction((seen) => window.__planner.planner.store.get().desk!.version > seen, above, { timeout: 30_000 });
  await settled(page);
}

/** Makes a plan through the screen and opens the community with the most households. */
async function newPlan(page: Page, name: string): Promise<number> {
  await page.locator("[data-new]").click();
  await page.locator("dialog input").fill(name);
  await page.locator("dialog button.primary").click();
  await page.waitForFunction(() => window.__planner.planner.store.get().page === "plan" && window.__planner.planner.store.get().plan !== null);
  return state(page, ({ store }) => store.get().plan!.id);
}

async function openLargest(page: Page): Promise<void> {
  const code = await state(page, ({ store }) => [...store.get().plan!.communities].sort((a, b) => b.households - a.households)[0]!.code);
  await page.locator(`[data-community="${code}"]`).click();
  await deskReady(page);
}

beforeAll(async () => {
  if (!BASE) throw new Error("BASE_URL is not set: name a running server, e.g. BASE_URL=http://127.0.0.1:8080");
  browser = await launch();
  planner = await signedIn(browser, BASE, "planner");
});

afterAll(async () => {
  await browser?.close();
});

describe("a planner", () => {
  it("finds a town by the initials of its name", async () => {
    const { page } = planner;
    const [town, letters] = await page.evaluate(() => {
      const place = window.__planner.planner.store.get().places.find(({ level }) => level === "town")!;
      const known: Record<string, string> = { 桂: "g", 林: "l", 梓: "z", 潼: "t", 大: "d", 佛: "f", 上: "s", 和: "h" };
      return [place.name, [...place.name].map((one) => known[one] ?? "").join("")] as const;
    });
    expect(letters.length).toBeGreaterThan(1);
    await page.locator(".search").fill(letters);
    expect(await page.locator(".place-list button b").first().innerText()).toBe(town);
    await page.locator(".search").fill("");
  });

  it("makes a plan and opens its largest community", async () => {
    planId = await newPlan(planner.page, "端到端测试方案");
    await openLargest(planner.page);
    const shown = await planner.page.locator(".count b").allInnerTexts();
    expect(shown.filter((text) => /\d/.test(text)).length).toBeGreaterThan(1);
  });

  it("redraws the community after being asked", async () => {
    const { page } = planner;
    const before = { version: await version(page), violation: await violation(page) };
    await page.keyboard.press("Shift+R");
    await page.locator("dialog button.primary").click();
    await waitVersion(page, before.version);
    expect(await violation(page)).toBeLessThanOrEqual(before.violation);
    expect(await page.locator(".log li").count()).toBe(1);
    await deskReady(page);
  });

  it("moves a block with two clicks and a key, and sees it within 100 ms", async () => {
    const { page } = planner;
    await page.evaluate(() => {
      const times: number[] = [];
      Object.assign(window, { __moves: times });
      addEventListener("keydown", ({ key }) => {
        if (key !== "1") return;
        const start = performance.now();
        const { map } = window.__planner;
        map!.once("render", () => times.push(performance.now() - start));
      }, true);
    });
    let done = 0;
    for (const { at } of await borders(page)) {
      const before = await version(page);
      await letGo(page);
      await page.mouse.click(...at);
      await page.locator(".targets button").first().waitFor({ timeout: 10_000 });
      await page.keyboard.press("1");
      if ((await acceptOffer(page)) && (await version(page)) > before) done++;
      if (done === 3) break;
    }
    expect(done).toBe(3);
    const times = await page.evaluate(() => (window as unknown as { __moves: number[] }).__moves);
    console.log(`key to map: ${times.map((ms) => ms.toFixed(0)).join(", ")} ms`);
    expect([...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(MOVE_MS);
  });

  it("drags a block onto a neighbouring grid", async () => {
    const { page } = planner;
    await letGo(page);
    const before = await version(page);
    for (const { at, target } of await borders(page)) {
      await letGo(page);
      await page.mouse.click(...at);
      await page.mouse.move(...at);
      await page.mouse.down();
      await page.mouse.move((at[0] + target[0]) / 2, (at[1] + target[1]) / 2, { steps: 4 });
      await page.mouse.move(...target, { steps: 4 });
      await page.mouse.up();
      if ((await acceptOffer(page)) && (await version(page)) > before) break;
    }
    expect(await version(page)).toBeGreaterThan(before);
  });

  it("splits a grid by a line, merges two, and undoes the merge", async () => {
    const { page } = planner;
    await letGo(page);
    const split = await version(page);
    const lines = await page.evaluate(() => {
      const { left, top } = document.getElementById("map")!.getBoundingClientRect();
      const all = [...window.__planner.planner.store.get().view!.grids].filter(({ dedicated, layered }) => dedicated === null && !layered);
      return all.sort((a, b) => b.plots - a.plots).slice(0, 6).flatMap(({ outline }) => {
        const points = outline.flat(2).map(([lng, lat]) => window.__planner.map!.project({ lng, lat }));
        const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
        const [x1, x2, y1, y2] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
        const [cx, cy] = [(x1 + x2) / 2 + left, (y1 + y2) / 2 + top];
        return [[[x1 + left - 8, cy], [x2 + left + 8, cy]], [[cx, y1 + top - 8], [cx, y2 + top + 8]]] as [number, number][][];
      });
    });
    for (const [a, b] of lines) {
      await letGo(page);
      await page.keyboard.press("x");
      await page.mouse.click(...a!);
      await page.mouse.click(...b!);
      await page.keyboard.press("Enter");
      if ((await acceptOffer(page)) && (await version(page)) > split) break;
    }
    expect(await version(page)).toBeGreaterThan(split);

    const before = await grids(page);
    const merge = await version(page);
    const smallest = await state(page, ({ store }) =>
      [...store.get().view!.grids].filter(({ dedicated }) => dedicated === null).sort((a, b) => a.households - b.households).map(({ code }) => code));
    for (const code of smallest.slice(0, 8)) {
      await letGo(page);
      await page.locator(`[data-grid="${code}"]`).first().click();
      await page.keyboard.press("m");
      await page.locator(".targets button").first().waitFor();
      await page.keyboard.press("1");
      if ((await acceptOffer(page)) && (await version(page)) > merge) break;
    }
    const merged = await version(page);
    expect(merged).toBeGreaterThan(merge);
    expect(await grids(page)).not.toEqual(before);
    await page.keyboard.press("Control+z");
    await waitVersion(page, merged);
    expect(await grids(page)).toEqual(before);
  });

  it("previews what would mend a grid, before it is done", async () => {
    const { page } = planner;
    await letGo(page);
    const outside = await state(page, ({ store }) => store.get().view!.grids.filter(({ in_range }) => !in_range).map(({ code }) => code));
    for (const code of outside.slice(0, 6)) {
      await letGo(page);
      await page.locator(`[data-grid="${code}"]`).first().click();
      await page.locator(`.suggestions[data-for="${code}"][aria-busy="false"]`).waitFor();
      if ((await page.locator(".suggestion").count()) === 0) continue;
      await page.locator(".suggestion").first().focus();
      expect(await state(page, ({ store }) => store.get().preview!.plots.length)).toBeGreaterThan(0);
      expect(await page.locator(".count b", { hasText: "→" }).count()).toBeGreaterThan(0);
      return;
    }
    expect(outside.length, "no grid outside had a suggestion").toBe(0);
  });

  it("repairs, and compares with the present", async () => {
    const { page } = planner;
    await letGo(page);
    const before = { violation: await violation(page), version: await version(page) };
    if (before.violation > 0) {
      await page.locator("[data-action=repair]").click();
      await waitVersion(page, before.version);
    }
    expect(await violation(page)).toBeLessThanOrEqual(before.violation);
    await page.keyboard.press("d");
    await page.locator(".diff table, .diff .facts").first().waitFor({ timeout: 20_000 });
    await page.keyboard.press("d");
    await deskReady(page);
  });

  it("submits; another approves and publishes; the wall shows the new grids within two seconds", async () => {
    const { page } = planner;
    const wall: Opened = await open(browser, `${BASE}/wall`, { width: 1280, height: 720 });
    await wallSettled(wall.page);
    const bounds = await state(page, ({ store }) => store.get().desk!.community.bounds);
    await wall.page.evaluate((box) => {
      window.__gridmap.wall.touch();
      setInterval(() => window.__gridmap.wall.touch(), 5000);
      window.__gridmap.map!.fitBounds(box, { duration: 0 });
    }, bounds);
    await wallSettled(wall.page);

    await page.locator("[data-step=submit]").first().click();
    await page.locator("dialog button.primary").click();
    await page.locator(".status.submitted").waitFor({ timeout: 90_000 });

    const approver = await signedIn(browser, BASE, "approver");
    await approver.page.locator(`[data-plan="${planId}"]`).click();
    await approver.page.locator("[data-step=approve]").click();
    await approver.page.locator("dialog textarea").fill("同意");
    await approver.page.locator("dialog button.primary").click();
    await approver.page.locator(".status.approved").waitFor({ timeout: 30_000 });
    await approver.page.locator("[data-step=publish]").click();
    const answered = approver.page.waitForResponse((response) => response.url().endsWith("/steps") && response.request().method() === "POST", { timeout: 90_000 });
    await approver.page.locator("dialog button.primary").click();
    const answer = await answered;
    expect(answer.status(), await answer.text()).toBe(200);
    const published = Date.now();
    await wall.page.waitForFunction(
      (id) => window.__gridmap.map!.querySourceFeatures("grids", { sourceLayer: "grids" }).some(({ properties }) => Number(properties["plan"]) === id),
      planId,
      { timeout: 20_000, polling: 20 },
    );
    const took = Date.now() - published;
    console.log(`published to wall: ${took} ms`);
    expect(took).toBeLessThan(WALL_MS);
    await approver.page.locator(".status.published").waitFor({ timeout: 10_000 });
    await page.locator(".status.published").waitFor({ timeout: 10_000 });
    expect(await state(page, ({ store }) => store.get().desk?.editable ?? false)).toBe(false);
    for (const { outside, errors } of [wall, approver]) expect([outside, errors.filter(unexpected)]).toEqual([[], []]);
    await wall.page.context().close();
    await approver.page.context().close();
  });

  it("asks no outside host and breaks no rule of its content policy", () => {
    expect(planner.outside).toEqual([]);
    expect(planner.errors.filter(unexpected)).toEqual([]);
  });
});

describe("two planners in one draft", () => {
  let other: Person;
  beforeAll(async () => {
    const { page } = planner;
    await page.goto(`${BASE}/planner`);
    await page.locator("[data-new]").waitFor();
    planId = await newPlan(page, "两人同时");
    await openLargest(page);
    other = await signedIn(browser, BASE, "approver");
    await other.page.goto(page.url());
    await deskReady(other.page);
  });

  it("see each other's operations as they happen, and by whom", async () => {
    const { page } = planner;
    const before = await version(page);
    for (const { at } of await borders(page)) {
      await letGo(page);
      await page.mouse.click(...at);
      await page.locator(".targets button").first().waitFor();
      await page.keyboard.press("1");
      if ((await acceptOffer(page)) && (await version(page)) > before) break;
    }
    await waitVersion(other.page, before);
    await other.page.locator(".told .notice", { hasText: "planner" }).first().waitFor({ timeout: 10_000 });
    expect(await grids(other.page)).toEqual(await grids(page));
  });

  it("a conflicting operation is refused, with what the other did, and the selection stays", async () => {
    // The other's page hears nothing any more: it works on a stale copy.
    await other.page.evaluate(() => {
      const { work } = window.__planner.planner;
      work.catchUp = () => Promise.resolve();
    });
    const { page } = planner;
    let conflict = false;
    for (const { at, plot } of await borders(page)) {
      const before = await version(page);
      await letGo(page);
      await page.mouse.click(...at);
      await page.locator(".targets button").first().waitFor();
      await page.keyboard.press("1");
      if (!(await acceptOffer(page)) || (await version(page)) === before) continue;
      const [there] = (await borders(other.page)).filter((border) => border.plot === plot);
      if (!there) continue;
      await letGo(other.page);
      await other.page.mouse.click(...there.at);
      await other.page.locator(".targets button").first().waitFor();
      const refused = other.page.waitForResponse((response) => response.url().endsWith("/operations") && response.request().method() === "POST");
      await other.page.locator("[data-target=new]").click(); // a grid of its own, whatever the first planner did with it
      const answer = await refused;
      expect(answer.status(), await answer.text()).toBe(409);
      await other.page.locator(".conflict").waitFor({ timeout: 10_000 });
      expect(await other.page.locator(".conflict li").first().innerText()).toContain("planner");
      expect(await state(other.page, ({ store }) => store.get().selected.size)).toBe(1);
      expect(await grids(other.page)).toEqual(await grids(page));
      conflict = true;
      break;
    }
    expect(conflict).toBe(true);
    await other.page.context().close();
  });
});

describe("with the keyboard alone", () => {
  it("a planner opens a community, walks the map, selects, moves, undoes, and reads the keys", async () => {
    const { page } = planner;
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset["community"] ?? "");
    await page.goto(`${BASE}/planner?plan=${planId}`);
    await page.locator("[data-community]").first().waitFor();
    const largest = await state(page, ({ store }) => [...store.get().plan!.communities].sort((a, b) => b.households - a.households)[0]!.code);
    for (let i = 0; i < 400 && (await focused()) !== largest; i++) await press("Tab");
    expect(await focused()).toBe(largest);
    await press("Enter");
    await deskReady(page);

    await press("g");
    expect(await page.evaluate(() => document.activeElement === window.__planner.map!.getCanvas())).toBe(true);
    const before = { version: await version(page), grids: await grids(page) };
    let moved = false;
    const walk = ["ArrowRight", "ArrowUp", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowUp"];
    for (let i = 0; i < 60 && !moved; i++) {
      await press("g", walk[i % walk.length]!);
      expect(await page.locator("[data-said]").innerText()).toContain("地块");
      if (i % 9 === 8) await press("ArrowRight", "ArrowRight");
      await press("Space");
      const targets = await page.locator(".targets button").count();
      if (targets > 1) {
        await press("1");
        await settled(page);
        moved = (await version(page)) > before.version;
      }
      if (!moved) await press("Escape", "Escape", "Escape", "Escape");
    }
    expect(moved).toBe(true);
    const after = await version(page);
    await press("Control+z");
    await waitVersion(page, after);
    expect(await grids(page)).toEqual(before.grids);

    // Open before the next frame: a key pressed meanwhile would be nobody's.
    const open = await page.evaluate(async () => {
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
      await Promise.resolve();
      return document.querySelector("dialog:modal") !== null;
    });
    expect(open).toBe(true);
    await press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });

    await press("?");
    expect(await page.locator("dialog").innerText()).toContain("撤销");
    await press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  });
});
