// The start page: what this is, which screens there are, and sign-in.
import "../look/start.css";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Problem, api } from "../api/client";
import type { DemoAccount, Division, Session } from "../api/types";
import { languageOf, speech } from "../language";

const language = languageOf(location.search);
const { t, term } = speech(language);

/** Who is signed in, and which accounts the demo offers; none outside the demo. */
interface Visitor {
  session: Session | null;
  accounts: DemoAccount[];
}

async function whoIsThere(): Promise<Visitor> {
  const [session, accounts] = await Promise.all([api.session().catch(() => null), api.demoAccounts().catch(() => [])]);
  return { session, accounts };
}

function Start() {
  const [visitor, setVisitor] = useState<Visitor | null>(null);
  useEffect(() => void whoIsThere().then(setVisitor), []);
  const other = language === "zh" ? "?lang=en" : "/";
  return (
    <>
      <header>
        <div class="top">
          <h1>{t("product")}</h1>
          <a href={other}>{t("otherLanguage")}</a>
        </div>
        <p class="lead">{t("startLead")}</p>
        <p class="about">{t("startAbout")}</p>
        {(visitor?.session?.synthetic || !!visitor?.accounts.length) && <p class="synthetic">{t("synthetic")}</p>}
      </header>
      <Screens session={visitor?.session ?? null} />
      {visitor?.session && <SignedIn session={visitor.session} />}
      {visitor && (!visitor.session || visitor.accounts.length > 0) && <SignIn accounts={visitor.accounts} />}
    </>
  );
}

function Screens({ session }: { session: Session | null }) {
  const [towns, setTowns] = useState<Division[]>([]);
  useEffect(() => {
    if (session) api.children(session.scope.code).then(setTowns, () => setTowns([]));
  }, [session]);
  const address = (code?: string) => {
    const query = new URLSearchParams(language === "en" ? { lang: "en" } : {});
    if (code) query.set("division", code);
    return `/wall${query.size ? `?${query}` : ""}`;
  };
  return (
    <section>
      <h2>{t("screens")}</h2>
      <ul class="screens">
        <li>
          <a href={address()}>{t("screenWall")}</a>
          <p>{t("screenWallAbout")}</p>
          {towns.length > 0 && (
            <select aria-label={t("screenTown")} onChange={({ currentTarget }) => currentTarget.value && location.assign(address(currentTarget.value))}>
              <option value="">
                {t("screenTown")}：{t("screenChoose")}
              </option>
              {towns.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </li>
        <li>
          <strong>{t("styles")}</strong>
          <p>{t("stylesAbout")}</p>
          <div>
            <a href="/styles/wall.json">wall.json（{t("dark")}）</a>
            <a href="/styles/day.json">day.json（{t("light")}）</a>
          </div>
        </li>
      </ul>
    </section>
  );
}

function SignedIn({ session }: { session: Session }) {
  const { account, role, scope } = session;
  const signOut = () => void api.signOut().finally(() => location.reload());
  return (
    <p>
      {t("signedInAs", { account, role: term("role_name", role), scope: scope.name })}{" "}
      <button type="button" class="link" onClick={signOut}>
        {t("signOut")}
      </button>
    </p>
  );
}

/** The path to go on to: only one of ours, never another host. */
function nextPath(): string {
  const next = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : location.pathname + location.search;
}

function SignIn({ accounts }: { accounts: readonly DemoAccount[] }) {
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    setError("");
    try {
      await api.signIn(account, password);
      location.assign(nextPath());
    } catch (problem) {
      const { status, message } = problem as Problem;
      setError(status === 401 ? t("signInFailed") : t("signInRefused", { reason: message }));
    }
  };
  const fill = (offered: DemoAccount) => {
    setAccount(offered.account);
    setPassword(offered.password);
  };
  return (
    <section class="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <h2>{t("signIn")}</h2>
        <label>
          {t("account")}
          <input name="account" autocomplete="username" required value={account} onInput={({ currentTarget }) => setAccount(currentTarget.value)} />
        </label>
        <label>
          {t("password")}
          <input name="password" type="password" autocomplete="current-password" required value={password} onInput={({ currentTarget }) => setPassword(currentTarget.value)} />
        </label>
        {error && <p class="error" role="alert">{error}</p>}
        <button class="primary">{t("signIn")}</button>
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

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
document.title = t("product");
render(<Start />, document.getElementById("start")!);
