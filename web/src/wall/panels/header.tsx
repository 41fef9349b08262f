import { useServerTime, useSlice, useSpeech, useWall } from "./context";

export function Header() {
  const { t, language } = useSpeech();
  const { store } = useWall();
  const division = useSlice((state) => state.division);
  const synthetic = useSlice((state) => state.session?.synthetic ?? state.figures?.synthetic ?? false);
  const switchLanguage = () => {
    const next = language === "zh" ? "en" : "zh";
    const address = new URL(location.href);
    if (next === "en") address.searchParams.set("lang", "en");
    else address.searchParams.delete("lang");
    history.replaceState(null, "", address);
    document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
    store.set({ language: next });
  };
  return (
    <header class="header" data-rail="header">
      <h1>{t("wallTitle", { name: division?.name ?? "" })}</h1>
      {synthetic && <p class="synthetic">{t("synthetic")}</p>}
      <div class="header-right">
        <button type="button" class="plain" onClick={switchLanguage}>
          {t("otherLanguage")}
        </button>
        <Liveness />
        <Clock />
      </div>
    </header>
  );
}

function Clock() {
  const { date, clock, weekday, t } = useSpeech();
  const now = useServerTime();
  return (
    <div class="clock" title={`${t("zone")} UTC+8`}>
      <span class="clock-date">
        {date(now)} {weekday(now)}
      </span>
      <time dateTime={new Date(now).toISOString()}>{clock(now)}</time>
    </div>
  );
}

function Liveness() {
  const { t, age } = useSpeech();
  const state = useSlice(({ liveness }) => liveness);
  const ageMs = useSlice((wall) => wall.ageMs);
  const since = useSlice((wall) => wall.since);
  const shown = since && state === "live" ? "stale" : state;
  return (
    <div class={`liveness ${shown}`} role="status">
      <i aria-hidden="true" />
      <span>
        <b>{t(shown)}</b>
        {state !== "connecting" && (
          <small>{ageMs < 6000 && shown === "live" ? t("justNow") : t("dataAge", { age: age(ageMs) })}</small>
        )}
      </span>
    </div>
  );
}
