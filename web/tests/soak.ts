// A wall that is looked at for a long time: npm run -s soak-page -- URL, with TOKEN
// for the wall. It does what a line on its standard input says and answers each
// with a line of JSON; deploy/soak drives it.
import { createInterface } from "node:readline";
import type { CDPSession, Page } from "playwright-core";
import { idle, launch, open, settled } from "./browser";

/** What is to be seen of the page now. */
interface Sample {
  /** Bytes of the JavaScript heap after a full collection. */
  heap: number;
  nodes: number;
  listeners: number;
  /** Open cases as the screen shows them. */
  open: number;
  /** Grids that are drawn. */
  grids: number;
  lost: boolean;
  liveness: string;
  /** How far the page's clock is from the machine's, in milliseconds. */
  shifted: number;
  errors: string[];
}

const [address] = process.argv.slice(3);
if (!address) {
  console.error("usage: npm run soak-page -- URL");
  process.exit(2);
}

async function sample(page: Page, cdp: CDPSession, errors: string[]): Promise<Sample> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { metrics } = await cdp.send("Performance.getMetrics");
  const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? -1;
  const seen = await page.evaluate(() => {
    const { store, map } = window.__gridmap;
    const { figures, contextLost, liveness } = store.get();
    return {
      open: figures?.cases.open ?? -1,
      grids: contextLost ? 0 : map!.queryRenderedFeatures({ layers: ["grid-fill"] }).length,
      lost: contextLost,
      liveness,
      shifted: (window as unknown as { __shift: number }).__shift,
    };
  });
  return { heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners"), errors: errors.splice(0), ...seen };
}

async function loseContext(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const map = window.__gridmap.map!;
    const loss = map.getCanvas().getContext("webgl2")!.getExtension("WEBGL_lose_context")!;
    const lost = new Promise((resolve) => map.once("webglcontextlost", resolve));
    loss.loseContext();
    await lost;
    await new Promise(requestAnimationFrame); // it may be restored once the event is over
    loss.restoreContext();
  });
  await page.waitForFunction(() => !window.__gridmap.store.get().contextLost, undefined, { timeout: 30_000 });
  await idle(page);
}

const browser = await launch();
const { page, errors, outside } = await open(browser, "about:blank", { token: process.env["TOKEN"] });
// The machine's clock, as the page sees it, can be moved; timers run on.
await page.addInitScript(() => {
  const shifted = window as unknown as { __shift: number };
  shifted.__shift = 0;
  const Real = Date;
  window.Date = class extends Real {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(Real.now() + shifted.__shift);
      else super(...(given as [number]));
    }
    static override now(): number {
      return Real.now() + shifted.__shift;
    }
  } as unknown as DateConstructor;
});
await page.goto(address, { waitUntil: "domcontentloaded" });
await settled(page);
outside.length = 0;
const cdp = await page.context().newCDPSession(page);
await cdp.send("Performance.enable");
console.log(JSON.stringify(await sample(page, cdp, errors)));
for await (const line of createInterface({ input: process.stdin })) {
  const [what, by] = line.split(" ");
  if (what === "lose-context") await loseContext(page);
  if (what === "clock") await page.evaluate((ms) => void ((window as unknown as { __shift: number }).__shift += ms), Number(by));
  if (what === "end") break;
  console.log(JSON.stringify(await sample(page, cdp, errors)));
}
await browser.close();
