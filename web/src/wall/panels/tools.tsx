// Over the map: which layer, which cases, where the tour is, and what the colours mean.
import { BOARDS, LEVELS, STEPS } from "../../api/types";
import { BOARD_COLOURS, COUNT_COLOURS, COUNT_STRENGTHS, HEAT_COLOURS, STATE_COLOURS, STATE_STRENGTHS, seesCases } from "../paint";
import type { Filter, Mode } from "../store";
import { useSlice, useSpeech, useWall } from "./context";

const MODES: readonly Mode[] = ["heat", "state", "count"];

export function Tools() {
  const { t, term } = useSpeech();
  const wall = useWall();
  const mode = useSlice((state) => state.mode);
  const filter = useSlice((state) => state.filter);
  const places = useSlice((state) => state.places);
  const change = (patch: Partial<Filter>) => {
    wall.touch();
    wall.setFilter({ ...filter, ...patch });
  };
  const select = (key: "level" | "board" | "step", all: string, values: readonly string[]) => (
    <select
      aria-label={all}
      class={filter[key] ? "set" : ""}
      value={filter[key] ?? ""}
      onChange={({ currentTarget }) => change({ [key]: currentTarget.value || undefined } as Partial<Filter>)}
    >
      <option value="">{all}</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {term(key, value)}
        </option>
      ))}
    </select>
  );
  return (
    <div class="tools" data-rail="tools">
      <div class="segments" role="group" aria-label={t("layer")}>
        {MODES.map((one) => (
          <button type="button" key={one} data-mode={one} aria-pressed={one === mode} onClick={() => (wall.touch(), wall.setMode(one))}>
            {t(`mode_${one}`)}
          </button>
        ))}
      </div>
      {mode === "heat" && (
        <div class="filters" title={t("filterHint")}>
          {select("level", t("filterLevel"), LEVELS)}
          {select("board", t("filterBoard"), BOARDS)}
          {select("step", t("filterStep"), STEPS)}
          <button type="button" aria-pressed={filter.overdue ?? false} onClick={() => change({ overdue: !filter.overdue })}>
            {t("filterOverdue")}
          </button>
        </div>
      )}
      <div class="segments">
        <button type="button" data-switch="places" aria-pressed={places} title={t("placesHint")} onClick={() => (wall.touch(), wall.setPlaces(!places))}>
          {t("places")}
        </button>
      </div>
      <TourNote />
    </div>
  );
}

function TourNote() {
  const { t } = useSpeech();
  const wall = useWall();
  const tour = useSlice((state) => state.tour);
  const children = useSlice((state) => state.children);
  const division = useSlice((state) => state.division);
  useSlice((state) => state.ageMs); // the seconds count down with the age of the data
  if (!division || children.length === 0) return null;
  const seconds = Math.max(0, Math.ceil((tour.until - performance.now()) / 1000));
  const name = tour.stop === 0 ? t("wholeDivision", { name: division.name }) : (children[tour.stop - 1]?.name ?? "");
  return (
    <div class={`tour ${tour.mode}`}>
      <span>
        {tour.mode === "touring" && `${t("touring")} · ${name}`}
        {tour.mode === "paused" && t("tourPaused", { seconds })}
        {tour.mode === "alarm" && t("tourAlarm", { seconds })}
      </span>
      {tour.mode === "touring" ? (
        <button type="button" onClick={() => wall.touch()}>
          {t("pause")}
        </button>
      ) : (
        <button type="button" onClick={() => wall.resumeTour()}>
          {t("resume")}
        </button>
      )}
    </div>
  );
}

/** As the style draws them. */
const GAUGES = [
  ["gaugeNormal", STATE_COLOURS[0], "水", "#fff"],
  ["gaugeWarning", STATE_COLOURS[2], "水", "#07111f"],
  ["gaugeGuarantee", STATE_COLOURS[3], "！", "#fff"],
] as const;

export function Legend() {
  const { t, term } = useSpeech();
  const mode = useSlice((state) => state.mode);
  const breaks = useSlice((state) => state.breaks);
  const role = useSlice((state) => state.session?.role);
  const places = useSlice((state) => state.places);
  const rows =
    mode === "state"
      ? (["None", "Open", "Due", "Overdue"] as const).map((name, i) => ({
          colour: STATE_COLOURS[i]!, strength: STATE_STRENGTHS[i]!, text: t(`legendState${name}`),
        }))
      : COUNT_COLOURS.map((colour, i) => ({ colour, strength: COUNT_STRENGTHS[i]!, text: countClass(breaks, i) }));
  return (
    <section class="legend panel" aria-label={t("layer")}>
      {mode === "heat" ? (
        <>
          <h2>{t("legendHeat")}</h2>
          <div class="ramp">
            {HEAT_COLOURS.map((colour) => (
              <i key={colour} style={{ background: colour }} />
            ))}
          </div>
          <p class="ramp-ends">
            <span>{t("legendLow")}</span>
            <span>{t("legendHigh")}</span>
          </p>
          {role && !seesCases(role) && <p class="legend-note">{t("legendMerged")}</p>}
        </>
      ) : (
        <>
          <h2>{t(mode === "state" ? "legendState" : "legendCount")}</h2>
          <ul class="keys">
            {rows.map(({ colour, strength, text }) => (
              <li key={colour}>
                <i style={{ background: colour, opacity: strength }} />
                {text}
              </li>
            ))}
          </ul>
        </>
      )}
      {role && seesCases(role) && (
        <ul class="keys points">
          {BOARDS.map((board) => (
            <li key={board}>
              <i style={{ background: BOARD_COLOURS[board] }} />
              {term("board", board)}
            </li>
          ))}
        </ul>
      )}
      {places && (
        <ul class="keys gauges" aria-label={t("legendGauge")}>
          {GAUGES.map(([word, colour, letter, ink]) => (
            <li key={word}>
              <i style={{ background: colour, color: ink }}>{letter}</i>
              {t(word)}
            </li>
          ))}
        </ul>
      )}
      <p class="key-alarm">
        <i />
        {t("legendAlarm")}
      </p>
    </section>
  );
}

/** "0", "1–2", "3", "4–8", "≥9" for the class with the given number. */
function countClass(breaks: readonly number[], i: number): string {
  if (i === 0) return "0";
  const low = breaks[i - 1] ?? i;
  const next = breaks[i];
  if (next === undefined) return `≥${low}`;
  return next - 1 > low ? `${low}–${next - 1}` : String(low);
}
