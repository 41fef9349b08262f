// Compares two screenshots in the browser itself, which can read a PNG.
import type { Page } from "playwright-core";

/** The share of pixels (0 to 1) whose colour differs by more than a trace. */
export function differing(page: Page, a: Buffer, b: Buffer): Promise<number> {
  return page.evaluate(
    async ([first, second]) => {
      const read = async (png: string) => {
        const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
      };
      const [x, y] = await Promise.all([read(first), read(second)]);
      let count = 0;
      for (let i = 0; i < x.length; i += 4) {
        const apart = Math.abs(x[i]! - y[i]!) + Math.abs(x[i + 1]! - y[i + 1]!) + Math.abs(x[i + 2]! - y[i + 2]!);
        if (apart > 24) count++;
      }
      return count / (x.length / 4);
    },
    [a.toString("base64"), b.toString("base64")] as const,
  );
}
