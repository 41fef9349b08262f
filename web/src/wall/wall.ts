// Runs the wall: loads, listens, tours, raises alarms. Everything that happens
// ends in the store (for the panels) or on the map; nothing here draws.
import type { StyleSpecification } from "maplibre-gl";
import { Problem, api } from "../api/client";
import { page } from "../api/http";
import type { CaseChange, ChangeMessage, Division, GridState, Heartbeat, LayerChange } from "../api/types";
import { speech } from "../language";
import { BuildWatch } from "../live/build";
import { ServerClock } from "../live/clock";
import { Watchdog, liveness } from "../live/liveness";
import { Gather } from "../live/gather";
import { EventStream, type StreamEvent } from "../live/stream";
import { GridMap } from "./gridmap";
import { alarmOf, prepend, raisesAlarm, tickerItem, updateAlarms, TICKER_LENGTH, ALARMS_LENGTH } from "./news";
import { paddingOfMap } from "./padding";
import { wallStyle } from "./paint";
import type { Filter, Mode, WallStore } from "./store";
import { inDivision, prefixOf, tallyAll } from "./tally";
import { choose, raise, resume, startTour, tick, touch, type Tour } from "./tour";

const FIGURES_EVERY_MS = 30_000;
/** An event and a reading within this time of each other may cross. */
const DOUBT_MS = 1_000;
const TICK_MS = 250;
const EARLY_KEPT = 500;
/** How long the wall says that it will load its new pages before it does. */
const RENEWAL_MS = 8000;

export class Wall {
  readonly clock = new ServerClock();
  /** The map, once the first figures are there. */
  grid: GridMap | null = null;
  private stream: EventStream | null = null;
  private heardAt = performance.now();
  private everHeard = false;
  private connected = false;
  private loaded = false;
  /** Changes heard before the first load was over. */
  private early: ChangeMessage[] = [];
  private readonly news = new Gather<{ message: ChangeMessage; heardAt: number }>(
    { waitMs: 60, mostMs: 1000, busy: () => this.grid?.busy ?? false },
    (all) => this.change(all.map(({ message }) => message), all.at(-1)!.heardAt),
  );
  private figuresAt = 0;
  private figuresStale = false;
  /** A case changed so near to a reading that it may be counted twice or not at all. */
  private figuresDoubtful = false;
  private changedAt = -Infinity;
  private figuresReadAt = -Infinity;
  /** How long nothing must change before doubtful figures are read anew; not all screens at once. */
  private readonly quietMs = DOUBT_MS * (2 + 2 * Math.random());
  private loadingFigures = false;
  private readonly watchdog: Watchdog;
  private readonly build = new BuildWatch(document.head.innerHTML, () => page("/wall"), () => this.renew());
  private renewAt = Infinity;

  constructor(
    readonly store: WallStore,
    private readonly container: HTMLElement,
    private readonly wantedDivision: string | null,
  ) {
    this.watchdog = new Watchdog(
      () => performance.now() - this.heardAt,
      () => api.session().then(() => true, (problem) => problem instanceof Problem && problem.status === 401),
      () => location.reload(),
    );
  }

  get map() {
    return this.grid?.map ?? null;
  }

  /** Loads the wall; throws the first Problem, with nothing started. */
  async start(fontFaces: StyleSpecification["font-faces"]): Promise<void> {
    const session = await api.session();
    this.clock.set(session.server_time);
    // Listen first: what happens while the rest loads is kept and applied after it.
    this.stream ??= this.listen();
    const code = this.wantedDivision ?? session.scope.code;
    const [division, children, figures, states, style] = await Promise.all([
      api.division(code),
      api.children(code),
      api.figures(code, true),
      api.gridStates(code),
      api.style("wall"),
      this.loadNews(code),
    ]);
    this.store.set({ session, division, children, figures, tour: startTour(children.length, performance.now()) });
    await nextPaint(); // the rails must stand before the map is centred between them
    this.grid = new GridMap(
      this.container,
      wallStyle(style as unknown as StyleSpecification, { fontFaces, role: session.role, software: this.store.get().software, gridPrefix: prefixOf(code) }),
      division.bbox,
      { software: this.store.get().software, padding: paddingOfMap },
      {
        touched: () => this.touch(),
        gridClicked: (gridCode, id) => void this.openCard(gridCode, id),
        contextLost: (contextLost) => this.store.set({ contextLost }),
        gaveUp: () => location.reload(),
      },
    );
    this.grid.replaceStates(states);
    this.store.set({ breaks: this.grid.countBreaks, gridsWithCases: states.length });
    this.figuresAt = performance.now();
    const early = this.early.splice(0);
    this.loaded = true;
    this.change(early, performance.now(), false);
    setInterval(() => this.beat(), TICK_MS);
  }

