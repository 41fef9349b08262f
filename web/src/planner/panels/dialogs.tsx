// The dialogs: a new plan, a step of its life, a name, the keys. The browser's own
// dialog element keeps the focus inside and gives it back.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { PlanStep } from "../../api/plans";
import { useModal } from "../../look/modal";
import { ACTIONS, keyName } from "../actions";
import { shortCode } from "../model/desk";
import { dayInBeijing } from "../status";
import type { Dialog as Shown } from "../store";
import { usePlanner, useSlice, useSpeech } from "./context";

export function Dialogs() {
  const dialog = useSlice((state) => state.dialog);
  if (!dialog) return null;
  switch (dialog.kind) {
    case "new":
      return <NewPlan division={dialog.division} />;
    case "step":
      return <Step key={dialog.step} step={dialog.step} />;
    case "rename":
    case "dedicated":
      return <Naming dialog={dialog} />;
    case "redraw":
      return <Redraw />;
    case "keys":
      return <Keys />;
  }
}

export function Dialog({ title, children, wide, close }: { title: string; children: ComponentChildren; wide?: boolean; close?(): void }) {
  const { store } = usePlanner();
  const ref = useModal("[data-focus]", "input, textarea");
  const leave = close ?? (() => store.set({ dialog: null, faults: [] }));
  return (
    <dialog ref={ref} class={wide ? "wide" : ""} aria-labelledby="dialog-title" onClose={leave} onCancel={leave}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

function Buttons({ label, working }: { label: string; working?: boolean }) {
  const { t } = useSpeech();
  const { store } = usePlanner();
  return (
    <div class="buttons">
      <button type="button" onClick={() => store.set({ dialog: null, faults: [] })}>
        {t("cancel")}
      </button>
      <button class="primary" disabled={working}>
        {label}
      </button>
    </div>
  );
}

function NewPlan({ division }: { division: Extract<Shown, { kind: "new" }>["division"] }) {
  const { t, date } = useSpeech();
  const planner = usePlanner();
  const [name, setName] = useState(t("planNameHint", { name: division.name, date: date(Date.now()) }));
  const [working, setWorking] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setWorking(true);
    if (!(await planner.makePlan(name.trim(), division.code))) setWorking(false);
  };
  return (
    <Dialog title={t("newPlanFor", { name: division.name })}>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          {t("planName")}
          <input required maxLength={100} value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
        </label>
        <Buttons label={t("create")} working={working} />
      </form>
    </Dialog>
  );
}

function Step({ step }: { step: PlanStep }) {
  const { t } = useSpeech();
  const planner = usePlanner();
  const today = dayInBeijing(Date.now());
  const [remark, setRemark] = useState("");
  const [day, setDay] = useState(today);
  const [working, setWorking] = useState(false);
  const speaks = step === "return" || step === "approve";
  const submit = async (event: Event) => {
    event.preventDefault();
    setWorking(true);
    const done = await planner.step(step, { ...(speaks && remark.trim() ? { remark: remark.trim() } : {}), ...(step === "publish" ? { effective_on: day } : {}) });
    if (!done) setWorking(false);
  };
  return (
    <Dialog title={t(`step_${step}`)}>
      <form onSubmit={(event) => void submit(event)}>
        {step !== "edit" && <p>{t(`about_${step}`)}</p>}
        {speaks && (
          <label>
            {t("remark")}
            <textarea rows={3} maxLength={500} required={step === "return"} placeholder={step === "return" ? t("remarkNeeded") : ""} value={remark} onInput={({ currentTarget }) => setRemark(currentTarget.value)} />
          </label>
        )}
        {step === "publish" && (
          <label>
            {t("effectiveDate")}
            <input type="date" required min={today} value={day} onInput={({ currentTarget }) => setDay(currentTarget.value)} />
          </label>
        )}
        <Faults />
        <Buttons label={t(`step_${step}`)} working={working} />
      </form>
    </Dialog>
  );
}

function Faults() {
  const { t } = useSpeech();
  const faults = useSlice((state) => state.faults);
  if (faults.length === 0) return null;
  return (
    <div class="faults" role="alert">
      <h3>{t("faultsTitle")}</h3>
      <ul>
        {faults.map(({ rule, where }) => (
          <li key={rule + where}>
            {rule}
            {where && <small>{t("faultWhere", { where })}</small>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Naming({ dialog }: { dialog: Extract<Shown, { kind: "rename" | "dedicated" }> }) {
  const { t } = useSpeech();
  const planner = usePlanner();
  const grid = useSlice((state) => state.view?.grids.find(({ code }) => code === dialog.grid));
  const community = useSlice((state) => state.desk?.community.code ?? "");
  const [text, setText] = useState(dialog.kind === "rename" ? (grid?.name ?? "") : "");
  const submit = (event: Event) => {
    event.preventDefault();
    planner.store.set({ dialog: null });
    if (dialog.kind === "rename") planner.hand.do({ kind: "rename", grid: dialog.grid, name: text.trim() });
    else planner.hand.do({ kind: "dedicated", grid: dialog.grid, dedicated: text.trim() });
  };
  const label = t(dialog.kind === "rename" ? "rename" : "dedicatedMark");
  return (
    <Dialog title={`${label} · ${shortCode(dialog.grid, community)}`}>
      <form onSubmit={submit}>
        <label>
          {dialog.kind === "rename" ? label : t("dedicatedName")}
          <input required maxLength={60} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
        <Buttons label={t("confirm")} />
      </form>
    </Dialog>
  );
}

function Redraw() {
  const { t } = useSpeech();
  const planner = usePlanner();
  const submit = (event: Event) => {
    event.preventDefault();
    planner.store.set({ dialog: null });
    planner.hand.do({ kind: "redraw" });
  };
  return (
    <Dialog title={t("redrawDo")}>
      <form onSubmit={submit}>
        <p>{t("redrawAsk")}</p>
        <Buttons label={t("redraw")} />
      </form>
    </Dialog>
  );
}

const MAP_KEYS = [
  ["↑ ↓ ← →", "key_arrows"], ["Shift ↑↓←→", "key_shiftArrows"], ["Space", "key_space"], ["1 … 9", "key_digits"], ["Enter", "key_enter"], ["Esc", "key_esc"],
  ["+ −", "key_zoom"], ["G", "key_map"], ["J", "key_panel"],
] as const;

function Keys() {
  const { t } = useSpeech();
  const planner = usePlanner();
  const singleKeys = useSlice((state) => state.singleKeys);
  const state = planner.store.get();
  return (
    <Dialog title={t("keySheet")} wide>
      <div class="key-sheet">
        <section>
          <h3>{t("keysActions")}</h3>
          <dl>
            {ACTIONS.map((one) => (
              <div key={one.id}>
                <dt>
                  {one.keys.map((key) => (
                    <kbd key={key}>{keyName(key)}</kbd>
                  ))}
                </dt>
                <dd>{t(one.label(state))}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>{t("keysMap")}</h3>
          <dl>
            {MAP_KEYS.map(([key, word]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{t(word)}</dd>
              </div>
            ))}
          </dl>
          <label class="check">
            <input type="checkbox" checked={singleKeys} onChange={({ currentTarget }) => planner.setSingleKeys(currentTarget.checked)} />
            {t("keysOn")} <small>{t("keysOnHint")}</small>
          </label>
        </section>
      </div>
      <div class="buttons">
        <button type="button" class="primary" data-focus onClick={() => planner.store.set({ dialog: null })}>
          {t("close")}
        </button>
      </div>
    </Dialog>
  );
}
