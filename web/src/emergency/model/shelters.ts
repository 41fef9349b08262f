// How full a shelter is. A capacity that nobody knows is said to be unknown; it
// is never taken for none and never for enough.
import type { ShelterLoad } from "../../api/evacuation";

export type Load = "wet" | "over" | "full" | "free" | "unknown";

const NEARLY = 0.8;

export function loadOf({ capacity, assigned, wet }: Pick<ShelterLoad, "capacity" | "assigned" | "wet">): Load {
  if (wet) return "wet";
  if (capacity === null) return "unknown";
  if (assigned > capacity) return "over";
  return assigned >= NEARLY * capacity ? "full" : "free";
}

/** Share of the beds, or null where it cannot be said. */
export function shareOf({ capacity, assigned }: Pick<ShelterLoad, "capacity" | "assigned">): number | null {
  return capacity === null || capacity === 0 ? null : assigned / capacity;
}
