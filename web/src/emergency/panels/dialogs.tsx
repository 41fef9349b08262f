// Everything that is asked before it is done.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { ORDER_KINDS, type Gauge } from "../../api/evacuation";
import { useModal } from "../../look/modal";
import type { Entry } from "../../offline/outbox";
import type { Dialog } from "../store";
import { useEmergency, useSlice, useSpeech } from "./context";

export function Dialogs() {
  const emergency = useEmergency();
  const { t, exact } = useSpeech();
  const dialog = useSlice((state) => state.dialog);
  if (!dialog) return null;
  switch (dialog.kind) {
    case "approve":
      return <Approve dialog={dialog} />;
    case "order":
      return <OrderDialog grids={dialog.grids} />;
    case "reading":
      return <Reading gauge={dialog.gauge} />;
    case "outbox":
      return <OutboxDialog />;
    case "breach":
      return <Ask title={t("breachHere")} confirm={() => emergency.breach(dialog.lon, dialog.lat)}>{t("breachQuestion", { lon: dialog.lon.toFixed(5), lat: dialog.lat.toFixed(5) })}</Ask>;
    case "lift":
      return <Ask title={t("lift")} confirm={() => emergency.lift()}>{t("liftQuestion")}</Ask>;
    case "close":
      return <Ask title={t("close")} confirm={() => emergency.close()}>{t("closeQuestion")} {t("unaccounted")}：{exact(emergency.known?.evacuation.identity.unaccounted)}</Ask>;
    case "new":
      return <Frame title={t("newEvacuation")}><NewForm /></Frame>;
  }
}

function Frame({ title, children }: { title: string; children: ComponentChildren }) {
  const emergency = useEmergency();
  const element = useModal();
  return (
    <dialog ref={element} aria-label={title} onClose={() => emergency.ask(null)}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

function Buttons({ label }: { label: string }) {
  const emergency = useEmergency();
  const { t } = useSpeech();
  return (
    <p class="buttons">
      <button type="button" onClick={() => emergency.ask(null)}>{t("cancel")}</button>
      <button class="primary">{label}</button>
    </p>
  );
}

function Ask({ title, confirm, children }: { title: string; confirm(): unknown; children: ComponentChildren }) {
  const { t } = useSpeech();
  const submit = (event: Event) => (event.preventDefault(), void confirm());
  return (
    <Frame title={title}>
      <form onSubmit={submit}>
        <p>{children}</p>
        <Buttons label={t("confirm")} />
      </form>
    </Frame>
  );
}

function Approve({ dialog: { proposal } }: { dialog: Extract<Dialog, { kind: "approve" }> }) {
  const emergency = useEmergency();
  const { t, exact, language } = useSpeech();
  const [remark, setRemark] = useState("");
  const title = t(proposal.first ? "approve" : "confirmChange");
  return (
    <Frame title={title}>
      <form onSubmit={(event) => (event.preventDefault(), void emergency.approve(proposal, remark))}>
        <p class="large">{proposal.difference[language]}</p>
        <p>{t("approveQuestion", { persons: exact(proposal.persons) })}</p>
        {proposal.shortage && <p class="loud">{proposal.shortage[language]}</p>}
        <label>
          {t("remark")}
          <input maxLength={200} value={remark} onInput={({ currentTarget }) => setRemark(currentTarget.value)} />
        </label>
        <Buttons label={title} />
      </form>
    </Frame>
  );
}

function OrderDialog({ grids }: { grids: readonly string[] }) {
  const emergency = useEmergency();
  const { t, term } = useSpeech();
  return (
    <Frame title={t("orderTo", { n: grids.length })}>
      <div class="order-kinds">
        {ORDER_KINDS.map((kind) => (
          <button key={kind} type="button" data-kind={kind} onClick={() => void emergency.order(grids, kind)}>
            <b>{t(`order_${kind}`)}</b>
            <small>{term("orderAbout", kind)}</small>
          </button>
        ))}
      </div>
      <p class="buttons">
        <button type="button" onClick={() => emergency.ask(null)}>{t("cancel")}</button>
      </p>
    </Frame>
  );
}

function Reading({ gauge }: { gauge: Gauge }) {
  const emergency = useEmergency();
  const { t } = useSpeech();
  const [stage, setStage] = useState(gauge.stage_m?.toFixed(2) ?? "");
  const submit = (event: Event) => {
    event.preventDefault();
    void emergency.reading(gauge.id, gauge.name, Number(stage));
  };
  return (
    <Frame title={t("enterReadingOf", { name: gauge.name })}>
      <form onSubmit={submit}>
        <label>
          {t("stageM", { datum: gauge.datum })}
          <input type="number" required step="0.01" inputMode="decimal" value={stage} onInput={({ currentTarget }) => setStage(currentTarget.value)} />
        </label>
        <Buttons label={t("confirm")} />
      </form>
    </Frame>
  );
}

function OutboxDialog() {
  const emergency = useEmergency();
  const { t } = useSpeech();
  const entries = useSlice((state) => state.outbox);
  const lasting = useSlice((state) => state.lasting);
  return (
    <Frame title={t("outboxTitle")}>
      <p>{entries.length === 0 ? t("outboxEmpty") : lasting ? t("outboxAbout") : <strong class="loud">{t("outboxMemory")}</strong>}</p>
      <ul class="outbox">{entries.map((entry) => <OutboxLine key={entry.key} entry={entry} />)}</ul>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => emergency.ask(null)}>{t("back")}</button>
      </p>
    </Frame>
  );
}

function OutboxLine({ entry }: { entry: Entry }) {
  const emergency = useEmergency();
  const { t, clock } = useSpeech();
  return (
    <li>
      <span>{clock(entry.enteredAt)} {entry.label}</span>
      {entry.refused !== null && (
        <>
          <strong class="loud">{entry.refused}</strong>
          <button type="button" onClick={() => void emergency.outbox.remove(entry.key)}>{t("letGo")}</button>
        </>
      )}
    </li>
  );
}

export function NewForm() {
  const emergency = useEmergency();
  const { t, date } = useSpeech();
  const heads = useSlice((state) => state.heads);
  const mayOpen = useSlice(({ session }) => session?.role === "emergency");
  const [name, setName] = useState(() => t("newNameOf", { date: date(Date.now()) }));
  const [drill, setDrill] = useState(false);
  return (
    <section class="new">
      <p>{t("noneOpen")}</p>
      {mayOpen && (
        <form onSubmit={(event) => (event.preventDefault(), void emergency.openNew(name, drill))}>
          <label>
            {t("newName")}
            <input required maxLength={100} value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
          </label>
          <label class="check">
            <input type="checkbox" checked={drill} onChange={({ currentTarget }) => setDrill(currentTarget.checked)} /> {t("newDrill")}
          </label>
          <p class="quiet">{t("newAbout")}</p>
          <button class="primary" data-start>{t("newEvacuation")}</button>
        </form>
      )}
      {heads.length > 0 && (
        <>
          <h2>{t("earlier")}</h2>
          <ul>{heads.map((head) => <li key={head.id}><button type="button" class="link" onClick={() => void emergency.open(head.id)}>{head.name}</button> <small>{date(head.opened_at)}</small></li>)}</ul>
        </>
      )}
    </section>
  );
}
