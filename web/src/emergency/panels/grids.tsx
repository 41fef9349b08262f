// The grids by their last safe departure, and the page of one of them: its team,
// its buildings, its floors.
import { useState } from "preact/hooks";
import type { GridBuilding, GridRow } from "../../api/evacuation";
import { hour } from "../../language";
import { leftUntil, span } from "../model/time";
import { useEmergency, useKnown, useMayWrite, useMinute, useSlice, useSpeech } from "./context";
import { Bar } from "./roll";

const SHOWN = 200;

export function Left({ time }: { time: string | null }) {
  const { t } = useSpeech();
  const now = useMinute();
  const left = leftUntil(time, now);
  if (!left) return <span class="left">—</span>;
  return <span class={`left ${left.urgency}`}>{left.minutes < 0 ? t("passed", { span: span(-left.minutes) }) : t("leftSpan", { span: span(left.minutes) })}</span>;
}

/** Who cannot leave any more comes first, then the earliest departure; without one, last. */
export function byDeparture(a: GridRow, b: GridRow): number {
  const at = ({ last_safe_departure: time, first_deadline: deadline }: GridRow) => Date.parse(time ?? deadline ?? "") || Infinity;
  const [x, y] = [at(a), at(b)];
  return x === y ? b.persons - a.persons : x - y;
}

export function GridsPanel() {
  const emergency = useEmergency();
  const { t } = useSpeech();
  const { grids } = useKnown();
  const selected = useSlice((state) => state.selected);
  const mayWrite = useMayWrite();
  const rows = [...grids].sort(byDeparture);
  if (rows.length === 0) return <p class="quiet">{t("noGrids")}</p>;
  return (
    <section class="grids">
      <div class="row-tools">
        <h2>{t("gridsByDeparture")}</h2>
        {mayWrite && (
          <>
            <button type="button" onClick={() => emergency.select(selected.size ? [] : rows.filter(({ order }) => order === null).slice(0, SHOWN).map(({ grid }) => grid))}>
              {selected.size ? t("selectNone") : t("selectAll")}
            </button>
            <button type="button" class="primary" data-order disabled={selected.size === 0} onClick={() => emergency.ask({ kind: "order", grids: [...selected] })}>
              {t("giveOrder")}
              {selected.size > 0 && <b> {selected.size}</b>}
            </button>
          </>
        )}
      </div>
      <ol class="grid-rows">{rows.slice(0, SHOWN).map((row) => <Row key={row.grid} row={row} chosen={selected.has(row.grid)} mayWrite={mayWrite} />)}</ol>
      {rows.length > SHOWN && <p class="quiet">{t("gridsShown", { n: SHOWN, total: rows.length })}</p>}
    </section>
  );
}

function Row({ row, chosen, mayWrite }: { row: GridRow; chosen: boolean; mayWrite: boolean }) {
  const emergency = useEmergency();
  const { t, term, exact } = useSpeech();
  const { order } = row;
  const now = useMinute();
  return (
    <li class={`grid-row ${row.class}`} data-grid={row.grid}>
      {mayWrite && <input type="checkbox" checked={chosen} aria-label={row.name} onChange={({ currentTarget }) => emergency.toggle(row.grid, currentTarget.checked)} />}
      <button type="button" onClick={() => void emergency.openGrid(row.grid)}>
        <span class="name">
          {row.name}
          <small>{row.town} {row.community}</small>
        </span>
        <span class="when">
          <Left time={row.last_safe_departure} />
          <small>{row.last_safe_departure ? t("departAt", { time: hour(row.last_safe_departure, now) }) : term("class", row.class)}</small>
        </span>
        <span class="who">
          <b>{exact(row.persons)}</b> {t("headPersons")}
          <small>{row.needing_help > 0 && t("helpN", { n: row.needing_help })}{row.cut_off > 0 && <strong class="cut"> {t("cutOffN", { n: row.cut_off })}</strong>}</small>
        </span>
        <span class={`order ${order?.state ?? "none"}`}>
          {order ? term("order", order.kind) : t("noOrder")}
          <small>{order && term("state", order.state)}</small>
        </span>
        <span class={row.identity.unaccounted > 0 ? "missing loud" : "missing"}>{row.identity.listed > 0 ? exact(row.identity.unaccounted) : "—"}</span>
      </button>
    </li>
  );
}

