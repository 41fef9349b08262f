// The part of the map that no rail covers, so that a town is centred where one
// can see it. Measured from the rails themselves: they differ by screen size.
import type { PaddingOptions } from "maplibre-gl";

const GAP = 20;

export function paddingOfMap(): PaddingOptions {
  const size = (name: string, side: "width" | "height") =>
    document.querySelector(`[data-rail="${name}"]`)?.getBoundingClientRect()[side] ?? 0;
  return {
    top: size("header", "height") + size("tools", "height") + GAP * 2,
    bottom: size("strip", "height") + GAP * 2,
    left: size("left", "width") + GAP * 2,
    right: size("right", "width") + GAP * 2,
  };
}
