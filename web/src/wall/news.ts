// What an event means to the people in the room: a line of the ticker, an alarm,
// or nothing. Lists are bounded; a wall runs for months.
import type { Case, CaseChange } from "../api/types";
import type { Alarm, TickerItem } from "./store";

export const TICKER_LENGTH = 30;
export const ALARMS_LENGTH = 6;

function place(subject: Case): string {
  return subject.town === subject.community ? subject.town : `${subject.town} · ${subject.community}`;
}

function verbOf({ op, case: now, previous }: CaseChange): Pick<TickerItem, "verb" | "values"> & { level?: string } {
  if (op === "insert" || !previous) return { verb: "opened" };
  if (now.state === "closed" && previous.state !== "closed") return { verb: "closed" };
  if (now.level !== previous.level) return { verb: "escalated", level: now.level };
  if (now.state === "overdue" && previous.state !== "overdue") return { verb: "becameOverdue" };
  if (now.state === "due_soon" && previous.state !== "due_soon") return { verb: "becameDueSoon" };
  if (now.step !== previous.step) return { verb: `step_${now.step}` };
  return { verb: now.whistle ? "whistle" : "updated" };
}

/** The ticker's line for one change; `levelName` speaks the screen's language. */
export function tickerItem(change: CaseChange, time: string, levelName: (level: string) => string): TickerItem {
  const { verb, level } = verbOf(change);
  const item: TickerItem = {
    key: `${change.case.id}/${change.case.version}/${verb}`,
    time,
    verb,
    tone: change.case.state,
    what: change.case.type_name || change.case.title,
    where: place(change.case),
  };
  return level ? { ...item, values: { level: levelName(level) } } : item;
}

/** Newest first; a line told twice stands once. */
export function prepend(ticker: readonly TickerItem[], items: readonly TickerItem[]): TickerItem[] {
  const fresh = new Map(items.map((item) => [item.key, item]));
  return [...[...fresh.values()].reverse(), ...ticker.filter((item) => !fresh.has(item.key))].slice(0, TICKER_LENGTH);
}

export function alarmOf(subject: Case): Alarm {
  return {
    id: String(subject.id),
    title: subject.title,
    type: subject.type_name,
    where: place(subject),
    gridId: subject.grid_id,
    gridCode: subject.grid_code,
    community: subject.community_code,
    state: subject.state,
    openedAt: subject.opened_at,
    dueAt: subject.due_at,
  };
}

/** Is this the moment at which a case became the district's? */
export function raisesAlarm({ case: now, previous }: CaseChange): boolean {
  return now.level === "district" && now.state !== "closed" && previous?.level !== "district";
}

/** The alarm list after a change: new ones on top, closed and handed-down ones gone. */
export function updateAlarms(alarms: readonly Alarm[], change: CaseChange): readonly Alarm[] {
  const id = String(change.case.id);
  const known = alarms.some((alarm) => alarm.id === id);
  const stands = change.case.level === "district" && change.case.state !== "closed";
  if (!stands) return known ? alarms.filter((alarm) => alarm.id !== id) : alarms;
  if (known) return alarms.map((alarm) => (alarm.id === id ? alarmOf(change.case) : alarm));
  return [alarmOf(change.case), ...alarms].slice(0, ALARMS_LENGTH);
}
