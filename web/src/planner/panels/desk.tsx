// The panel of one community: what is chosen and where it may go, what is out of
// range and what would mend it, the grids, the log.
import type { Desk, GridOnDesk, LogEntry } from "../../api/plans";
import { isNewGrid, shortCode } from "../model/desk";
import { beyond, byNeed, signOf } from "../model/range";
import { useBoth, usePlanner, useSlice, useSpeech } from "./context";
import { action } from "../actions";
import { statusOf } from "../status";
import { GridPage } from "./gridpage";
import { Icon, SignIcon } from "./icons";
import { Selection } from "./selection";

export function DeskPanel() {
  const ready = useSlice((state) => state.view !== null);
  const grid = useSlice((state) => state.view?.grids.find(({ code }) => code === state.grid));
  const name = useSlice((state) => state.plan?.communities.length);
  const plan = useSlice((state) => state.plan);
  const editable = useSlice((state) => state.desk?.editable ?? false);
  const { t } = useSpeech();
  if (!ready) return <p class="empty">{name === undefined ? t("loadingPlan") : t("loading")}</p>;
  return (
    <>
      <Selection />
      {plan && !editable && <p class="read-only">{t("readOnlyBecause", { status: t(`status_${statusOf(plan)}`) })}</p>}
      {grid ? <GridPage grid={grid} /> : <Overview />}
    </>
  );
}

function Overview() {
  return (
    <>
      <Totals />
      <Outside />
      <Grids />
      <Log />
    </>
  );
}

function Totals() {
  const { t, exact } = useSpeech();
  const totals = useSlice((state) => state.desk!.totals);
  const rule = useSlice((state) => state.plan!.rule);
  const view = useSlice((state) => state.view!);
  const outside = view.grids.filter(({ in_range }) => !in_range).length;
  return (
    <section class="totals" aria-label={t("totals")}>
      <dl>
        <div>
          <dt>{t("grids")}</dt>
          <dd>{exact(view.grids.length)}</dd>
        </div>
        <div class={outside > 0 ? "bad" : "good"}>
          <dt>{t("outsideList")}</dt>
          <dd>{exact(outside)}</dd>
        </div>
        <div>
          <dt>{t("totalViolation")}</dt>
          <dd>{exact(totals.violation)}</dd>
        </div>
        <div>
          <dt>{t("totalMoved")}</dt>
          <dd>{exact(totals.households_moved)}</dd>
        </div>
      </dl>
      <p class="quiet">
        {t("totalHouseholds")} {exact(totals.households)} · {t("rule", { min: rule.min, max: rule.max })} · {t("target", { target: rule.target })}
      </p>
    </section>
  );
}

