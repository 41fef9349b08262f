// The first page: find a town or community, open a plan or make one.
import { useState } from "preact/hooks";
import type { PlanSummary } from "../../api/plans";
import type { Division } from "../../api/types";
import { search } from "../model/pinyin";
import { isOver, statusOf } from "../status";
import { usePlanner, useSlice, useSpeech } from "./context";

const LISTED = 60;

export function Choose() {
  const [place, setPlace] = useState<Division | null>(null);
  return (
    <main class="choose">
      <Places chosen={place} choose={setPlace} />
      <Plans place={place} />
    </main>
  );
}

function Places({ chosen, choose }: { chosen: Division | null; choose(place: Division | null): void }) {
  const { t } = useSpeech();
  const planner = usePlanner();
  const places = useSlice((state) => state.places);
  const [text, setText] = useState("");
  const towns = new Map(places.map(({ code, name }) => [code, name]));
  const found = text.trim() === "" ? places.filter(({ level }) => level !== "community").slice(0, LISTED) : search(places, text, LISTED);
  const take = (place: Division) => {
    choose(place.code === chosen?.code ? null : place);
    planner.map?.view(place.bbox, 16);
  };
  return (
    <section class="places" aria-labelledby="places-title">
      <h2 id="places-title">{t("choosePlace")}</h2>
      <input
        type="search" class="search" aria-label={t("choosePlace")} placeholder={t("searchPlace")} value={text} autocomplete="off" spellcheck={false}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && found[0] && take(found[0])}
      />
      {found.length === 0 && text !== "" && <p class="empty">{t("searchNone", { text })}</p>}
      <ul class="place-list">
        {found.map((place) => (
          <li key={place.code}>
            <button type="button" aria-pressed={place.code === chosen?.code} onClick={() => take(place)}>
              <b>{place.name}</b>
              <small>{place.level === "community" ? towns.get(place.parent) : t(`level_name_${place.level}`)}</small>
              <code>{place.code}</code>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Plans({ place }: { place: Division | null }) {
  const { t, language } = useSpeech();
  const planner = usePlanner();
  const plans = useSlice((state) => state.plans);
  const scope = useSlice((state) => state.places[0]);
  const [old, setOld] = useState(false);
  const target = place ?? scope;
  const here = (plans ?? []).filter((plan) => !place || concerns(plan, place));
  const shown = here.filter((plan) => old || !isOver(plan));
  return (
    <section class="plans" aria-labelledby="plans-title">
      <div class="title">
        <h2 id="plans-title">{place ? t("plansOf", { name: place.name }) : t("plansHere")}</h2>
        <a class="button" href={`/history${language === "en" ? "?lang=en" : ""}`}>
          {t("history")}
        </a>
        {target && (
          <button type="button" class="primary" data-new onClick={() => planner.store.set({ dialog: { kind: "new", division: target } })}>
            {place ? t("newPlanFor", { name: place.name }) : t("newPlan")}
          </button>
        )}
      </div>
      {plans && shown.length === 0 && <p class="empty">{t("noPlans")}</p>}
      <ul class="plan-list">
        {shown.map((plan) => (
          <PlanLine key={plan.id} plan={plan} />
        ))}
      </ul>
      {here.some(isOver) && (
        <label class="check">
          <input type="checkbox" checked={old} onChange={({ currentTarget }) => setOld(currentTarget.checked)} />
          {t("showOld")}
        </label>
      )}
    </section>
  );
}

function PlanLine({ plan }: { plan: PlanSummary }) {
  const { t, moment } = useSpeech();
  const planner = usePlanner();
  const status = statusOf(plan);
  return (
    <li>
      <button type="button" data-plan={plan.id} onClick={() => planner.go({ plan: plan.id, community: null, diff: false })}>
        <b>{plan.name}</b>
        <span class={`status ${status}`}>{t(`status_${status}`)}</span>
        <small>
          {plan.division.name} · {t("planMeta", { author: plan.author, time: moment(plan.created_at) })} · {t("planOperations", { count: plan.operations })}
        </small>
        {plan.remark && (
          <small class="remark">
            {t("remarkOf")}：{plan.remark}
          </small>
        )}
      </button>
    </li>
  );
}

/** A plan of the place itself, above it or below it. */
function concerns({ division }: PlanSummary, { code }: Division): boolean {
  const stem = (whole: string) => whole.replace(/(000000|000)$/, "");
  return stem(division.code).startsWith(stem(code)) || stem(code).startsWith(stem(division.code));
}