export function GridPanel({ code }: { code: string }) {
  const emergency = useEmergency();
  const { t, exact, language } = useSpeech();
  const page = useSlice((state) => state.page);
  const { evacuation, grids } = useKnown();
  const mayWrite = useMayWrite();
  const row = grids.find(({ grid }) => grid === code);
  const papers = `/api/v1/evacuations/${evacuation.id}/papers/callsheet.pdf?grid=${code}&language=${language}`;
  return (
    <section class="grid-page">
      <div class="row-tools">
        <button type="button" data-back onClick={() => void emergency.openGrid(null)}>
          ← {t("back")}
        </button>
        <h2>
          {row?.name ?? code} <small>{row?.town} {row?.community}</small>
        </h2>
        {mayWrite && row && (
          <button type="button" class="primary" onClick={() => emergency.ask({ kind: "order", grids: [code] })}>
            {t("giveOrder")}
          </button>
        )}
      </div>
      {row && (
        <>
          <p class="facts">
            <Left time={row.last_safe_departure} /> <b>{exact(row.persons)}</b> {t("headPersons")} <b>{exact(row.households)}</b> {t("headHouseholds")} {row.needing_help > 0 && t("helpN", { n: row.needing_help })}
          </p>
          <Bar identity={row.identity} />
        </>
      )}
      <p class="papers">
        <a href={papers}>{t("callSheet")}</a> <a href={`/rollcall?evacuation=${evacuation.id}&grid=${code}${language === "en" ? "&lang=en" : ""}`}>{t("rollCallPage")}</a>
      </p>
      {page === null && <p class="quiet">{t("loading")}</p>}
      {page && (
        <>
          <h3>{t("team")}</h3>
          <ul class="team">
            {(page.team ?? []).length === 0 && <li class="loud">{t("noTeam")}</li>}
            {(page.team ?? []).map((one) => <li key={one.role + one.name_masked}><small>{one.role}</small> {one.name_masked} <span>{one.phone_masked}</span></li>)}
          </ul>
          <h3>{t("buildingsOf")}</h3>
          <ul class="buildings">{page.buildings.map((one) => <Building key={one.id} building={one} mayWrite={mayWrite} />)}</ul>
        </>
      )}
    </section>
  );
}

function Building({ building, mayWrite }: { building: GridBuilding; mayWrite: boolean }) {
  const { t, term, exact } = useSpeech();
  const { shelters } = useKnown();
  const now = useMinute();
  const [open, setOpen] = useState(false);
  const names = building.shelter_ids.map((id) => shelters.find((one) => one.id === id)?.name ?? `#${id}`);
  const help = Object.entries(building.care ?? {}).filter(([, n]) => n > 0).map(([kind, n]) => `${term("care", kind)} ${n}`);
  return (
    <li class={`building ${building.class}`}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="name">{building.name || building.address || `#${building.id}`}<small>{term("class", building.class)}{building.depth_m !== null && building.depth_m > 0 && ` · ${t("depthM", { depth: building.depth_m.toFixed(1) })}`}
          {building.wet_floors !== null && building.wet_floors > 0 && ` · ${t("wetFloors", { n: building.wet_floors, floors: building.floors })}`}</small></span>
        <span class="when"><Left time={building.last_departure ?? building.deadline} /><small>{building.deadline && t("deadlineAt", { time: hour(building.deadline, now) })}</small></span>
        <span class="who"><b>{exact(building.persons)}</b> {t("headPersons")}<small>{help.join(" ")}</small></span>
      </button>
      {open && (
        <div class="building-more">
          <p>{t("toShelter")}：{names.join("、") || "—"} {building.means && term("means", building.means)} {building.arrival && t("arrivalAt", { time: hour(building.arrival, now) })}</p>
          <ul class="floors">
            {[...building.by_floor].sort((a, b) => b.floor - a.floor).map((one) => (
              <li key={one.floor} class={building.wet_floors !== null && one.floor <= building.wet_floors ? "wet" : ""}>
                <span>{t("floorN", { n: one.floor })}</span> <b>{exact(one.persons)}</b> {t("headPersons")} {one.helped > 0 && <strong>{t("helpN", { n: one.helped })}</strong>} {one.wet_at && <small>{t("arrivalAt", { time: hour(one.wet_at, now) })}</small>}
              </li>
            ))}
          </ul>
          {mayWrite && <Override building={building} />}
        </div>
      )}
    </li>
  );
}

function Override({ building }: { building: GridBuilding }) {
  const emergency = useEmergency();
  const { t } = useSpeech();
  const { shelters } = useKnown();
  const [shelter, setShelter] = useState("");
  const [reason, setReason] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    void emergency.override(building.id, shelter === "" ? null : Number(shelter), reason);
  };
  return (
    <form class="override" onSubmit={submit}>
      <label>
        {t("override")}
        <select value={shelter} onChange={({ currentTarget }) => setShelter(currentTarget.value)}>
          <option value="">{t("bestShelter")}</option>
          {shelters.map((one) => <option key={one.id} value={one.id}>{one.name} {one.assigned}/{one.capacity ?? t("capacityUnknown")}</option>)}
        </select>
      </label>
      <label>
        {t("overrideReason")}
        <input required maxLength={200} value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
      </label>
      <button>{t("confirm")}</button>
    </form>
  );
}
