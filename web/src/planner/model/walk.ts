// The arrow keys on the map: from one plot to the next in that direction.
import type { Plot, Position } from "../../api/plans";
import type { Neighbours } from "./neighbours";

export type Direction = "up" | "down" | "left" | "right";

const HEADING: Record<Direction, Position> = { up: [0, 1], down: [0, -1], left: [-1, 0], right: [1, 0] };
/** Within 60° of the key's direction a plot counts as lying that way. */
const CONE = Math.cos(Math.PI / 3);

/** The neighbour that lies that way; failing one, the nearest plot that does. */
export function step(from: Plot, direction: Direction, plots: ReadonlyMap<number, Plot>, neighbours: Neighbours): Plot | null {
  const beside = neighbours.of(from.id).map((id) => plots.get(id)!).filter(Boolean);
  return best(from, direction, beside) ?? best(from, direction, [...plots.values()]);
}

function best(from: Plot, direction: Direction, candidates: readonly Plot[]): Plot | null {
  const [hx, hy] = HEADING[direction];
  // A degree of longitude is shorter than one of latitude.
  const shrink = Math.cos((from.at[1] * Math.PI) / 180);
  let found: Plot | null = null;
  let least = Infinity;
  for (const plot of candidates) {
    const [dx, dy] = [(plot.at[0] - from.at[0]) * shrink, plot.at[1] - from.at[1]];
    const distance = Math.hypot(dx, dy);
    if (plot.id === from.id || distance === 0) continue;
    const along = (dx * hx + dy * hy) / distance;
    if (along < CONE) continue;
    const cost = distance / along ** 2;
    if (cost < least) [found, least] = [plot, cost];
  }
  return found;
}

/** Where to begin: the plot nearest to a position. */
export function nearest(at: Position, plots: Iterable<Plot>): Plot | null {
  const shrink = Math.cos((at[1] * Math.PI) / 180);
  let found: Plot | null = null;
  let least = Infinity;
  for (const plot of plots) {
    const distance = Math.hypot((plot.at[0] - at[0]) * shrink, plot.at[1] - at[1]);
    if (distance < least) [found, least] = [plot, distance];
  }
  return found;
}
