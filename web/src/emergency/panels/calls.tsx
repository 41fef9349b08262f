// Call-and-answer: an order counts once it is acknowledged. The silent stand first.
import type { Order } from "../../api/evacuation";
import { span } from "../model/time";
import { useEmergency, useKnown, useMayWrite, useSlice, useSpeech } from "./context";

const RANK = { sent: 0, received: 1, on_scene: 2 };

export function CallsPanel() {
  const { t } = useSpeech();
  const { orders } = useKnown();
  const silent = orders.filter(({ state }) => state === "sent").length;
  if (orders.length === 0) return <p class="quiet">{t("noOrders")}</p>;
  const sorted = [...orders].sort((a, b) => RANK[a.state] - RANK[b.state] || Date.parse(a.issued_at) - Date.parse(b.issued_at));
  return (
    <section class="calls">
      <h2 class={silent ? "loud" : "ok-line"}>{silent ? t("callsSilent", { n: silent }) : t("allAnswered")}</h2>
      <ul>{sorted.slice(0, 200).map((order) => <Call key={order.id} order={order} />)}</ul>
    </section>
  );
}

function Call({ order }: { order: Order }) {
  const emergency = useEmergency();
  const { t, term, clock } = useSpeech();
  const { grids, evacuation } = useKnown();
  const mayWrite = useMayWrite();
  const passed = useSlice(({ now }) => Math.max(0, Math.floor((now - Date.parse(evacuation.now)) / 60_000)));
  const row = grids.find(({ grid }) => grid === order.grid);
  const silentMin = Math.floor(order.silent_s / 60) + passed;
  const next = order.next_escalation_at ? Math.ceil((Date.parse(order.next_escalation_at) - Date.parse(evacuation.now)) / 60_000) - passed : null;
  return (
    <li class={`call ${order.state} ${order.escalated !== "none" ? "escalated" : ""}`} data-order-id={order.id}>
      <button type="button" class="name" onClick={() => void emergency.openGrid(order.grid)}>
        {row?.name ?? order.grid}
        <small>{term("order", order.kind)} {clock(order.issued_at)}</small>
      </button>
      <ol class="steps" aria-label={term("state", order.state)}>
        {(["sent", "received", "on_scene"] as const).map((state) => <li key={state} class={RANK[order.state] >= RANK[state] ? "done" : ""}>{term("state", state)}</li>)}
      </ol>
      <p>
        {order.state === "sent" && <strong class={silentMin >= evacuation.settings.silence_min ? "loud" : ""}>{t("silentFor", { span: span(silentMin) })}</strong>}
        {order.escalated !== "none" && <strong class="tag">{term("escalated", order.escalated)}</strong>}
        {order.state === "sent" && next !== null && next > 0 && <small>{t("nextEscalation", { span: span(next) })}</small>}
      </p>
      {mayWrite && order.state !== "on_scene" && (
        <button type="button" onClick={() => void emergency.answer(order, order.state === "sent" ? "received" : "on_scene")}>
          {order.state === "sent" ? t("markReceived") : t("markOnScene")}
        </button>
      )}
    </li>
  );
}
