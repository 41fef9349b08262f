// Takes a picture of a running screen: npm run shot -- URL out.png [WIDTHxHEIGHT@SCALE] [EXPRESSION]
// TOKEN signs in where the wall does not open by itself.
// The expression is evaluated in the page before the picture, e.g. to move the map.
import { idle, launch, open, settled } from "./browser";

const [address, file, size = "1920x1080@2", expression] = process.argv.slice(3);
if (!address || !file) {
  console.error("usage: npm run shot -- URL out.png [WIDTHxHEIGHT@SCALE] [EXPRESSION]");
  process.exit(2);
}
const [width, height, scale] = size.split(/[x@]/).map(Number) as [number, number, number];
const browser = await launch();
try {
  const { page, outside, errors } = await open(browser, address, { width, height, scale, token: process.env["TOKEN"] });
  if (new URL(address).pathname === "/wall") {
    await settled(page);
    if (expression) {
      await page.evaluate(expression);
      await idle(page);
    }
    await page.waitForTimeout(1000);
  } else {
    if (new URL(address).pathname === "/emergency") {
      await page.waitForFunction(() => window.__emergency?.map?.map.loaded(), undefined, { timeout: 60_000 });
    }
    if (expression) await page.evaluate(expression);
    await page.waitForTimeout(2000);
  }
  await page.screenshot({ path: file });
  for (const problem of [...outside.map((url) => `outside request: ${url}`), ...errors]) console.error(problem);
} finally {
  await browser.close();
}
