// A rush of news must not drown the screen: what comes while it is busy with the
// last is gathered, and handed over together when it is done.

export interface GatherPace {
  /** How long the first waits for company. */
  waitMs: number;
  /** How long a busy screen is spared. */
  mostMs: number;
  busy(): boolean;
}

export class Gather<T> {
  private waiting: T[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private handedAt = -Infinity;

  constructor(
    private readonly pace: GatherPace,
    private readonly hand: (all: readonly T[]) => void,
    private readonly now = () => performance.now(),
  ) {}

  put(one: T): void {
    this.waiting.push(one);
    this.timer ??= setTimeout(() => this.look(), this.pace.waitMs);
  }

  /** Hands over what waits, whether the screen is busy or not. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length === 0) return;
    this.handedAt = this.now();
    this.hand(this.waiting.splice(0));
  }

  private look(): void {
    if (!this.pace.busy() || this.now() - this.handedAt >= this.pace.mostMs) this.flush();
    else this.timer = setTimeout(() => this.look(), this.pace.waitMs);
  }
}
