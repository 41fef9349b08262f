// The tour: where the wall looks when nobody touches it. A pure machine; the
// clock comes in with each call, so that a night can be tested in a millisecond.
//
// A town has two parts: the whole town, then its busiest grid close up.
//
// touring → (a hand) → paused → (a minute without a hand) → touring
// touring → (an alarm) → alarm → (its time is over) → touring, at the same stop
// An alarm never takes the map out of a hand: it waits until the pause is over.

export const STOP_MS = 14_000;
export const CLOSE_UP_MS = 12_000;
export const OVERVIEW_MS = 20_000;
export const PAUSE_MS = 60_000;
export const ALARM_MS = 20_000;

export type TourMode = "touring" | "paused" | "alarm";

export interface Tour {
  readonly stops: number;
  /** The stop in view: 0 is the whole division, n its n-th child. */
  readonly stop: number;
  /** At the stop's busiest grid rather than the whole of it. */
  readonly closeUp: boolean;
  readonly mode: TourMode;
  /** When the present mode or stop ends. */
  readonly until: number;
  /** Alarms not yet shown, oldest first. */
  readonly waiting: readonly string[];
  readonly alarm: string | null;
}

const stay = (stop: number) => (stop === 0 ? OVERVIEW_MS : STOP_MS);

export function startTour(stops: number, now: number): Tour {
  return { stops, stop: 0, closeUp: false, mode: "touring", until: now + stay(0), waiting: [], alarm: null };
}

export function tick(tour: Tour, now: number): Tour {
  if (tour.mode === "touring" && tour.waiting.length > 0) return showAlarm(tour, now);
  if (now < tour.until) return tour;
  switch (tour.mode) {
    case "paused":
      return { ...tour, mode: "touring", closeUp: false, until: now + stay(tour.stop) };
    case "alarm":
      if (tour.waiting.length > 0) return showAlarm(tour, now);
      return { ...tour, mode: "touring", closeUp: false, alarm: null, until: now + stay(tour.stop) };
    case "touring": {
      if (tour.stop > 0 && !tour.closeUp) return { ...tour, closeUp: true, until: now + CLOSE_UP_MS };
      const stop = tour.stops === 0 ? 0 : (tour.stop + 1) % (tour.stops + 1);
      return { ...tour, stop, closeUp: false, until: now + stay(stop) };
    }
  }
}

function showAlarm(tour: Tour, now: number): Tour {
  const [alarm, ...waiting] = tour.waiting;
  return { ...tour, mode: "alarm", alarm: alarm ?? null, waiting, until: now + ALARM_MS };
}

/** A hand on the map: pause, and begin the minute again. */
export function touch(tour: Tour, now: number): Tour {
  return { ...tour, mode: "paused", alarm: null, until: now + PAUSE_MS };
}

export function resume(tour: Tour, now: number): Tour {
  return { ...tour, mode: "touring", closeUp: false, alarm: null, until: now + stay(tour.stop) };
}

/** A person chose a stop: show it and leave them the minute. */
export function choose(tour: Tour, stop: number, now: number): Tour {
  return { ...touch(tour, now), stop, closeUp: false };
}

/** An alarm joins the queue; of a flood only the newest eight are toured. */
export function raise(tour: Tour, alarm: string): Tour {
  if (tour.alarm === alarm || tour.waiting.includes(alarm)) return tour;
  return { ...tour, waiting: [...tour.waiting, alarm].slice(-8) };
}
