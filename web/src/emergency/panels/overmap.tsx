// What lies on the map and below it: the counts, the legend, the two sliders.
import { useMemo } from "preact/hooks";
import { BANDS, LOOKS, levelsOf, reachIndex, tally } from "../model/water";
import { COLOURS } from "../map/style";
import { hour } from "../../language";
import { leftUntil, span } from "../model/time";
import { useEmergency, useKnown, useMinute, useSlice, useSpeech } from "./context";

const MINUTE = 60_000;

export function Headline() {
  const { t, term, exact, language } = useSpeech();
  const { headline, basis } = useKnown().evacuation;
  const now = useMinute();
  const left = leftUntil(headline.last_safe_departure, now);
  const figure = (label: string, value: number, tone = "") => (
    <div class={tone}>
      <dt>{label}</dt>
      <dd>{exact(value)}</dd>
    </div>
  );
  return (
    <section class="headline panel">
      <dl>
        {figure(t("headBuildings"), headline.buildings)}
        {figure(t("headHouseholds"), headline.households)}
        {figure(t("headPersons"), headline.persons)}
        {figure(t("headHelp"), headline.needing_help, "warn")}
        {figure(t("headWet"), headline.wet_now)}
        {figure(t("headWill"), headline.will_be_wet)}
        {figure(t("headCut"), headline.cut_off, headline.cut_off > 0 ? "loud" : "")}
        {figure(t("headUnknown"), headline.unknown, headline.unknown > 0 ? "warn" : "")}
        {figure(t("headRoads"), headline.roads_shut, headline.roads_shut > 0 ? "loud" : "")}
        {figure(t("headClosing"), headline.roads_closing)}
      </dl>
      <p class="care">{Object.entries(headline.care ?? {}).filter(([, n]) => n > 0).map(([kind, n]) => <span key={kind}>{term("care", kind)} {exact(n)}</span>)}</p>
      {headline.last_safe_departure && (
        <p class="departure">
          {t("lastDeparture")} <b>{hour(headline.last_safe_departure, now)}</b> {left && <span class={`left ${left.urgency}`}>{left.minutes < 0 ? t("passed", { span: span(-left.minutes) }) : t("leftSpan", { span: span(left.minutes) })}</span>}
        </p>
      )}
      <p class="basis">{t("basisLine", { model: term("model", basis.model), error: basis.error_m.toFixed(1), terrain: basis.terrain || "—", reading: basis.reading_at ? hour(basis.reading_at, now) : "—" })}</p>
      {basis.warnings?.length > 0 && <ul class="warnings" aria-label={t("warningsLabel")}>{basis.warnings.map((one) => <li key={one.en}>⚠ {one[language]}</li>)}</ul>}
    </section>
  );
}

export function Legend() {
  const { t, term, exact } = useSpeech();
  const known = useKnown();
  const view = useSlice((state) => state.view);
  const ground = useSlice((state) => state.ground);
  const minute = useMinute();
  const sums = useMemo(() => {
    if (!known.stages || !known.buildings) return null;
    return tally(known.buildings, reachIndex(known.stages), levelsOf(known.stages, view), view.at ?? minute);
  }, [known.stages, known.buildings, view, minute]);
  return (
    <section class="legend panel" aria-label={t("mapLabel")}>
      <h2>{t("legend")}</h2>
      <ul>
        {LOOKS.filter((look) => look !== "dry").map((look) => (
          <li key={look} data-look={look}>
            <i class={`look ${look}`} style={{ "--look": COLOURS[ground].css[look] } as never} />
            <span>{term("look", look)}</span>
            <b>{exact(sums?.[look].buildings)}</b>
            <small>{t("peopleN", { n: exact(sums?.[look].persons) })}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Sliders() {
  const past = useSlice((state) => state.past);
  return past === null ? <WaterSliders /> : <PastSlider />;
}

function WaterSliders() {
  const emergency = useEmergency();
  const { t, moment } = useSpeech();
  const { stages } = useKnown();
  const view = useSlice((state) => state.view);
  const breaching = useSlice((state) => state.breaching);
  const now = useMinute();
  const range = emergency.timeSpan();
  const present = view.at === null && view.raisedM === 0;
  if (!stages) return null;
  const sign = view.raisedM > 0 ? "+" : view.raisedM < 0 ? "−" : "±";
  return (
    <section class={`sliders ${present ? "" : "what-if"}`}>
      {range && (
        <label class="time">
          <span>{t("timeSlider")} <b>{view.at === null ? t("nowAt") : moment(view.at)}</b></span>
          <input type="range" data-slider="time" min={range[0] / MINUTE} max={range[1] / MINUTE} step={stages.step_min} value={(view.at ?? now) / MINUTE}
            aria-valuetext={moment(view.at ?? now)} onInput={({ currentTarget }) => emergency.setView({ at: Number(currentTarget.value) * MINUTE })} />
        </label>
      )}
      <div class="bands" role="group">
        {BANDS.map((band) => (
          <button key={band} type="button" aria-pressed={view.band === band} onClick={() => emergency.setView({ band })}>
            {t(`band_${band}`)}
          </button>
        ))}
      </div>
      <label class="stage-slider">
        <span>{t("stageSlider")} <b>{sign}{Math.abs(view.raisedM).toFixed(1)} {t("metre")}</b></span>
        <input type="range" data-slider="stage" min={-3} max={8} step={0.1} value={view.raisedM} aria-valuetext={`${view.raisedM.toFixed(1)} m`}
          onInput={({ currentTarget }) => emergency.setView({ raisedM: Number(currentTarget.value) })} />
      </label>
      <p class="slider-state">
        {breaching ? <strong class="loud">{t("breachPick")}</strong> : !present && (
          <>
            <strong>{t("whatIf")}</strong>
            <button type="button" data-now onClick={() => emergency.setView({ at: null, raisedM: 0, band: "likely" })}>{t("backToNow")}</button>
          </>
        )}
      </p>
    </section>
  );
}

function PastSlider() {
  const emergency = useEmergency();
  const { t, moment } = useSpeech();
  const { evacuation } = useKnown();
  const past = useSlice((state) => state.past)!;
  const playing = useSlice((state) => state.playing);
  const end = evacuation.closed_at ? Date.parse(evacuation.closed_at) : Date.now();
  return (
    <section class="sliders what-if past">
      <label class="time">
        <span><b>{moment(past)}</b></span>
        <input type="range" data-slider="past" min={Date.parse(evacuation.opened_at) / MINUTE} max={end / MINUTE} step={5} value={past / MINUTE} aria-valuetext={moment(past)}
          onChange={({ currentTarget }) => void emergency.setPast(Number(currentTarget.value) * MINUTE)} />
      </label>
      <div class="bands">
        <button type="button" onClick={() => emergency.play(!playing)}>{t(playing ? "pausePast" : "playPast")}</button>
        <button type="button" onClick={() => void emergency.setPast(null)}>{t("leavePast")}</button>
      </div>
      <p class="slider-state"><strong>{t("pastNote", { time: moment(past) })}</strong></p>
    </section>
  );
}
