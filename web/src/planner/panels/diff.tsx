// What a plan, or one community of it, changes against the grids in force.
import type { Diff, DiffGrid } from "../../api/plans";
import { shortCode } from "../model/desk";
import { usePlanner, useSlice, useSpeech } from "./context";

export function DiffPanel() {
  const { t } = useSpeech();
  const diff = useSlice((state) => state.diff);
  const desk = useSlice((state) => state.desk?.community);
  const planner = usePlanner();
  const plan = useSlice((state) => state.plan?.id);
  return (
    <section class="diff" aria-labelledby="diff-title">
      <p class="back">
        <button type="button" class="link" data-first onClick={() => planner.go({ plan: plan ?? null, community: desk?.code ?? null, diff: false })}>
          ← {desk ? desk.name : t("communities")}
        </button>
      </p>
      <h2 id="diff-title">
        {t("diffTitle")} <small>{desk ? t("diffHere") : t("diffWhole")}</small>
      </h2>
      {diff ? <Body diff={diff} /> : <p class="empty">{t("loadingDiff")}</p>}
    </section>
  );
}

function Body({ diff }: { diff: Diff }) {
  const { t, exact } = useSpeech();
  const changed = diff.grids.filter(({ lineage, households_before, households_after }) => lineage !== "U" || households_before !== households_after);
  const facts: [string, string][] = [
    [t("diffHouseholds"), exact(diff.households_moved)],
    [t("diffBuildings"), exact(diff.buildings_moved)],
    [t("diffArea"), `${(diff.area_moved_m2 / 10_000).toFixed(1)} ${t("unitHectares")}`],
    [t("diffKept"), exact(diff.kept)],
    [t("diffNew"), exact(diff.new.length)],
    [t("diffRetired"), exact(diff.retired.length)],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {changed.length === 0 && diff.retired.length === 0 && <p class="empty">{t("diffNothing")}</p>}
      {changed.length > 0 && <Table grids={changed} />}
      <ul class="retired">
        {diff.retired.map(({ code, successors }) => (
          <li key={code}>{t("diffRetiredTo", { code, to: successors.join(t("listComma")) || "—" })}</li>
        ))}
      </ul>
    </>
  );
}

function Table({ grids }: { grids: readonly DiffGrid[] }) {
  const { t } = useSpeech();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("diffGrid")}</th>
          <th scope="col">{t("diffLineage")}</th>
          <th scope="col" class="n">
            {t("diffBefore")}
          </th>
          <th scope="col" class="n">
            {t("diffAfter")}
          </th>
        </tr>
      </thead>
      <tbody>
        {grids.map((grid) => (
          <Row key={grid.code} grid={grid} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ grid }: { grid: DiffGrid }) {
  const { t, exact, language } = useSpeech();
  const planner = usePlanner();
  const reason = language === "zh" ? grid.reason_zh : grid.reason_en;
  return (
    <>
      <tr>
        <th scope="row">
          <button type="button" class="link" onClick={() => planner.hand.openGrid(grid.code)}>
            <b class="code">{shortCode(grid.code, grid.community)}</b>
          </button>{" "}
          {grid.name}
        </th>
        <td>
          <span class={`lineage ${grid.lineage}`}>{t(`lineage_${grid.lineage}`)}</span>
        </td>
        <td class="n">{grid.households_before === null ? "—" : exact(grid.households_before)}</td>
        <td class={`n ${grid.in_range ? "in" : "out"}`}>{exact(grid.households_after)}</td>
      </tr>
      {reason && (
        <tr class="reason">
          <td colSpan={4}>{reason}</td>
        </tr>
      )}
    </>
  );
}
