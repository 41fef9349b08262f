// Runs the planner's screen: which page is open, plans and their steps, and what
// others do meanwhile. Work on a desk is deskwork.ts; nothing here draws.
import { api } from "../api/client";
import { Problem, asProblem, newKey } from "../api/http";
import type { Plan, PlanStep } from "../api/plans";
import { planning } from "../api/planning";
import type { Division } from "../api/types";
import { DeskWork } from "./deskwork";
import { Hand } from "./hand";
import { Live } from "./live";
import type { PlannerMap } from "./map/plannermap";
import { Notices } from "./notices";
import { addressOf, placeOf, type Place } from "./route";
import type { Fault, PlannerStore } from "./store";

/** Operations follow one another; the list of communities is read again when they pause. */
const SETTLED_MS = 1500;
const SINGLE_KEYS = "gridmap-single-keys";

export class Planner {
  readonly notices: Notices;
  readonly work: DeskWork;
  readonly hand: Hand;
  readonly live: Live;
  /** Once the style and the fonts came. */
  map: PlannerMap | null = null;
  private settling: ReturnType<typeof setTimeout> | undefined;
  /** Counts navigations, so that a late answer does not open an old page. */
  private turn = 0;

  constructor(readonly store: PlannerStore) {
    this.notices = new Notices(store);
    this.work = new DeskWork(store, planning, this.notices, () => this.settle());
    this.hand = new Hand(store, this.work, this.notices);
    this.live = new Live(store, (id) => void this.heard(id));
    store.set({ singleKeys: localStorage.getItem(SINGLE_KEYS) !== "off" });
  }

  /** Single keys can be switched off, here and for the next visit. */
  setSingleKeys(on: boolean): void {
    this.store.set({ singleKeys: on });
    localStorage.setItem(SINGLE_KEYS, on ? "on" : "off");
  }

  /** Loads who is signed in and opens the page of the address; throws the first Problem. */
  async start(): Promise<void> {
    const session = await api.session();
    this.store.set({ session });
    if (session.role !== "planner") return;
    this.live.start();
    addEventListener("popstate", () => void this.open(placeOf(location.search)));
    void this.loadPlaces();
    await this.open(placeOf(location.search));
  }

  private async loadPlaces(): Promise<void> {
    const { scope } = this.store.get().session!;
    try {
      const loading = Promise.all([api.division(scope.code), api.divisions("town"), api.divisions("community")]);
      const [own, towns, communities] = await this.notices.during({ key: "loadingPlaces" }, loading);
      const inside = (place: Division) => place.code.startsWith(prefixOf(scope.code));
      const unique = new Map([own, ...towns, ...communities].filter(inside).map((place) => [place.code, place]));
      this.store.set({ places: [...unique.values()] });
    } catch (problem) {
      this.fail(problem);
    }
  }

  /** Goes to a page of this screen. */
  go(place: Place): void {
    history.pushState(null, "", addressOf(place, this.store.get().language));
    void this.open(place);
  }

  private async open(place: Place): Promise<void> {
    const turn = ++this.turn;
    this.store.set({ failed: null, dialog: null, faults: [] });
    try {
      if (place.plan === null) {
        this.work.close();
        this.store.set({ page: "choose", plan: null, diff: null, carryOver: null });
        await this.loadPlans();
        return;
      }
      if (this.store.get().plan?.id !== place.plan) {
        this.work.close();
        this.store.set({ plan: null, diff: null, carryOver: null });
        await this.loadPlan(place.plan);
      }
      if (turn !== this.turn) return;
      await this.openPart(place, turn);
    } catch (problem) {
      if (turn === this.turn) this.fail(problem);
    }
  }

  private async openPart({ community, diff }: Place, turn: number): Promise<void> {
    const { plan, desk } = this.store.get();
    if (!plan) return;
    if (community && desk?.community.code !== community) {
      this.store.set({ page: "desk", diff: null });
      await this.work.open(plan, community);
    } else if (!community) this.work.close();
    if (turn !== this.turn) return;
    this.store.set({ page: diff ? "diff" : community ? "desk" : "plan", diff: null });
    if (diff) await this.loadDiff(community ?? undefined);
    if (plan.enacted_at && !community) await this.loadCarryOver(plan.id);
  }

  private fail(problem: unknown): void {
    const { status, message } = asProblem(problem);
    if (status === 401) this.store.set({ away: "session" });
    this.store.set({ failed: message });
  }

  /** The whole page again, after a failure. */
  retry(): void {
    void this.open(placeOf(location.search));
    if (this.store.get().places.length === 0) void this.loadPlaces();
  }

  async loadPlans(): Promise<void> {
    this.store.set({ plans: await this.notices.during({ key: "loadingPlan" }, planning.plans()) });
  }

  private async loadPlan(id: number): Promise<void> {
    const plan = await this.notices.during({ key: "loadingPlan" }, planning.plan(id));
    this.take(plan);
  }

  /** Takes a plan that the server described, and says when its state is another. */
  private take(plan: Plan): void {
    const before = this.store.get().plan;
    this.store.set({ plan });
    if (before?.id === plan.id && before.status !== plan.status) {
      this.notices.tell("told", { key: "planChanged", values: { status: plan.status } });
    }
  }

