// Work on one desk: operations go to the server one after another, and show at
// once. What is on its way lies over the desk (model/desk.ts); a refusal leaves it
// out again. Nothing that was entered is dropped because nobody answers: the same
// operation is sent again under the same key, which the server does only once.
import { Problem, asProblem, newKey } from "../api/http";
import type { Blocker, Desk, DeskChange, LogEntry, Offer, Operation, Plan, Plot } from "../api/plans";
import type { planning } from "../api/planning";
import type { PlannerKey } from "../language/planner";
import { colourGrids } from "./model/colours";
import { applied, viewOf, type Pending } from "./model/desk";
import { gridNeighbours, neighboursOf, type Neighbours } from "./model/neighbours";
import type { Notices } from "./notices";
import type { PlannerStore, Said } from "./store";

export type DeskService = Pick<typeof planning, "desk" | "operate" | "operations">;

const AGAIN_MS = 2000;
const NONE: ReadonlySet<number> = new Set();

export class DeskWork {
  plots: ReadonlyMap<number, Plot> = new Map();
  neighbours: Neighbours = { of: () => [] };
  private sending = false;
  private wake: () => void = () => {};
  /** Others did something while ours was on its way. */
  private behind = false;
  /** Up to this version the log of the community is known here. */
  private seen = 0;

  constructor(
    private readonly store: PlannerStore,
    private readonly service: DeskService,
    private readonly notices: Notices,
    /** The plan changed by an operation: its list of communities is old. */
    private readonly changed: () => void = () => {},
  ) {}

  async open(plan: Plan, community: string): Promise<void> {
    this.close();
    const name = plan.communities.find(({ code }) => code === community)?.name ?? community;
    const desk = await this.notices.during({ key: "openingDesk", values: { name } }, this.service.desk(plan.id, community));
    this.lay(desk);
    if (desk.ground_changed) this.notices.tell("told", { key: "groundChanged" });
  }

  close(): void {
    this.plots = new Map();
    this.store.set({
      desk: null, view: null, pending: [], colours: new Map(), selected: NONE, cursor: null, hovered: null, grid: null,
      tool: "select", preview: null, refusal: null, conflict: null,
    });
  }

  /** Takes a whole desk from the server; what was chosen stays chosen where it still is. */
  private lay(desk: Desk): void {
    this.plots = new Map(desk.plots.map((plot) => [plot.id, plot]));
    this.neighbours = neighboursOf(desk.plots);
    const { selected, cursor, grid } = this.store.get();
    this.seen = desk.version;
    this.show(desk, this.store.get().pending, {
      selected: new Set([...selected].filter((id) => this.plots.has(id))),
      cursor: cursor !== null && this.plots.has(cursor) ? cursor : null,
      grid: grid !== null && desk.grids.some(({ code }) => code === grid) ? grid : null,
    });
  }

  private show(desk: Desk, pending: readonly Pending[], also: Partial<ReturnType<PlannerStore["get"]>> = {}): void {
    const { plan, colours: before } = this.store.get();
    const view = viewOf(desk, pending, plan!.rule);
    const beside = gridNeighbours(desk.plots, view.gridOf, this.neighbours);
    const colours = colourGrids(view.grids.map(({ code }) => code), beside, before);
    this.store.set({ desk, pending, view, colours, ...also });
  }

  /** Does an operation: on the screen at once, at the server as soon as its turn comes. */
  operate(op: Operation): void {
    const { desk, pending } = this.store.get();
    if (!desk?.editable) {
      this.notices.tell("warn", { key: "readOnly" });
      return;
    }
    this.store.set({ refusal: null, conflict: null, preview: null });
    this.show(desk, [...pending, { key: newKey(), op }], op.kind === "move" ? { selected: NONE } : {});
    void this.run();
  }

  /** The server is back, or somebody signed in again. */
  resume(): void {
    this.wake();
  }

