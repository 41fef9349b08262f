// Runs the roll-call page: the sheet of one grid, what was entered and not sent,
// and the sending. An entry is kept before it is shown; device and sequence make
// it unique, so sending twice does no harm.
import { api } from "../api/client";
import type { EvacuationHead, GridRow, Household, RollCallEvent, RollCallSheet, Status } from "../api/evacuation";
import { flood } from "../api/flood";
import { asProblem, newKey } from "../api/http";
import type { Session } from "../api/types";
import type { Language } from "../language";
import { Store } from "../live/store";
import type { Drawer } from "../offline/drawer";
import { eventsFor, laidOver } from "./sheet";

const RETRY_MS = 8000;
const REFRESH_MS = 20_000;
const BATCH = 500;

export interface Queued extends RollCallEvent {
  evacuation: number;
  grid: string;
  label: string;
  /** Why the server did not take it; null while it waits. */
  refused: string | null;
}

interface KeptSheet {
  sheet: RollCallSheet;
  readAt: number;
  account: string;
}

export interface RollState {
  language: Language;
  session: Session | null;
  phase: "loading" | "choose" | "none" | "missing" | "forbidden" | "shown";
  head: EvacuationHead | null;
  grids: readonly GridRow[];
  /** As the server last said. */
  served: RollCallSheet | null;
  /** With this device's entries laid over it. */
  sheet: RollCallSheet | null;
  readAt: number | null;
  away: boolean;
  queue: readonly Queued[];
  lasting: boolean;
  open: number | null;
  onlyOpen: boolean;
  extra: boolean;
  signedOut: boolean;
}

export class RollCall {
  readonly store: Store<RollState>;
  private device = "";
  private sequence = 0;
  private busy = false;
  private readonly wanted: { evacuation: number; grid: string };
  private lastTry = -Infinity;
  private lastRead = -Infinity;

  constructor(language: Language, private readonly drawer: Drawer, search = location.search) {
    const query = new URLSearchParams(search);
    this.wanted = { evacuation: Number(query.get("evacuation") ?? 0), grid: query.get("grid") ?? "" };
    this.store = new Store<RollState>({
      language, session: null, phase: "loading", head: null, grids: [], served: null, sheet: null, readAt: null, away: false, queue: [],
      lasting: drawer.lasting, open: null, onlyOpen: true, extra: false, signedOut: false,
    });
  }

  async start(): Promise<void> {
    this.device = (await this.drawer.get<string>("device")) ?? newKey();
    await this.drawer.put("device", this.device);
    this.sequence = (await this.drawer.get<number>("sequence")) ?? 0;
    this.store.set({ queue: await this.drawer.all<Queued>("event:") });
    await this.restore();
    addEventListener("online", () => void this.turn());
    setInterval(() => void this.turn(), 2000);
    await this.turn();
  }

  private keyOf(evacuation: number, grid: string): string {
    return `sheet:${evacuation}:${grid}`;
  }

  private async restore(): Promise<void> {
    const last = await this.drawer.get<string>("last");
    const key = this.wanted.grid ? this.keyOf(this.wanted.evacuation, this.wanted.grid) : last;
    const kept = key ? await this.drawer.get<KeptSheet>(key) : undefined;
    if (!kept) return;
    Object.assign(this.wanted, { evacuation: kept.sheet.evacuation, grid: kept.sheet.grid });
    this.show(kept.sheet, kept.readAt);
  }

  private show(served: RollCallSheet, readAt: number): void {
    this.store.set({ served, readAt, phase: "shown" });
    this.lay();
  }

  private lay(): void {
    const { served, queue } = this.store.get();
    if (!served) return;
    const mine = queue.filter(({ evacuation, grid, refused }) => evacuation === served.evacuation && grid === served.grid && refused === null);
    this.store.set({ sheet: laidOver(served, mine) });
  }

  /** Sends what waits, then reads what is due. */
  private async turn(): Promise<void> {
    const now = performance.now();
    const { away, queue, phase } = this.store.get();
    const waits = queue.some(({ refused }) => refused === null);
    const due = away || phase === "loading" ? now - this.lastTry > RETRY_MS : waits || now - this.lastRead > REFRESH_MS;
    if (this.busy || !due) return;
    this.busy = true;
    this.lastTry = now;
    try {
      if (!this.store.get().session) await this.enter();
      if (this.store.get().session) await this.send();
      await this.read();
      this.store.set({ away: false, signedOut: false });
    } catch (thrown) {
      this.failed(asProblem(thrown).status);
    } finally {
      this.busy = false;
    }
  }

  private failed(status: number): void {
    if (status === 401 && this.store.get().phase === "loading") {
      location.assign(`/?next=${encodeURIComponent(location.pathname + location.search)}`);
    } else if (status === 401) this.store.set({ signedOut: true, session: null }); // entries go on being kept
    else if (status === 403) this.store.set({ phase: "forbidden" });
    else if (status === 404 && this.store.get().session && !this.store.get().served) this.store.set({ phase: "missing" });
    else this.store.set({ away: true });
  }

