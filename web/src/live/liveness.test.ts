import { describe, expect, it, vi } from "vitest";
import { ServerClock } from "./clock";
import { WATCHDOG_MS, Watchdog, liveness } from "./liveness";

describe("liveness", () => {
  it.each([
    ["before the first word it is connecting", false, false, 0, "connecting"],
    ["without any word for long it is offline", false, true, 31_000, "offline"],
    ["a fresh word is live", true, true, 5_000, "live"],
    ["two missed heartbeats are stale", true, true, 13_000, "stale"],
    ["six are offline, whatever the connection says", true, true, 30_000, "offline"],
    ["a broken connection is offline at once", true, false, 4_000, "offline"],
    ["a blink of the connection is not worth a word", true, false, 500, "live"],
  ] as const)("%s", (_, heard, open, silence, want) => expect(liveness(heard, open, silence)).toBe(want));
});

describe("the watchdog", () => {
  it("reloads after a minute of silence when a server answers", async () => {
    const reload = vi.fn();
    await new Watchdog(() => WATCHDOG_MS, async () => true, reload).tick();
    expect(reload).toHaveBeenCalledOnce();
  });
  it("does not reload against a dead server", async () => {
    const reload = vi.fn();
    await new Watchdog(() => WATCHDOG_MS * 10, async () => false, reload).tick();
    expect(reload).not.toHaveBeenCalled();
  });
  it("does not ask while the stream speaks", async () => {
    const answers = vi.fn(async () => true);
    await new Watchdog(() => 5000, answers, () => {}).tick();
    expect(answers).not.toHaveBeenCalled();
  });
});

describe("the server's clock", () => {
  it("goes on between heartbeats by the monotonic clock", () => {
    let monotonic = 1000;
    const clock = new ServerClock(() => monotonic);
    clock.set("2026-11-22T00:00:00Z");
    monotonic += 2500;
    expect(clock.now()).toBe(Date.parse("2026-11-22T00:00:02.500Z"));
  });
  it("ignores a time it cannot read", () => {
    let monotonic = 0;
    const clock = new ServerClock(() => monotonic);
    clock.set("2026-11-22T00:00:00Z");
    clock.set("yesterday");
    expect(clock.now()).toBe(Date.parse("2026-11-22T00:00:00Z"));
    monotonic++;
  });
});
