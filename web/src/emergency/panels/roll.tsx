// The roll-call: the identity that never leaves the screen, its totals, and the
// contradictions that only a person can settle.
import type { Identity as Sums, Status } from "../../api/evacuation";
import { useEmergency, useKnown, useMayWrite, useSpeech } from "./context";

const KEYS = ["sheltered", "with_relatives", "holding_upstairs", "already_away", "refused"] as const;

export function Identity() {
  const { t, exact } = useSpeech();
  const { evacuation } = useKnown();
  const { identity, plan } = evacuation;
  const words = Object.fromEntries(Object.entries(identity).map(([key, value]) => [key, exact(value)]));
  if (!plan && identity.listed === 0) {
    return (
      <section class="identity none" aria-label={t("unaccounted")}>
        <h2>{t("unaccounted")}</h2>
        <p class="number">—</p>
        <p class="sum">{t("noPlanYet")}</p>
      </section>
    );
  }
  return (
    <section class={`identity ${identity.unaccounted === 0 ? "zero" : "open"}`} data-unaccounted={identity.unaccounted} aria-label={t("unaccounted")}>
      <h2>{t("unaccounted")}</h2>
      <p class="number" role="status">
        {exact(identity.unaccounted)} <small>{t("headPersons")}</small>
      </p>
      <p class="sum">{t("identityLabel", words)}</p>
    </section>
  );
}

export function Bar({ identity }: { identity: Sums }) {
  const total = Math.max(1, identity.listed);
  return (
    <div class="bar" aria-hidden="true">
      {KEYS.map((key) => <i key={key} class={key} style={{ width: `${(identity[key] / total) * 100}%` }} />)}
    </div>
  );
}

export function RollPanel() {
  const emergency = useEmergency();
  const { t, exact } = useSpeech();
  const { evacuation, grids } = useKnown();
  const { identity } = evacuation;
  const open = grids.filter((row) => row.identity.unaccounted > 0).sort((a, b) => b.identity.unaccounted - a.identity.unaccounted);
  return (
    <section class="roll">
      <h2>{t("rollTotals")}</h2>
      <dl class="totals">
        <div class="total"><dt>{t("listed")}</dt><dd>{exact(identity.listed)}</dd></div>
        {KEYS.map((key) => <div key={key}><dt><i class={`key ${key}`} />{t(`status_${key}`)}</dt><dd>{exact(identity[key])}</dd></div>)}
        <div class={identity.unaccounted > 0 ? "loud" : "ok"}><dt>{t("status_unaccounted")}</dt><dd>{exact(identity.unaccounted)}</dd></div>
        {identity.returned > 0 && <div><dt>{t("status_returned")}</dt><dd>{exact(identity.returned)}</dd></div>}
        {identity.extra > 0 && <div><dt>{t("extraPeople")}</dt><dd>{exact(identity.extra)}</dd></div>}
      </dl>
      <Bar identity={identity} />
      <Contradictions />
      <h2>{t("byGrid")}</h2>
      {open.length === 0 && <p class="ok-line">{t("allAccounted")}</p>}
      <ul class="open-grids">
        {open.slice(0, 60).map((row) => (
          <li key={row.grid}>
            <button type="button" onClick={() => void emergency.openGrid(row.grid)}>
              <span>{row.name}<small>{row.community}</small></span>
              <Bar identity={row.identity} />
              <b class="loud">{exact(row.identity.unaccounted)}</b>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Contradictions() {
  const emergency = useEmergency();
  const { t, term, clock, language } = useSpeech();
  const { contradictions } = useKnown();
  const mayWrite = useMayWrite();
  return (
    <>
      <h2>
        {t("contradictions")} {contradictions.length > 0 && <b class="badge">{contradictions.length}</b>}
      </h2>
      {contradictions.length === 0 && <p class="quiet">{t("noContradictions")}</p>}
      <ul class="contradictions">
        {contradictions.map((one) => (
          <li key={one.id}>
            <p><b>{one.label}</b> {one[language]}</p>
            {one.claims.map((claim) => (
              <p key={`${claim.device}-${claim.sequence}`} class="claim">
                {t("claim", { time: clock(claim.at), by: claim.by, status: term("status", claim.status) })}
                {mayWrite && (
                  <button type="button" onClick={() => void emergency.settle(one.id, claim.status as Status, t("settleNote"))}>
                    {t("settle")}
                  </button>
                )}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
