// Every action of the desk: its key, when it may be done, and what it does. The
// bar, the key sheet and the keyboard all read this one list.
import type { PlannerKey } from "../language/planner";
import type { Planner } from "./planner";
import { may, type PlannerState, type Tool } from "./store";

export type ActionId =
  | Tool | "undo" | "redo" | "newGrid" | "lock" | "rename" | "dedicated" | "complex" | "repair" | "redraw" | "present" | "diff" | "submit"
  | "fit" | "nextOutside" | "selectGrid";

export interface Action {
  id: ActionId;
  /** As KeyboardEvent.key, in lower case; "ctrl+" and "shift+" before it. */
  keys: readonly string[];
  label(state: PlannerState): PlannerKey;
  enabled(state: PlannerState): boolean;
  pressed?(state: PlannerState): boolean;
  run(planner: Planner): void;
}

const onDesk = (state: PlannerState) => state.desk !== null && state.page === "desk";
const editing = (state: PlannerState) => onDesk(state) && state.desk!.editable;
const chosenGrid = ({ view, grid }: PlannerState) => view?.grids.find(({ code }) => code === grid) ?? null;
const always = (label: PlannerKey) => () => label;

const tool = (id: Tool, key: string, label: PlannerKey, enabled: (state: PlannerState) => boolean): Action => ({
  id,
  keys: [key],
  label: always(label),
  enabled,
  pressed: (state) => state.tool === id,
  run: ({ hand, store }) => hand.setTool(store.get().tool === id ? "select" : id),
});

export const ACTIONS: readonly Action[] = [
  {
    id: "undo", keys: ["ctrl+z", "u"], label: always("undo"),
    enabled: (state) => editing(state) && (state.desk!.totals.can_undo || state.pending.length > 0),
    run: ({ hand }) => hand.do({ kind: "undo" }),
  },
  {
    id: "redo", keys: ["ctrl+y", "ctrl+shift+z"], label: always("redo"),
    enabled: (state) => editing(state) && state.desk!.totals.can_redo,
    run: ({ hand }) => hand.do({ kind: "redo" }),
  },
  tool("select", "v", "tool_select", onDesk),
  tool("box", "b", "tool_box", onDesk),
  tool("lasso", "l", "tool_lasso", onDesk),
  tool("split", "x", "tool_split", editing),
  tool("merge", "m", "tool_merge", editing),
  {
    id: "newGrid", keys: ["n"], label: always("newGrid"),
    enabled: (state) => editing(state) && state.selected.size > 0,
    run: ({ hand }) => hand.moveTo(""),
  },
  {
    id: "lock", keys: ["k"], label: (state) => (chosenGrid(state)?.locked ? "unlock" : "lock"),
    enabled: (state) => editing(state) && chosenGrid(state) !== null,
    pressed: (state) => chosenGrid(state)?.locked ?? false,
    run: ({ hand, store }) => {
      const grid = chosenGrid(store.get())!;
      hand.do({ kind: grid.locked ? "unlock" : "lock", grid: grid.code });
    },
  },
  {
    id: "repair", keys: ["r"], label: always("repair"),
    enabled: (state) => editing(state) && state.view!.grids.some(({ in_range }) => !in_range),
    run: ({ hand }) => hand.do({ kind: "repair" }),
  },
  {
    id: "redraw", keys: ["shift+r"], label: always("redraw"), enabled: editing,
    run: ({ store }) => store.set({ dialog: { kind: "redraw" } }),
  },
  {
    id: "rename", keys: ["f2"], label: always("rename"),
    enabled: (state) => editing(state) && chosenGrid(state) !== null,
    run: ({ store }) => store.set({ dialog: { kind: "rename", grid: store.get().grid! } }),
  },
  {
    id: "dedicated", keys: ["shift+d"], label: (state) => (chosenGrid(state)?.dedicated ? "dedicatedUnmark" : "dedicatedMark"),
    enabled: (state) => editing(state) && chosenGrid(state) !== null,
    pressed: (state) => chosenGrid(state)?.dedicated != null,
    run: ({ hand, store }) => {
      const grid = chosenGrid(store.get())!;
      if (grid.dedicated) hand.do({ kind: "dedicated", grid: grid.code, dedicated: "" });
      else store.set({ dialog: { kind: "dedicated", grid: grid.code } });
    },
  },
  {
    id: "complex", keys: ["shift+c"], label: (state) => (state.desk?.community.complex ? "complexOff" : "complexOn"), enabled: editing,
    pressed: (state) => state.desk?.community.complex ?? false,
    run: ({ hand, store }) => hand.do({ kind: "complex", complex: !store.get().desk!.community.complex }),
  },
  {
    id: "selectGrid", keys: ["a"], label: always("selectGrid"), enabled: (state) => onDesk(state) && state.grid !== null,
    run: ({ hand, store }) => hand.selectGrid(store.get().grid!),
  },
  {
    id: "nextOutside", keys: ["o"], label: always("nextOutside"),
    enabled: (state) => onDesk(state) && (state.view?.grids.some(({ in_range }) => !in_range) ?? false),
    run: ({ hand }) => hand.nextOutside(),
  },
  {
    id: "present", keys: ["p"], label: always("present"), enabled: (state) => state.desk !== null,
    pressed: (state) => state.present,
    run: ({ store }) => store.set({ present: !store.get().present }),
  },
  { id: "fit", keys: ["f"], label: always("fit"), enabled: (state) => state.desk !== null, run: (planner) => planner.fit() },
  {
    id: "diff", keys: ["d"], label: always("diff"), enabled: (state) => state.plan !== null, pressed: (state) => state.page === "diff",
    run: (planner) => {
      const { plan, desk, page } = planner.store.get();
      planner.go({ plan: plan!.id, community: desk?.community.code ?? null, diff: page !== "diff" });
    },
  },
  {
    id: "submit", keys: ["ctrl+enter"], label: always("submit"),
    enabled: (state) => may(state.plan, "submit") && state.pending.length === 0,
    run: ({ store }) => store.set({ dialog: { kind: "step", step: "submit" } }),
  },
];

const BY_ID = new Map(ACTIONS.map((action) => [action.id, action]));

export function action(id: ActionId): Action {
  return BY_ID.get(id)!;
}

/** A key as people write it. */
export function keyName(key: string): string {
  return key
    .split("+")
    .map((part) => (part.length === 1 ? part.toUpperCase() : part[0]!.toUpperCase() + part.slice(1)))
    .join("+");
}

/** A keyboard event in the writing of the list. */
export function comboOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey">): string {
  const key = event.key.toLowerCase();
  const shift = event.shiftKey && /^[a-z]$|^enter$/.test(key) ? "shift+" : "";
  return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${shift}${key}`;
}

/** Runs the action of a key; false when there is none, or it may not be done now. */
export function runKey(planner: Planner, combo: string): boolean {
  const found = ACTIONS.find(({ keys }) => keys.includes(combo));
  if (!found) return false;
  if (found.enabled(planner.store.get())) found.run(planner);
  return true;
}
