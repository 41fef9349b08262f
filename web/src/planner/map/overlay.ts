// What is being drawn by hand: a box, a lasso, a split line with its cross, and
// the count that follows a drag. Plain SVG over the map, in pixels of the screen.
import type { Map as MapLibre } from "maplibre-gl";
import type { Position } from "../../api/plans";

export type Pixel = [x: number, y: number];

const SVG = "http://www.w3.org/2000/svg";

export class Overlay {
  private readonly svg: SVGSVGElement;
  private readonly shape: SVGPathElement;
  private readonly dots: SVGGElement;
  private readonly cross: SVGPathElement;
  private readonly ghost: HTMLDivElement;

  constructor(private readonly map: MapLibre) {
    const make = <K extends keyof SVGElementTagNameMap>(name: K, className: string) => {
      const element = document.createElementNS(SVG, name);
      element.setAttribute("class", className);
      return element;
    };
    this.svg = make("svg", "overlay");
    this.svg.setAttribute("aria-hidden", "true");
    this.shape = make("path", "overlay-shape");
    this.dots = make("g", "overlay-dots");
    this.cross = make("path", "overlay-cross");
    this.svg.append(this.shape, this.dots, this.cross);
    this.ghost = document.createElement("div");
    this.ghost.className = "ghost";
    this.ghost.hidden = true;
    map.getContainer().append(this.svg, this.ghost);
  }

  area(points: readonly Pixel[]): void {
    this.shape.setAttribute("class", "overlay-shape area");
    this.shape.setAttribute("d", points.length > 1 ? `M${points.map((point) => point.join(" ")).join("L")}Z` : "");
  }

  /** A line through positions, on to where the pointer or the cross is. */
  line(positions: readonly Position[], on: Pixel | null): void {
    const points = positions.map(([lng, lat]): Pixel => {
      const { x, y } = this.map.project({ lng, lat });
      return [x, y];
    });
    const all = on ? [...points, on] : points;
    this.shape.setAttribute("class", "overlay-shape line");
    this.shape.setAttribute("d", all.length > 1 ? `M${all.map((point) => point.join(" ")).join("L")}` : "");
    this.dots.replaceChildren(
      ...points.map(([x, y]) => {
        const dot = document.createElementNS(SVG, "circle");
        dot.setAttribute("cx", String(x));
        dot.setAttribute("cy", String(y));
        dot.setAttribute("r", "4");
        return dot;
      }),
    );
  }

  crossAt(point: Pixel | null): void {
    this.cross.setAttribute("d", point ? `M${point[0] - 14} ${point[1]}h28M${point[0]} ${point[1] - 14}v28` : "");
  }

  carry(text: string | null, at: Pixel = [0, 0], refused = false): void {
    this.ghost.hidden = text === null;
    this.ghost.textContent = text;
    this.ghost.classList.toggle("refused", refused);
    this.ghost.style.transform = `translate(${at[0] + 14}px, ${at[1] + 14}px)`;
  }

  clear(): void {
    this.area([]);
    this.line([], null);
    this.crossAt(null);
    this.carry(null);
  }
}
