import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Gather } from "./gather";

describe("news that comes in a rush", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function gather() {
    const screen = { busy: false };
    const handed: number[][] = [];
    const news = new Gather<number>({ waitMs: 60, mostMs: 1000, busy: () => screen.busy }, (all) => handed.push([...all]), () => Date.now());
    return { screen, handed, news };
  }

  it("is handed over together, in its order, a moment after the first", () => {
    const { handed, news } = gather();
    for (const n of [1, 2, 3]) news.put(n);
    vi.advanceTimersByTime(59);
    expect(handed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(handed).toEqual([[1, 2, 3]]);
    vi.advanceTimersByTime(5000);
    expect(handed).toHaveLength(1);
  });
  it("waits while the screen is busy with the last, and not longer than bearable", () => {
    const { screen, handed, news } = gather();
    news.put(1);
    vi.advanceTimersByTime(60);
    screen.busy = true;
    news.put(2);
    vi.advanceTimersByTime(300);
    news.put(3);
    expect(handed).toEqual([[1]]);
    vi.advanceTimersByTime(800);
    expect(handed).toEqual([[1], [2, 3]]);
  });
  it("comes as soon as the screen is done", () => {
    const { screen, handed, news } = gather();
    news.put(1);
    vi.advanceTimersByTime(60);
    screen.busy = true;
    news.put(2);
    vi.advanceTimersByTime(300);
    screen.busy = false;
    vi.advanceTimersByTime(60);
    expect(handed).toEqual([[1], [2]]);
  });
  it("comes at once when asked for, and not once more", () => {
    const { screen, handed, news } = gather();
    screen.busy = true;
    news.put(1);
    news.flush();
    news.flush();
    vi.advanceTimersByTime(5000);
    expect(handed).toEqual([[1]]);
  });
});
