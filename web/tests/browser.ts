// The browser of the tests: Debian's Chromium, drawing in software, in Chinese
// and in Beijing time, and any request to another host is a failure.
import { chromium, type Browser, type Page } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
  "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: FLAGS });
}

export interface Opened {
  page: Page;
  /** Requests that left the server's own host: must stay empty. */
  outside: string[];
  /** Errors of the page and violations of its content policy. */
  errors: string[];
}

export async function open(browser: Browser, address: string, options: { width?: number; height?: number; scale?: number; token?: string | undefined } = {}): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1920, height: options.height ?? 1080 },
    deviceScaleFactor: options.scale ?? 1,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    ...(options.token ? { extraHTTPHeaders: { authorization: `Bearer ${options.token}` } } : {}),
  });
  const page = await context.newPage();
  const { host } = new URL(address);
  const outside: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== host) outside.push(request.url());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(address, { waitUntil: "domcontentloaded" });
  return { page, outside, errors };
}

/** Waits until the wall drew its first whole scene and nothing is missing any more. */
export async function settled(page: Page, timeoutMs = 90_000): Promise<void> {
  await page.waitForFunction(() => window.__gridmap?.ready === true, undefined, { timeout: timeoutMs });
  await idle(page, timeoutMs);
}

export async function idle(page: Page, timeoutMs = 60_000): Promise<void> {
  await page.evaluate(
    (limit) =>
      new Promise<void>((resolve) => {
        const { map } = window.__gridmap;
        const done = () => resolve();
        setTimeout(done, limit);
        map!.once("idle", done);
        map!.triggerRepaint();
      }),
    timeoutMs,
  );
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