  private async enter(): Promise<void> {
    const session = await api.session();
    const account = await this.drawer.get<string>("account");
    if (account !== undefined && account !== session.account) {
      // Another person's sheet is not shown; another person's entries are sent by that person only.
      for (const key of [await this.drawer.get<string>("last")]) if (key) await this.drawer.remove(key);
      await this.drawer.remove("last");
      this.store.set({ served: null, sheet: null, phase: "loading" });
    }
    await this.drawer.put("account", session.account);
    this.store.set({ session });
  }

  private async read(): Promise<void> {
    this.lastRead = performance.now();
    const heads = await flood.list();
    const head = heads.find(({ id }) => id === this.wanted.evacuation) ?? heads.find(({ closed_at }) => closed_at === null) ?? null;
    this.store.set({ head });
    if (!head) return this.store.set({ phase: this.store.get().served ? "shown" : "none" });
    if (!this.wanted.grid) return this.store.set({ grids: await flood.grids(head.id), phase: "choose" });
    this.wanted.evacuation = head.id;
    const sheet = await flood.sheet(head.id, this.wanted.grid);
    const readAt = Date.now();
    const { session } = this.store.get();
    if (sheet.grid !== this.wanted.grid) return;
    await this.drawer.put(this.keyOf(head.id, sheet.grid), { sheet, readAt, account: session?.account ?? "" } satisfies KeptSheet);
    await this.drawer.put("last", this.keyOf(head.id, sheet.grid));
    this.show(sheet, readAt);
  }

  chooseGrid(grid: string | null): void {
    this.wanted.grid = grid ?? "";
    const query = new URLSearchParams(location.search);
    const { head } = this.store.get();
    if (head) query.set("evacuation", String(head.id));
    if (grid) query.set("grid", grid);
    else query.delete("grid");
    history.replaceState(null, "", `${location.pathname}?${query}`);
    this.store.set({ served: null, sheet: null, phase: "loading", open: null });
    this.lastTry = this.lastRead = -Infinity;
    void (async () => {
      if (grid && head) {
        const kept = await this.drawer.get<KeptSheet>(this.keyOf(head.id, grid));
        if (kept) this.show(kept.sheet, kept.readAt);
      }
      await this.turn();
    })();
  }

  async enterStatus(household: Household, chosen: ReadonlySet<number>, status: Status, shelter: number | null): Promise<void> {
    const at = new Date().toISOString();
    const what = { at, status, ...(status === "sheltered" && shelter !== null ? { shelter_id: shelter } : {}) };
    await this.keep(eventsFor(household, chosen, what), `${household.building} ${household.room}`);
    this.store.set({ open: null });
  }

  async enterExtra(count: number, shelter: number): Promise<void> {
    await this.keep([{ at: new Date().toISOString(), status: "sheltered", extra: { count, grid: this.wanted.grid }, shelter_id: shelter }], `+${count}`);
    this.store.set({ extra: false });
  }

  private async keep(events: readonly Omit<RollCallEvent, "sequence">[], label: string): Promise<void> {
    const { served, queue } = this.store.get();
    if (!served) return;
    const added: Queued[] = [];
    for (const event of events) {
      // The number is spent before it is used: a crash leaves a hole, never a number twice.
      const sequence = ++this.sequence;
      await this.drawer.put("sequence", sequence);
      const queued = { ...event, sequence, evacuation: served.evacuation, grid: served.grid, label, refused: null };
      await this.drawer.put(this.eventKey(sequence), queued);
      added.push(queued);
    }
    this.store.set({ queue: [...queue, ...added] });
    this.lay();
    if (!this.store.get().away) void this.turn();
  }

  private eventKey(sequence: number): string {
    return `event:${String(sequence).padStart(12, "0")}`;
  }

  private async send(): Promise<void> {
    for (;;) {
      const waiting = this.store.get().queue.filter(({ refused }) => refused === null);
      const first = waiting[0];
      if (!first) return;
      const batch = waiting.filter(({ evacuation }) => evacuation === first.evacuation).slice(0, BATCH);
      const bare = batch.map(({ evacuation: _, grid: __, label: ___, refused: ____, ...event }) => event);
      const answer = await flood.sendRoll(first.evacuation, this.device, bare).catch((thrown: unknown) => {
        const problem = asProblem(thrown);
        if (problem.passing || [401, 403, 429].includes(problem.status) || problem.status >= 500) throw problem;
        // The batch as a whole was not understood: nothing of it is lost, a person must look.
        return { refused: batch.map(({ sequence }) => ({ sequence, field: "", reason: problem.message })) };
      });
      const reasons = new Map((answer.refused ?? []).map(({ sequence, reason }) => [sequence, reason]));
      const sent = new Set(batch.map(({ sequence }) => sequence));
      const queue: Queued[] = [];
      for (const event of this.store.get().queue) {
        const reason = reasons.get(event.sequence);
        if (!sent.has(event.sequence)) queue.push(event);
        else if (reason === undefined) await this.drawer.remove(this.eventKey(event.sequence));
        else {
          queue.push({ ...event, refused: reason });
          await this.drawer.put(this.eventKey(event.sequence), { ...event, refused: reason });
        }
      }
      await this.read().catch(() => undefined); // the sheet with them in it, before they leave the overlay
      this.store.set({ queue });
      this.lay();
    }
  }

  async letGo(sequence: number): Promise<void> {
    await this.drawer.remove(this.eventKey(sequence));
    this.store.set({ queue: this.store.get().queue.filter((one) => one.sequence !== sequence) });
  }
}
