// The page of one grid: its figures, why it is outside, what would mend it, and
// what can be done with it as a whole.
import { useEffect, useState } from "preact/hooks";
import type { GridOnDesk, Suggestion } from "../../api/plans";
import { planning } from "../../api/planning";
import { action, keyName, type ActionId } from "../actions";
import { isNewGrid, shortCode } from "../model/desk";
import { beyond, signOf } from "../model/range";
import { useBoth, usePlanner, useSlice, useSpeech } from "./context";
import { Icon, SignIcon } from "./icons";

const OF_GRID: readonly ActionId[] = ["selectGrid", "merge", "split", "lock", "rename", "dedicated"];

export function GridPage({ grid }: { grid: GridOnDesk }) {
  const { t, language } = useSpeech();
  const both = useBoth();
  const planner = usePlanner();
  const desk = useSlice((state) => state.desk!);
  const certificates = desk.certificates.filter((one) => one.grid === grid.code);
  const violations = desk.violations.filter((one) => one.grid === grid.code && one.kind !== "under" && one.kind !== "over");
  return (
    <section class="grid-page" aria-labelledby="grid-title">
      <p class="back">
        <button type="button" class="link" data-first onClick={() => planner.hand.openGrid(null)}>
          ← {desk.community.name}
        </button>
        {!isNewGrid(grid.code) && (
          <a href={`/history?grid=${grid.code}${language === "en" ? "&lang=en" : ""}`} target="_blank" rel="noopener">
            {t("life")}
          </a>
        )}
      </p>
      <h2 id="grid-title">
        <b class="code">{isNewGrid(grid.code) ? t("gridNew") : shortCode(grid.code, desk.community.code)}</b> {grid.name}
      </h2>
      <code class="full-code">{isNewGrid(grid.code) ? "" : grid.code}</code>
      <Figures grid={grid} />
      <Marks grid={grid} />
      {[...certificates, ...violations].map((one) => (
        <p class="certificate" key={one.kind}>
          {both(one)}
        </p>
      ))}
      {desk.editable && <GridActions />}
      {desk.editable && (!grid.in_range || !grid.connected) && <Suggestions key={grid.code} grid={grid.code} />}
    </section>
  );
}

function Figures({ grid }: { grid: GridOnDesk }) {
  const { t, exact } = useSpeech();
  const rule = useSlice((state) => state.plan!.rule);
  const sign = signOf(grid.state, grid.households, rule);
  const by = beyond(grid.households, rule);
  const hectares = grid.area_m2 / 10_000;
  return (
    <div class="figures">
      <p class={`big ${grid.state}`}>
        <SignIcon sign={sign} />
        <strong>{exact(grid.households)}</strong> {t("households")}
        <small>{by === 0 || sign === "dedicated" ? t(`sign_${sign}`) : by > 0 ? t("overBy", { by }) : t("underBy", { by: -by })}</small>
      </p>
      {grid.dedicated === null && <Gauge households={grid.households} />}
      <dl>
        <div>
          <dt>{t("residents")}</dt>
          <dd>{exact(grid.persons)}</dd>
        </div>
        <div>
          <dt>{t("plots")}</dt>
          <dd>{exact(grid.plots)}</dd>
        </div>
        <div>
          <dt>{t("area")}</dt>
          <dd>
            {hectares < 10 ? hectares.toFixed(1) : exact(hectares)} {t("unitHectares")}
          </dd>
        </div>
      </dl>
    </div>
  );
}

/** Where the count stands between floor and top; the words beside it say the same. */
function Gauge({ households }: { households: number }) {
  const rule = useSlice((state) => state.plan!.rule);
  const top = Math.max(rule.max * 1.5, households);
  const x = (value: number) => (value / top) * 100;
  return (
    <svg class="gauge" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="whole" x="0" y="4" width="100" height="4" />
      <rect class="range" x={x(rule.min)} y="4" width={x(rule.max) - x(rule.min)} height="4" />
      <rect class="value" x={Math.min(x(households), 99) - 0.4} y="0" width="1.2" height="12" />
    </svg>
  );
}

