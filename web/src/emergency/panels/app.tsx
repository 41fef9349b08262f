import { useEffect } from "preact/hooks";
import type { Emergency } from "../emergency";
import { TABS } from "../store";
import { EmergencyContext, useEmergency, useKnown, useSlice, useSpeech } from "./context";
import { Dialogs, NewForm } from "./dialogs";
import { GaugeStrip } from "./gauges";
import { GridPanel, GridsPanel } from "./grids";
import { Header } from "./header";
import { CallsPanel } from "./calls";
import { LogPanel } from "./log";
import { Headline, Legend, Sliders } from "./overmap";
import { PlanPanel, ProposalBanner } from "./plan";
import { Identity, RollPanel } from "./roll";

export function App({ emergency }: { emergency: Emergency }) {
  return (
    <EmergencyContext.Provider value={emergency}>
      <Header />
      <Screen />
      <Notices />
      <Dialogs />
    </EmergencyContext.Provider>
  );
}

function Screen() {
  const { t } = useSpeech();
  const phase = useSlice((state) => state.phase);
  const failed = useSlice((state) => state.failed);
  if (phase === "shown") return <Shown />;
  return (
    <main class="empty-state">
      {phase === "loading" && <p role="status">{failed === null ? t("loading") : t("loadFailed", { reason: failed })}</p>}
      {phase === "missing" && <p role="alert">{t("missing")}</p>}
      {phase === "forbidden" && (
        <p role="alert">
          {t("forbidden")} <a href="/?next=/emergency">{t("toStart")}</a>
        </p>
      )}
      {phase === "none" && <NewForm />}
    </main>
  );
}

function Shown() {
  const { evacuation } = useKnown();
  const { t } = useSpeech();
  const grid = useSlice((state) => state.grid);
  const tab = useSlice((state) => state.tab);
  return (
    <>
      <div class="strip">
        <GaugeStrip />
        <Identity />
      </div>
      <div class="over-map">
        <ProposalBanner />
        <Headline />
        <Legend />
        {evacuation.drill && <div class="watermark" aria-hidden="true">{Array.from({ length: 12 }, (_, i) => <span key={i}>{t("drillMark")}</span>)}</div>}
      </div>
      <Sliders />
      <main class="side" aria-label={t(`tab_${tab}`)}>
        <Tabs />
        <div class="side-body" tabIndex={-1}>
          {grid !== null ? <GridPanel code={grid} /> : tab === "grids" ? <GridsPanel /> : tab === "plan" ? <PlanPanel /> : tab === "calls" ? <CallsPanel /> : tab === "roll" ? <RollPanel /> : <LogPanel />}
        </div>
      </main>
    </>
  );
}

function Tabs() {
  const emergency = useEmergency();
  const { t } = useSpeech();
  const tab = useSlice((state) => state.tab);
  const silent = useSlice(({ known }) => known?.orders.filter(({ state }) => state === "sent").length ?? 0);
  const waits = useSlice(({ known }) => known?.evacuation.proposal !== null);
  const contradictions = useSlice(({ known }) => known?.evacuation.identity.contradictions ?? 0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement | null)?.closest("input:not([type=checkbox]), textarea, select, dialog");
      if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
      const chosen = TABS[Number(event.key) - 1];
      if (chosen) emergency.setTab(chosen);
      else if (event.key === "Escape" && emergency.store.get().grid) void emergency.openGrid(null);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [emergency]);
  const badge = { grids: "", plan: waits ? "!" : "", calls: silent ? String(silent) : "", roll: contradictions ? String(contradictions) : "", log: "" };
  return (
    <nav class="tabs">
      {TABS.map((name, i) => (
        <button key={name} type="button" data-tab={name} aria-current={tab === name} aria-keyshortcuts={String(i + 1)} onClick={() => emergency.setTab(name)}>
          {t(`tab_${name}`)}
          {badge[name] && <b class="badge">{badge[name]}</b>}
        </button>
      ))}
    </nav>
  );
}

function Notices() {
  const emergency = useEmergency();
  const { t } = useSpeech();
  const notice = useSlice((state) => state.notice);
  return (
    <div class="notices" role="status" aria-live="polite">
      {notice && (
        <p class={`notice ${notice.tone}`}>
          {notice.text}
          <button type="button" onClick={() => emergency.store.set({ notice: null })}>
            {t("letGo")}
          </button>
        </p>
      )}
    </div>
  );
}
