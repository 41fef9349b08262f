// Who lies beside whom. Plots come out of one topology, so neighbours share the
// very same vertices: two in common are an edge, one is only a corner.
import type { Plot, Position } from "../../api/plans";

const SHARED_VERTICES = 2;

export interface Neighbours {
  /** Plots that share a border with this one, and those stacked on the same ground. */
  of(plot: number): readonly number[];
}

export function neighboursOf(plots: readonly Plot[]): Neighbours {
  const around = new Map<number, Set<number>>();
  const join = (a: number, b: number) => {
    if (!around.has(a)) around.set(a, new Set());
    around.get(a)!.add(b);
  };
  const common = new Map<string, number>();
  for (const holders of plotsByVertex(plots).values()) {
    for (let i = 0; i < holders.length; i++) {
      for (let j = i + 1; j < holders.length; j++) {
        const [a, b] = [holders[i]!, holders[j]!];
        const pair = `${a}/${b}`;
        const count = (common.get(pair) ?? 0) + 1;
        common.set(pair, count);
        if (count === SHARED_VERTICES) {
          join(a, b);
          join(b, a);
        }
      }
    }
  }
  const lists = new Map([...around].map(([plot, set]) => [plot, [...set].sort((a, b) => a - b)]));
  return { of: (plot) => lists.get(plot) ?? [] };
}

function plotsByVertex(plots: readonly Plot[]): Map<string, number[]> {
  const holders = new Map<string, number[]>();
  for (const { id, outline } of plots) {
    for (const ring of outline.flat()) {
      for (const vertex of ring) {
        const key = keyOf(vertex);
        const list = holders.get(key);
        if (!list) holders.set(key, [id]);
        else if (list.at(-1) !== id) list.push(id); // a ring ends where it began
      }
    }
  }
  return holders;
}

function keyOf([lon, lat]: Position): string {
  return `${lon},${lat}`;
}

/** For each grid the grids that it touches, by the plots that lie in them now. */
export function gridNeighbours(plots: readonly Plot[], gridOf: ReadonlyMap<number, string>, neighbours: Neighbours): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>();
  for (const { id } of plots) {
    const own = gridOf.get(id)!;
    if (!out.has(own)) out.set(own, new Set());
    for (const next of neighbours.of(id)) {
      const other = gridOf.get(next);
      if (other !== undefined && other !== own) out.get(own)!.add(other);
    }
  }
  return out;
}

/** Grids that the chosen plots touch from inside or outside, apart from those in which all of them already lie. */
export function gridsBeside(chosen: ReadonlySet<number>, gridOf: ReadonlyMap<number, string>, neighbours: Neighbours): string[] {
  const own = new Set([...chosen].map((plot) => gridOf.get(plot)!));
  const beside = new Map<string, number>();
  for (const plot of chosen) {
    for (const next of neighbours.of(plot)) {
      const grid = gridOf.get(next);
      if (grid !== undefined && !chosen.has(next)) beside.set(grid, (beside.get(grid) ?? 0) + 1);
    }
  }
  if (own.size === 1) for (const grid of own) beside.delete(grid);
  // The longest common border first, as far as the number of plots tells it.
  return [...beside.keys()].sort((a, b) => beside.get(b)! - beside.get(a)! || a.localeCompare(b));
}
