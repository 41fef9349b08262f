// A colour for each grid: few, calm, never those that mean in range or outside,
// and neighbours differ. A grid keeps its colour while the map is worked on.
export const GRID_COLOURS = ["#a9c6e8", "#cdbfe6", "#a5d6cf", "#e6d5ac", "#bfd6a8", "#dcc3d2", "#b9c4cf"] as const;
/** A school or a market counts no households: grey, whatever lies beside it. */
export const DEDICATED_COLOUR = "#d5d9df";

export function colourGrids(
  grids: readonly string[],
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  before: ReadonlyMap<string, number> = new Map(),
): Map<string, number> {
  const colours = new Map<string, number>();
  const used = new Array<number>(GRID_COLOURS.length).fill(0);
  const give = (grid: string, colour: number) => {
    colours.set(grid, colour);
    used[colour]!++;
  };
  const taken = (grid: string) => {
    const out = new Set<number>();
    for (const other of neighbours.get(grid) ?? []) {
      const colour = colours.get(other);
      if (colour !== undefined) out.add(colour);
    }
    return out;
  };
  const degree = (grid: string) => neighbours.get(grid)?.size ?? 0;
  const fresh: string[] = [];
  for (const grid of grids) {
    const old = before.get(grid);
    if (old !== undefined && !taken(grid).has(old)) give(grid, old);
    else fresh.push(grid);
  }
  // The most hemmed in first; among free colours the one least used so far.
  fresh.sort((a, b) => degree(b) - degree(a) || a.localeCompare(b));
  for (const grid of fresh) {
    const not = taken(grid);
    const free = GRID_COLOURS.map((_, colour) => colour).filter((colour) => !not.has(colour));
    const choice = free.length > 0 ? free : GRID_COLOURS.map((_, colour) => colour);
    give(grid, choice.reduce((best, colour) => (used[colour]! < used[best]! ? colour : best)));
  }
  return colours;
}