function Marks({ grid }: { grid: GridOnDesk }) {
  const { t } = useSpeech();
  const marks = [
    grid.locked && t("lockedMark"),
    grid.layered && t("layeredMark"),
    grid.dedicated !== null && t("dedicatedAs", { name: grid.dedicated }),
    !grid.connected && t("pieces", { count: grid.pieces?.length ?? 2 }),
  ].filter((mark): mark is string => Boolean(mark));
  if (marks.length === 0) return null;
  return (
    <p class="marks">
      {marks.map((mark) => (
        <i class="mark" key={mark}>
          {mark}
        </i>
      ))}
    </p>
  );
}

function GridActions() {
  return (
    <div class="grid-actions">
      {OF_GRID.map((id) => (
        <GridAction key={id} id={id} />
      ))}
    </div>
  );
}

function GridAction({ id }: { id: ActionId }) {
  const planner = usePlanner();
  const { t } = useSpeech();
  const one = action(id);
  const label = useSlice((state) => one.label(state));
  const enabled = useSlice((state) => one.enabled(state));
  const pressed = useSlice((state) => one.pressed?.(state));
  return (
    <button type="button" data-grid-action={id} aria-disabled={!enabled} aria-pressed={one.pressed ? pressed : undefined} title={keyName(one.keys[0]!)} onClick={() => enabled && one.run(planner)}>
      <Icon id={id} /> {t(label)}
    </button>
  );
}

/** What would mend a grid: those that came with the desk, else asked for. */
function Suggestions({ grid }: { grid: string }) {
  const { t } = useSpeech();
  const { store, notices } = usePlanner();
  const known = useSlice((state) => state.desk!.repairs.filter((repair) => repair.for === grid));
  const version = useSlice((state) => state.desk!.version);
  const [asked, setAsked] = useState<readonly Suggestion[] | null>(null);
  const list = known.length > 0 ? known : asked;
  useEffect(() => {
    const { desk, pending } = store.get();
    setAsked(null);
    if (known.length > 0 || !desk || pending.length > 0 || isNewGrid(grid)) return;
    let here = true;
    const asking = planning.repairs(desk.plan_id, desk.community.code, grid);
    notices.during({ key: "loadingSuggestions" }, asking).then((found) => here && setAsked(found), () => here && setAsked([]));
    return () => void (here = false);
  }, [grid, version]);
  return (
    <section class="suggestions" aria-labelledby="suggestions-title" aria-busy={list === null} data-for={grid}>
      <h3 id="suggestions-title">{t("suggestionsFor")}</h3>
      {list === null && <p class="empty">{t("loadingSuggestions")}</p>}
      {list?.length === 0 && <p class="empty">{t("noSuggestions")}</p>}
      <ol>
        {(list ?? []).map((suggestion, i) => (
          <SuggestionLine key={i} suggestion={suggestion} rank={i + 1} />
        ))}
      </ol>
    </section>
  );
}

function SuggestionLine({ suggestion, rank }: { suggestion: Suggestion; rank: number }) {
  const { t, exact } = useSpeech();
  const both = useBoth();
  const { hand } = usePlanner();
  const signed = (count: number) => (count > 0 ? `+${exact(count)}` : exact(count));
  const show = () => hand.preview(suggestion);
  const hide = () => hand.preview(null);
  return (
    <li>
      <button type="button" class="suggestion" data-suggestion={rank} onClick={() => hand.do(suggestion.op)} onMouseEnter={show} onMouseLeave={hide} onFocus={show} onBlur={hide}>
        <kbd>{rank}</kbd>
        <span>
          {both(suggestion)}
          <small>{t("suggestionMeta", { violation: signed(suggestion.violation), moved: signed(suggestion.households_moved) })}</small>
        </span>
      </button>
    </li>
  );
}
