// A plan: its communities, how many grids are outside in each, and its state.
import { useState } from "preact/hooks";
import type { Plan, PlanCommunity } from "../../api/plans";
import { search } from "../model/pinyin";
import { CarryOverList } from "./carryover";
import { usePlanner, useSlice, useSpeech } from "./context";
import { Papers } from "./papers";
import { Steps } from "./bar";

export function PlanPanel() {
  const { t } = useSpeech();
  const plan = useSlice((state) => state.plan);
  if (!plan) return <p class="empty">{t("loadingPlan")}</p>;
  return (
    <>
      <PlanState plan={plan} />
      <CarryOverList />
      <Communities plan={plan} />
      <Papers />
    </>
  );
}

function PlanState({ plan }: { plan: Plan }) {
  const { t, date, moment } = useSpeech();
  const planner = usePlanner();
  return (
    <section class="plan-state">
      <h2>{plan.division.name}</h2>
      <p class="quiet">
        {t("planMeta", { author: plan.author, time: moment(plan.created_at) })} · {t("planOperations", { count: plan.operations })}
      </p>
      {plan.remark && (
        <p class="remark">
          {t("remarkOf")}：{plan.remark}
        </p>
      )}
      {plan.enacted_at && <p class="quiet">{t("inForceSince", { time: moment(plan.enacted_at) })}</p>}
      {!plan.enacted_at && plan.effective_on && <p class="quiet">{t("effectiveOn", { date: date(`${plan.effective_on}T00:00:00+08:00`) })}</p>}
      <div class="steps">
        <Steps />
        <button type="button" data-action="diff" onClick={() => planner.go({ plan: plan.id, community: null, diff: true })}>
          {t("diff")}
        </button>
      </div>
    </section>
  );
}

function Communities({ plan }: { plan: Plan }) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const [onlyOutside, setOnlyOutside] = useState(false);
  const outside = plan.communities.filter((community) => community.outside > 0).length;
  const found = search(plan.communities, text, plan.communities.length).filter((community) => !onlyOutside || community.outside > 0);
  return (
    <section class="communities" aria-labelledby="communities-title">
      <h3 id="communities-title">
        {t("communities")} <small>{t("communitiesOutside", { count: outside })}</small>
      </h3>
      {plan.communities.length > 8 && (
        <div class="filter">
          <input
            type="search" class="search" aria-label={t("communities")} placeholder={t("searchPlace")} value={text} autocomplete="off"
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
          <label class="check">
            <input type="checkbox" checked={onlyOutside} onChange={({ currentTarget }) => setOnlyOutside(currentTarget.checked)} />
            {t("onlyOutside")}
          </label>
        </div>
      )}
      {found.length === 0 && <p class="empty">{t("noCommunities")}</p>}
      <ul class="community-list">
        {found.map((community) => (
          <Community key={community.code} plan={plan.id} community={community} />
        ))}
      </ul>
    </section>
  );
}

function Community({ plan, community }: { plan: number; community: PlanCommunity }) {
  const { t, exact } = useSpeech();
  const planner = usePlanner();
  const { code, name, town, grids, outside, households, touched, complex, stale } = community;
  return (
    <li>
      <button type="button" data-community={code} onClick={() => planner.go({ plan, community: code, diff: false })}>
        <b>
          {name} <small>{town}</small>
        </b>
        <span class={outside > 0 ? "outside" : "fine"}>{outside > 0 ? t("communityOutside", { count: outside }) : t("communityFine")}</span>
        <small>
          {t("communityGrids", { count: grids })} · {exact(households)} {t("households")}
        </small>
        <span class="marks">
          {touched && <i class="mark touched">{t("touched")}</i>}
          {complex && <i class="mark">{t("complexMark")}</i>}
          {stale && (
            <i class="mark stale" title={t("staleWhy")}>
              {t("staleMark")}
            </i>
          )}
        </span>
      </button>
    </li>
  );
}
