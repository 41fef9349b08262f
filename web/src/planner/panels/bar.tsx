// The two rows on top: where one is, and what one can do there.
import type { JSX } from "preact";
import type { PlanStep } from "../../api/plans";
import { action, keyName, type ActionId } from "../actions";
import { statusOf } from "../status";
import { usePlanner, useSlice, useSpeech } from "./context";
import { Icon } from "./icons";

export function Header() {
  const { t } = useSpeech();
  const planner = usePlanner();
  const plan = useSlice((state) => state.plan);
  const desk = useSlice((state) => state.desk?.community);
  const page = useSlice((state) => state.page);
  const session = useSlice((state) => state.session);
  return (
    <header class="header">
      <nav aria-label={t("planner")}>
        <h1>
          {plan ? <Crumb onClick={() => planner.go({ plan: null, community: null, diff: false })}>{t("planner")}</Crumb> : t("planner")}
        </h1>
        {plan && (
          <span class="crumb">
            {desk || page === "diff" ? (
              <Crumb onClick={() => planner.go({ plan: plan.id, community: null, diff: false })}>{plan.name}</Crumb>
            ) : (
              <b>{plan.name}</b>
            )}
            <Status />
          </span>
        )}
        {desk && (
          <span class="crumb">
            <b>
              {desk.town} · {desk.name}
            </b>
          </span>
        )}
      </nav>
      {session?.synthetic && <span class="synthetic">{t("synthetic")}</span>}
      <Saving />
      <span class="account">{session?.account}</span>
      <Language />
      <button type="button" class="plain" aria-keyshortcuts="?" title={`${t("keySheet")}（?）`} onClick={() => planner.store.set({ dialog: { kind: "keys" } })}>
        ?<span class="unseen">{t("keySheet")}</span>
      </button>
    </header>
  );
}

function Crumb({ children, onClick }: { children: JSX.Element | string; onClick(): void }) {
  return (
    <button type="button" class="link" onClick={onClick}>
      {children}
    </button>
  );
}

function Status() {
  const { t } = useSpeech();
  const plan = useSlice((state) => state.plan)!;
  const status = statusOf(plan);
  return <span class={`status ${status}`}>{t(`status_${status}`)}</span>;
}

/** Whether everything entered is at the server, and whether others are heard. */
function Saving() {
  const { t } = useSpeech();
  const pending = useSlice((state) => state.pending.length);
  const liveness = useSlice((state) => state.liveness);
  const editable = useSlice((state) => state.desk?.editable ?? false);
  const live = liveness === "live" || liveness === "connecting";
  return (
    <span class="saving" role="status">
      {editable && <span class={pending > 0 ? "waiting" : ""}>{pending > 0 ? t("savingCount", { count: pending }) : t("saved")}</span>}
      <span class={live ? "live" : "lost"}>{live ? t("live") : t("notLive")}</span>
    </span>
  );
}

function Language() {
  const { store } = usePlanner();
  const { t, language } = useSpeech();
  const change = () => {
    const query = new URLSearchParams(location.search);
    if (language === "zh") query.set("lang", "en");
    else query.delete("lang");
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    document.documentElement.lang = language === "zh" ? "en" : "zh-CN";
    store.set({ language: language === "zh" ? "en" : "zh" });
  };
  return (
    <button type="button" class="plain" lang={language === "zh" ? "en" : "zh-CN"} onClick={change}>
      {t("otherLanguage")}
    </button>
  );
}

const GROUPS: readonly (readonly ActionId[])[] = [
  ["undo", "redo"],
  ["select", "box", "lasso"],
  ["split", "merge", "newGrid", "lock"],
  ["repair", "redraw"],
  ["present", "fit"],
];

export function Bar() {
  const page = useSlice((state) => state.page);
  const { t } = useSpeech();
  if (page !== "desk" && page !== "diff") return null;
  return (
    <div class="bar" role="toolbar" aria-label={t("keysActions")}>
      {GROUPS.map((group) => (
        <div class="group" key={group[0]}>
          {group.map((id) => (
            <Tool key={id} id={id} />
          ))}
        </div>
      ))}
      <div class="group end">
        <Tool id="diff" />
        <Steps />
      </div>
    </div>
  );
}

function Tool({ id }: { id: ActionId }) {
  const planner = usePlanner();
  const { t } = useSpeech();
  const one = action(id);
  const label = useSlice((state) => one.label(state));
  const enabled = useSlice((state) => one.enabled(state));
  const pressed = useSlice((state) => one.pressed?.(state));
  const keys = one.keys.map(keyName);
  return (
    <button
      type="button" data-action={id} aria-disabled={!enabled} aria-pressed={one.pressed ? pressed : undefined}
      aria-keyshortcuts={keys.join(" ").replaceAll("Ctrl", "Control")} title={`${t(label)}（${keys.join(" / ")}）`}
      onClick={() => one.enabled(planner.store.get()) && one.run(planner)}
    >
      <Icon id={id} />
      <span>{t(label)}</span>
    </button>
  );
}

/** Steps that bring a plan nearer to taking force are the blue buttons. */
const FORWARD: ReadonlySet<PlanStep> = new Set<PlanStep>(["submit", "approve", "publish"]);

/** What may be done with the plan next. */
export function Steps() {
  const planner = usePlanner();
  const { t } = useSpeech();
  const plan = useSlice((state) => state.plan);
  const waiting = useSlice((state) => state.pending.length > 0);
  if (!plan) return null;
  const steps = (["submit", "approve", "publish", "return", "withdraw", "abandon"] as const).filter((step) => plan.may.includes(step));
  return (
    <>
      {steps.map((step) => (
        <button
          key={step} type="button" class={FORWARD.has(step) ? "primary" : "quiet"} data-step={step} disabled={waiting}
          title={step === "submit" ? `${t("step_submit")}（${action("submit").keys.map(keyName).join("/")}）` : t(`step_${step}`)}
          onClick={() => planner.store.set({ dialog: { kind: "step", step }, faults: [] })}
        >
          {t(`step_${step}`)}
        </button>
      ))}
    </>
  );
}

