// Runs the emergency screen: reads an evacuation, keeps the last state, follows
// what changes, and puts whatever is entered into the outbox first. Everything
// ends in the store (for the panels) or on the map; nothing here draws.
import type { StyleSpecification } from "maplibre-gl";
import { api } from "../api/client";
import type { EvacuationHead, Order, OrderKind, Proposal } from "../api/evacuation";
import { flood, writes, type Write } from "../api/flood";
import { asProblem, ask, newKey } from "../api/http";
import { emergencySpeech } from "../language/emergency";
import { Store } from "../live/store";
import { EventStream, type StreamEvent } from "../live/stream";
import { loadFonts } from "../look/fonts";
import type { Drawer } from "../offline/drawer";
import { Outbox, type Entry } from "../offline/outbox";
import { FloodMap, boundsOf } from "./map/floodmap";
import { emergencyStyle, type Ground } from "./map/style";
import { RatedClock } from "./model/time";
import { PRESENT, levelsOf, reachIndex, span, type View } from "./model/water";
import type { Dialog, EmergencyState, Known, Notice, Tab } from "./store";

const BEAT_MS = 1000;
/** Without a word from the server the state is read again so often. */
const POLL_MS = 30_000;
const RETRY_MS = 4000;
const COALESCE_MS = 250;
const NOTICE_MS = 8000;
const LAST = "last";

type Part = "water" | "plan" | "orders" | "rollcall" | "all";
interface Kept {
  at: number;
  known: Known;
  account: string;
}

export class Emergency {
  readonly clock = new RatedClock();
  readonly outbox: Outbox;
  map: FloodMap | null = null;
  private index: ReadonlyMap<number, number> = new Map();
  private readonly asked = new Set<Part>();
  private loading = false;
  private loadedAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;
  private styles: Partial<Record<Ground, StyleSpecification>> = {};
  private fonts: StyleSpecification["font-faces"];
  private water = false;

  constructor(
    readonly store: Store<EmergencyState>,
    private readonly container: HTMLElement,
    private readonly drawer: Drawer,
    private readonly software: boolean,
  ) {
    this.outbox = new Outbox(drawer, (method, path, asking) => ask(method, path, asking), () => this.store.get().session?.account ?? this.account, {
      changed: (outbox) => this.store.set({ outbox }),
      sent: (entry, answer) => void this.sent(entry, answer),
      refused: (entry, problem) => this.say(this.speech.t("refused", { what: entry.label, reason: problem.message }), "error"),
    });
  }

  /** Whose screen this was when the server was last heard. */
  private account = "";

  get speech() {
    return emergencySpeech(this.store.get().language);
  }

  get known(): Known | null {
    return this.store.get().known;
  }

  private get id(): number {
    return this.known?.evacuation.id ?? 0;
  }

