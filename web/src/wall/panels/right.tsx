// The right rail: alarms above, the live ticker below; a grid's card covers the
// ticker while somebody reads it.
import type { Alarm, TickerItem } from "../store";
import { Card } from "./card";
import { useSlice, useSpeech, useWall } from "./context";

export function RightRail() {
  const card = useSlice((state) => state.card);
  return (
    <aside class="rail right" data-rail="right">
      <Alarms most={card ? 1 : 4} />
      {card ? <Card state={card} /> : <Ticker />}
    </aside>
  );
}

function Alarms({ most }: { most: number }) {
  const { t, exact } = useSpeech();
  const alarms = useSlice((state) => state.alarms);
  const current = useSlice((state) => state.tour.alarm);
  const standing = useSlice((state) => state.figures?.cases.by_level.district);
  return (
    <section class="panel alarms" aria-live="polite">
      <h2>
        {t("alarms")}
        {standing ? <b class="count">{exact(standing)}</b> : null}
      </h2>
      {alarms.length === 0 && <p class="empty">{t("noAlarms")}</p>}
      <ul>
        {alarms.slice(0, most).map((alarm) => (
          <AlarmLine key={alarm.id} alarm={alarm} current={alarm.id === current} />
        ))}
      </ul>
    </section>
  );
}

function AlarmLine({ alarm, current }: { alarm: Alarm; current: boolean }) {
  const { stamp, term } = useSpeech();
  const wall = useWall();
  return (
    <li class={current ? "alarm current" : "alarm"}>
      <button type="button" onClick={() => wall.chooseAlarm(alarm.id)}>
        <svg class="sign" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 2.5 23 21.5H1z" />
          <path class="mark" d="M12 9v6m0 2.4v1.6" />
        </svg>
        <span class="alarm-text">
          <b>{alarm.type || alarm.title}</b>
          <span>{alarm.where}</span>
        </span>
        <span class="alarm-side">
          <time>{stamp(alarm.openedAt, wall.clock.now())}</time>
          <span class={`state ${alarm.state}`}>{term("state", alarm.state)}</span>
        </span>
      </button>
    </li>
  );
}

function Ticker() {
  const { t } = useSpeech();
  const items = useSlice((state) => state.ticker);
  return (
    <section class="panel ticker">
      <h2>{t("ticker")}</h2>
      {items.length === 0 && <p class="empty">{t("noTicker")}</p>}
      <ol>
        {items.map((item) => (
          <TickerLine key={item.key} item={item} />
        ))}
      </ol>
    </section>
  );
}

function TickerLine({ item }: { item: TickerItem }) {
  const { t, stamp } = useSpeech();
  const { clock } = useWall();
  return (
    <li class={item.tone}>
      <time>{stamp(item.time, clock.now())}</time>
      <span class="ticker-text">
        <b>{item.what}</b>
        <span>{item.where}</span>
      </span>
      <span class="verb">{t(item.verb, item.values)}</span>
    </li>
  );
}
