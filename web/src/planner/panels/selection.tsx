// What is chosen, or what the tool wants, and the neighbouring grids to which it
// may go: each with its digit and its count before and after.
import type { Target } from "../hand";
import { shortCode } from "../model/desk";
import { signOf, stateOf } from "../model/range";
import { usePlanner, useSlice, useSpeech } from "./context";
import { SignIcon } from "./icons";

export function Selection() {
  const { t, exact } = useSpeech();
  const planner = usePlanner();
  const selected = useSlice((state) => state.selected);
  const tool = useSlice((state) => state.tool);
  const grid = useSlice((state) => state.grid);
  const community = useSlice((state) => state.desk!.community.code);
  const editable = useSlice((state) => state.desk!.editable);
  const view = useSlice((state) => state.view!);
  if (tool === "split") return <Hint lines={[t("splitHint"), t("splitKeyboard")]} />;
  if (tool === "merge") {
    if (grid === null) return <Hint lines={[t("mergeNeedsGrid")]} />;
    return (
      <section class="selection" aria-label={t("tool_merge")}>
        <h3>{t("mergeInto", { grid: shortCode(grid, community) })}</h3>
        <p class="quiet">{t("mergeHint")}</p>
        <Targets />
      </section>
    );
  }
  if (selected.size === 0) return tool === "box" ? <Hint lines={[t("boxHint")]} /> : tool === "lasso" ? <Hint lines={[t("lassoHint")]} /> : null;
  const from = [...new Set([...selected].map((plot) => view.gridOf.get(plot)!))].sort().map((code) => shortCode(code, community));
  return (
    <section class="selection" aria-label={t("tool_select")}>
      <h3>
        {t("selection", { plots: selected.size, households: exact(planner.hand.households(selected)) })}
        <button type="button" class="plain" title="Esc" onClick={() => planner.hand.leave()}>
          {t("clear")}
        </button>
      </h3>
      <p class="quiet">
        {t("selectionFrom", { grids: from.join(t("listComma")) })}
        {editable && ` · ${t("selectionHint")}`}
      </p>
      {editable && <Targets />}
    </section>
  );
}

function Hint({ lines }: { lines: readonly string[] }) {
  return (
    <section class="selection hint">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </section>
  );
}

function Targets() {
  const { t } = useSpeech();
  const planner = usePlanner();
  useSlice((state) => state.selected);
  useSlice((state) => state.view);
  const targets = planner.hand.targets();
  if (targets.length === 0) return <p class="empty">{t("noNeighbour")}</p>;
  return (
    <ol class="targets">
      {targets.map((target, i) => (
        <TargetLine key={target.grid} target={target} digit={i + 1} />
      ))}
    </ol>
  );
}

function TargetLine({ target, digit }: { target: Target; digit: number }) {
  const { t, exact } = useSpeech();
  const { hand } = usePlanner();
  const rule = useSlice((state) => state.plan!.rule);
  const community = useSlice((state) => state.desk!.community.code);
  const dedicated = useSlice((state) => state.view!.grids.find(({ code }) => code === target.grid)?.dedicated != null);
  const locked = useSlice((state) => state.view!.grids.find(({ code }) => code === target.grid)?.locked ?? false);
  const state = stateOf(target.after, rule, dedicated);
  const show = () => hand.previewMove(target.grid);
  const hide = () => hand.previewMove(null);
  return (
    <li>
      <button type="button" data-target={target.grid || "new"} onClick={() => hand.moveTo(target.grid)} onMouseEnter={show} onMouseLeave={hide} onFocus={show} onBlur={hide}>
        <kbd>{target.grid === "" ? "N" : digit}</kbd>
        <b class="code">{target.grid === "" ? t("toNewGrid") : shortCode(target.grid, community)}</b>
        {locked && <i class="mark">{t("lockedMark")}</i>}
        <span class={`number ${state}`}>
          {exact(target.before)} → <strong>{exact(target.after)}</strong>
          <SignIcon sign={signOf(state, target.after, rule)} />
        </span>
      </button>
    </li>
  );
}
