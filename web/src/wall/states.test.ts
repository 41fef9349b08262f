import { describe, expect, it } from "vitest";
import { GridStates } from "./states";

describe("the states of the grids", () => {
  it("a grid nobody named has nothing open", () => expect(new GridStates().of(5).open).toBe(0));

  it("an event replaces a grid's counts and returns its id", () => {
    const states = new GridStates();
    states.replace([[1, 2, 0, 0, 0]]);
    expect(states.apply([[1, 3, 1, 0, 0]])).toEqual([1]);
    expect(states.of(1)).toEqual({ open: 3, due: 1, over: 0, district: 0 });
  });

  it("a grid whose last case closed is forgotten", () => {
    const states = new GridStates();
    states.replace([[1, 1, 0, 0, 0]]);
    states.apply([[1, 0, 0, 0, 0]]);
    expect(states.size).toBe(0);
  });

  it("a new reading names what changed, also what vanished, and nothing else", () => {
    const states = new GridStates();
    states.replace([[1, 1, 0, 0, 0], [2, 1, 0, 0, 0], [3, 1, 0, 0, 0]]);
    expect(states.replace([[1, 1, 0, 0, 0], [2, 9, 0, 0, 0]]).sort()).toEqual([2, 3]);
  });

  it("classes rise strictly, also when all counts are the same", () => {
    const states = new GridStates();
    states.replace([[1, 1, 0, 0, 0], [2, 1, 0, 0, 0]]);
    expect(states.breaks()).toEqual([1, 2, 3, 4]);
  });
});
