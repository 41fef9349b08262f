// Who, what, when, and whether what is seen is still true.
import { useEmergency, useSlice, useSpeech } from "./context";

export function Header() {
  const emergency = useEmergency();
  const { t, language } = useSpeech();
  const evacuation = useSlice(({ known }) => known?.evacuation ?? null);
  const ground = useSlice((state) => state.ground);
  const past = useSlice((state) => state.past);
  const query = new URLSearchParams(location.search);
  if (language === "zh") query.set("lang", "en");
  else query.delete("lang");
  return (
    <header class="header">
      <h1>{evacuation ? evacuation.name : t("emergencyTitle")}</h1>
      {evacuation?.drill && <strong class="tag drill">{t("drillNote")}</strong>}
      {evacuation?.replay && (
        <strong class="tag">
          {t("replayNote", { name: evacuation.replay })} · {t("replayRate", { rate: evacuation.clock_rate < 1 ? "—" : evacuation.clock_rate })}
        </strong>
      )}
      {evacuation?.lifted_at && <strong class="tag">{t("liftedNote")}</strong>}
      {evacuation?.closed_at && <strong class="tag">{t("closedNote")}</strong>}
      <div class="header-right">
        <Connection />
        <Queue />
        {past === null && <Clock />}
        <button type="button" class="plain" title={t("switchGround")} onClick={() => void emergency.setGround(ground === "night" ? "day" : "night")}>
          {t(ground === "night" ? "day" : "night")}
        </button>
        <a class="plain" href={`?${query}`}>
          {t("otherLanguage")}
        </a>
      </div>
    </header>
  );
}

function Clock() {
  const { date, clock } = useSpeech();
  const second = useSlice(({ now }) => Math.floor(now / 1000));
  return (
    <p class="clock">
      <small>{date(second * 1000)}</small> <time>{clock(second * 1000)}</time>
    </p>
  );
}

/** The age of the last state, loud while no server answers. */
function Connection() {
  const { t, age } = useSpeech();
  useSlice(({ now }) => Math.floor(now / 1000));
  const away = useSlice((state) => state.awaySince);
  const kept = useSlice((state) => state.kept);
  const readAt = useSlice((state) => state.readAt);
  if (readAt === null) return null;
  const now = Date.now();
  if (away !== null || kept) {
    return (
      <p class="connection away" role="alert">
        {away !== null ? t("awayFor", { age: age(now - Math.min(away, readAt)) }) : t("keptFrom", { age: age(now - readAt) })}
      </p>
    );
  }
  return <p class="connection">{t("readAgo", { age: age(now - readAt) })}</p>;
}

function Queue() {
  const emergency = useEmergency();
  const { t } = useSpeech();
  const entries = useSlice((state) => state.outbox);
  const refused = entries.filter((entry) => entry.refused !== null).length;
  const waiting = entries.length - refused;
  if (entries.length === 0) return null;
  return (
    <button type="button" class="queue" onClick={() => emergency.ask({ kind: "outbox" })}>
      {waiting > 0 && <b>{t("waiting", { n: waiting })}</b>} {refused > 0 && <b class="refused">{t("refusedN", { n: refused })}</b>}
    </button>
  );
}
