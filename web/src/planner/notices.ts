// What the screen says of itself: short notices, and what takes its time.
import type { Problem } from "../api/http";
import type { NoticeTone, PlannerStore, Said } from "./store";

const SHOWN_MS = 7000;
const KEPT = 3;
/** Anything longer is named; anything shorter would only flicker. */
const BUSY_AFTER_MS = 100;

export class Notices {
  private next = 1;
  private readonly running = new Map<number, Said>();

  constructor(private readonly store: PlannerStore) {}

  tell(tone: NoticeTone, said: Said, detail?: string): void {
    const id = this.next++;
    const notice = { id, tone, said, ...(detail ? { detail } : {}) };
    this.store.set({ notices: [...this.store.get().notices, notice].slice(-KEPT) });
    setTimeout(() => this.drop(id), tone === "warn" ? 2 * SHOWN_MS : SHOWN_MS);
  }

  drop(id: number): void {
    this.store.set({ notices: this.store.get().notices.filter((notice) => notice.id !== id) });
  }

  /** For a screen reader only. */
  say(said: Said): void {
    this.store.set({ said });
  }

  /** The reason of a failure in the words of this screen; the server's own words beside it. */
  failed(problem: Problem): void {
    const key =
      problem.status === 0 ? "failedAway" : problem.status === 403 ? "failedForbidden" : problem.status === 404 ? "failedGone"
        : problem.status === 429 ? "failedTooMany" : problem.status >= 500 ? "failedServer" : "failedRefused";
    this.tell("warn", { key }, problem.status === 0 ? undefined : problem.message);
  }

  /** Runs work, and says what it is once it takes longer than a tenth of a second. */
  async during<T>(said: Said, work: Promise<T>): Promise<T> {
    const id = this.next++;
    const timer = setTimeout(() => {
      this.running.set(id, said);
      this.show();
    }, BUSY_AFTER_MS);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      if (this.running.delete(id)) this.show();
    }
  }

  private show(): void {
    this.store.set({ busy: [...this.running.values()].at(-1) ?? null });
  }
}