  async loadDiff(community?: string): Promise<void> {
    const { plan } = this.store.get();
    if (!plan) return;
    this.store.set({ diff: null });
    try {
      this.store.set({ diff: await this.notices.during({ key: "loadingDiff" }, planning.diff(plan.id, community)) });
    } catch (problem) {
      this.fail(problem);
    }
  }

  async loadCarryOver(plan: number): Promise<void> {
    this.store.set({ carryOver: await planning.carryOver(plan) });
  }

  async confirmCarryOver(ids: number[]): Promise<void> {
    const { plan } = this.store.get();
    if (!plan) return;
    try {
      await this.notices.during({ key: "doingStep" }, planning.confirmCarryOver(plan.id, ids, newKey()));
      await this.loadCarryOver(plan.id);
    } catch (problem) {
      this.notices.failed(asProblem(problem));
    }
  }

  async makePlan(name: string, division: string): Promise<boolean> {
    try {
      const plan = await this.notices.during({ key: "doingCreate" }, planning.makePlan(name, division, newKey()));
      this.store.set({ dialog: null, plan });
      this.go({ plan: plan.id, community: null, diff: false });
      return true;
    } catch (problem) {
      this.notices.failed(asProblem(problem));
      return false;
    }
  }

  /** Takes one step of the plan's life; false when it was refused, and the dialog stays. */
  async step(step: PlanStep, more: { remark?: string; effective_on?: string }): Promise<boolean> {
    const { plan, desk } = this.store.get();
    if (!plan) return false;
    const version = Math.max(plan.version, desk?.version ?? 0);
    const request = planning.step(plan.id, { step, version, ...more }, newKey());
    try {
      this.store.set({ faults: [] });
      const after = await this.notices.during({ key: step === "submit" ? "doingSubmit" : "doingStep" }, request);
      this.store.set({ plan: after, dialog: null });
      this.notices.tell("done", { key: `stepDone_${step}` });
      await this.refresh();
      if (after.enacted_at) await this.loadCarryOver(after.id);
      return true;
    } catch (problem) {
      await this.stepRefused(asProblem(problem));
      return false;
    }
  }

  private async stepRefused(problem: Problem): Promise<void> {
    const faults = problem.members["faults"] as Fault[] | undefined;
    if (faults) this.store.set({ faults });
    else if (problem.status === 409 && problem.members["operations"]) {
      this.notices.tell("warn", { key: "stepStale" });
      await this.refresh();
    } else if (problem.status === 401) this.store.set({ away: "session" });
    else this.notices.failed(problem);
  }

  /** The whole community, or the whole division of the plan. */
  fit(): void {
    const { desk, plan, places, session } = this.store.get();
    const code = desk?.community.code ?? plan?.division.code ?? session?.scope.code;
    const bounds = desk?.community.bounds ?? places.find((place) => place.code === code)?.bbox;
    if (bounds) this.map?.view(bounds);
  }

  /** Reads plan and desk again: whether it may be edited has changed. */
  private async refresh(): Promise<void> {
    const { plan, desk, page, diff } = this.store.get();
    if (!plan) return;
    this.take(await planning.plan(plan.id));
    if (desk) await this.work.open(this.store.get().plan!, desk.community.code);
    if (page === "diff" && diff) await this.loadDiff(desk?.community.code);
  }

  /** Somebody did something in a plan. */
  private async heard(id: number | null): Promise<void> {
    const { plan, page } = this.store.get();
    if (page === "choose") await this.loadPlans().catch(() => undefined);
    if (!plan || (id !== null && id !== plan.id)) return;
    await this.work.catchUp();
    this.settle();
  }

  private settle(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => void this.readPlan(), SETTLED_MS);
  }

  private async readPlan(): Promise<void> {
    const { plan, desk } = this.store.get();
    if (!plan) return;
    try {
      const fresh = await planning.plan(plan.id);
      if (this.store.get().plan?.id !== fresh.id) return;
      const moved = fresh.status !== plan.status;
      this.take(fresh);
      if (moved && desk) await this.work.open(fresh, desk.community.code);
    } catch {
      // The next operation, or the next message, reads it again.
    }
  }

  /** Somebody signed in again, in this page or another. */
  async signedIn(): Promise<void> {
    const before = this.store.get().session;
    const session = await api.session();
    if (before && session.account !== before.account) {
      this.notices.tell("warn", { key: "otherAccount", values: { account: session.account, before: before.account } });
      return;
    }
    this.store.set({ session, away: null });
    this.work.resume();
    this.live.restart();
    if (this.store.get().failed) this.retry();
  }

  async signInAgain(password: string): Promise<string | null> {
    try {
      await api.signIn(this.store.get().session!.account, password);
      await this.signedIn();
      return null;
    } catch (problem) {
      return asProblem(problem).message;
    }
  }
}

/** Codes of what lies below a division begin so. */
function prefixOf(code: string): string {
  return code.endsWith("000000") ? code.slice(0, 6) : code.endsWith("000") ? code.slice(0, 9) : code;
}
