// What the screen has to say: refusals with their ways out, conflicts, an absent
// server, an expired session, and what takes its time.
import { useState } from "preact/hooks";
import type { PlannerKey } from "../../language/planner";
import type { Said } from "../store";
import { useBoth, usePlanner, useSlice, useSpeech } from "./context";

export function Notices() {
  return (
    <div class="notices">
      <Away />
      <Refusal />
      <Conflict />
      <Told />
      <Busy />
      <Spoken />
    </div>
  );
}

/** Statuses are told as codes, so that they are said in the language of the screen. */
function useWords(): (said: Said) => string {
  const { t, term } = useSpeech();
  return ({ key, values }) => t(key, values?.["status"] === undefined ? values : { ...values, status: term("status", String(values["status"])) });
}

function Busy() {
  const words = useWords();
  const busy = useSlice((state) => state.busy);
  return (
    <div role="status" aria-live="polite">
      {busy && (
        <p class="notice busy">
          <i class="spinner" aria-hidden="true" />
          {words(busy)}…
        </p>
      )}
    </div>
  );
}

function Spoken() {
  const words = useWords();
  const said = useSlice((state) => state.said);
  return (
    <p class="unseen" role="status" aria-live="polite" data-said>
      {said ? words(said) : ""}
    </p>
  );
}

function Told() {
  const words = useWords();
  const { t } = useSpeech();
  const planner = usePlanner();
  const notices = useSlice((state) => state.notices);
  return (
    <div role="status" aria-live="polite" class="told">
      {notices.map((notice) => (
        <p key={notice.id} class={`notice ${notice.tone}`}>
          <span>
            {words(notice.said)}
            {notice.detail && <small>{notice.detail}</small>}
          </span>
          <button type="button" class="plain" onClick={() => planner.notices.drop(notice.id)}>
            {t("close")}
          </button>
        </p>
      ))}
    </div>
  );
}

function Refusal() {
  const { t } = useSpeech();
  const both = useBoth();
  const planner = usePlanner();
  const refusal = useSlice((state) => state.refusal);
  if (!refusal) return null;
  return (
    <section class="notice warn refusal" role="alert">
      <h3>{t("refusedTitle")}</h3>
      <ul>
        {refusal.blockers.map((blocker, i) => (
          <li key={i}>{both(blocker)}</li>
        ))}
        {refusal.blockers.length === 0 && <li>{refusal.reason}</li>}
      </ul>
      <div class="buttons">
        {refusal.offers.map((offer, i) => (
          <button key={i} type="button" class={i === 0 ? "primary" : ""} data-offer={i} onClick={() => planner.hand.do(offer.op)}>
            {both(offer)}
          </button>
        ))}
        <button type="button" onClick={() => planner.store.set({ refusal: null })}>
          {t("cancel")}
        </button>
      </div>
    </section>
  );
}

function Conflict() {
  const { t, moment } = useSpeech();
  const both = useBoth();
  const planner = usePlanner();
  const conflict = useSlice((state) => state.conflict);
  if (!conflict) return null;
  return (
    <section class="notice warn conflict" role="alert">
      <h3>{t("conflictTitle")}</h3>
      <p>{t("conflictWhy")}</p>
      <ul>
        {conflict.entries.map((entry) => (
          <li key={entry.seq}>
            {both(entry)}{" "}
            <small>
              {entry.actor} · {moment(entry.at)}
            </small>
          </li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => planner.store.set({ conflict: null })}>
          {t("understood")}
        </button>
      </div>
    </section>
  );
}

function Away() {
  const { t } = useSpeech();
  const away = useSlice((state) => state.away);
  const pending = useSlice((state) => state.pending.length);
  if (!away) return null;
  const key: PlannerKey = away === "server" ? "awayServer" : "awaySession";
  return (
    <section class="notice warn away" role="alert">
      <p>
        {t(key)} {pending > 0 && <b>{t("awayPending", { count: pending })}</b>}
      </p>
      {away === "session" && <SignInAgain />}
    </section>
  );
}

function SignInAgain() {
  const { t } = useSpeech();
  const planner = usePlanner();
  const account = useSlice((state) => state.session?.account);
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  if (!account) return <a class="button primary" href={`/?next=${encodeURIComponent(location.pathname + location.search)}`}>{t("signIn")}</a>;
  const submit = async (event: Event) => {
    event.preventDefault();
    setError((await planner.signInAgain(password)) ?? "");
  };
  return (
    <form class="again" onSubmit={(event) => void submit(event)}>
      <input type="text" autocomplete="username" readOnly value={account} aria-label={t("account")} />
      <input type="password" autocomplete="current-password" required value={password} aria-label={t("password")} placeholder={t("password")} onInput={({ currentTarget }) => setPassword(currentTarget.value)} />
      <button class="primary">{t("signInAgain")}</button>
      <a href="/" target="_blank" rel="noopener">
        {t("signInOther")}
      </a>
      <button type="button" onClick={() => void planner.signedIn().catch(() => undefined)}>
        {t("signedInGoOn")}
      </button>
      {error && <p class="error">{t("signInRefused", { reason: error })}</p>}
    </form>
  );
}
