// The server's clock, carried on between heartbeats by the monotonic clock: a
// wall machine whose own clock is wrong, or is set, still shows the right time.
export class ServerClock {
  private base = Date.now();
  private mark: number;

  constructor(private readonly monotonic: () => number = () => performance.now()) {
    this.mark = monotonic();
  }

  set(serverTime: string): void {
    const time = Date.parse(serverTime);
    if (Number.isNaN(time)) return;
    this.base = time;
    this.mark = this.monotonic();
  }

  now(): number {
    return this.base + (this.monotonic() - this.mark);
  }
}
