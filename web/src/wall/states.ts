// The open cases of each grid: kept here, painted by feature-state, and painted
// again after the graphics context was lost.
import type { GridState } from "../api/types";

export interface GridCounts {
  open: number;
  due: number;
  over: number;
  district: number;
}

const NONE: GridCounts = { open: 0, due: 0, over: 0, district: 0 };

export class GridStates {
  private readonly counts = new Map<number, GridCounts>();

  /** Replaces everything; returns the ids whose counts changed. */
  replace(rows: readonly GridState[]): number[] {
    const before = new Map(this.counts);
    this.counts.clear();
    for (const row of rows) this.put(row);
    const ids = new Set([...before.keys(), ...this.counts.keys()]);
    return [...ids].filter((id) => !same(before.get(id) ?? NONE, this.of(id)));
  }

  /** Applies the rows of an event; returns the ids they name. */
  apply(rows: readonly GridState[]): number[] {
    for (const row of rows) this.put(row);
    return rows.map(([id]) => id);
  }

  of(id: number): GridCounts {
    return this.counts.get(id) ?? NONE;
  }

  has(id: number): boolean {
    return this.counts.has(id);
  }

  ids(): number[] {
    return [...this.counts.keys()];
  }

  get size(): number {
    return this.counts.size;
  }

  /** Lower bounds of four classes above zero, by quantile of the present counts. */
  breaks(): number[] {
    const sorted = [...this.counts.values()].map(({ open }) => open).sort((a, b) => a - b);
    if (sorted.length === 0) return [1, 2, 4, 8];
    const bounds = [1];
    for (const quantile of [0.4, 0.7, 0.9]) {
      const value = sorted[Math.floor(quantile * (sorted.length - 1))]!;
      bounds.push(Math.max(value, bounds.at(-1)! + 1));
    }
    return bounds;
  }

  private put([id, open, due, over, district]: GridState): void {
    if (open > 0) this.counts.set(id, { open, due, over, district });
    else this.counts.delete(id);
  }
}

function same(a: GridCounts, b: GridCounts): boolean {
  return a.open === b.open && a.due === b.due && a.over === b.over && a.district === b.district;
}
