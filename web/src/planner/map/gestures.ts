// Mouse, pen and keyboard on the map: click, box, lasso, drag onto a neighbour,
// a split line. What they mean is the hand's to say (hand.ts).
import type { Position } from "../../api/plans";
import type { Planner } from "../planner";
import { Overlay, type Pixel } from "./overlay";
import type { PlannerMap } from "./plannermap";

/** A hand that shakes does not drag. */
const DRAG_PX = 5;
const CROSS_STEP_PX = 12;
const LASSO_STEP_PX = 4;

type Gesture =
  | { kind: "press"; from: Pixel; stack: number[]; adding: boolean }
  | { kind: "box" | "lasso"; path: Pixel[]; adding: boolean }
  | { kind: "carry"; target: string | null };

export class Gestures {
  private readonly overlay: Overlay;
  private gesture: Gesture | null = null;
  private line: Position[] = [];
  private cross: Pixel | null = null;
  private hover = 0;

  constructor(
    private readonly planner: Planner,
    private readonly view: PlannerMap,
    private readonly words: { carrying(plots: number, households: number, to: string | null): string },
  ) {
    this.overlay = new Overlay(view.map);
    const surface = view.map.getCanvasContainer();
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener("pointercancel", () => this.end());
    surface.addEventListener("pointerleave", () => this.planner.store.set({ hovered: null }));
    surface.addEventListener("dblclick", () => this.finishLine());
    surface.addEventListener("keydown", (event) => {
      if (!event.altKey && !event.ctrlKey && !event.metaKey && this.key(event)) event.preventDefault();
    });
    view.map.on("move", () => this.drawLine(null));
    view.leaveDrawing = () => this.leave();
    planner.store.subscribe(({ tool }) => {
      view.map.getCanvas().style.cursor = tool === "select" || tool === "merge" ? "" : "crosshair";
      if (tool !== "split" && (this.line.length > 0 || this.cross)) this.leave();
    });
  }

  private at(event: PointerEvent | MouseEvent): Pixel {
    const { left, top } = this.view.map.getContainer().getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  private down(event: PointerEvent): void {
    const { tool, desk, page, selected } = this.planner.store.get();
    if (event.button !== 0 || !desk || page !== "desk" || !event.isPrimary) return;
    const from = this.at(event);
    const adding = event.shiftKey || event.ctrlKey || event.metaKey;
    if (tool === "split") {
      this.gesture = { kind: "press", from, stack: [], adding: false };
      return;
    }
    const stack = this.view.plotsAt(from);
    const ours = tool === "box" || tool === "lasso" || event.shiftKey || (desk.editable && stack.some((plot) => selected.has(plot)));
    if (ours) this.view.map.dragPan.disable();
    this.gesture = tool === "box" || tool === "lasso" ? { kind: tool, path: [from], adding } : { kind: "press", from, stack, adding };
    if (ours) this.view.map.getCanvasContainer().setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const at = this.at(event);
    const { gesture } = this;
    if (gesture?.kind === "press") this.press(gesture, at);
    else if (gesture?.kind === "box" || gesture?.kind === "lasso") this.trace(gesture, at);
    else if (gesture?.kind === "carry") this.carry(gesture, at);
    else this.look(at);
    this.drawLine(this.cross ? null : at);
  }

  /** A press that moves far enough becomes a box (with Shift) or a drag of what was chosen. */
  private press({ from, stack, adding }: Extract<Gesture, { kind: "press" }>, at: Pixel): void {
    if (Math.hypot(at[0] - from[0], at[1] - from[1]) < DRAG_PX) return;
    const { tool, selected, desk } = this.planner.store.get();
    if (tool === "split") this.gesture = null; // the map is panned
    else if (adding) this.gesture = { kind: "box", path: [from], adding: true };
    else if (desk?.editable && tool === "select" && stack.some((plot) => selected.has(plot))) this.gesture = { kind: "carry", target: null };
    else this.gesture = null;
  }

  private trace(gesture: Extract<Gesture, { kind: "box" | "lasso" }>, at: Pixel): void {
    const [first] = gesture.path;
    const last = gesture.path.at(-1)!;
    if (gesture.kind === "box") gesture.path = [first!, [at[0], first![1]], at, [first![0], at[1]]];
    else if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= LASSO_STEP_PX) gesture.path.push(at);
    // A box is kept by its four corners, its first one where it began.
    this.overlay.area(gesture.path);
  }

  private carry(gesture: Extract<Gesture, { kind: "carry" }>, at: Pixel): void {
    const { hand, store } = this.planner;
    const { selected, view } = store.get();
    const [plot] = this.view.plotsAt(at);
    const under = plot === undefined ? null : (view!.gridOf.get(plot) ?? null);
    const allowed = hand.targets().some(({ grid }) => grid === under && under !== "");
    const target = allowed ? under : null;
    if (target !== gesture.target) {
      gesture.target = target;
      this.view.aim(target);
      hand.previewMove(target);
    }
    this.overlay.carry(this.words.carrying(selected.size, hand.households(selected), target), at, target === null);
  }

