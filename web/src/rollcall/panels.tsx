// What the roll-call page shows: who is missing, on top and large; the households
// of the grid; and, at the thumb, what may be said of the one that was touched.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Household, Status } from "../api/evacuation";
import { hour } from "../language";
import { rollSpeech } from "../language/rollcall";
import { useModal } from "../look/modal";
import { canKeepPage } from "../offline/page";
import type { RollCall, RollState } from "./rollcall";
import { byBuilding } from "./sheet";

const RollContext = createContext<RollCall | null>(null);
const useRoll = () => useContext(RollContext)!;

function useSlice<T>(select: (state: RollState) => T): T {
  const { store } = useRoll();
  const [slice, setSlice] = useState<T>(() => select(store.get()));
  useEffect(() => {
    const update = (state: RollState) => setSlice(() => select(state));
    update(store.get());
    return store.subscribe(update);
  }, [store]);
  return slice;
}

const useSpeech = () => rollSpeech(useSlice(({ language }) => language));

export function App({ roll }: { roll: RollCall }) {
  return (
    <RollContext.Provider value={roll}>
      <Screen />
    </RollContext.Provider>
  );
}

function Screen() {
  const { t } = useSpeech();
  const phase = useSlice((state) => state.phase);
  if (phase === "shown") return <Sheet />;
  if (phase === "choose") return <Choose />;
  return (
    <main class="empty">
      <h1>{t("rollTitle")}</h1>
      <p role="status">{t(phase)}</p>
    </main>
  );
}

