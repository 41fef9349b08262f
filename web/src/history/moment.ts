// The moment of one side: now, a version of the map, or the end of a day.
import type { MapVersion } from "../api/plans";

/** "" is now, "v3" the third version, "2026-11-01" the end of that day in Beijing. */
export type Moment = string;

/** What the server is asked for; undefined is now, whatever this machine's clock says. */
export function atOf(moment: Moment, versions: readonly MapVersion[]): string | undefined {
  if (moment === "") return undefined;
  if (!moment.startsWith("v")) return moment;
  return versions.find(({ version }) => `v${version}` === moment)?.at;
}

/** A moment out of an address, or null when it is none. */
export function readMoment(text: string | null): Moment | null {
  return text !== null && /^(|v\d{1,9}|\d{4}-\d{2}-\d{2})$/.test(text) ? text : null;
}

/** What a visitor sees first: the version before the present one, beside now. */
export function firstMoments(versions: readonly MapVersion[]): [left: Moment, right: Moment] {
  const before = versions[1] ?? versions[0];
  return [before ? `v${before.version}` : "", ""];
}