function Outside() {
  const { t } = useSpeech();
  const both = useBoth();
  const planner = usePlanner();
  const view = useSlice((state) => state.view!);
  const desk = useSlice((state) => state.desk!);
  const rule = useSlice((state) => state.plan!.rule);
  const outside = view.grids.filter(({ in_range, connected }) => !in_range || !connected).sort(byNeed(rule));
  const others = [...new Map(desk.violations.filter(({ kind }) => kind === "compound_split" || kind === "mixed").map((one) => [one.zh, one])).values()];
  return (
    <section class="outside-list" aria-labelledby="outside-title">
      <h3 id="outside-title">
        {t("outsideList")} <small>{t("gridCount", { count: outside.length })}</small>
      </h3>
      {outside.length === 0 && (
        <p class="fine">
          <SignIcon sign="ok" /> {t("allInRange", { min: rule.min, max: rule.max })}
        </p>
      )}
      <ul>
        {outside.map((grid, i) => (
          <li key={grid.code}>
            <button type="button" data-first={i === 0 || undefined} data-grid={grid.code} onClick={() => planner.hand.openGrid(grid.code)}>
              <GridLine grid={grid} />
            </button>
            {reasons(desk, grid.code).map((reason) => (
              <p class="certificate" key={reason.zh}>
                {both(reason)}
              </p>
            ))}
          </li>
        ))}
        {others.map((violation) => (
          <li key={violation.zh} class="other">
            <span>{both(violation)}</span>
            {desk.violations
              .filter(({ zh }) => zh === violation.zh)
              .map(({ grid }) => (
                <button type="button" class="link" key={grid} onClick={() => planner.hand.openGrid(grid)}>
                  {shortCode(grid, desk.community.code)}
                </button>
              ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Why a grid is outside: the certificate, or, of a grid that fell out just now, the bare fact. */
function reasons({ certificates, violations }: Desk, grid: string): { zh: string; en: string }[] {
  const proven = certificates.filter((one) => one.grid === grid);
  return proven.length > 0 ? proven : violations.filter((one) => one.grid === grid && one.kind !== "compound_split");
}

/** A grid in a list: sign, code, count, and by how much it is outside. */
export function GridLine({ grid }: { grid: GridOnDesk }) {
  const { t, exact } = useSpeech();
  const rule = useSlice((state) => state.plan!.rule);
  const community = useSlice((state) => state.desk!.community.code);
  const sign = signOf(grid.state, grid.households, rule);
  const by = beyond(grid.households, rule);
  return (
    <>
      <SignIcon sign={sign} />
      <b class="code">{isNewGrid(grid.code) ? t("gridNew") : shortCode(grid.code, community)}</b>
      <span class="grid-name">
        {grid.name}
        {grid.locked && <i class="mark">{t("lockedMark")}</i>}
        {!grid.connected && <i class="mark stale">{t("disconnectedMark")}</i>}
        {grid.layered && <i class="mark">{t("layeredMark")}</i>}
      </span>
      <span class={`number ${grid.state}`}>
        {exact(grid.households)} {t("households")}
        <small>{by === 0 || sign === "dedicated" ? t(`sign_${sign}`) : by > 0 ? t("overBy", { by }) : t("underBy", { by: -by })}</small>
      </span>
    </>
  );
}

function Grids() {
  const { t } = useSpeech();
  const planner = usePlanner();
  const view = useSlice((state) => state.view!);
  const colours = useSlice((state) => state.colours);
  const outside = view.grids.some(({ in_range }) => !in_range);
  return (
    <section class="grid-list" aria-labelledby="grids-title">
      <h3 id="grids-title">
        {t("grids")} <small>{t("gridCount", { count: view.grids.length })}</small>
      </h3>
      <ul>
        {view.grids.map((grid, i) => (
          <li key={grid.code}>
            <button type="button" data-first={(!outside && i === 0) || undefined} data-grid={grid.code} onClick={() => planner.hand.openGrid(grid.code)}>
              <i class={`swatch colour-${grid.dedicated === null ? (colours.get(grid.code) ?? 0) : "dedicated"}`} aria-hidden="true" />
              <GridLine grid={grid} />
            </button>
          </li>
        ))}
      </ul>
      <CommunityKind />
    </section>
  );
}

function CommunityKind() {
  const planner = usePlanner();
  const { t } = useSpeech();
  const complex = action("complex");
  const label = useSlice((state) => complex.label(state));
  const enabled = useSlice((state) => complex.enabled(state));
  if (!enabled) return null;
  return (
    <button type="button" class="plain" data-action="complex" onClick={() => complex.run(planner)}>
      <Icon id="complex" /> {t(label)}
    </button>
  );
}

function Log() {
  const { t } = useSpeech();
  const log = useSlice((state) => state.desk!.log);
  return (
    <section class="log" aria-labelledby="log-title">
      <h3 id="log-title">{t("logTitle")}</h3>
      {log.length === 0 && <p class="empty">{t("noLog")}</p>}
      <ol>
        {[...log].reverse().map((entry) => (
          <Entry key={entry.seq} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry }: { entry: LogEntry }) {
  const { t, moment } = useSpeech();
  const both = useBoth();
  return (
    <li class={entry.undone ? "undone" : ""}>
      <span>{both(entry)}</span>
      <small>
        {entry.actor} · {moment(entry.at)}
        {entry.undone && <i class="mark">{t("entryUndone")}</i>}
      </small>
    </li>
  );
}
