// The bottom strip: the parts of the division as small multiples, the one on
// tour lit.
import type { Figures } from "../../api/types";
import { Spark } from "./charts";
import { useSlice, useSpeech, useWall } from "./context";

export function Strip() {
  const { t } = useSpeech();
  const wall = useWall();
  const children = useSlice((state) => state.children);
  const figures = useSlice((state) => state.figures);
  const stop = useSlice((state) => state.tour.stop);
  if (!figures || children.length === 0) return null;
  const byCode = new Map(figures.children?.map((child) => [child.division.code, child]));
  return (
    <nav class="strip" data-rail="strip" style={{ "--cells": children.length }} aria-label={t("wholeDistrict")}>
      {children.map((child, i) => (
        <button
          type="button"
          key={child.code}
          class={stop === i + 1 ? "cell lit" : "cell"}
          aria-current={stop === i + 1}
          onClick={() => wall.chooseStop(i + 1)}
        >
          <Cell name={child.name} figures={byCode.get(child.code)} />
        </button>
      ))}
    </nav>
  );
}

function Cell({ name, figures }: { name: string; figures: Figures | undefined }) {
  const { exact } = useSpeech();
  const cases = figures?.cases;
  const width = (part: number) => ({ width: `${cases && cases.open ? (100 * part) / cases.open : 0}%` });
  return (
    <>
      <span class="cell-name">{name}</span>
      <strong>{exact(cases?.open)}</strong>
      <Spark values={figures?.trend?.open} />
      <span class="share">
        <i class="overdue" style={width(cases?.overdue ?? 0)} />
        <i class="due_soon" style={width(cases?.due_soon ?? 0)} />
      </span>
    </>
  );
}
