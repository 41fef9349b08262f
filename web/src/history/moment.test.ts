import { describe, expect, it } from "vitest";
import { atOf, firstMoments, readMoment } from "./moment";

const versions = [3, 2, 1].map((version) => ({ version, plan_id: version, plan: "", division: "", at: `2026-0${version}-01T00:00:00Z` }));

describe("the moment of a side", () => {
  it.each([
    ["now asks for no moment at all", "", undefined],
    ["a version asks for the moment when it took force", "v2", "2026-02-01T00:00:00Z"],
    ["a day asks for itself", "2026-11-01", "2026-11-01"],
    ["a version that is not there is now", "v9", undefined],
  ])("%s", (_, moment, want) => expect(atOf(moment, versions)).toBe(want));
  it.each([["v12", "v12"], ["2026-11-01", "2026-11-01"], ["", ""], ["yesterday", null], [null, null], ["v", null]])("%s in an address is %s", (text, want) =>
    expect(readMoment(text)).toBe(want));
  it("at first the version before the present one stands beside now", () => expect(firstMoments(versions)).toEqual(["v2", ""]));
  it("with one version it stands beside itself", () => expect(firstMoments(versions.slice(2))).toEqual(["v1", ""]));
  it("with none both sides are now", () => expect(firstMoments([])).toEqual(["", ""]));
});
