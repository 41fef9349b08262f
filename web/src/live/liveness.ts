// How fresh is what the screen shows? The server speaks every five seconds; the
// silence since then decides, not what the connection believes of itself.

export type Liveness = "connecting" | "live" | "stale" | "offline";

const STALE_MS = 12_000;
const OFFLINE_MS = 30_000;
/** A tab that heard nothing for so long starts anew, once a server answers. */
export const WATCHDOG_MS = 60_000;

export function liveness(everHeard: boolean, connected: boolean, silenceMs: number): Liveness {
  if (!everHeard) return silenceMs < OFFLINE_MS ? "connecting" : "offline";
  if (silenceMs >= OFFLINE_MS) return "offline";
  if (!connected) return silenceMs < STALE_MS / 4 ? "live" : "offline";
  return silenceMs < STALE_MS ? "live" : "stale";
}

/**
 * Reloads the page when it heard nothing for a minute, but only after a server
 * answered: a reload against a dead server would leave the browser's own error
 * page on the wall for ever.
 */
export class Watchdog {
  private asking = false;

  constructor(
    private readonly silenceMs: () => number,
    private readonly serverAnswers: () => Promise<boolean>,
    private readonly reload: () => void,
  ) {}

  async tick(): Promise<void> {
    if (this.asking || this.silenceMs() < WATCHDOG_MS) return;
    this.asking = true;
    try {
      const answers = await this.serverAnswers();
      if (answers && this.silenceMs() >= WATCHDOG_MS) this.reload();
    } finally {
      this.asking = false;
    }
  }
}
