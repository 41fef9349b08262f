import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../api/http";
import type { Desk, DeskChange, Operation } from "../api/plans";
import { DeskWork, type DeskService } from "./deskwork";
import { applied } from "./model/desk";
import { board, COMMUNITY, deskOf, gridCode, gridsOf, PLAN } from "./model/fixture";
import { Notices } from "./notices";
import { newStore } from "./store";

/** A server of one community that can be told to fail. */
class Server implements DeskService {
  now: Desk = deskOf(board(3, 4));
  keys: string[] = [];
  failures: Problem[] = [];
  private readonly done = new Map<string, DeskChange>();

  desk = async () => this.now;
  operations = async (_: number, since: number) => ({ version: this.now.version, items: this.now.log.filter(({ seq }) => seq > since) });
  operate = async (_plan: number, _community: string, _version: number, op: Operation, key: string) => {
    this.keys.push(key);
    const failure = this.failures.shift();
    if (failure) throw failure;
    const known = this.done.get(key);
    if (known) return known;
    const change = this.change(op, "planner");
    this.done.set(key, change);
    return change;
  };

  change(op: Operation, actor: string): DeskChange {
    const moves = op.kind === "move" ? op.moves.flatMap(({ plots = [], to }) => plots.map((plot): [number, string] => [plot, to])) : [];
    const plots = this.now.plots.map((plot) => ({ ...plot, grid: moves.find(([id]) => id === plot.id)?.[1] ?? plot.grid }));
    const version = this.now.version + 1;
    const grids = gridsOf(plots);
    const gone = this.now.grids.filter(({ code }) => !grids.some((grid) => grid.code === code)).map(({ code }) => code);
    const entry = { seq: version, community: COMMUNITY, actor, at: "", kind: op.kind, undone: false, grids: [], zh: "划转", en: "moved" };
    const change: DeskChange = { version, grids, gone, plots: moves, reload: false, violations: [], repairs: [], totals: this.now.totals, entry };
    this.now = applied(this.now, change);
    return change;
  }
}

const move = (plots: number[], to = gridCode(2)): Operation => ({ kind: "move", moves: [{ plots, to }] });

describe("work on a desk", () => {
  let server: Server;
  let store: ReturnType<typeof newStore>;
  let work: DeskWork;
  const gridOf = (plot: number) => store.get().view!.gridOf.get(plot);
  beforeEach(async () => {
    vi.useFakeTimers();
    server = new Server();
    store = newStore("zh");
    store.set({ plan: PLAN, session: { account: "planner" } as never });
    work = new DeskWork(store, server, new Notices(store));
    await work.open(PLAN, COMMUNITY);
  });
  afterEach(() => vi.useRealTimers());

  it("shows a move before the server answers, and keeps it after", async () => {
    work.operate(move([0]));
    expect(gridOf(0)).toBe(gridCode(2));
    expect(store.get().pending).toHaveLength(1);
    await vi.runAllTimersAsync();
    expect([gridOf(0), store.get().pending.length, store.get().desk!.version]).toEqual([gridCode(2), 0, 1]);
  });

  it("sends one after the other, each with the version before it", async () => {
    work.operate(move([0]));
    work.operate(move([3]));
    work.operate(move([6]));
    await vi.runAllTimersAsync();
    expect([server.now.version, store.get().desk!.version, store.get().pending.length]).toEqual([3, 3, 0]);
  });

  it("takes a refused move back, says why, offers a way, and keeps the selection", async () => {
    const offers = [{ zh: "连同3个地块一起划入", en: "", op: move([0, 3]) }];
    server.failures = [new Problem(422, "no", { members: { blockers: [{ kind: "pieces", grid: "", building_id: 0, zh: "会断开", en: "" }], offers } })];
    work.operate(move([0]));
    await vi.runAllTimersAsync();
    expect([gridOf(0), store.get().refusal?.offers, [...store.get().selected]]).toEqual([gridCode(1), offers, [0]]);
  });

  it("what stood on a refused move is taken back with it", async () => {
    server.failures = [new Problem(422, "no", { members: { blockers: [], offers: [] } })];
    work.operate(move([0]));
    work.operate(move([3]));
    await vi.runAllTimersAsync();
    expect([gridOf(0), gridOf(3), server.now.version]).toEqual([gridCode(1), gridCode(1), 0]);
  });

  it("of a conflict it shows what the other did, and the map as it is now", async () => {
    const theirs = server.change(move([3], gridCode(3)), "gao");
    server.failures = [new Problem(409, "stale", { members: { operations: [theirs.entry] } })];
    work.operate(move([0]));
    await vi.runAllTimersAsync();
    expect(store.get().conflict?.entries).toEqual([theirs.entry]);
    expect([gridOf(0), gridOf(3), [...store.get().selected], store.get().desk!.version]).toEqual([gridCode(1), gridCode(3), [0], 1]);
  });

  it("waits for a server that is away and sends the same operation under the same key", async () => {
    server.failures = [new Problem(0, "gone"), new Problem(503, "later")];
    work.operate(move([0]));
    await vi.advanceTimersByTimeAsync(10);
    expect([store.get().away, gridOf(0), store.get().pending.length]).toEqual(["server", gridCode(2), 1]);
    await vi.runAllTimersAsync();
    expect([store.get().away, new Set(server.keys).size, server.keys.length, server.now.version]).toEqual([null, 1, 3, 1]);
  });

  it("waits for a new sign-in when the session is over", async () => {
    server.failures = [new Problem(401, "expired")];
    work.operate(move([0]));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([store.get().away, server.now.version, store.get().pending.length]).toEqual(["session", 0, 1]);
    work.resume();
    await vi.runAllTimersAsync();
    expect([store.get().away, server.now.version]).toEqual([null, 1]);
  });

  it("shows what another planner did, and says who", async () => {
    server.change(move([3], gridCode(3)), "gao");
    await work.catchUp();
    expect(gridOf(3)).toBe(gridCode(3));
    expect(store.get().notices[0]?.said).toEqual({ key: "otherDid", values: { actor: "gao", what: "划转" } });
  });

  it("sees another's operation that lies between its own version and its own operation", async () => {
    server.change(move([3], gridCode(3)), "gao");
    work.operate(move([0]));
    await vi.runAllTimersAsync();
    expect([gridOf(3), gridOf(0), store.get().desk!.version]).toEqual([gridCode(3), gridCode(2), 2]);
  });

  it("its own operation, heard of again, is no news", async () => {
    work.operate(move([0]));
    await vi.advanceTimersByTimeAsync(50);
    const { desk } = store.get();
    await work.catchUp();
    expect([store.get().desk, store.get().notices]).toEqual([desk, []]);
  });

  it("changes nothing in a plan that may not be edited", async () => {
    server.now = { ...server.now, editable: false };
    await work.open(PLAN, COMMUNITY);
    work.operate(move([0]));
    expect([store.get().pending.length, gridOf(0), store.get().notices[0]?.said.key]).toEqual([0, gridCode(1), "readOnly"]);
  });
});
