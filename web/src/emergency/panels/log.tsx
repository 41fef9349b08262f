// What was done, by whom and when; and looking back at how it went.
import { useEmergency, useKnown, useMayWrite, useSlice, useSpeech } from "./context";

export function LogPanel() {
  const emergency = useEmergency();
  const { t, moment, language } = useSpeech();
  const { log, evacuation } = useKnown();
  const past = useSlice((state) => state.past);
  const mayWrite = useMayWrite();
  return (
    <section class="log">
      <div class="row-tools">
        <button type="button" data-past onClick={() => void emergency.setPast(past === null ? Date.parse(evacuation.opened_at) : null)}>
          {past === null ? t("replayPast") : t("leavePast")}
        </button>
        {mayWrite && (
          <>
            <button type="button" onClick={() => emergency.store.set({ breaching: true })}>{t("breachHere")}</button>
            {evacuation.lifted_at === null && <button type="button" onClick={() => emergency.ask({ kind: "lift" })}>{t("lift")}</button>}
            <button type="button" onClick={() => emergency.ask({ kind: "close" })}>{t("close")}</button>
          </>
        )}
      </div>
      <p class="papers">
        {([["report", "report.pdf"], ["callsheets", "callsheets.pdf"], ["transfer", "transfer.xlsx"], ["intake", "intake.xlsx"], ["vehicles", "vehicles.xlsx"], ["map", "map.pdf"], ["picture", "map.png"], ["geojson", "plan.geojson"]] as const).map(([name, file]) => (
          <a key={name} href={`/api/v1/evacuations/${evacuation.id}/papers/${file}?language=${language}`}>{t(`paper_${name}`)}</a>
        ))}
      </p>
      {log.length === 0 && <p class="quiet">{t("noLog")}</p>}
      <ol class="log-lines">
        {[...log].sort((a, b) => b.seq - a.seq).slice(0, 300).map((line) => (
          <li key={line.seq} class={line.kind}>
            <time>{moment(line.at)}</time> <span>{line[language]}</span> <small>{line.by}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}
