// One account: what it is, and what may be changed of it.
import { useState } from "preact/hooks";
import { asProblem } from "../api/http";
import { office, type Account, type AccountChange } from "../api/office";
import { accountsSpeech } from "../language/accounts";
import { reasonIn } from "../language/office";
import { Buttons, Dialog, Secret } from "../office/dialog";
import { language, useOffice } from "../office/office";
import type { Places } from "../office/places";
import { RegrantDialog, SubjectDialog } from "./forms";
import { stateOf, wayOf } from "./model";
import { firstPassword } from "./password";

const { t, term, moment, date } = accountsSpeech(language);

interface Props {
  account: Account;
  places: Places;
  done(said: string): void;
}

type Asked = "disable" | "enable" | "reset" | "regrant" | "subject" | null;

export function AccountPage({ account, places, done }: Props) {
  const { session } = useOffice();
  const [asked, ask] = useState<Asked>(null);
  const state = stateOf(account, Date.now());
  const own = session.account === account.account;
  const close = () => ask(null);
  return (
    <section class="account-page">
      <h2>{account.account} {own && <small>{t("you")}</small>}</h2>
      <dl>
        <dt>{t("roleLabel")}</dt><dd>{term("role_name", account.role)}</dd>
        <dt>{t("scopeLabel")}</dt><dd>{places.name(account.scope)}</dd>
        <dt>{t("stateLabel")}</dt><dd><span class={`state ${state}`}>{term("state", state)}</span> {state === "locked" && t("lockedUntil", { time: moment(account.locked_until!) })}</dd>
        <dt>{t("signIn_way")}</dt><dd>{term("way", wayOf(account))}</dd>
        <dt>{t("passwordSet")}</dt><dd>{account.password ? moment(account.password_at) : t("passwordNone")}</dd>
        <dt>{t("madeAt")}</dt><dd>{date(account.created_at)}</dd>
      </dl>
      {own && <p class="quiet">{t("ownAccount")}</p>}
      {!own && account.role === "auditor" && <p class="quiet">{t("auditorAccount")}</p>}
      {!own && account.role !== "auditor" && <Actions account={account} ask={ask} done={done} />}
      {(asked === "disable" || asked === "enable") && <Switch account={account} places={places} to={asked} done={done} close={close} />}
      {asked === "reset" && <Reset account={account} done={done} close={close} />}
      {asked === "regrant" && <RegrantDialog account={account} places={places} done={done} close={close} />}
      {asked === "subject" && <SubjectDialog account={account} done={done} close={close} />}
    </section>
  );
}

function Actions({ account, ask, done }: { account: Account; ask(asked: Asked): void; done(said: string): void }) {
  const { run, error } = useChange(account, done);
  const locked = stateOf(account, Date.now()) === "locked";
  return (
    <div class="actions" role="group" aria-label={t("changes")}>
      {locked && <button type="button" class="primary" data-act="unlock" onClick={() => void run({ unlock: true }, t("done_unlock", { account: account.account }))}>{t("unlock")}</button>}
      <button type="button" data-act="reset" onClick={() => ask("reset")}>{t("reset")}</button>
      <button type="button" data-act="regrant" onClick={() => ask("regrant")}>{t("regrant")}</button>
      <button type="button" data-act="subject" onClick={() => ask("subject")}>{t("setSubject")}</button>
      <button type="button" class={account.disabled ? "" : "danger"} data-act="switch" onClick={() => ask(account.disabled ? "enable" : "disable")}>{t(account.disabled ? "enable" : "disable")}</button>
      {error && <p class="error" role="alert">{error}</p>}
    </div>
  );
}

/** Sends one change; true when the server took it. */
export function useChange(account: Account, done: (said: string) => void) {
  const { guard } = useOffice();
  const [working, setWorking] = useState(false);
  const [error, setError] = useState("");
  const run = async (change: AccountChange, said: string): Promise<boolean> => {
    setWorking(true);
    setError("");
    try {
      await guard(office.changeAccount(account.account, change));
      done(said);
      return true;
    } catch (thrown) {
      setError(t("failedDo", { reason: reasonIn(language, asProblem(thrown).message) }));
      return false;
    } finally {
      setWorking(false);
    }
  };
  return { run, working, error };
}

function Switch({ account, places, to, done, close }: Props & { to: "disable" | "enable"; close(): void }) {
  const { run, working, error } = useChange(account, done);
  const name = { account: account.account };
  const disable = to === "disable";
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run({ disabled: disable }, t(disable ? "done_disable" : "done_enable", name))) close();
  };
  return (
    <Dialog title={t(disable ? "askDisable" : "askEnable", name)} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{disable ? t("askDisableAbout", name) : t("askEnableAbout", { ...name, role: term("role_name", account.role), scope: places.name(account.scope) })}</p>
        {error && <p class="error" role="alert">{error}</p>}
        <Buttons label={t(disable ? "doDisable" : "doEnable", name)} working={working} danger={disable} cancel={close} />
      </form>
    </Dialog>
  );
}

function Reset({ account, done, close }: { account: Account; done(said: string): void; close(): void }) {
  const { run, working, error } = useChange(account, done);
  const [secret, setSecret] = useState("");
  const name = { account: account.account };
  const submit = async (event: Event) => {
    event.preventDefault();
    const password = firstPassword();
    if (await run({ password }, "")) setSecret(password);
  };
  if (secret) {
    return (
      <Dialog title={t("secretPassword", name)} close={close} holds>
        <Secret label={t("secretPassword", name)} value={secret} about={t("secretPasswordOnce")} close={close} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("askReset", name)} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{t("askResetAbout", name)}</p>
        {error && <p class="error" role="alert">{error}</p>}
        <Buttons label={t("doReset", name)} working={working} danger cancel={close} />
      </form>
    </Dialog>
  );
}
