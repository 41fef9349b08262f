// The signs of the bar, 20 × 20, drawn by one stroke.
import type { ActionId } from "../actions";
import { SIGN_PATHS } from "../map/labels";
import type { Sign } from "../model/range";

const PATHS: Record<ActionId, string> = {
  undo: "M7 5L3.5 8.5 7 12M4 8.5h7.5a4.5 4.5 0 0 1 0 9H8",
  redo: "M13 5l3.5 3.5L13 12M16 8.5H8.5a4.5 4.5 0 0 0 0 9H12",
  select: "M5 3l10 7.5-4.6.8 2.6 5-2 1-2.5-5L5 15.5z",
  box: "M3.5 5.5v-2h2M9 3.5h2M14.5 3.5h2v2M16.5 9v2M16.5 14.5v2h-2M11 16.5H9M5.5 16.5h-2v-2M3.5 11V9",
  lasso: "M10 4c4 0 7 1.9 7 4.3s-3 4.3-7 4.3-7-1.9-7-4.3S6 4 10 4zM6 12.2c-1.6.4-2 2.3-.6 2.7 1.5.4 1.6 2 .2 2.6",
  split: "M3.5 3.5h5v13h-5zM11.5 3.5h5v13h-5zM10 1.5v17",
  merge: "M3.5 3.5h13v13h-13zM7 10h6M10.8 7.5L13.3 10l-2.5 2.5",
  newGrid: "M3.5 3.5h13v13h-13zM10 6.8v6.4M6.8 10h6.4",
  lock: "M5 9.5h10v7H5zM7 9.5V7a3 3 0 0 1 6 0v2.5",
  rename: "M4 16l.8-3.2 8.5-8.5 2.4 2.4-8.5 8.5zM11.5 6l2.5 2.5",
  dedicated: "M3 8.5L10 4l7 4.5M4.5 9v7.5h11V9M8.5 16.5v-4h3v4",
  complex: "M3.5 16.5v-7l4-2v9M7.5 16.5v-12l5-2v14M12.5 16.5v-8l4 2v6M2 16.5h16",
  repair: "M12.5 3.3a4 4 0 0 0-3.6 5.5l-5.6 5.6 2.3 2.3 5.6-5.6a4 4 0 0 0 5.3-4.7l-2.5 2.3-2-.6-.6-2z",
  redraw: "M16 6.5A7 7 0 0 0 4 7M4 3.5V7h3.5M4 13.5A7 7 0 0 0 16 13M16 16.5V13h-3.5",
  present: "M3 4.5h3M8.5 4.5h3M14 4.5h3M3 10h14M3 15.5h3M8.5 15.5h3M14 15.5h3",
  diff: "M10 3v14M3.5 5.5h4v9h-4zM12.5 5.5h4v9h-4z",
  submit: "M3 10.5L17 4l-4.5 13-3-5.5zM9.5 11.5L17 4",
  fit: "M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4",
  nextOutside: "M10 3.5l7 12.5H3zM10 8v4M10 13.8v.4",
  selectGrid: "M3.5 3.5h13v13h-13zM6.5 10l2.5 2.5 4.5-5",
};

export function Icon({ id }: { id: ActionId }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[id]} />
    </svg>
  );
}

export function SignIcon({ sign }: { sign: Sign }) {
  return (
    <svg class={`sign sign-${sign}`} viewBox="0 0 12 12" aria-hidden="true">
      <path d={SIGN_PATHS[sign]} />
    </svg>
  );
}
