// People at the planner's screen: how a test signs in, waits, and finds plots.
import type { Browser, Page } from "playwright-core";
import type { Planner } from "../src/planner/planner";
import { open, type Opened } from "./browser";

export interface Person extends Opened {
  name: string;
}

/** Opens the start page in a browser context of its own and signs in by hand. */
export async function signedIn(browser: Browser, base: string, account: string, size = { width: 1366, height: 768 }): Promise<Person> {
  const opened = await open(browser, `${base}/`, size);
  const { page } = opened;
  await page.locator("input[name=account]").fill(account);
  await page.locator("input[name=password]").fill(`demo-${account}`);
  await page.locator(".sign-in button.primary").click();
  await page.waitForURL("**/planner*");
  await page.waitForFunction(() => window.__planner?.planner.store.get().places.length > 0, undefined, { timeout: 30_000 });
  return { ...opened, name: account };
}

export function state<T>(page: Page, read: (planner: Planner) => T): Promise<T> {
  return page.evaluate(`(${read.toString()})(window.__planner.planner)`) as Promise<T>;
}

/** Waits until a desk is open, painted, and nothing is on its way. */
export async function deskReady(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { store } = window.__planner.planner;
    const { desk, pending, page: shown } = store.get();
    return shown === "desk" && desk !== null && pending.length === 0 && window.__planner.map?.isSourceLoaded("plots");
  }, undefined, { timeout: 60_000 });
  await page.waitForFunction(() => window.__planner.map!.queryRenderedFeatures({ layers: ["plots"] }).length > 0, undefined, { timeout: 60_000 });
}

export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => window.__planner.planner.store.get().pending.length === 0, undefined, { timeout: 60_000 });
}

export interface Border {
  plot: number;
  from: string;
  to: string;
  /** In pixels of the page. */
  at: [number, number];
  target: [number, number];
}

/** Plots at a border that can be clicked, with a plot of the neighbouring grid: ordinary grids only, the fullest first. */
export function borders(page: Page): Promise<Border[]> {
  return page.evaluate(() => {
    const { planner, map } = window.__planner;
    const { view, desk } = planner.store.get();
    const grids = new Map(view!.grids.map((grid) => [grid.code, grid]));
    const { left, top, right, bottom } = document.getElementById("map")!.getBoundingClientRect();
    const pixel = (id: number): [number, number] | null => {
      const [lng, lat] = planner.work.plots.get(id)!.at;
      const { x, y } = map!.project({ lng, lat });
      const hits = map!.queryRenderedFeatures([x, y], { layers: ["plots"] }).map((feature) => Number(feature.id));
      const sees = x > 20 && y > 20 && x < right - left - 20 && y < bottom - top - 20;
      return sees && new Set(hits).size === 1 && hits[0] === id ? [x + left, y + top] : null;
    };
    const plain = (code: string) => grids.get(code)!.dedicated === null && !grids.get(code)!.locked;
    const found: Border[] = [];
    for (const { id } of desk!.plots) {
      const from = view!.gridOf.get(id)!;
      const at = plain(from) && grids.get(from)!.plots > 2 ? pixel(id) : null;
      if (!at) continue;
      for (const next of planner.work.neighbours.of(id)) {
        const to = view!.gridOf.get(next)!;
        const target = to !== from && plain(to) ? pixel(next) : null;
        if (target) found.push({ plot: id, from, to, at, target });
      }
    }
    return found.sort((a, b) => grids.get(b.from)!.plots - grids.get(a.from)!.plots || a.plot - b.plot);
  });
}

/** A refusal is answered with its first offer, as a person would; false when it offers nothing. */
export async function acceptOffer(page: Page): Promise<boolean> {
  await settled(page);
  const offer = page.locator("[data-offer='0']");
  if ((await offer.count()) === 0) return (await page.locator(".refusal").count()) === 0;
  await offer.click();
  await settled(page);
  return (await page.locator(".refusal").count()) === 0;
}

/** Lets go of tool, selection and open grid. */
export async function letGo(page: Page): Promise<void> {
  for (let i = 0; i < 4; i++) await page.keyboard.press("Escape");
}