  private async run(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let [first] = this.store.get().pending; first; [first] = this.store.get().pending) await this.send(first);
    } finally {
      this.sending = false;
    }
    if (this.behind) await this.catchUp();
  }

  private async send(pending: Pending): Promise<void> {
    const { desk, plan } = this.store.get();
    if (!desk || !plan) return this.dropAll();
    const { code } = desk.community;
    try {
      const request = this.service.operate(plan.id, code, desk.version, pending.op, pending.key);
      const change = await this.notices.during(doing(pending.op), request);
      this.store.set({ away: null });
      await this.take(pending, change);
    } catch (problem) {
      if (this.store.get().desk?.community.code !== code) return;
      await this.refused(pending, asProblem(problem));
    }
  }

  private async take(done: Pending, change: DeskChange): Promise<void> {
    const { desk, plan } = this.store.get();
    const rest = () => this.store.get().pending.filter(({ key }) => key !== done.key);
    if (!desk || !plan) return;
    if (change.reload) {
      const { code } = desk.community;
      const fresh = await this.notices.during({ key: "reloading" }, this.service.desk(plan.id, code));
      this.store.set({ pending: rest() });
      this.lay(fresh);
    } else {
      if (change.version === desk.version + 1) this.seen = change.version;
      else this.behind = true; // between the version that we saw and ours lie others' operations
      this.show(applied(desk, change), rest(), this.stillThere(change));
    }
    this.notices.say({ key: "didIt", values: { what: change.entry[this.store.get().language] } });
    this.changed();
  }

  private stillThere(change: DeskChange): { grid?: null } {
    const { grid } = this.store.get();
    return grid !== null && change.gone.includes(grid) ? { grid: null } : {};
  }

  private async refused(pending: Pending, problem: Problem): Promise<void> {
    if (problem.passing || problem.status === 401) {
      this.store.set({ away: problem.status === 401 ? "session" : "server" });
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        if (problem.status !== 401) setTimeout(resolve, AGAIN_MS);
      });
      return;
    }
    this.store.set({ away: null });
    const lost = pending.op.kind === "move" ? pending.op.moves.flatMap(({ plots = [] }) => plots) : [];
    this.dropAll();
    if (lost.length > 0) this.store.set({ selected: new Set(lost) });
    const entries = problem.members["operations"] as LogEntry[] | undefined;
    if (problem.status === 409 && entries) {
      this.store.set({ conflict: { entries } });
      await this.reload();
    } else if (problem.members["blockers"] || problem.members["offers"]) {
      const { blockers, offers } = problem.members as { blockers?: Blocker[]; offers?: Offer[] };
      this.store.set({ refusal: { op: pending.op, reason: problem.message, blockers: blockers ?? [], offers: offers ?? [] } });
      this.behind = true; // the reason may be what another planner did
    } else {
      this.notices.failed(problem);
      if (problem.status === 409 || problem.status === 403) await this.reload();
    }
  }

  /** One refusal takes back what stood on it. */
  private dropAll(): void {
    const { desk } = this.store.get();
    if (desk) this.show(desk, []);
    else this.store.set({ pending: [] });
  }

  private async reload(): Promise<void> {
    const { desk, plan } = this.store.get();
    if (!desk || !plan) return;
    const { code } = desk.community;
    const fresh = await this.notices.during({ key: "reloading" }, this.service.desk(plan.id, code));
    if (this.store.get().desk?.community.code === code) this.lay(fresh);
  }

  /** Somebody did something in this plan: says who did what, and shows it. */
  async catchUp(): Promise<void> {
    if (this.sending) {
      this.behind = true;
      return;
    }
    this.behind = false;
    const { desk, plan, session } = this.store.get();
    if (!desk || !plan) return;
    try {
      const { version, items } = await this.service.operations(plan.id, this.seen, desk.community.code);
      const now = this.store.get().desk;
      if (now?.community.code !== desk.community.code || version < now.version) return;
      const unknown = items.filter(({ seq }) => !now.log.some((entry) => entry.seq === seq));
      if (unknown.length > 0) await this.reload();
      else {
        this.seen = version;
        if (version !== now.version) this.store.set({ desk: { ...now, version } });
      }
      for (const entry of unknown.filter(({ actor }) => actor !== session?.account).slice(-2)) {
        this.notices.tell("told", { key: "otherDid", values: { actor: entry.actor, what: entry[this.store.get().language] } });
      }
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 401) this.store.set({ away: "session" });
    }
  }
}

const DOING: Record<Operation["kind"], PlannerKey> = {
  move: "doingMove", split: "doingSplit", merge: "doingMerge", lock: "doingSave", unlock: "doingSave", rename: "doingSave", complex: "doingComplex",
  dedicated: "doingSave", redraw: "doingRedraw", repair: "doingRepair", undo: "doingUndo", redo: "doingRedo",
};

function doing(op: Operation): Said {
  return { key: DOING[op.kind] };
}
