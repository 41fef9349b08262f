// The frame around the screens of administrators and auditors: who is signed in,
// where to go from here, and the states in which there is nothing to show: no
// answer yet, no server, signed out meanwhile, another role.
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import { asProblem, type Problem } from "../api/http";
import type { Role, Session } from "../api/types";
import { languageOf } from "../language";
import { officeSpeech } from "../language/office";
import { Dialog } from "./dialog";

const RETRY_S = 5;

export const language = languageOf(location.search);
const { t, term } = officeSpeech(language);

export interface Office {
  session: Session;
  /** Counts up whenever the server is back: what was asked before is asked again. */
  revision: number;
  /** Passes an answer on; signed out and server away are shown by the frame. */
  guard<T>(answer: Promise<T>): Promise<T>;
}

const OfficeContext = createContext<Office | null>(null);

export function useOffice(): Office {
  const office = useContext(OfficeContext);
  if (!office) throw new Error("a panel stands outside the frame");
  return office;
}

const inLanguage = (path: string) => (language === "en" ? `${path}${path.includes("?") ? "&" : "?"}lang=en` : path);
const signInAddress = () => inLanguage(`/?next=${encodeURIComponent(location.pathname + location.search)}`);

type Standing = "connecting" | "fine" | "away" | "expired";

export function Frame({ role, title, children }: { role: Role; title: string; children: ComponentChildren }) {
  const [session, setSession] = useState<Session | null>(null);
  const [standing, setStanding] = useState<Standing>("connecting");
  const [revision, setRevision] = useState(0);
  const look = async () => {
    try {
      const found = await api.session();
      if (found.must_change) return location.assign(signInAddress());
      setSession(found);
      setStanding("fine");
      setRevision((count) => count + 1);
    } catch (thrown) {
      if (asProblem(thrown).status === 401 && !session) location.assign(signInAddress());
      else note(asProblem(thrown));
    }
  };
  const note = (problem: Problem) => {
    if (problem.status === 401) setStanding("expired");
    else if (problem.passing) setStanding("away");
  };
  const guard = async <T,>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (thrown) {
      note(asProblem(thrown));
      throw asProblem(thrown);
    }
  };
  useEffect(() => void look(), []);
  const mine = session?.role === role;
  return (
    <>
      <Header title={title} session={session} />
      {standing === "away" && <Away retry={look} />}
      {session && mine && <OfficeContext.Provider value={{ session, revision, guard }}>{children}</OfficeContext.Provider>}
      {session && !mine && <NotYours role={role} session={session} />}
      {!session && standing !== "away" && <p class="lone quiet" role="status">{t("connecting")}…</p>}
      {standing === "expired" && (
        <Dialog title={t("expired")} close={() => undefined}>
          <p>{t("expiredAbout")}</p>
          <div class="buttons">
            <a class="button primary" data-focus href={signInAddress()}>{t("signInAgain")}</a>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Header({ title, session }: { title: string; session: Session | null }) {
  const other = language === "zh" ? `${location.pathname}?lang=en` : location.pathname;
  const signOut = () => void api.signOut().finally(() => location.assign(inLanguage("/")));
  return (
    <header class="header">
      <nav aria-label={t("product")}>
        <a href={inLanguage("/")}>{t("product")}</a>
        <h1>{title}</h1>
      </nav>
      {session?.synthetic && <p class="synthetic">{t("syntheticShort")}</p>}
      {session && (
        <p class="account" title={session.scope.code}>
          {session.account} · {term("role_name", session.role)} · {session.scope.name}
        </p>
      )}
      <a href={other}>{t("otherLanguage")}</a>
      {session && <button type="button" data-sign-out onClick={signOut}>{t("signOut")}</button>}
    </header>
  );
}

/** Asks again by itself, and says when. */
function Away({ retry }: { retry(): Promise<void> }) {
  const [left, setLeft] = useState(RETRY_S);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (left > 1) setLeft(left - 1);
      else void retry().finally(() => setLeft(RETRY_S));
    }, 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return (
    <div class="away" role="alert">
      <b>{t("away")}</b> <span aria-hidden="true">{t("awayRetry", { n: left })}</span>
      <button type="button" onClick={() => void retry()}>{t("retryNow")}</button>
    </div>
  );
}

function NotYours({ role, session }: { role: Role; session: Session }) {
  return (
    <main class="lone">
      <h2>{t("notYours", { role: term("role_name", role) })}</h2>
      <p>{t("notYoursAbout", { account: session.account, role: term("role_name", session.role) })}</p>
      <p class="buttons">
        <a class="button primary" href={inLanguage("/")}>{t("toStart")}</a>
      </p>
    </main>
  );
}
