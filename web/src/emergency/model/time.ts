// How long until, in words short enough to be read from afar.

export interface Left {
  /** Whole minutes, negative when over. */
  minutes: number;
  urgency: "over" | "hour" | "soon" | "later";
}

export function leftUntil(time: string | null | undefined, now: number): Left | null {
  if (!time) return null;
  const at = Date.parse(time);
  if (Number.isNaN(at)) return null;
  const minutes = Math.floor((at - now) / 60_000);
  return { minutes, urgency: minutes < 0 ? "over" : minutes < 60 ? "hour" : minutes < 180 ? "soon" : "later" };
}

/** Hours and minutes, as on a clock: 2:05. */
export function span(minutes: number): string {
  const whole = Math.abs(minutes);
  return `${minutes < 0 ? "−" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A clock that runs at a rate from a moment that the server named; a replay's runs sixty times as fast. */
export class RatedClock {
  private base = Date.now();
  private mark: number;
  private rate = 1;

  constructor(private readonly monotonic: () => number = () => performance.now()) {
    this.mark = monotonic();
  }

  set(now: string, rate: number): void {
    const time = Date.parse(now);
    if (Number.isNaN(time)) return;
    this.base = time;
    this.rate = rate > 0 ? rate : 1;
    this.mark = this.monotonic();
  }

  now(): number {
    return this.base + (this.monotonic() - this.mark) * this.rate;
  }
}
