// Forms of accounts: a new one, another role and scope, the single sign-on subject.
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import { office, type Account } from "../api/office";
import type { Role } from "../api/types";
import { accountsSpeech } from "../language/accounts";
import { reasonIn } from "../language/office";
import { Buttons, Dialog, FieldError, Secret } from "../office/dialog";
import { language, useOffice } from "../office/office";
import { PlaceField, type Places } from "../office/places";
import { useChange } from "./account";
import { firstPassword } from "./password";

const { t, term } = accountsSpeech(language);

/** Auditors are made on the server only: they watch administrators. */
const GRANTED: readonly Role[] = ["planner", "operator", "emergency", "wall", "administrator"];

export function RoleField({ value, choose }: { value: Role; choose(role: Role): void }) {
  return (
    <label>
      {t("roleLabel")}
      <select name="role" value={value} onChange={({ currentTarget }) => choose(currentTarget.value as Role)}>
        {GRANTED.map((role) => <option key={role} value={role}>{term("role_name", role)}</option>)}
      </select>
    </label>
  );
}

export const said = (problem: Problem | null, field: string) => {
  const reason = problem?.field(field);
  return reason ? reasonIn(language, reason) : null;
};

export function NewAccountDialog({ places, made, close }: { places: Places; made(account: string): void; close(): void }) {
  const { session, guard } = useOffice();
  const [account, setAccount] = useState("");
  const [role, setRole] = useState<Role>("planner");
  const [scope, setScope] = useState(session.scope.code);
  const [subject, setSubject] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [working, setWorking] = useState(false);
  const [secret, setSecret] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    setWorking(true);
    setProblem(null);
    const password = firstPassword();
    try {
      await guard(office.addAccount({ account, role, scope, password, ...(subject ? { subject } : {}) }));
      setSecret(password);
      made(account);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setWorking(false);
    }
  };
  const title = secret ? t("secretPassword", { account }) : t("newAccount");
  const known = ["account", "scope", "subject"].some((field) => problem?.field(field));
  return (
    <Dialog title={title} close={close} holds={secret !== ""} key={title}>
      {secret ? <Secret label={title} value={secret} about={t("secretPasswordOnce")} close={close} /> : (
        <form onSubmit={(event) => void submit(event)}>
          <label>
            {t("accountName")}
            <input name="account" required maxLength={64} autocomplete="off" spellcheck={false} value={account} onInput={({ currentTarget }) => setAccount(currentTarget.value)} />
            <small>{t("accountNameHint")}</small>
            <FieldError text={said(problem, "account")} />
          </label>
          <RoleField value={role} choose={setRole} />
          <PlaceField label={t("scopeLabel")} places={places} value={scope} error={said(problem, "scope")} choose={setScope} />
          <label>
            {t("subjectLabel")}
            <input name="subject" autocomplete="off" value={subject} onInput={({ currentTarget }) => setSubject(currentTarget.value)} />
            <small>{t("subjectHint")}</small>
            <FieldError text={said(problem, "subject")} />
          </label>
          {problem && !known && <p class="error" role="alert">{t("failedDo", { reason: reasonIn(language, problem.message) })}</p>}
          <Buttons label={t("create")} working={working} cancel={close} />
        </form>
      )}
    </Dialog>
  );
}

interface ChangeProps {
  account: Account;
  done(said: string): void;
  close(): void;
}

export function RegrantDialog({ account, places, done, close }: ChangeProps & { places: Places }) {
  const { run, working, error } = useChange(account, done);
  const [role, setRole] = useState(account.role);
  const [scope, setScope] = useState(account.scope);
  const name = { account: account.account };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run({ role, scope }, t("done_regrant", name))) close();
  };
  return (
    <Dialog title={t("askRegrant", name)} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{t("askRegrantAbout")}</p>
        <RoleField value={role} choose={setRole} />
        <PlaceField label={t("scopeLabel")} places={places} value={scope} error={null} choose={setScope} />
        {error && <p class="error" role="alert">{error}</p>}
        <Buttons label={t("doRegrant", name)} working={working} cancel={close} />
      </form>
    </Dialog>
  );
}

export function SubjectDialog({ account, done, close }: ChangeProps) {
  const { run, working, error } = useChange(account, done);
  const [subject, setSubject] = useState(account.subject ?? "");
  const name = { account: account.account };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run({ subject }, t("done_subject", name))) close();
  };
  return (
    <Dialog title={t("askSubject", name)} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{t("askSubjectAbout", name)}</p>
        <label>
          {t("subjectLabel")}
          <input value={subject} onInput={({ currentTarget }) => setSubject(currentTarget.value)} />
        </label>
        {error && <p class="error" role="alert">{error}</p>}
        <Buttons label={t("doSubject", name)} working={working} cancel={close} />
      </form>
    </Dialog>
  );
}