  private listen(): EventStream {
    const stream = new EventStream("/api/v1/events", {
      message: (event, data) => this.hear(event, data),
      connected: (open) => {
        // What was missed comes with the stream; the figures are counted anew all the same.
        if (open && this.loaded && !this.connected) {
          this.figuresStale = true;
          this.figuresAt = -Infinity;
        }
        this.connected = open;
        void this.build.connected(open);
      },
    });
    stream.start();
    return stream;
  }

  private async loadNews(code: string): Promise<void> {
    const [newest, alarms] = await Promise.all([
      api.cases({ division: code, state: "open", order: "opened", limit: TICKER_LENGTH }),
      api.cases({ division: code, state: "open", level: "district", order: "opened", limit: ALARMS_LENGTH }),
    ]);
    const { t } = speech(this.store.get().language);
    const lines = newest.map((subject) =>
      tickerItem({ kind: "case", op: "insert", case: subject, previous: null }, subject.opened_at, () => t("opened")),
    );
    this.store.set({ ticker: prepend([], lines.reverse()), alarms: alarms.map(alarmOf).slice(0, ALARMS_LENGTH) });
  }

  private hear(event: StreamEvent, data: unknown): void {
    this.heardAt = performance.now();
    this.everHeard = true;
    const { server_time } = data as { server_time?: string };
    if (server_time) this.clock.set(server_time);
    switch (event) {
      case "hello":
      case "heartbeat":
        this.store.set({ since: (data as Heartbeat).since ?? null });
        break;
      case "change":
        if (this.loaded) this.news.put({ message: data as ChangeMessage, heardAt: this.heardAt });
        else this.early = [...this.early, data as ChangeMessage].slice(-EARLY_KEPT);
        break;
      case "reset":
        this.news.flush();
        if (this.loaded) void this.reset();
        break;
    }
  }

  /** `counts` is false for what the loaded figures may already contain. */
  private change(messages: readonly ChangeMessage[], heardAt: number, counts = true): void {
    const { store, grid } = this;
    const state = store.get();
    const own = state.division?.code ?? "";
    const { term } = speech(state.language);
    const ownOf = ({ changes = [] }: ChangeMessage) => changes.filter((one): one is CaseChange => one.kind === "case" && inDivision(one, own));
    const changes = messages.flatMap(ownOf);
    const lines = messages.flatMap((message) => ownOf(message).map((one) => tickerItem(one, message.server_time, (level) => term("level", level))));
    const replaced = messages.flatMap((message) => (message.changes ?? []).filter((one): one is LayerChange => one.kind === "layer"));
    grid?.applyStates(this.ownRows(messages.flatMap((message) => message.grids ?? []), changes));
    grid?.refresh(tilesOf(messages));

    const figures = state.figures && counts ? tallyAll(state.figures, changes) : state.figures;
    store.set({
      figures,
      ticker: lines.length ? prepend(state.ticker, lines) : state.ticker,
      alarms: changes.reduce(updateAlarms, state.alarms),
      tour: changes.filter(raisesAlarm).reduce((tour, one) => raise(tour, String(one.case.id)), state.tour),
      gridsWithCases: grid?.states.size ?? state.gridsWithCases,
    });
    if (changes.length) {
      this.figuresStale = true;
      this.changedAt = heardAt;
      this.figuresDoubtful ||= this.loadingFigures || this.changedAt - this.figuresReadAt < DOUBT_MS;
    }
    for (const { layer } of replaced) grid?.refreshLayer(layer);
    if (replaced.some(({ layer }) => layer === "grids" || layer === "cases")) void this.reset();
  }

  /** A town's wall counts its own grids only; rows carry ids, not codes. */
  private ownRows(rows: readonly GridState[], changes: readonly CaseChange[]): readonly GridState[] {
    if (this.store.get().division?.level === "district") return rows;
    const named = new Set(changes.map(({ case: { grid_id } }) => grid_id));
    return rows.filter(([id]) => named.has(id) || (this.grid?.states.has(id) ?? false));
  }

  /** The server lost our place, or the plan changed: read everything again. */
  private async reset(): Promise<void> {
    const { division } = this.store.get();
    if (!division) return;
    try {
      const [states] = await Promise.all([api.gridStates(division.code), this.loadFigures(division), this.loadNews(division.code)]);
      this.grid?.replaceStates(states);
      this.grid?.refreshAll();
      this.store.set({ breaks: this.grid?.countBreaks ?? [], gridsWithCases: states.length });
    } catch {
      this.figuresStale = true; // the next beat tries again
    }
  }

