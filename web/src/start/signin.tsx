// Signing in: with a password, by the organisation's own sign-in where there is
// one, and the change of a first password before anything else.
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Problem } from "../api/http";
import type { DemoAccount, Role, SignInWays } from "../api/types";
import { speech } from "../language";
import { language, nextPath } from "./address";

const { t, term } = speech(language);
const MIN_PASSWORD = 8;

/** Seconds left of a wait, counted down; 0 when it is over. */
function useCountDown(): [left: number, start: (seconds: number) => void] {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setTimeout(() => setNow(Date.now()), 500);
    return () => clearTimeout(timer);
  }, [now, left]);
  return [left, (seconds) => (setNow(Date.now()), setUntil(Date.now() + seconds * 1000))];
}

function duration(seconds: number): string {
  return seconds < 60 ? t("second", { n: seconds }) : t("minute", { n: Math.ceil(seconds / 60) });
}

export function SignIn({ accounts, ways, goOn }: { accounts: readonly DemoAccount[]; ways: SignInWays; goOn(role: Role): void }) {
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [mustChange, setMustChange] = useState<Role | null>(null);
  const [locked, lock] = useCountDown();
  const submit = async (event: Event) => {
    event.preventDefault();
    setError("");
    try {
      const session = await api.signIn(account, password);
      if (session.must_change) setMustChange(session.role);
      else goOn(session.role);
    } catch (problem) {
      const { status, message, retryAfterS } = problem as Problem;
      if (status === 429) lock(retryAfterS ?? 60);
      else setError(status === 401 ? t("signInFailed") : status === 0 ? t("signInAway") : t("signInRefused", { reason: message }));
    }
  };
  const fill = (offered: DemoAccount) => {
    setAccount(offered.account);
    setPassword(offered.password);
  };
  if (mustChange) return <ChangePassword old={password} done={() => goOn(mustChange)} />;
  return (
    <section class="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <h2>{t("signIn")}</h2>
        {ways.oidc && (
          <a class="button" href={`${ways.oidc.start}?next=${encodeURIComponent(nextPath("planner"))}`}>
            {t("signInBy", { name: ways.oidc.name })}
          </a>
        )}
        {ways.local && (
          <>
            <label>
              {t("account")}
              <input name="account" autocomplete="username" required value={account} onInput={({ currentTarget }) => setAccount(currentTarget.value)} />
            </label>
            <label>
              {t("password")}
              <input name="password" type="password" autocomplete="current-password" required value={password} onInput={({ currentTarget }) => setPassword(currentTarget.value)} />
            </label>
            {locked > 0 && <p class="error" role="alert">{t("signInLocked", { time: duration(locked) })}</p>}
            {locked === 0 && error && <p class="error" role="alert">{error}</p>}
            <button class="primary" disabled={locked > 0}>
              {t("signIn")}
            </button>
          </>
        )}
      </form>
      {accounts.length > 0 && (
        <div>
          <h2>{t("demoAccounts")}</h2>
          <p class="about">{t("demoAccountsAbout")}</p>
          <ul class="accounts">
            {accounts.map((offered) => (
              <li key={offered.account}>
                <button type="button" onClick={() => fill(offered)}>
                  {term("account", offered.account)}
                  <small>
                    {offered.account} / {offered.password}
                  </small>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** Somebody else knows this password: nothing is shown until it is another. */
export function ChangePassword({ old = "", done }: { old?: string; done(): void }) {
  const [before, setBefore] = useState(old);
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    if (fresh !== again) return setError(t("passwordDiffers"));
    try {
      await api.changePassword(before, fresh);
      done();
    } catch (problem) {
      const { status, message } = problem as Problem;
      setError(status === 401 ? t("passwordOldWrong") : t("passwordRefused", { reason: message }));
    }
  };
  const field = (label: string, value: string, set: (text: string) => void, autocomplete: string) => (
    <label>
      {label}
      <input type="password" required autocomplete={autocomplete} minLength={autocomplete === "new-password" ? MIN_PASSWORD : undefined} value={value} onInput={({ currentTarget }) => set(currentTarget.value)} />
    </label>
  );
  return (
    <section class="sign-in">
      <form data-change onSubmit={(event) => void submit(event)}>
        <h2>{t("passwordChange")}</h2>
        <p class="about">{t("passwordChangeAbout")}</p>
        {old === "" && field(t("passwordOld"), before, setBefore, "current-password")}
        {field(t("passwordNew"), fresh, setFresh, "new-password")}
        {field(t("passwordAgain"), again, setAgain, "new-password")}
        {error && <p class="error" role="alert">{error}</p>}
        <button class="primary">{t("passwordSave")}</button>
      </form>
    </section>
  );
}
