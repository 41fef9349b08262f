import { describe, expect, it } from "vitest";
import { Problem } from "../api/http";
import { memoryDrawer } from "./drawer";
import { Outbox, type Entry } from "./outbox";

const write = (n: number) => ({ method: "POST" as const, path: `/write/${n}`, body: { n } });

function box(answers: (path: string, key: string) => unknown, drawer = memoryDrawer()) {
  const seen = { sent: [] as string[], refused: [] as string[], entries: [] as readonly Entry[], keys: [] as string[] };
  const outbox = new Outbox(
    drawer,
    async (_, path, { key }) => {
      seen.keys.push(key!);
      const answer = answers(path, key!);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    () => "one",
    { changed: (entries) => (seen.entries = entries), sent: ({ path }) => seen.sent.push(path), refused: ({ path }) => seen.refused.push(path) },
  );
  return { outbox, seen, drawer };
}

describe("the outbox", () => {
  it("sends in the order of entry once the server is back, each with the key it was made with", async () => {
    let away = true;
    const { outbox, seen } = box(() => (away ? new Problem(0, "no answer") : {}));
    for (const n of [1, 2, 3]) await outbox.add(write(n), "");
    expect(seen.sent).toEqual([]);
    const kept = seen.entries.map(({ key }) => key);
    away = false;
    seen.keys = [];
    await outbox.flush();
    expect(seen.sent).toEqual(["/write/1", "/write/2", "/write/3"]);
    expect(seen.keys).toEqual(kept);
    expect(seen.entries).toEqual([]);
  });

  it("a refused write stays with its reason and does not hold up the next", async () => {
    const { outbox, seen } = box((path) => (path === "/write/1" ? new Problem(409, "basis changed") : {}));
    await outbox.add(write(1), "");
    await outbox.add(write(2), "");
    expect(seen.sent).toEqual(["/write/2"]);
    expect(seen.entries.map(({ refused }) => refused)).toEqual(["basis changed"]);
    await outbox.remove(seen.entries[0]!.key);
    expect(seen.entries).toEqual([]);
  });

  it.each([[401, "signed out"], [429, "too many"], [500, "a fault"], [503, "not now"]])("status %i (%s) keeps it waiting", async (status) => {
    const { outbox, seen } = box(() => new Problem(status, ""));
    await outbox.add(write(1), "");
    expect(seen.entries.map(({ refused }) => refused)).toEqual([null]);
  });

  it("survives a reload", async () => {
    const first = box(() => new Problem(0, ""));
    await first.outbox.add(write(1), "");
    const second = box(() => ({}), first.drawer);
    await second.outbox.load();
    await second.outbox.flush();
    expect(second.seen.sent).toEqual(["/write/1"]);
    expect(second.seen.keys).toEqual(first.seen.keys);
  });

  it("never sends what another account entered", async () => {
    const first = box(() => new Problem(0, ""));
    await first.drawer.put("outbox:0", { ...write(1), key: "k", label: "", enteredAt: 0, order: "0", refused: null, account: "other" });
    const second = box(() => ({}), first.drawer);
    await second.outbox.load();
    await second.outbox.flush();
    expect(second.seen.sent).toEqual([]);
    expect(second.seen.entries).toHaveLength(1);
  });
});
