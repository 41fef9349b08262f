// The start page: what this is, which screens there are, and sign-in.
import "../look/start.css";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import type { DemoAccount, Division, Role, Session, SignInWays } from "../api/types";
import { speech } from "../language";
import { language, nextPath } from "./address";
import { ChangePassword, SignIn } from "./signin";

const { t, term } = speech(language);

/** Who is signed in, how one may, and which accounts the demo offers; none outside the demo. */
interface Visitor {
  session: Session | null;
  accounts: DemoAccount[];
  ways: SignInWays;
}

async function whoIsThere(): Promise<Visitor> {
  const [session, accounts, ways] = await Promise.all([api.session().catch(() => null), api.demoAccounts().catch(() => []), api.ways()]);
  return { session, accounts, ways };
}

function Start() {
  const [visitor, setVisitor] = useState<Visitor | null>(null);
  useEffect(() => void whoIsThere().then(setVisitor), []);
  const session = visitor?.session ?? null;
  const other = language === "zh" ? "?lang=en" : "/";
  const goOn = (role: Role) => location.assign(nextPath(role));
  return (
    <>
      <header>
        <div class="top">
          <h1>{t("product")}</h1>
          <a href={other}>{t("otherLanguage")}</a>
        </div>
        <p class="lead">{t("startLead")}</p>
        <p class="about">{t("startAbout")}</p>
        {(session?.synthetic || !!visitor?.accounts.length) && <p class="synthetic">{t("synthetic")}</p>}
      </header>
      <main>
        {session?.must_change && <ChangePassword done={() => goOn(session.role)} />}
        <Screens session={session?.must_change ? null : session} />
        {session && <SignedIn session={session} />}
        {visitor && (!session || visitor.accounts.length > 0) && <SignIn accounts={visitor.accounts} ways={visitor.ways} goOn={goOn} />}
      </main>
    </>
  );
}

function Screens({ session }: { session: Session | null }) {
  const [towns, setTowns] = useState<Division[]>([]);
  useEffect(() => {
    if (session) api.children(session.scope.code).then(setTowns, () => setTowns([]));
  }, [session]);
  const address = (path: string, code?: string) => {
    const query = new URLSearchParams(language === "en" ? { lang: "en" } : {});
    if (code) query.set("division", code);
    return `${path}${query.size ? `?${query}` : ""}`;
  };
  return (
    <section>
      <h2>{t("screens")}</h2>
      <ul class="screens">
        <li>
          <a href={address("/wall")}>{t("screenWall")}</a>
          <p>{t("screenWallAbout")}</p>
          {towns.length > 0 && (
            <select aria-label={t("screenTown")} onChange={({ currentTarget }) => currentTarget.value && location.assign(address("/wall", currentTarget.value))}>
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
          <a href={address("/planner")}>{t("screenPlanner")}</a>
          <p>{t("screenPlannerAbout")}</p>
        </li>
        <li>
          <a href={address("/history")}>{t("screenHistory")}</a>
          <p>{t("screenHistoryAbout")}</p>
        </li>
        {session?.role === "administrator" && (
          <li>
            <a href={address("/accounts")}>{t("screenAccounts")}</a>
            <p>{t("screenAccountsAbout")}</p>
          </li>
        )}
        {session?.role === "auditor" && (
          <li>
            <a href={address("/audit")}>{t("screenAudit")}</a>
            <p>{t("screenAuditAbout")}</p>
          </li>
        )}
        <li>
          <a href={address("/emergency")}>{t("screenEmergency")}</a>
          <p>{t("screenEmergencyAbout")}</p>
        </li>
        <li>
          <a href={address("/rollcall")}>{t("screenRollcall")}</a>
          <p>{t("screenRollcallAbout")}</p>
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
    <p class="signed-in">
      {t("signedInAs", { account, role: term("role_name", role), scope: scope.name })}{" "}
      <button type="button" class="link" onClick={signOut}>
        {t("signOut")}
      </button>
    </p>
  );
}

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
document.title = t("product");
render(<Start />, document.getElementById("start")!);
