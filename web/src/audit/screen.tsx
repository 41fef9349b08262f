// The log, newest first, with its filter; older entries are added below.
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../api/http";
import { office, type AuditEntry, type AuditFilter } from "../api/office";
import { auditSpeech } from "../language/audit";
import { reasonIn } from "../language/office";
import { language, useOffice } from "../office/office";

const { t, term, date, clock, exact } = auditSpeech(language);
const PAGE = 100;

export function Screen() {
  const { revision, guard } = useOffice();
  const [filter, setFilter] = useState<AuditFilter>({});
  const [entries, setEntries] = useState<readonly AuditEntry[] | null>(null);
  const [more, setMore] = useState(false);
  const [error, setError] = useState("");
  const load = async (wanted: AuditFilter, before: readonly AuditEntry[]) => {
    setError("");
    try {
      const last = before.at(-1);
      const page = await guard(office.audit({ ...wanted, limit: PAGE, ...(last ? { before: last.id } : {}) }));
      setEntries([...before, ...page]);
      setMore(page.length === PAGE);
    } catch (thrown) {
      setError(t("failedDo", { reason: reasonIn(language, asProblem(thrown).message) }));
    }
  };
  useEffect(() => void load(filter, []), [revision, filter]);
  return (
    <main class="desk">
      <Filters apply={setFilter} />
      <p class="quiet">{t("auditAbout")}</p>
      {error && <p class="error" role="alert">{error}</p>}
      <div class="list wide" tabIndex={0} role="region" aria-label={t("auditTitle")}>
        {entries?.length === 0 && <p class="quiet">{t("noEntries")}</p>}
        {!!entries?.length && <Table entries={entries} />}
        {entries && entries.length > 0 && (
          <p class="older">
            <span role="status" data-shown={entries.length}>{t("countShown", { n: exact(entries.length) })}</span>
            {more ? <button type="button" data-older onClick={() => void load(filter, entries)}>{t("older")}</button> : <span class="quiet">{t("noOlder")}</span>}
          </p>
        )}
      </div>
    </main>
  );
}

const FIELDS = ["actor", "action", "from", "to"] as const;

function Filters({ apply }: { apply(filter: AuditFilter): void }) {
  const submit = (event: Event) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget as HTMLFormElement);
    apply(Object.fromEntries(FIELDS.map((name) => [name, String(values.get(name) ?? "").trim()]).filter(([, value]) => value !== "")));
  };
  return (
    <form class="filters" onSubmit={submit} onReset={() => apply({})}>
      {FIELDS.map((name) => (
        <label key={name}>
          {t(name)}
          {name === "from" || name === "to" ? <input name={name} type="date" /> : <input name={name} placeholder={name === "action" ? t("actionHint") : ""} autocomplete="off" spellcheck={false} />}
        </label>
      ))}
      <button class="primary" data-filter>{t("filter")}</button>
      <button type="reset">{t("clear")}</button>
    </form>
  );
}

function Table({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <table>
      <thead>
        <tr>{(["number", "at", "actor", "action", "subject", "result", "detail"] as const).map((key) => <th key={key} scope="col">{t(key)}</th>)}</tr>
      </thead>
      <tbody>
        {entries.map((one) => (
          <tr key={one.id} data-entry={one.action}>
            <td>{one.id}</td>
            <td class="nowrap">{date(one.at)} {clock(one.at)}</td>
            <td>{one.actor}</td>
            <td><code>{one.action}</code></td>
            <td class="subject">{one.subject}</td>
            <td><span class={`state ${one.result === "done" ? "normal" : "locked"}`}>{term("result", one.result)}</span></td>
            <td class="subject"><small>{detailOf(one.detail)}</small></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function detailOf(detail: AuditEntry["detail"] | null): string {
  return Object.entries(detail ?? {}).map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join("；");
}