function Choose() {
  const roll = useRoll();
  const { t } = useSpeech();
  const grids = useSlice((state) => state.grids);
  const head = useSlice((state) => state.head);
  return (
    <main class="choose">
      <h1>{head?.name}</h1>
      <h2>{t("chooseGrid")}</h2>
      <ul>
        {grids.map((row) => (
          <li key={row.grid}>
            <button type="button" data-grid={row.grid} onClick={() => roll.chooseGrid(row.grid)}>
              <span>{row.name}<small>{row.town} {row.community}</small></span>
              <b class={row.identity.unaccounted > 0 ? "loud" : "ok"}>{row.identity.unaccounted}</b>
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
}

function Sheet() {
  const { t } = useSpeech();
  const sheet = useSlice((state) => state.sheet);
  const open = useSlice((state) => state.open);
  const extra = useSlice((state) => state.extra);
  if (!sheet) return null;
  const household = sheet.households.find(({ id }) => id === open);
  return (
    <>
      <Top />
      <main class="list" aria-label={t("rollTitle")}>
        <Refused />
        <Households />
      </main>
      <Foot />
      {household && <Answer key={household.id} household={household} />}
      {extra && <Extra />}
    </>
  );
}

function Top() {
  const roll = useRoll();
  const { t } = useSpeech();
  const { identity, name, town, community, drill, lifted } = useSlice((state) => state.sheet)!;
  return (
    <header class={identity.unaccounted > 0 ? "top open" : "top zero"} data-unaccounted={identity.unaccounted}>
      <div>
        <h1>{name}<small>{town} {community}</small></h1>
        {drill && <b class="tag">{t("drill")}</b>} {lifted && <b class="tag">{t("lifted")}</b>}
        <button type="button" class="plain" onClick={() => roll.chooseGrid(null)}>{t("otherGrid")}</button>
      </div>
      <p role="status">
        <strong>{identity.unaccounted}</strong>
        <span>{identity.unaccounted > 0 ? t("unaccounted") : t("allDone")}<small>{t("ofListed", { listed: identity.listed })}</small></span>
      </p>
      <Sending />
    </header>
  );
}

/** What is not sent yet, always in sight. */
function Sending() {
  const { t, age } = useSpeech();
  const waiting = useSlice(({ queue }) => queue.filter(({ refused }) => refused === null).length);
  const away = useSlice((state) => state.away);
  const lasting = useSlice((state) => state.lasting);
  const readAt = useSlice((state) => state.readAt);
  const signedOut = useSlice((state) => state.signedOut);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p class={`sending ${away || signedOut ? "away" : waiting ? "waiting" : "sent"}`} data-waiting={waiting}>
      <b>{waiting > 0 ? t(lasting ? "notSent" : "notSentMemory", { n: waiting }) : t("allSent")}</b>
      {away && <span>{t("away")} · {t(canKeepPage() && lasting ? "keeps" : "keepsNot")}</span>}
      {signedOut && <a href={`/?next=${encodeURIComponent(location.pathname + location.search)}`}>{t("signedOut")}：{t("signInAgain")}</a>}
      {readAt !== null && (away || now - readAt > 60_000) && <span>{t("asOf", { age: age(now - readAt) })}</span>}
    </p>
  );
}

function Refused() {
  const roll = useRoll();
  const { t, term } = useSpeech();
  const queue = useSlice((state) => state.queue);
  const refused = queue.filter((event) => event.refused !== null);
  if (refused.length === 0) return null;
  return (
    <section class="refused" role="alert">
      <h2>{t("refusedTitle")}</h2>
      <ul>
        {refused.map((one) => (
          <li key={one.sequence}>
            <span>{one.label} {term("status", one.status)}：{one.refused}</span>
            <button type="button" onClick={() => void roll.letGo(one.sequence)}>{t("letGo")}</button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const isOpen = ({ status, persons }: Household) => status === "unaccounted" || (status === "mixed" && persons.some((one) => one.status === "unaccounted"));

function Households() {
  const { t } = useSpeech();
  const sheet = useSlice((state) => state.sheet)!;
  const onlyOpen = useSlice((state) => state.onlyOpen);
  const shown = onlyOpen ? sheet.households.filter(isOpen) : sheet.households;
  if (shown.length === 0) return <p class="done">✓ {t("noneLeft")}</p>;
  return (
    <>
      {byBuilding(shown).map(({ building, address, households }) => (
        <section key={households[0]!.building_id}>
          <h2>{building}{address && <small>{address}</small>}</h2>
          <ul>{households.map((one) => <Line key={one.id} household={one} />)}</ul>
        </section>
      ))}
    </>
  );
}

function roomOf(t: ReturnType<typeof useSpeech>["t"], { stairwell, floor, room }: Household): string {
  return `${stairwell !== null ? t("stairwell", { n: stairwell }) : ""}${floor !== null ? t("floor", { n: floor }) : ""}${room}`;
}

function Line({ household }: { household: Household }) {
  const roll = useRoll();
  const { t, term } = useSpeech();
  const now = Date.parse(useSlice((state) => state.sheet)!.as_of);
  const care = [...new Set(household.persons.flatMap((one) => one.care))];
  return (
    <li class={`line ${household.status}`} data-household={household.id}>
      <button type="button" onClick={() => roll.store.set({ open: household.id })}>
        <span class="room">{roomOf(t, household)}<small>{t("persons", { n: household.persons.length })}{household.means && household.means !== "walk" && ` · ${term("means", household.means)}`}</small>
          {household.deadline && isOpen(household) && <small class={Date.parse(household.deadline) < now ? "loud" : ""}>{t(Date.parse(household.deadline) < now ? "overdue" : "by", { time: hour(household.deadline, now) })}</small>}
          {care.length > 0 && <small class="care">{care.map((kind) => term("care", kind)).join(" ")}</small>}
          {household.contradictions > 0 && <small class="loud">{t("contradictions", { n: household.contradictions })}</small>}
        </span>
        <b class="status">{term("status", household.status)}</b>
      </button>
    </li>
  );
}

function Foot() {
  const roll = useRoll();
  const { t } = useSpeech();
  const sheet = useSlice((state) => state.sheet)!;
  const onlyOpen = useSlice((state) => state.onlyOpen);
  return (
    <footer class="foot">
      <button type="button" aria-pressed={onlyOpen} onClick={() => roll.store.set({ onlyOpen: true })}>{t("onlyOpen", { n: sheet.households.filter(isOpen).length })}</button>
      <button type="button" aria-pressed={!onlyOpen} onClick={() => roll.store.set({ onlyOpen: false })}>{t("everyone", { n: sheet.households.length })}</button>
      <button type="button" onClick={() => roll.store.set({ extra: true })}>＋{t("extra")}</button>
    </footer>
  );
}

const BEFORE: readonly Status[] = ["sheltered", "with_relatives", "holding_upstairs", "already_away", "refused", "unaccounted"];
const AFTER: readonly Status[] = ["returned", "sheltered", "with_relatives", "unaccounted"];

function Answer({ household }: { household: Household }) {
  const roll = useRoll();
  const { t, term } = useSpeech();
  const { shelters, lifted } = useSlice((state) => state.sheet)!;
  const [chosen, setChosen] = useState<ReadonlySet<number>>(() => new Set(household.persons.map(({ id }) => id)));
  const [shelter, setShelter] = useState<number | null>(household.shelter_id ?? shelters[0]?.id ?? null);
  const element = useModal();
  const toggle = (id: number) => setChosen((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id])));
  const none = household.persons.length > 0 && chosen.size === 0;
  return (
    <dialog ref={element} class="answer" aria-label={roomOf(t, household)} onClose={() => roll.store.set({ open: null })}>
      <h2>{household.building} {roomOf(t, household)}</h2>
      <ul class="persons">
        {household.persons.map((one) => (
          <li key={one.id}>
            <button type="button" aria-pressed={chosen.has(one.id)} onClick={() => toggle(one.id)}>
              <i aria-hidden="true">{chosen.has(one.id) ? "☑" : "☐"}</i> {one.label} <small>{one.care.map((kind) => term("care", kind)).join(" ")}</small> <em>{term("status", one.status)}</em>
            </button>
          </li>
        ))}
      </ul>
      {shelters.length > 0 && (
        <label>
          {t("shelter")}
          <select value={String(shelter ?? "")} onChange={({ currentTarget }) => setShelter(Number(currentTarget.value))}>
            {shelter !== null && !shelters.some(({ id }) => id === shelter) && <option value={shelter}>{t("shelterOfPlan")}</option>}
            {shelters.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        </label>
      )}
      <div class="statuses">
        {(lifted ? AFTER : BEFORE).map((status) => (
          <button key={status} type="button" class={status} data-status={status} disabled={none} onClick={() => void roll.enterStatus(household, chosen, status, shelter)}>
            {t(`status_${status}`)}
          </button>
        ))}
      </div>
      <button type="button" class="close" onClick={() => roll.store.set({ open: null })}>{t("close")}</button>
    </dialog>
  );
}

function Extra() {
  const roll = useRoll();
  const { t } = useSpeech();
  const { shelters } = useSlice((state) => state.sheet)!;
  const [count, setCount] = useState(1);
  const [shelter, setShelter] = useState(shelters[0]?.id ?? 0);
  const element = useModal();
  return (
    <dialog ref={element} class="answer" aria-label={t("extra")} onClose={() => roll.store.set({ extra: false })}>
      <h2>{t("extra")}</h2>
      <p class="count" aria-label={t("extraCount")}>
        <button type="button" aria-label="−1" onClick={() => setCount(Math.max(1, count - 1))}>−</button>
        <b role="status">{count}</b>
        <button type="button" aria-label="+1" onClick={() => setCount(Math.min(99, count + 1))}>＋</button>
      </p>
      <label>
        {t("shelter")}
        <select value={String(shelter)} onChange={({ currentTarget }) => setShelter(Number(currentTarget.value))}>
          {shelters.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </label>
      <div class="statuses"><button type="button" class="sheltered" disabled={shelter === 0} onClick={() => void roll.enterExtra(count, shelter)}>{t("enter")}</button></div>
      <button type="button" class="close" onClick={() => roll.store.set({ extra: false })}>{t("close")}</button>
    </dialog>
  );
}
