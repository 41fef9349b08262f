import { describe, expect, it } from "vitest";
import { ALARM_MS, OVERVIEW_MS, PAUSE_MS, STOP_MS, choose, raise, resume, startTour, tick, touch } from "./tour";

describe("the tour", () => {
  it("goes from the whole division to each town, there close up, and after the last one back", () => {
    let tour = startTour(2, 0);
    const seen: string[] = [];
    for (let now = OVERVIEW_MS, i = 0; i < 5; i++, now += STOP_MS) {
      tour = tick(tour, now);
      seen.push(`${tour.stop}${tour.closeUp ? " close" : ""}`);
    }
    expect(seen).toEqual(["1", "1 close", "2", "2 close", "0"]);
  });

  it("does not move before its time", () => {
    const tour = startTour(2, 0);
    expect(tick(tour, OVERVIEW_MS - 1)).toBe(tour);
  });

  it("stands still at one stop when the division has no children", () => {
    expect(tick(startTour(0, 0), OVERVIEW_MS).stop).toBe(0);
  });

  it("pauses under a hand and goes on where it was, a minute after the last touch", () => {
    let tour = touch(touch(choose(startTour(3, 0), 2, 0), 1000), 30_000);
    tour = tick(tour, 30_000 + PAUSE_MS - 1);
    expect(tour.mode).toBe("paused");
    tour = tick(tour, 30_000 + PAUSE_MS);
    expect([tour.mode, tour.stop]).toEqual(["touring", 2]);
  });

  it("is interrupted by an alarm and gets its stop back", () => {
    let tour = tick(startTour(3, 0), OVERVIEW_MS);
    tour = tick(raise(tour, "case 1"), OVERVIEW_MS + 1);
    expect([tour.mode, tour.alarm]).toEqual(["alarm", "case 1"]);
    tour = tick(tour, OVERVIEW_MS + 1 + ALARM_MS);
    expect([tour.mode, tour.alarm, tour.stop, tour.closeUp]).toEqual(["touring", null, 1, false]);
  });

  it("shows two alarms one after the other", () => {
    let tour = tick(raise(raise(startTour(3, 0), "a"), "b"), 1);
    tour = tick(tour, 1 + ALARM_MS);
    expect([tour.mode, tour.alarm, tour.waiting]).toEqual(["alarm", "b", []]);
  });

  it("keeps an alarm waiting while a hand is on the map", () => {
    let tour = tick(raise(touch(startTour(3, 0), 0), "a"), 10);
    expect(tour.mode).toBe("paused");
    tour = tick(resume(tour, 20), 21);
    expect(tour.alarm).toBe("a");
  });

  it("does not queue the same alarm twice, nor more than eight", () => {
    let tour = startTour(3, 0);
    for (let i = 0; i < 20; i++) tour = raise(raise(tour, `case ${i}`), `case ${i}`);
    expect(tour.waiting).toHaveLength(8);
    expect(tour.waiting.at(-1)).toBe("case 19");
  });
});
