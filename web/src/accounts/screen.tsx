// The list of accounts with the chosen one beside it, and the tokens of machines.
// Nothing is changed before the name was read in the question about it.
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../api/http";
import { office, type Account } from "../api/office";
import type { Role } from "../api/types";
import { accountsSpeech } from "../language/accounts";
import { language, useOffice } from "../office/office";
import { usePlaces, type Places } from "../office/places";
import { AccountPage } from "./account";
import { NewAccountDialog } from "./forms";
import { STATES, filtered, stateOf, type Filter } from "./model";
import { TokenList } from "./tokens";

const { t, term, exact } = accountsSpeech(language);
export const ROLES: readonly Role[] = ["administrator", "auditor", "planner", "operator", "emergency", "wall"];

export function Screen() {
  const [tab, setTab] = useState<"people" | "tokens">("people");
  const places = usePlaces();
  return (
    <main class="desk">
      <nav class="tabs">
        {(["people", "tokens"] as const).map((name) => (
          <button key={name} type="button" data-tab={name} aria-current={tab === name} onClick={() => setTab(name)}>
            {t(name === "people" ? "tabPeople" : "tabTokens")}
          </button>
        ))}
      </nav>
      {tab === "people" ? <People places={places} /> : <TokenList places={places} />}
    </main>
  );
}

function useAccounts(): [readonly Account[] | null, () => void, string] {
  const { revision, guard } = useOffice();
  const [accounts, setAccounts] = useState<readonly Account[] | null>(null);
  const [failed, setFailed] = useState("");
  const load = () => void guard(office.accounts()).then((list) => (setAccounts(list), setFailed("")), (thrown) => setFailed(asProblem(thrown).message));
  useEffect(load, [revision]);
  return [accounts, load, failed];
}

function People({ places }: { places: Places }) {
  const [accounts, reload, failed] = useAccounts();
  const [filter, setFilter] = useState<Filter>({ text: "", role: "", state: "" });
  const [chosen, setChosen] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const [said, setSaid] = useState("");
  const now = Date.now();
  const shown = filtered(accounts ?? [], filter, (code) => places.name(code), now);
  const account = accounts?.find((one) => one.account === chosen);
  const done = (text: string) => (setSaid(text), reload());
  return (
    <>
      <Filters filter={filter} change={setFilter} make={() => setMaking(true)} />
      <div class="columns">
        <section class="list">
          {failed && <p class="error" role="alert">{t("failedDo", { reason: failed })}</p>}
          {accounts && shown.length === 0 && <p class="quiet">{t("noneFound")}</p>}
          <Table accounts={shown} places={places} chosen={chosen} choose={setChosen} now={now} />
          {accounts && <p class="quiet">{t("countOf", { shown: exact(shown.length), all: exact(accounts.length) })}</p>}
        </section>
        <aside aria-label={t("summary")}>
          <p role="status" class="said">{said}</p>
          {account ? <AccountPage key={account.account} account={account} places={places} done={done} /> : <p class="quiet">{t("choose")}</p>}
        </aside>
      </div>
      {making && <NewAccountDialog places={places} made={(name) => (setChosen(name), done(t("created", { account: name })))} close={() => setMaking(false)} />}
    </>
  );
}

function Filters({ filter, change, make }: { filter: Filter; change(filter: Filter): void; make(): void }) {
  return (
    <div class="filters">
      <input type="search" aria-label={t("searchAccounts")} placeholder={t("searchAccounts")} value={filter.text} onInput={({ currentTarget }) => change({ ...filter, text: currentTarget.value })} />
      <select aria-label={t("roleLabel")} value={filter.role} onChange={({ currentTarget }) => change({ ...filter, role: currentTarget.value })}>
        <option value="">{t("allRoles")}</option>
        {ROLES.map((role) => <option key={role} value={role}>{term("role_name", role)}</option>)}
      </select>
      <select aria-label={t("stateLabel")} value={filter.state} onChange={({ currentTarget }) => change({ ...filter, state: currentTarget.value })}>
        <option value="">{t("allStates")}</option>
        {STATES.map((state) => <option key={state} value={state}>{term("state", state)}</option>)}
      </select>
      <button type="button" class="primary" data-new onClick={make}>{t("newAccount")}</button>
    </div>
  );
}

function Table({ accounts, places, chosen, choose, now }: { accounts: readonly Account[]; places: Places; chosen: string | null; choose(account: string): void; now: number }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("accountName")}</th>
          <th scope="col">{t("roleLabel")}</th>
          <th scope="col">{t("scopeLabel")}</th>
          <th scope="col">{t("stateLabel")}</th>
        </tr>
      </thead>
      <tbody>
        {accounts.map((one) => {
          const state = stateOf(one, now);
          return (
            <tr key={one.account} class={one.account === chosen ? "chosen" : ""} data-account={one.account}>
              <td><button type="button" class="link" onClick={() => choose(one.account)}>{one.account}</button></td>
              <td>{term("role_name", one.role)}</td>
              <td>{places.name(one.scope)}</td>
              <td><span class={`state ${state}`}>{term("state", state)}</span></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