  private async loadFigures(division: Division): Promise<void> {
    if (this.loadingFigures) return;
    this.loadingFigures = true;
    this.figuresAt = performance.now();
    this.figuresDoubtful = this.figuresAt - this.changedAt < DOUBT_MS;
    try {
      this.store.set({ figures: await api.figures(division.code, true) });
      this.figuresStale = this.figuresDoubtful;
      this.figuresReadAt = performance.now();
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 401) location.reload();
    } finally {
      this.loadingFigures = false;
    }
  }

  private beat(): void {
    const now = performance.now();
    const { store } = this;
    const state = store.get();
    const silence = now - this.heardAt;
    const age = state.since ? this.clock.now() - Date.parse(state.since) : silence;
    store.set({
      liveness: liveness(this.everHeard, this.connected, silence),
      ageMs: Math.floor(age / 1000) * 1000,
    });
    void this.watchdog.tick();
    const quiet = this.figuresDoubtful && now - Math.max(this.changedAt, this.figuresAt) > this.quietMs;
    const due = quiet || now - this.figuresAt > (this.figuresStale ? FIGURES_EVERY_MS : 10 * FIGURES_EVERY_MS);
    if (due && state.division && this.connected) void this.loadFigures(state.division);
    this.moveTour(tick(state.tour, now));
    // A hand or an alarm on the screen is not interrupted by an update.
    if (now > this.renewAt && state.tour.mode === "touring") location.reload();
  }

  private renew(): void {
    this.store.set({ renewed: true });
    this.renewAt = performance.now() + RENEWAL_MS;
  }

  private moveTour(next: Tour): void {
    const { tour, card } = this.store.get();
    if (next === tour) return;
    const moved = next.mode !== tour.mode || next.stop !== tour.stop || next.alarm !== tour.alarm || next.closeUp !== tour.closeUp;
    this.store.set({ tour: next });
    if (!moved || next.mode === "paused") return;
    if (card) this.closeCard();
    if (next.mode === "alarm") void this.showAlarm(next.alarm!);
    else {
      this.grid?.mark("alarm", null);
      if (next.closeUp) this.showBusiest(next.stop);
      else this.showStop(next.stop);
    }
  }

  private showStop(stop: number): void {
    const { division, children } = this.store.get();
    const place = stop === 0 ? division : children[stop - 1];
    if (place) this.grid?.view(place.bbox, { maxZoom: 14 });
  }

  /** The busiest grid of the stop in view; the map stays where it is when nothing is open there. */
  private showBusiest(stop: number): void {
    const { children, software } = this.store.get();
    const place = children[stop - 1];
    const bounds = place && this.grid?.busiest(prefixOf(place.code));
    if (bounds) this.grid?.view(bounds, { maxZoom: 15.6, pitch: software ? 0 : 55, bearing: software ? 0 : -18 });
  }

  private async showAlarm(id: string): Promise<void> {
    const alarm = this.store.get().alarms.find((one) => one.id === id);
    if (!alarm) return;
    this.grid?.mark("alarm", alarm.gridId);
    try {
      const { bbox } = await api.division(alarm.community);
      if (this.store.get().tour.alarm === id) this.grid?.view(bbox, { maxZoom: 15 });
    } catch {
      // The alarm stands in its rail with its place by name; the map stays where it is.
    }
  }

  touch(): void {
    const { tour } = this.store.get();
    if (tour.mode === "alarm") this.grid?.mark("alarm", null);
    this.store.set({ tour: touch(tour, performance.now()) });
  }

  resumeTour(): void {
    this.moveTour(resume(this.store.get().tour, performance.now()));
  }

  chooseStop(stop: number): void {
    this.store.set({ tour: choose(this.store.get().tour, stop, performance.now()) });
    this.showStop(stop);
  }

  /** A person chose an alarm of the rail. */
  chooseAlarm(id: string): void {
    this.touch();
    const { tour } = this.store.get();
    this.store.set({ tour: { ...tour, alarm: id } });
    void this.showAlarm(id);
  }

  setMode(mode: Mode): void {
    this.grid?.setMode(mode);
    this.store.set({ mode, breaks: this.grid?.countBreaks ?? [] });
  }

  setPlaces(places: boolean): void {
    this.grid?.setPlaces(places);
    this.store.set({ places });
  }

  setFilter(filter: Filter): void {
    this.grid?.setFilter(filter);
    this.store.set({ filter });
  }

  async openCard(code: string, id: number | null): Promise<void> {
    this.touch();
    this.grid?.mark("chosen", id);
    this.store.set({ card: { phase: "loading", code } });
    const still = () => this.store.get().card?.code === code;
    try {
      const card = await api.grid(code);
      if (still()) this.store.set({ card: { phase: "shown", code, card } });
    } catch (problem) {
      if (still()) this.store.set({ card: { phase: "failed", code, reason: (problem as Error).message } });
    }
  }

  closeCard(): void {
    this.grid?.mark("chosen", null);
    this.store.set({ card: null });
  }
}

/** The tiles that messages name, by layer. */
function tilesOf(messages: readonly ChangeMessage[]): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>();
  for (const { tiles = {} } of messages) {
    for (const [layer, ids] of Object.entries(tiles)) {
      const all = named.get(layer) ?? new Set();
      for (const id of ids) all.add(id);
      named.set(layer, all);
    }
  }
  return named;
}

function nextPaint(): Promise<void> {
  return new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => resolve()), 0));
}
