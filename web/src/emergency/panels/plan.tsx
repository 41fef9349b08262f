// The plan: what is in force, what is proposed, what is short; and the banner of
// the difference, which stays until a person has confirmed it.
import type { Proposal, ShelterLoad } from "../../api/evacuation";
import { loadOf, shareOf } from "../model/shelters";
import { useEmergency, useKnown, useMayWrite, useSlice, useSpeech } from "./context";

export function ProposalBanner() {
  const emergency = useEmergency();
  const { t, language } = useSpeech();
  const { proposal } = useKnown().evacuation;
  const mayWrite = useMayWrite();
  const tab = useSlice((state) => state.tab);
  if (!proposal) return null;
  return (
    <section class="proposal-banner" role="alert">
      <p>
        <b>{t(proposal.first ? "proposalFirst" : "proposalNew")}</b> {proposal.difference[language]}
        {proposal.shortage && <strong class="loud"> {proposal.shortage[language]}</strong>}
      </p>
      {tab !== "plan" && <button type="button" data-review onClick={() => emergency.setTab("plan")}>{t("review")}</button>}
      {mayWrite && (
        <button type="button" class="primary" data-approve onClick={() => emergency.ask({ kind: "approve", proposal })}>
          {t(proposal.first ? "approve" : "confirmChange")}
        </button>
      )}
    </section>
  );
}

export function PlanPanel() {
  const { t, exact, moment } = useSpeech();
  const { evacuation, shelters } = useKnown();
  const { plan, proposal } = evacuation;
  const loads = proposal?.shelters?.length ? proposal.shelters : shelters;
  return (
    <section class="plan">
      {plan ? (
        <>
          <h2>{t("planInForce", { version: plan.version })}</h2>
          <p>{t("planFigures", { persons: exact(plan.persons), households: exact(plan.households), shelters: plan.shelters })} · {t("approvedBy", { by: plan.approved_by, time: moment(plan.approved_at) })}</p>
          <p class={plan.certified ? "ok-line" : "loud"}>{t(plan.certified ? "certified" : "notCertified")}{plan.missing > 0 && <strong class="loud"> {t("shortage")}：{t("missingBeds", { n: exact(plan.missing) })}</strong>}</p>
        </>
      ) : (
        <h2 class="warn">{t("noPlan")}</h2>
      )}
      {proposal && <ProposalParts proposal={proposal} />}
      <h3>{t("shelters")}</h3>
      <Shelters loads={loads} />
    </section>
  );
}

function ProposalParts({ proposal }: { proposal: Proposal }) {
  const emergency = useEmergency();
  const { t, exact, language } = useSpeech();
  const { shortage, doubts, changes } = proposal;
  return (
    <div class="proposal">
      <h2>{t(proposal.first ? "proposalFirst" : "proposalNew")}</h2>
      <p>{proposal.difference[language]} · {exact(proposal.persons)} {t("headPersons")} · <span class={proposal.certified ? "ok-line" : "loud"}>{t(proposal.certified ? "certified" : "notCertified")}</span></p>
      {shortage && (
        <div class="shortage" role="alert">
          <h3>{t("shortage")}：{t("missingBeds", { n: exact(shortage.missing) })}</h3>
          <p>{shortage[language]}</p>
          <ul>
            {shortage.grids.slice(0, 40).map((one) => (
              <li key={one.grid}>
                <button type="button" class="link" onClick={() => void emergency.openGrid(one.grid)}>{one.name}</button> {t("missingBeds", { n: exact(one.missing) })}
              </li>
            ))}
          </ul>
        </div>
      )}
      {doubts.length > 0 && (
        <>
          <h3>{t("doubts")}</h3>
          <ul class="warnings">{doubts.map((one) => <li key={one.en}>⚠ {one[language]}</li>)}</ul>
        </>
      )}
      {changes.length > 0 && (
        <details open={!proposal.first}>
          <summary>{t("changes")} <small>{t("changesShown", { n: Math.min(changes.length, 100), total: proposal.changes_total })}</small></summary>
          <ul class="changes">
            {changes.slice(0, 100).map((one, i) => (
              <li key={i} class={one.kind}><button type="button" class="link" onClick={() => void emergency.openGrid(one.grid)}>{one[language]}</button></li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const ORDER = { wet: 0, over: 1, full: 2, unknown: 3, free: 4 };

function Shelters({ loads }: { loads: readonly ShelterLoad[] }) {
  const { t, term, exact } = useSpeech();
  const sorted = [...loads].sort((a, b) => ORDER[loadOf(a)] - ORDER[loadOf(b)] || b.assigned - a.assigned);
  return (
    <ul class="shelters">
      {sorted.slice(0, 120).map((one) => {
        const [load, share] = [loadOf(one), shareOf(one)];
        return (
          <li key={one.id} class={load}>
            <span class="name">{one.name} {one.accessible && <small>♿ {t("accessible")}</small>}</span>
            <span class="beds"><b>{exact(one.assigned)}</b> / {one.capacity === null ? t("capacityUnknown") : exact(one.capacity)}</span>
            <span class="gauge-bar" aria-hidden="true"><i style={{ width: `${Math.min(100, (share ?? 0) * 100)}%` }} /></span>
            <span class="state">{share !== null && `${Math.round(share * 100)}% `}{term("load", load)}{one.arrived > 0 && <small> {t("arrivedOf", { n: exact(one.arrived) })}</small>}</span>
          </li>
        );
      })}
    </ul>
  );
}
