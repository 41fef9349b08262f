// The count of each grid, standing in the grid with the sign of its state.
import { Marker } from "maplibre-gl";
import type { GridOnDesk, Rule } from "../../api/plans";
import { isNewGrid, shortCode } from "../model/desk";
import { signOf, stateOf, type Sign } from "../model/range";
import type { Preview } from "../store";
import type { PlannerMap } from "./plannermap";

/** Below this zoom only the counts are read, above it the codes too. */
const NEAR_ZOOM = 14.2;
const SVG = "http://www.w3.org/2000/svg";

/** The shapes of the signs, 12 × 12: told apart without colour. */
export const SIGN_PATHS: Record<Sign, string> = {
  ok: "M2 6.5l3 3 5-6.5",
  near: "M1.5 4.5q2.2-2.4 4.5 0t4.5 0M1.5 8.5q2.2-2.4 4.5 0t4.5 0",
  over: "M6 1.5l5 9H1z",
  under: "M6 10.5l-5-9h10z",
  dedicated: "M2 6h8",
};

const LOCK = "M2.5 5.5h7v5h-7zM4 5.5V4a2 2 0 0 1 4 0v1.5";
const PIECES = "M1.5 1.5h3.5v3.5H1.5zM7 7h3.5v3.5H7z";

interface Shown {
  marker: Marker;
  element: HTMLElement;
  text: string;
}

export class Labels {
  private readonly shown = new Map<string, Shown>();

  constructor(private readonly view: PlannerMap) {
    const near = () => view.map.getContainer().classList.toggle("near", view.map.getZoom() >= NEAR_ZOOM);
    view.map.on("zoom", near);
    near();
  }

  update(grids: readonly GridOnDesk[], community: string, rule: Rule, preview: Preview | null, chosen: string | null): void {
    const after = new Map(preview?.shifts.map((shift) => [shift.grid, shift.after]));
    const wanted = new Set(grids.map(({ code }) => code));
    for (const [code, { marker }] of this.shown) {
      if (wanted.has(code)) continue;
      marker.remove();
      this.shown.delete(code);
    }
    for (const grid of grids) {
      const shown = this.shown.get(grid.code) ?? this.add(grid);
      shown.marker.setLngLat(grid.label);
      const to = after.get(grid.code);
      const text = `${grid.households}/${to}/${grid.state}/${grid.name}/${grid.locked}/${grid.connected}/${chosen === grid.code}/${rule.max}`;
      if (text === shown.text) continue;
      shown.text = text;
      write(shown.element, grid, community, rule, to, chosen === grid.code);
    }
  }

  private add(grid: GridOnDesk): Shown {
    const element = document.createElement("div");
    element.setAttribute("aria-hidden", "true"); // the list of grids says the same
    const marker = new Marker({ element, anchor: "center" }).setLngLat(grid.label).addTo(this.view.map);
    const shown = { marker, element, text: "" };
    this.shown.set(grid.code, shown);
    return shown;
  }
}

function write(element: HTMLElement, grid: GridOnDesk, community: string, rule: Rule, to: number | undefined, chosen: boolean): void {
  const households = to ?? grid.households;
  const state = to === undefined ? grid.state : stateOf(to, rule, grid.dedicated !== null);
  const sign = signOf(state, households, rule);
  for (const name of [...element.classList]) if (!name.startsWith("maplibregl")) element.classList.remove(name);
  element.classList.add("count", state, `sign-${sign}`);
  if (chosen) element.classList.add("chosen");
  const pill = document.createElement("b");
  pill.append(signIcon(sign), document.createTextNode(to === undefined ? String(grid.households) : `${grid.households}→${to}`));
  const name = document.createElement("small");
  const code = isNewGrid(grid.code) ? "＋" : shortCode(grid.code, community);
  name.textContent = grid.dedicated === null ? code : grid.name || code;
  if (grid.locked) name.prepend(icon(LOCK));
  if (!grid.connected) name.prepend(icon(PIECES));
  element.replaceChildren(pill, name);
}

function signIcon(sign: Sign): SVGSVGElement {
  return icon(SIGN_PATHS[sign]);
}

function icon(d: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 12 12");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}
