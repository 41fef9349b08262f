import { describe, expect, it, vi } from "vitest";
import { BuildWatch, builtFiles, isNewer } from "./build";

const page = (hash: string) =>
  `<head><link rel="stylesheet" crossorigin href="/assets/wall-${hash}.css"><script type="module" crossorigin src="/assets/wall-${hash}.js"></script></head>`;

describe("the build of a page", () => {
  it("is the set of its hashed files", () => expect(builtFiles(page("A1"))).toEqual(["/assets/wall-A1.css", "/assets/wall-A1.js"]));
  it("is read from absolute addresses too, as a document may carry them", () =>
    expect(builtFiles('<script src="http://10.0.0.1:8080/assets/wall-A1.js"></script>')).toEqual(["/assets/wall-A1.js"]));
  it.each([
    ["the same files are the same build", page("A1"), page("A1"), false],
    ["another hash is a newer build", page("A1"), page("B2"), true],
    ["a proxy's error page is no build", page("A1"), "<h1>502 Bad Gateway</h1>", false],
    ["a page in development has no build to compare", '<script src="/src/main.tsx"></script>', page("B2"), false],
  ] as const)("%s", (_, own, served, want) => expect(isNewer(own, served)).toBe(want));
});

describe("the watch over the build", () => {
  it("asks nothing at the first connection", async () => {
    const served = vi.fn(async () => page("B2"));
    await new BuildWatch(page("A1"), served, () => {}).connected(true);
    expect(served).not.toHaveBeenCalled();
  });
  it("tells of new files after a reconnection", async () => {
    const renewed = vi.fn();
    const watch = new BuildWatch(page("A1"), async () => page("B2"), renewed);
    await watch.connected(false);
    await watch.connected(true);
    expect(renewed).toHaveBeenCalledOnce();
  });
  it("asks again when the server went away while it was asked", async () => {
    const renewed = vi.fn();
    const served = vi.fn().mockRejectedValueOnce(new Error("gone")).mockResolvedValue(page("B2"));
    const watch = new BuildWatch(page("A1"), served, renewed);
    await watch.connected(false);
    await watch.connected(true);
    expect(renewed).not.toHaveBeenCalled();
    await watch.connected(true);
    expect(renewed).toHaveBeenCalledOnce();
  });
});
