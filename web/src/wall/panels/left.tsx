// The left rail: the division's figures, one big number each with its trend.
import { BOARDS, LEVELS, STEPS, type Figures } from "../../api/types";
import { Bars, Spark } from "./charts";
import { useSlice, useSpeech } from "./context";

export function LeftRail() {
  const figures = useSlice((state) => state.figures);
  return (
    <aside class="rail left" data-rail="left">
      {figures && (
        <>
          <OpenCases figures={figures} />
          <Parts figures={figures} />
          <Steps figures={figures} />
          <Facts figures={figures} />
        </>
      )}
    </aside>
  );
}

function OpenCases({ figures: { cases, trend } }: { figures: Figures }) {
  const { t, exact, short } = useSpeech();
  return (
    <section class="panel">
      <div class="figure big">
        <h2>{t("openCases")}</h2>
        <strong data-figure="open">{exact(cases.open)}</strong>
        <Spark values={trend?.open} label={t("last30")} />
        <small class="spark-note">{t("last30")}</small>
      </div>
      <div class="figures three">
        <Small name={t("dueSoon")} text={exact(cases.due_soon)} tone="due_soon" />
        <Small name={t("overdue")} text={exact(cases.overdue)} tone="overdue" />
        <Small name={t("closedTotal")} text={short(cases.closed)} />
      </div>
      <div class="figures two">
        <Small name={t("openedToday")} text={exact(cases.opened_today)} trend={trend?.opened} />
        <Small name={t("closedToday")} text={exact(cases.closed_today)} trend={trend?.closed} />
      </div>
    </section>
  );
}

function Small({ name, text, tone, trend }: { name: string; text: string; tone?: string; trend?: readonly number[] | undefined }) {
  return (
    <div class={`figure small ${tone ?? ""}`}>
      <h3>{name}</h3>
      <strong>{text}</strong>
      {trend && <Spark values={trend} />}
    </div>
  );
}

function Parts({ figures: { cases } }: { figures: Figures }) {
  const { t, term, exact } = useSpeech();
  const rows = (prefix: string, keys: readonly string[], counts: Record<string, number | undefined>) =>
    keys.map((key) => ({ key, name: term(prefix, key), value: counts[key] ?? 0, text: exact(counts[key] ?? 0), tone: key === "district" ? "alarm" : "" }));
  return (
    <section class="panel columns">
      <div>
        <h2>{t("byLevel")}</h2>
        <Bars rows={rows("level", LEVELS, cases.by_level)} />
      </div>
      <div>
        <h2>{t("byBoard")}</h2>
        <Bars rows={rows("board", BOARDS, cases.by_board)} />
      </div>
    </section>
  );
}

function Steps({ figures: { cases } }: { figures: Figures }) {
  const { t, term, exact, hours } = useSpeech();
  const rows = STEPS.map((step) => ({
    key: step,
    name: term("step", step),
    value: cases.by_step[step] ?? 0,
    text: exact(cases.by_step[step] ?? 0),
    note: hours(cases.median_hours_by_step?.[step]),
  }));
  return (
    <section class="panel steps">
      <h2>
        {t("bySteps")}
        <small>{t("stepsHint")}</small>
      </h2>
      <Bars rows={rows} />
    </section>
  );
}

function Facts({ figures }: { figures: Figures }) {
  const { t, exact, short, share } = useSpeech();
  const inRule = (part: number, whole: number) => (whole ? share(part / whole) : "—");
  const facts: [string, string][] = [
    [t("grids"), exact(figures.grids)],
    [t("microgrids"), exact(figures.microgrids)],
    [t("teamMembers"), short(figures.team_members)],
    [t("gridsInRule"), inRule(figures.in_rule.grids, figures.grids)],
    [t("microgridsInRule"), inRule(figures.in_rule.microgrids, figures.microgrids)],
    [t("partyUnits"), exact(figures.party_branches + figures.party_groups)],
    [t("residents"), short(figures.residents)],
    [t("households"), short(figures.households)],
    [t("groups"), exact(figures.groups)],
  ];
  return (
    <section class="panel">
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
