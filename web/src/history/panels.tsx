// The bar with the two moments, the list of versions, and the life of a grid.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { GridVersion, MapVersion } from "../api/plans";
import { historySpeech, type HistorySpeech } from "../language/history";
import { dayInBeijing } from "../planner/status";
import type { Side } from "./compare";
import type { History, HistoryState } from "./history";
import { LifeChart } from "./chart";
import type { Moment } from "./moment";

const Context = createContext<History | null>(null);
const SPEECHES = { zh: historySpeech("zh"), en: historySpeech("en") };

function useHistory(): [History, HistoryState, HistorySpeech] {
  const history = useContext(Context)!;
  const [state, setState] = useState(history.store.get());
  useEffect(() => {
    setState(history.store.get());
    return history.store.subscribe(setState);
  }, [history]);
  return [history, state, SPEECHES[state.language]];
}

export function App({ history }: { history: History }) {
  return (
    <Context.Provider value={history}>
      <Header />
      <Moments />
      <Panel />
    </Context.Provider>
  );
}

function Header() {
  const [history, { session, language }, { t }] = useHistory();
  const lang = language === "en" ? "?lang=en" : "";
  const change = () => {
    const next = language === "zh" ? "en" : "zh";
    document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
    history.store.set({ language: next });
  };
  return (
    <header class="header">
      <h1>{t("historyTitle")}</h1>
      {session?.role === "planner" && <a href={`/planner${lang}`}>{t("toPlanner")}</a>}
      <span class="gap" />
      {session?.synthetic && <span class="synthetic">{t("synthetic")}</span>}
      <span class="account">{session?.account}</span>
      <button type="button" class="plain" lang={language === "zh" ? "en" : "zh-CN"} onClick={change}>
        {t("otherLanguage")}
      </button>
    </header>
  );
}

/** What a moment is called. */
function nameOf(moment: Moment, versions: readonly MapVersion[], { t, date }: HistorySpeech): string {
  if (moment === "") return t("nowVersion");
  const version = versions.find((one) => `v${one.version}` === moment);
  if (version) return `${date(version.at)} · ${version.plan}`;
  return date(`${moment}T12:00:00+08:00`);
}

function Moments() {
  const [history, { moments, versions }, speech] = useHistory();
  const { t } = speech;
  useEffect(() => history.compare?.name(), [t]);
  return (
    <div class="moments" role="group" aria-label={t("mapsLabel", { left: nameOf(moments.left, versions, speech), right: nameOf(moments.right, versions, speech) })}>
      <Choice side="left" />
      <button type="button" onClick={() => history.swap()}>
        ⇄ {t("swap")}
      </button>
      <Choice side="right" />
    </div>
  );
}

function Choice({ side }: { side: Side }) {
  const [history, { moments, versions }, { t, date }] = useHistory();
  const moment = moments[side];
  const day = /^\d{4}/.test(moment) ? moment : "";
  return (
    <fieldset class={`moment ${side}`}>
      <legend>{t(side === "left" ? "leftSide" : "rightSide")}</legend>
      <select aria-label={t("chooseVersion")} value={day ? "day" : moment} onChange={({ currentTarget }) => currentTarget.value !== "day" && history.setMoment(side, currentTarget.value)}>
        <option value="">{t("nowVersion")}</option>
        {versions.map(({ version, plan, at }) => (
          <option key={version} value={`v${version}`}>
            {date(at)} · {t("versionLine", { version, plan })}
          </option>
        ))}
        {day && <option value="day">{date(`${day}T12:00:00+08:00`)}</option>}
      </select>
      <input type="date" aria-label={t("chooseDay")} max={dayInBeijing(Date.now())} value={day} onChange={({ currentTarget }) => currentTarget.value && history.setMoment(side, currentTarget.value)} />
    </fieldset>
  );
}

function Panel() {
  const [, { grid }, { t }] = useHistory();
  return (
    <aside class="panel" aria-label={t("historyTitle")}>
      <GridSearch />
      {grid ? <Life /> : <Versions />}
    </aside>
  );
}

function GridSearch() {
  const [history, , { t }] = useHistory();
  const [code, setCode] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    void history.open(code.trim(), true);
  };
  return (
    <form class="grid-search" onSubmit={submit}>
      <input inputMode="numeric" pattern="\d{15}" required aria-label={t("searchGrid")} placeholder={t("searchGrid")} value={code} onInput={({ currentTarget }) => setCode(currentTarget.value)} />
      <button>{t("openGrid")}</button>
    </form>
  );
}

function Versions() {
  const [history, { versions, moments }, { t, date, clock }] = useHistory();
  return (
    <section aria-labelledby="versions-title">
      <h2 id="versions-title">{t("versions")}</h2>
      <p class="quiet">{t("clickHint")}</p>
      {versions.length === 0 && <p class="empty">{t("noVersions")}</p>}
      <ol class="versions">
        {versions.map(({ version, plan, at }, i) => (
          <li key={version}>
            <button type="button" aria-pressed={moments.left === `v${version}`} onClick={() => history.setMoment("left", `v${version}`)}>
              <b>{plan}</b>
              {i === 0 && <i class="mark">{t("current")}</i>}
              <small>{date(at)} {clock(at)}</small>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Life() {
  const [history, { grid, life, failed }, speech] = useHistory();
  const { t } = speech;
  const newest = life?.at(-1);
  return (
    <section class="life" aria-labelledby="life-title">
      <p class="back">
        <button type="button" class="link" onClick={() => void history.open(null)}>
          ← {t("versions")}
        </button>
      </p>
      <h2 id="life-title">{newest?.name || t("lifeOf")}</h2>
      <code>{grid}</code>
      {failed && (
        <p class="empty" role="alert">
          {failed}
        </p>
      )}
      {!failed && life === null && <p class="empty">{t("loading")}</p>}
      {life?.length === 0 && <p class="empty">{t("lifeNone")}</p>}
      {life && life.length > 0 && <LifeChart life={life} speech={speech} />}
      <ol class="stations">
        {[...(life ?? [])].reverse().map((version) => (
          <Station key={version.plan_id} version={version} />
        ))}
      </ol>
    </section>
  );
}

function Station({ version }: { version: GridVersion }) {
  const [, { grid }, { t, date, exact }] = useHistory();
  const hectares = version.area_m2 / 10_000;
  const others = (codes: readonly string[]) => codes.filter((code) => code !== grid);
  return (
    <li class={version.to === null ? "now" : ""}>
      <h3>
        {version.to === null ? t("lifeFrom", { from: date(version.from) }) : t("lifeSpan", { from: date(version.from), to: date(version.to) })}
        <i class={`mark lineage ${version.lineage}`}>{t(`lineage_${version.lineage}`)}</i>
      </h3>
      <p>
        {version.plan} · {exact(version.households)} {t("unitHouseholds")} · {exact(version.persons)} {t("unitPersons")} · {hectares < 10 ? hectares.toFixed(1) : exact(hectares)}{" "}
        {t("unitHectares")}
      </p>
      <Kin label={t("predecessors")} codes={others(version.predecessors)} />
      <Kin label={t("successors")} codes={others(version.successors)} />
    </li>
  );
}

/** Grids before or after this one; each opens its own life. */
function Kin({ label, codes }: { label: string; codes: readonly string[] }) {
  const [history] = useHistory();
  if (codes.length === 0) return null;
  return (
    <p class="kin">
      <span>{label}</span>
      {codes.map((code) => (
        <button type="button" class="link" key={code} onClick={() => void history.open(code)}>
          {code}
        </button>
      ))}
    </p>
  );
}
