// What was entered and has not reached the server yet. Each write keeps the key
// it was made with, so that one whose answer was lost is sent again and done
// once. Writes leave in the order of entry; one that the server refuses stays,
// with the reason, until a person has read it, and does not hold up the rest.
import { asProblem, newKey, type Asking } from "../api/http";
import type { Write } from "../api/flood";
import type { Drawer } from "./drawer";

export interface Entry extends Write {
  key: string;
  /** What a person called it when entering it. */
  label: string;
  enteredAt: number;
  order: string;
  /** Why the server refused it; null while it waits. */
  refused: string | null;
  /** The account that entered it: another's session never sends it. */
  account: string;
}

export type Ask = (method: string, path: string, asking: Asking) => Promise<unknown>;

export interface OutboxEvents {
  changed(entries: readonly Entry[]): void;
  sent(entry: Entry, answer: unknown): void;
  refused(entry: Entry, problem: Error): void;
}

const PREFIX = "outbox:";

export class Outbox {
  private entries: Entry[] = [];
  private sending = false;
  private count = 0;

  constructor(
    private readonly drawer: Drawer,
    private readonly ask: Ask,
    private readonly account: () => string,
    private readonly events: OutboxEvents,
    private readonly now: () => number = Date.now,
  ) {}

  async load(): Promise<void> {
    this.entries = await this.drawer.all<Entry>(PREFIX);
    this.events.changed([...this.entries]);
  }

  /** Keeps first, then sends: what was said to be entered is never lost to a crash. */
  async add(write: Write, label: string): Promise<void> {
    const enteredAt = this.now();
    const order = `${String(enteredAt).padStart(15, "0")}-${String(this.count++).padStart(6, "0")}`;
    const entry: Entry = { ...write, key: newKey(), label, enteredAt, order, refused: null, account: this.account() };
    await this.drawer.put(PREFIX + order, entry);
    this.entries = [...this.entries, entry];
    this.events.changed([...this.entries]);
    await this.flush();
  }

  async flush(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let next = this.next(); next; next = this.next()) if (!(await this.send(next))) break;
    } finally {
      this.sending = false;
    }
  }

  private next(): Entry | undefined {
    return this.entries.find(({ refused, account }) => refused === null && account === this.account());
  }

  /** False when no server answered: the rest waits too. */
  private async send(entry: Entry): Promise<boolean> {
    try {
      const answer = await this.ask(entry.method, entry.path, { body: entry.body, key: entry.key });
      await this.remove(entry.key);
      this.events.sent(entry, answer);
      return true;
    } catch (thrown) {
      const problem = asProblem(thrown);
      // Signed out, too many requests, a fault of the server: it may yet be taken.
      if (problem.passing || problem.status === 401 || problem.status === 429 || problem.status >= 500) return false;
      const refused = { ...entry, refused: problem.message };
      await this.drawer.put(PREFIX + entry.order, refused);
      this.entries = this.entries.map((one) => (one.key === entry.key ? refused : one));
      this.events.changed([...this.entries]);
      this.events.refused(refused, problem);
      return true;
    }
  }

  /** Takes an entry out: sent, or read and let go by a person. */
  async remove(key: string): Promise<void> {
    const entry = this.entries.find((one) => one.key === key);
    if (!entry) return;
    await this.drawer.remove(PREFIX + entry.order);
    this.entries = this.entries.filter((one) => one.key !== key);
    this.events.changed([...this.entries]);
  }
}