  /** Shows what is kept at once, then what the server says; tries until one of them is there. */
  async start(): Promise<void> {
    await this.outbox.load();
    await this.restore();
    setInterval(() => this.beat(), BEAT_MS);
    new EventStream("/api/v1/events", { connected: (open) => void (open && this.want("all")), message: (event, data) => this.hear(event, data) }).start();
    for (;;) {
      try {
        return await this.enter();
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (problem.status === 401) return location.assign(`/?next=${encodeURIComponent(location.pathname + location.search)}`);
        if (problem.status === 403) return this.store.set({ phase: "forbidden" });
        if (problem.status === 404 && this.store.get().session) return this.store.set({ phase: "missing" });
        this.gone();
        if (!this.known) this.store.set({ failed: problem.message });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  private async restore(): Promise<void> {
    const kept = await this.drawer.get<Kept>(LAST).catch(() => undefined);
    if (!kept) return;
    this.account = kept.account;
    this.clock.set(kept.known.evacuation.now, 1);
    this.store.set({ known: kept.known, readAt: kept.at, kept: true, phase: "shown" });
    void this.draw().catch(() => undefined);
  }

  private async enter(): Promise<void> {
    const session = await api.session();
    if (this.account && this.account !== session.account) {
      // Another person at this machine: what the last one saw is not theirs.
      await this.drawer.remove(LAST);
      this.store.set({ known: null, phase: "loading", kept: false });
    }
    this.account = session.account;
    this.store.set({ session });
    const heads = await flood.list();
    this.store.set({ heads, failed: null, awaySince: null });
    const wanted = Number(new URLSearchParams(location.search).get("id") ?? 0);
    const head = heads.find(({ id }) => id === wanted) ?? heads.find(({ closed_at }) => closed_at === null);
    if (head) await this.open(head.id);
    else this.store.set({ phase: "none", known: null });
    await this.outbox.flush();
  }

  async open(id: number): Promise<void> {
    const known = await this.readAll(id, undefined);
    const query = new URLSearchParams(location.search);
    query.set("id", String(id));
    history.replaceState(null, "", `${location.pathname}?${query}`);
    this.store.set({ view: PRESENT, past: null, playing: false, grid: null, page: null, selected: new Set(), phase: "shown" });
    this.take(known);
    await this.draw();
  }

  private async readAll(id: number, at: string | undefined): Promise<Known> {
    const past = this.store.get().past !== null;
    const [evacuation, gauges, stages, buildings, roads, grids, shelters, orders, contradictions, log] = await Promise.all([
      flood.one(id, at), flood.gauges(id, at), flood.stages(id, at), flood.buildings(id, at), flood.roads(id, at), flood.grids(id, at),
      flood.shelters(id, at), flood.orders(id, at), past ? [] : flood.contradictions(id), flood.log(id),
    ]);
    return { evacuation, gauges, stages, buildings, roads, grids, shelters, orders, contradictions, log };
  }

  /** Reads the parts that changed. */
  private async readParts(parts: ReadonlySet<Part>): Promise<Known> {
    const { id, known } = { id: this.id, known: this.known! };
    if (parts.has("all")) return this.readAll(id, undefined);
    const water = parts.has("water");
    const people = parts.has("rollcall");
    const [evacuation, grids, gauges, stages, buildings, roads, shelters, orders, contradictions, log] = await Promise.all([
      flood.one(id), flood.grids(id),
      water ? flood.gauges(id) : known.gauges, water ? flood.stages(id) : known.stages, water || parts.has("plan") ? flood.buildings(id) : known.buildings,
      water ? flood.roads(id) : known.roads, water || people || parts.has("plan") ? flood.shelters(id) : known.shelters,
      flood.orders(id), people ? flood.contradictions(id) : known.contradictions, flood.log(id),
    ]);
    return { evacuation, gauges, stages, buildings, roads, grids, shelters, orders, contradictions, log };
  }

  private take(known: Known, keep = true): void {
    const moved = this.known?.evacuation.id !== known.evacuation.id || this.known?.stages !== known.stages;
    this.clock.set(known.evacuation.now, known.evacuation.clock_rate);
    this.loadedAt = performance.now();
    const at = Date.now();
    this.store.set({ known, readAt: at, kept: false, awaySince: null, failed: null, now: this.clock.now() });
    if (moved) this.store.set({ view: { ...this.store.get().view } });
    if (keep) void this.drawer.put(LAST, { at, known, account: this.account } satisfies Kept).catch(() => this.store.set({ lasting: false }));
    this.paint();
    const { grid } = this.store.get();
    if (grid) void this.loadPage(grid);
  }

  private hear(event: StreamEvent, data: unknown): void {
    if (event === "reset") return this.want("all");
    const changes = event === "change" ? ((data as { changes?: unknown[] }).changes ?? []) : [];
    for (const change of changes) {
      const { kind, id, what } = change as { kind?: string; id?: number; what?: Part[] };
      if (id === undefined || kind !== "evacuation") continue;
      if (this.store.get().phase === "none") void this.enter().catch(() => undefined);
      if (id === this.id) for (const part of what ?? (["all"] as const)) this.want(part);
    }
  }

  /** Several changes in one moment are read once. */
  private want(part: Part): void {
    if (!this.known || this.store.get().past !== null || !this.store.get().session) return;
    this.asked.add(part);
    this.timer ??= setTimeout(() => void this.renew(), COALESCE_MS);
  }

  private async renew(): Promise<void> {
    this.timer = undefined;
    if (this.loading || this.asked.size === 0) return;
    const parts = new Set(this.asked);
    this.asked.clear();
    this.loading = true;
    const id = this.id;
    try {
      const known = await this.readParts(parts);
      if (this.id === id && this.store.get().past === null) this.take(known);
      if (parts.has("water") || parts.has("all")) this.map?.refreshWater();
      void this.outbox.flush();
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.status === 401) return location.assign(`/?next=${encodeURIComponent(location.pathname + location.search)}`);
      for (const part of parts) this.asked.add(part);
      this.gone();
    } finally {
      this.loading = false;
    }
    if (this.asked.size > 0) this.timer ??= setTimeout(() => void this.renew(), this.store.get().awaySince ? RETRY_MS : COALESCE_MS);
  }

  private gone(): void {
    if (this.store.get().awaySince === null) this.store.set({ awaySince: Date.now() });
  }

  private beat(): void {
    this.store.set({ now: this.clock.now() });
    const { view, past, playing, awaySince } = this.store.get();
    if (view.at === null && past === null) this.paint();
    if (playing) this.playOn();
    if (performance.now() - this.loadedAt > (awaySince ? RETRY_MS : POLL_MS)) this.want("all");
  }

  // ————— the map

  private async draw(): Promise<void> {
    if (this.map) {
      this.paint();
      return this.map.view(null);
    }
    const { ground } = this.store.get();
    this.fonts ??= await loadFonts().catch(() => undefined);
    this.water = await fetch("/tiles/inundation.json", { credentials: "same-origin" }).then(({ ok }) => ok, () => false);
    const style = await this.styleOf(ground);
    if (this.map) return; // what was kept and what came now both wanted a map
    this.map = new FloodMap(this.container, style, ground, this.bounds(), this.software, {
      clicked: ({ lon, lat }, building, grid) => this.clicked(lon, lat, building, grid),
    });
    this.paint();
  }

  private bounds(): [number, number, number, number] {
    const { buildings } = this.known ?? {};
    return (buildings && boundsOf(buildings, null)) ?? [105.5, 29.8, 106, 30.45];
  }

  private async styleOf(ground: Ground): Promise<StyleSpecification> {
    this.styles[ground] ??= (await api.style(ground === "night" ? "wall" : "day")) as unknown as StyleSpecification;
    return emergencyStyle(this.styles[ground], ground, { fontFaces: this.fonts, water: this.water, origin: location.origin });
  }

  private paint(): void {
    const { known, view, now } = this.store.get();
    if (!this.map || !known?.stages) return;
    this.index = reachIndex(known.stages);
    const epoch = Date.parse(known.stages.from);
    const { t } = this.speech;
    const scene = { buildings: known.buildings, roads: known.roads, shelters: known.shelters, breaches: known.evacuation.breaches };
    if (this.painted !== known) {
      this.map.show(scene, this.index, epoch, ({ name, assigned, capacity }) => `${name}\n${assigned} / ${capacity ?? t("capacityUnknown")}`);
      this.painted = known;
    }
    this.map.look(levelsOf(known.stages, view), view.at ?? now, view.at === null && view.raisedM === 0);
  }

  private painted: Known | null = null;

  setView(patch: Partial<View>): void {
    const view = { ...this.store.get().view, ...patch };
    this.store.set({ view });
    this.paint();
  }

  async setGround(ground: Ground): Promise<void> {
    this.store.set({ ground });
    localStorage.setItem("gridmap-ground", ground);
    document.body.dataset["ground"] = ground;
    try {
      this.map?.setGround(await this.styleOf(ground), ground);
    } catch {
      // Without a server the map keeps its ground; the panels have changed theirs.
    }
  }

  private clicked(lon: number, lat: number, building: number | null, grid: string | null): void {
    if (this.store.get().breaching) {
      this.store.set({ breaching: false });
      return this.ask({ kind: "breach", lon, lat });
    }
    const code = building === null ? grid : (this.known?.buildings?.grid[building] ?? grid);
    if (code) void this.openGrid(code, false);
  }

  // ————— what a person opens

  setTab(tab: Tab): void {
    this.store.set({ tab, grid: null, page: null });
    this.map?.choose(null);
  }

  async openGrid(code: string | null, look = true): Promise<void> {
    this.store.set({ grid: code, page: null });
    this.map?.choose(code);
    if (code === null) return;
    if (look) this.map?.view(code);
    await this.loadPage(code);
  }

  private async loadPage(code: string): Promise<void> {
    const key = `grid:${this.id}:${code}`;
    const still = () => this.store.get().grid === code;
    try {
      const page = await flood.grid(this.id, code, this.pastText());
      if (still()) this.store.set({ page });
      if (this.store.get().past === null) await this.drawer.put(key, page);
    } catch (thrown) {
      const page = asProblem(thrown).passing ? await this.drawer.get<never>(key).catch(() => undefined) : undefined;
      if (page && still()) this.store.set({ page });
    }
  }

  toggle(grid: string, on: boolean): void {
    const selected = new Set(this.store.get().selected);
    if (on) selected.add(grid);
    else selected.delete(grid);
    this.store.set({ selected });
  }

  select(grids: Iterable<string>): void {
    this.store.set({ selected: new Set(grids) });
  }

  ask(dialog: Dialog | null): void {
    this.store.set({ dialog });
  }

  say(text: string, tone: Notice["tone"]): void {
    this.store.set({ notice: { text, tone } });
    clearTimeout(this.noticeTimer);
    if (tone !== "error") this.noticeTimer = setTimeout(() => this.store.set({ notice: null }), NOTICE_MS);
  }

  // ————— what a person enters

  private async enterWrite(write: Write, label: string): Promise<void> {
    this.store.set({ dialog: null });
    await this.outbox.add(write, label);
    const { outbox } = this.store.get();
    if (outbox.some((entry) => entry.label === label && entry.refused === null)) this.say(this.speech.t("queued", { what: label }), "warn");
  }

  private async sent(entry: Entry, answer: unknown): Promise<void> {
    this.say(this.speech.t("taken", { what: entry.label }), "done");
    this.store.set({ awaySince: null });
    const opened = answer as Partial<EvacuationHead> | null;
    if (entry.path === writes.open({ name: "", division: "", drill: false }).path && opened?.id !== undefined) {
      this.store.set({ heads: await flood.list().catch(() => this.store.get().heads) });
      await this.open(opened.id).catch(() => this.gone());
    } else this.want("all");
  }

  openNew(name: string, drill: boolean): Promise<void> {
    const { session } = this.store.get();
    return this.enterWrite(writes.open({ name, division: session?.scope.code ?? "", drill }), this.speech.t("didOpen", { name }));
  }

  approve(proposal: Proposal, remark: string): Promise<void> {
    return this.enterWrite(writes.approve(this.id, proposal.basis, remark), this.speech.t(proposal.first ? "didApprove" : "didConfirm"));
  }

  order(grids: readonly string[], kind: OrderKind): Promise<void> {
    const { t, term } = this.speech;
    this.select([]);
    return this.enterWrite(writes.order(this.id, grids, kind), t("didOrder", { n: grids.length, kind: term("order", kind) }));
  }

  answer(order: Order, state: "received" | "on_scene"): Promise<void> {
    const name = this.known?.grids.find(({ grid }) => grid === order.grid)?.name ?? order.grid;
    return this.enterWrite(writes.answer(this.id, order.id, state, new Date(this.clock.now()).toISOString()), this.speech.t("didAnswer", { grid: name, state: this.speech.term("answer", state) }));
  }

  breach(lon: number, lat: number): Promise<void> {
    return this.enterWrite(writes.breach(this.id, lon, lat), this.speech.t("didBreach"));
  }

  reading(gauge: number, name: string, stageM: number): Promise<void> {
    return this.enterWrite(writes.reading(gauge, new Date(this.clock.now()).toISOString(), stageM), this.speech.t("didRead", { name, stage: stageM.toFixed(2) }));
  }

  settle(id: string, status: string, note: string): Promise<void> {
    return this.enterWrite(writes.settle(this.id, id, status, note), this.speech.t("didSettle"));
  }

  lift(): Promise<void> {
    return this.enterWrite(writes.lift(this.id), this.speech.t("didLift"));
  }

  close(): Promise<void> {
    return this.enterWrite(writes.close(this.id), this.speech.t("didClose"));
  }

  /** Needs the server: its answer is what the change would cost. */
  async override(building: number, shelter: number | null, reason: string): Promise<void> {
    const { t, exact } = this.speech;
    try {
      const { extra_cost_person_m: extra } = await flood.override(this.id, { building_id: building, shelter_id: shelter, reason }, newKey());
      this.say(t("overridden", { extra: extra === undefined ? "—" : exact(extra / 1000) }), "done");
      this.want("all");
    } catch (thrown) {
      const problem = asProblem(thrown);
      this.say(t("refused", { what: t("override"), reason: problem.passing ? t("needsServer") : problem.message }), "error");
    }
  }

  // ————— the past

  private pastText(): string | undefined {
    const { past } = this.store.get();
    return past === null ? undefined : new Date(past).toISOString();
  }

  async setPast(at: number | null): Promise<void> {
    this.store.set({ past: at, playing: at === null ? false : this.store.get().playing, view: PRESENT });
    if (at === null) return this.want("all");
    try {
      const known = await this.readAll(this.id, new Date(at).toISOString());
      if (this.store.get().past === at) this.take({ ...known, evacuation: { ...known.evacuation, now: new Date(at).toISOString(), clock_rate: 1e-9 } }, false);
    } catch (thrown) {
      this.say(asProblem(thrown).message, "error");
      this.store.set({ playing: false });
    }
  }

  play(playing: boolean): void {
    this.store.set({ playing });
  }

  /** Ten minutes of then in a second of now. */
  private playOn(): void {
    const { past, known } = this.store.get();
    if (past === null || !known || this.loading) return;
    const end = known.evacuation.closed_at ? Date.parse(known.evacuation.closed_at) : Date.now();
    const next = past + 600_000;
    if (next >= end) return this.store.set({ playing: false });
    this.loading = true;
    void this.setPast(next).finally(() => (this.loading = false));
  }

  /** From where to where the time slider runs. */
  timeSpan(): [number, number] | null {
    const { known } = this.store.get();
    return known?.stages && known.stages.times.length > 1 ? span(known.stages) : null;
  }
}
