// A grid's card: who serves it, who lives there, what is open.
import type { GridCard } from "../../api/types";
import type { CardState } from "../store";
import { useSpeech, useWall } from "./context";

const CARE = ["elderly", "child", "disabled", "sick", "frail", "pregnant"] as const;
const ROLES = [
  "leader", "full_time", "part_time", "instructor", "mediator", "police", "medic",
  "party_member", "enforcement", "building_head", "volunteer", "utility",
];
const ROLES_SHOWN = 9;
const NAMES_SHOWN = 2;

export function Card({ state }: { state: CardState }) {
  const { t } = useSpeech();
  const wall = useWall();
  return (
    <section class="panel card">
      <h2>
        {state.phase === "shown" ? state.card.name || state.code : t("cardTitle")}
        <button type="button" class="plain" onClick={() => wall.closeCard()}>
          {t("close")}
        </button>
      </h2>
      {state.phase === "loading" && <p class="empty">{t("loading")}</p>}
      {state.phase === "failed" && <p class="empty">{state.reason}</p>}
      {state.phase === "shown" && <Body card={state.card} />}
    </section>
  );
}

function Body({ card }: { card: GridCard }) {
  const { t, exact, term } = useSpeech();
  const hectares = card.area_m2 / 10_000;
  return (
    <>
      <p class="card-place">
        {card.town} · {card.community}
        <code>{card.code}</code>
      </p>
      <p class="card-tags">
        <span>{term("kind", card.kind)}</span>
        {/* The rule counts households; a dedicated grid has none to count. */}
        {card.kind !== "dedicated" && (
          <span class={card.in_rule ? "" : "due_soon"} title={card.reason}>
            {card.in_rule ? t("cardInRule") : t("cardOutOfRule")}
          </span>
        )}
        {!card.in_rule && card.reason && <small>{card.reason}</small>}
        <a href={`/history?grid=${card.code}`} target="_blank" rel="noopener">
          {t("cardLife")}
        </a>
      </p>
      <dl class="facts card-facts">
        <Fact name={t("households")} value={exact(card.households)} />
        <Fact name={t("cardPersons")} value={exact(card.persons)} />
        <Fact name={t("cardArea")} value={`${hectares < 10 ? hectares.toFixed(1) : exact(hectares)}\u2009${t("unitHectares")}`} />
        <Fact name={t("cardOpen")} value={exact(card.cases.open)} />
        <Fact name={t("dueSoon")} value={exact(card.cases.due_soon)} tone="due_soon" />
        <Fact name={t("overdue")} value={exact(card.cases.overdue)} tone="overdue" />
      </dl>
      <Team team={card.team ?? []} />
      <h3>{t("cardCare")}</h3>
      <dl class="facts card-facts">
        {CARE.map((group) => (
          <Fact key={group} name={term("care", group)} value={exact(card.care_groups?.[group] ?? 0)} />
        ))}
      </dl>
      <Organisation card={card} />
    </>
  );
}

function Fact({ name, value, tone }: { name: string; value: string; tone?: string }) {
  return (
    <div class={tone}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Team({ team }: { team: NonNullable<GridCard["team"]> }) {
  const { t, term } = useSpeech();
  const rank = (role: string) => (ROLES.indexOf(role) + 1 || ROLES.length + 1);
  const roles = [...new Set(team.map(({ role }) => role))].sort((a, b) => rank(a) - rank(b));
  const lines = roles.slice(0, ROLES_SHOWN).map((role) => ({ role, members: team.filter((member) => member.role === role) }));
  const rest = team.length - lines.reduce((sum, { members }) => sum + members.length, 0);
  return (
    <>
      <h3>
        {t("cardTeam")}
        <small>{t("cardMembers", { count: team.length })}</small>
      </h3>
      <ul class="team">
        {lines.map(({ role, members }) => (
          <li key={role}>
            <span>{term("role", role)}</span>
            <b>
              {members.slice(0, NAMES_SHOWN).map(({ name }) => name).join(t("listComma"))}
              {members.length > NAMES_SHOWN && <small> {t("cardInAll", { count: members.length })}</small>}
            </b>
            <span class="phone">{members[0]?.phone}</span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="more">{t("cardMore", { count: rest })}</p>}
    </>
  );
}

function Organisation({ card }: { card: GridCard }) {
  const { t, exact } = useSpeech();
  const micro = card.microgrids ?? [];
  return (
    <dl class="pairs">
      {card.party && (
        <div>
          <dt>{t("cardParty")}</dt>
          <dd>
            {card.party.name} <small>{t("cardMembers", { count: exact(card.party.members) })}</small>
          </dd>
        </div>
      )}
      {(card.groups ?? []).map((group) => (
        <div key={group.name}>
          <dt>{t("cardGroups")}</dt>
          <dd>
            {group.name} <small>{t("cardMembers", { count: exact(group.members) })}</small>
          </dd>
        </div>
      ))}
      {micro.length > 0 && (
        <div>
          <dt>{t("cardMicrogrids")}</dt>
          <dd>{exact(micro.length)}</dd>
        </div>
      )}
    </dl>
  );
}