  private look(at: Pixel): void {
    cancelAnimationFrame(this.hover);
    this.hover = requestAnimationFrame(() => {
      const { desk, tool } = this.planner.store.get();
      if (!desk || tool === "split") return;
      this.planner.store.set({ hovered: this.view.plotsAt(at)[0] ?? null });
    });
  }

  private up(event: PointerEvent): void {
    const { gesture } = this;
    const { hand, store } = this.planner;
    const at = this.at(event);
    this.end();
    if (!gesture) return;
    if (gesture.kind === "press") {
      if (store.get().tool === "split") this.addPoint(at);
      else hand.pick(gesture.stack, gesture.adding);
    } else if (gesture.kind === "carry") {
      if (gesture.target !== null) hand.moveTo(gesture.target);
    } else if (gesture.path.length > 2) {
      const outline = gesture.path.map((point) => this.position(point));
      hand.catch([...outline, outline[0]!], gesture.adding);
    }
  }

  private end(): void {
    if (this.gesture?.kind === "carry") {
      this.view.aim(null);
      this.planner.hand.previewMove(null);
    }
    this.gesture = null;
    this.view.map.dragPan.enable();
    this.overlay.area([]);
    this.overlay.carry(null);
  }

  private position([x, y]: Pixel): Position {
    const { lng, lat } = this.view.map.unproject([x, y]);
    return [lng, lat];
  }

  private addPoint(at: Pixel): void {
    this.line.push(this.position(at));
    this.drawLine(null);
  }

  private drawLine(on: Pixel | null): void {
    if (this.planner.store.get().tool !== "split") return;
    this.overlay.line(this.line, this.cross ?? on);
    this.overlay.crossAt(this.cross);
  }

  /** A double click has set its point twice. */
  private finishLine(): void {
    if (this.planner.store.get().tool !== "split") return;
    const line = this.line.filter((point, i) => i === 0 || Math.hypot(point[0] - this.line[i - 1]![0], point[1] - this.line[i - 1]![1]) > 1e-7);
    this.leave();
    this.planner.hand.split(line);
  }

  private leave(): boolean {
    const drawing = this.line.length > 0 || this.cross !== null || this.gesture !== null;
    this.line = [];
    this.cross = null;
    this.end();
    this.overlay.clear();
    return drawing && this.planner.store.get().tool === "split";
  }

  /** Keys with the focus on the map; true when the key was ours. */
  private key(event: KeyboardEvent): boolean {
    const { store, hand } = this.planner;
    const { desk, page, tool } = store.get();
    if (event.key === "+" || event.key === "=") return void this.view.map.zoomIn({ duration: 0 }), true;
    if (event.key === "-") return void this.view.map.zoomOut({ duration: 0 }), true;
    if (!desk || page !== "desk") return false;
    if (tool === "split") return this.lineKey(event);
    const direction = DIRECTIONS[event.key];
    if (direction) {
      hand.walk(direction, event.shiftKey, this.view.centre);
      const { cursor } = store.get();
      if (cursor !== null) this.view.keepInSight(this.planner.work.plots.get(cursor)!.at);
      return true;
    }
    if (event.key === " ") return hand.toggle(), true;
    if (event.key === "Enter" && hand.targets().length > 0) return hand.moveToNth(0), true;
    return false;
  }

  private lineKey(event: KeyboardEvent): boolean {
    const direction = DIRECTIONS[event.key];
    if (direction) {
      const { clientWidth, clientHeight } = this.view.map.getCanvas();
      const by = CROSS_STEP_PX * (event.shiftKey ? 5 : 1);
      const [dx, dy] = { up: [0, -by], down: [0, by], left: [-by, 0], right: [by, 0] }[direction] as Pixel;
      const [x, y] = this.cross ?? [clientWidth / 2, clientHeight / 2];
      this.cross = [clamp(x + dx, clientWidth), clamp(y + dy, clientHeight)];
    } else if (event.key === " ") this.addPoint((this.cross ??= centreOf(this.view)));
    else if (event.key === "Enter") this.finishLine();
    else if (event.key === "Backspace") this.line.pop();
    else return false;
    this.drawLine(null);
    return true;
  }
}

const DIRECTIONS: Readonly<Record<string, "up" | "down" | "left" | "right">> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const clamp = (value: number, size: number) => Math.min(Math.max(value, 0), size);

function centreOf(view: PlannerMap): Pixel {
  const { clientWidth, clientHeight } = view.map.getCanvas();
  return [clientWidth / 2, clientHeight / 2];
}
