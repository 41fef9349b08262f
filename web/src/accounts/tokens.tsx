// Tokens of machines: a list, a new one shown once, and their end.
import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import { office, type Token } from "../api/office";
import type { Role } from "../api/types";
import { accountsSpeech } from "../language/accounts";
import { reasonIn } from "../language/office";
import { Buttons, Dialog, FieldError, Secret } from "../office/dialog";
import { language, useOffice } from "../office/office";
import { PlaceField, type Places } from "../office/places";
import { RoleField, said } from "./forms";
import { daysLeft } from "./model";

const { t, term, date, moment } = accountsSpeech(language);

export function TokenList({ places }: { places: Places }) {
  const { revision, guard } = useOffice();
  const [tokens, setTokens] = useState<readonly Token[] | null>(null);
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Token | null>(null);
  const [done, setDone] = useState("");
  const load = () => void guard(office.tokens()).then(setTokens, () => undefined);
  useEffect(load, [revision]);
  return (
    <section class="list wide">
      <div class="filters">
        <p class="quiet">{t("tokensAbout")}</p>
        <button type="button" class="primary" data-new onClick={() => setMaking(true)}>{t("newToken")}</button>
      </div>
      <p role="status" class="said">{done}</p>
      {tokens?.length === 0 && <p class="quiet">{t("noTokens")}</p>}
      {!!tokens?.length && (
        <table>
          <thead>
            <tr>
              {(["tokenName", "tokenPurpose", "roleLabel", "scopeLabel", "tokenBy", "tokenExpires", "tokenSeen", "actionsOf"] as const).map((key) => <th key={key} scope="col">{t(key)}</th>)}
            </tr>
          </thead>
          <tbody>{tokens.map((token) => <Row key={token.id} token={token} places={places} end={() => setEnding(token)} />)}</tbody>
        </table>
      )}
      {making && <NewToken places={places} made={(name) => (setDone(t("tokenMade", { account: name })), load())} close={() => setMaking(false)} />}
      {ending && <EndToken token={ending} done={() => (setDone(t("done_token_end", { account: ending.account })), load())} close={() => setEnding(null)} />}
    </section>
  );
}

function Row({ token, places, end }: { token: Token; places: Places; end(): void }) {
  const left = daysLeft(token, Date.now());
  const seen = Date.parse(token.seen_at) > Date.parse(token.created_at);
  return (
    <tr data-token={token.account}>
      <td>{token.account}</td>
      <td>{token.name}</td>
      <td>{term("role_name", token.role)}</td>
      <td>{places.name(token.scope)}</td>
      <td>{token.made_by}</td>
      <td>{date(token.expires_at)} <small>{left > 0 ? t("tokenDaysLeft", { n: left }) : t("tokenToday")}</small></td>
      <td>{seen ? moment(token.seen_at) : t("tokenNever")}</td>
      <td><button type="button" class="danger" aria-label={t("doRevoke", { account: token.account })} onClick={end}>{t("revoke")}</button></td>
    </tr>
  );
}

function NewToken({ places, made, close }: { places: Places; made(name: string): void; close(): void }) {
  const { session, guard } = useOffice();
  const [form, setForm] = useState({ account: "", name: "", role: "wall" as Role, scope: session.scope.code, days: 90 });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [working, setWorking] = useState(false);
  const [secret, setSecret] = useState({ token: "", until: "" });
  const submit = async (event: Event) => {
    event.preventDefault();
    setWorking(true);
    setProblem(null);
    try {
      const answer = await guard(office.addToken(form));
      setSecret({ token: answer.token, until: date(answer.expires_at) });
      made(form.account);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setWorking(false);
    }
  };
  const title = secret.token ? t("secretToken", { account: form.account }) : t("newToken");
  const known = ["account", "name", "scope", "days"].some((field) => problem?.field(field));
  return (
    <Dialog key={title} title={title} close={close} holds={secret.token !== ""}>
      {secret.token ? <Secret label={title} value={secret.token} about={t("secretTokenOnce", { date: secret.until })} close={close} /> : (
        <form onSubmit={(event) => void submit(event)}>
          <label>
            {t("tokenName")}
            <input name="account" required maxLength={64} autocomplete="off" value={form.account} onInput={({ currentTarget }) => setForm({ ...form, account: currentTarget.value })} />
            <small>{t("tokenNameHint")}</small>
            <FieldError text={said(problem, "account")} />
          </label>
          <label>
            {t("tokenPurpose")}
            <input maxLength={100} placeholder={t("tokenPurposeHint")} value={form.name} onInput={({ currentTarget }) => setForm({ ...form, name: currentTarget.value })} />
            <FieldError text={said(problem, "name")} />
          </label>
          <RoleField value={form.role} choose={(role) => setForm({ ...form, role })} />
          <PlaceField label={t("scopeLabel")} places={places} value={form.scope} error={said(problem, "scope")} choose={(scope) => setForm({ ...form, scope })} />
          <label>
            {t("tokenDays")}
            <input type="number" min={1} max={3650} required value={form.days} onInput={({ currentTarget }) => setForm({ ...form, days: Number(currentTarget.value) })} />
            <FieldError text={said(problem, "days")} />
          </label>
          {problem && !known && <p class="error" role="alert">{t("failedDo", { reason: reasonIn(language, problem.message) })}</p>}
          <Buttons label={t("doToken")} working={working} cancel={close} />
        </form>
      )}
    </Dialog>
  );
}

function EndToken({ token, done, close }: { token: Token; done(): void; close(): void }) {
  const { guard } = useOffice();
  const [error, setError] = useState("");
  const [working, setWorking] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setWorking(true);
    try {
      await guard(office.endToken(token.id));
      done();
      close();
    } catch (thrown) {
      setError(t("failedDo", { reason: reasonIn(language, asProblem(thrown).message) }));
      setWorking(false);
    }
  };
  return (
    <Dialog title={t("askRevoke", { account: token.account })} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{t("askRevokeAbout")}</p>
        {error && <p class="error" role="alert">{error}</p>}
        <Buttons label={t("doRevoke", { account: token.account })} working={working} danger cancel={close} />
      </form>
    </Dialog>
  );
}
