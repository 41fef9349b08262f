// The gauge strip: stage, metres over warning and guarantee, rise, the band of the
// forecast, and the age of the reading: a silent gauge must not look like a calm one.
import type { Gauge } from "../../api/evacuation";
import { hour } from "../../language";
import { useEmergency, useKnown, useMayWrite, useSlice, useSpeech } from "./context";

export function GaugeStrip() {
  const { gauges } = useKnown();
  const { t } = useSpeech();
  return (
    <section class="gauges" aria-label={t("gauges")}>
      {gauges.length === 0 && <p class="gauge loud">{t("noReading")}</p>}
      {[...gauges].sort((a, b) => danger(b) - danger(a)).slice(0, 4).map((gauge) => <GaugeCard key={gauge.id} gauge={gauge} />)}
    </section>
  );
}

/** Metres over warning; a gauge nobody can read comes before one that is low. */
function danger({ stage_m, warning_m, stale, series }: Gauge): number {
  if (stage_m === null) return series.length > 0 ? 0 : -999;
  return warning_m === null ? -998 : stage_m - warning_m + (stale ? 0.5 : 0);
}

const metres = (value: number) => Math.abs(value).toFixed(2);

function GaugeCard({ gauge }: { gauge: Gauge }) {
  const emergency = useEmergency();
  const { t, age, language } = useSpeech();
  const { evacuation } = useKnown();
  const mayWrite = useMayWrite();
  const readAge = useSlice(({ now, known }) => {
    const read = known ? Date.parse(known.evacuation.now) : now;
    return gauge.age_s === null ? null : Math.floor((gauge.age_s * 1000 + Math.max(0, now - read)) / 60_000) * 60_000;
  });
  const { stage_m: stage, warning_m: warning, guarantee_m: guarantee, forecast } = gauge;
  const level = stage === null ? "none" : guarantee !== null && stage >= guarantee ? "over" : warning !== null && stage >= warning ? "warn" : "low";
  const doubt = language === "zh" ? (gauge.suspect_zh ?? gauge.suspect) : gauge.suspect;
  return (
    <article class={`gauge ${level} ${gauge.stale ? "stale" : ""}`}>
      <h2>
        {gauge.name} <small>{gauge.river}</small>
        {mayWrite && (
          <button type="button" class="plain" aria-label={t("enterReadingOf", { name: gauge.name })} onClick={() => emergency.ask({ kind: "reading", gauge })}>
            ✎
          </button>
        )}
      </h2>
      <p class="stage">
        {stage === null ? "—" : stage.toFixed(2)}
        <small>{t("metre")}</small>
        {gauge.rise_m_per_h !== null && (
          <b class="rise">
            {gauge.rise_m_per_h > 0.005 ? "▲" : gauge.rise_m_per_h < -0.005 ? "▼" : "▬"} {metres(gauge.rise_m_per_h)} <small>{t("perHour")}</small>
          </b>
        )}
      </p>
      <p class="marks">
        {stage !== null && warning !== null && <span class={stage >= warning ? "hit" : ""}>{t(stage >= warning ? "overWarning" : "underWarning")} {metres(stage - warning)}</span>}
        {stage !== null && guarantee !== null && <span class={stage >= guarantee ? "hit" : ""}>{t(stage >= guarantee ? "overGuarantee" : "underGuarantee")} {metres(stage - guarantee)}</span>}
        {warning === null && guarantee === null && <span>{t("noThreshold")}</span>}
      </p>
      <p class="forecast">
        {forecast === null ? t("noForecast") : (
          <>
            {t("forecastPeak")} <b>{forecast.peak_m[1].toFixed(2)}</b>
            {forecast.peak_m[0] !== null && forecast.peak_m[2] !== null && <small>（{forecast.peak_m[0].toFixed(1)}–{forecast.peak_m[2].toFixed(1)}）</small>} {hour(forecast.peak_at, Date.parse(evacuation.now))}
            {forecast.past && <strong class="loud"> {t("forecastPast")}</strong>}
          </>
        )}
      </p>
      <p class={gauge.stale || readAge === null ? "age loud" : "age"}>
        {readAge === null ? t("noReading") : gauge.stale ? t("staleReading", { age: age(readAge) }) : t("readingAge", { age: age(readAge) })}
        {doubt && <strong class="loud" title={doubt}>{t("suspect")}：{doubt}</strong>}
      </p>
      <Spark gauge={gauge} />
    </article>
  );
}

/** The hydrograph with its thresholds: past solid, likely dashed, the band filled. */
function Spark({ gauge: { series, warning_m, guarantee_m } }: { gauge: Gauge }) {
  if (series.length < 2) return null;
  const times = series.map(({ at }) => Date.parse(at));
  const values = [...series.map(({ stage_m }) => stage_m), ...(warning_m === null ? [] : [warning_m]), ...(guarantee_m === null ? [] : [guarantee_m])];
  const [t0, t1, low, high] = [Math.min(...times), Math.max(...times), Math.min(...values), Math.max(...values)];
  const x = (at: string) => (((Date.parse(at) - t0) / (t1 - t0 || 1)) * 100).toFixed(2);
  const y = (stage: number) => (38 - ((stage - low) / (high - low || 1)) * 36).toFixed(2);
  const of = (kind: string) => series.filter((one) => one.kind === kind).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const line = (kind: string) => of(kind).map(({ at, stage_m }, i) => `${i ? "L" : "M"}${x(at)} ${y(stage_m)}`).join("");
  const band = [...of("forecast_max"), ...of("forecast_min").reverse()].map(({ at, stage_m }, i) => `${i ? "L" : "M"}${x(at)} ${y(stage_m)}`).join("");
  return (
    <svg class="spark" viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">
      {warning_m !== null && <path class="warning" d={`M0 ${y(warning_m)}H100`} />}
      {guarantee_m !== null && <path class="guarantee" d={`M0 ${y(guarantee_m)}H100`} />}
      {band && <path class="band" d={`${band}Z`} />}
      <path class="likely" d={line("forecast_likely")} />
      <path class="observed" d={line("observed")} />
    </svg>
  );
}
