// The keyboard of the whole screen. Single keys act only where nothing is typed
// and no dialog is open, and can be switched off (WCAG 2.1.4).
import { comboOf, runKey } from "./actions";
import type { Planner } from "./planner";

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const PRESSABLE = "button, a, summary, [role=tab], input";

export function listenToKeys(planner: Planner): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey) return;
    if (handle(planner, event)) event.preventDefault();
  });
}

function handle(planner: Planner, event: KeyboardEvent): boolean {
  const { store, hand } = planner;
  const { dialog, singleKeys, desk, page } = store.get();
  const target = event.target instanceof Element ? event.target : document.body;
  const combo = comboOf(event);
  if (dialog) return false; // the dialog element closes itself at Esc
  if (target.matches(TYPING)) return false;
  if (combo === "?" || combo === "？") {
    store.set({ dialog: { kind: "keys" } });
    return true;
  }
  if (combo === "escape") {
    if (!planner.map?.leaveDrawing()) hand.leave();
    return true;
  }
  if (combo === "g") {
    planner.map?.map.getCanvas().focus();
    return true;
  }
  if (combo === "j") {
    document.querySelector<HTMLElement>(".panel [data-first], .panel button")?.focus();
    return true;
  }
  if (!singleKeys && !combo.includes("ctrl+")) return false;
  if (desk && page === "desk" && /^[1-9]$/.test(combo) && hand.targets().length > 0) {
    hand.moveToNth(Number(combo) - 1);
    return true;
  }
  // Enter and Space press what has the focus; elsewhere they are ours.
  if ((combo === "enter" || combo === " ") && target.matches(PRESSABLE)) return false;
  return runKey(planner, combo);
}
