import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventStream } from "./stream";

/** An EventSource whose server is the test. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static made: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeSource.made.push(this);
  }
  answer(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  say(event: string, data: string, lastEventId = ""): void {
    this.dispatchEvent(Object.assign(new Event(event), { data, lastEventId }));
  }
  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.();
  }
  close(): void {
    this.readyState = FakeSource.CLOSED;
  }
}

const heard: string[] = [];
const receiver = {
  message: (event: string, data: unknown) => void heard.push(`${event} ${JSON.stringify(data)}`),
  connected: (open: boolean) => void heard.push(open ? "open" : "broken"),
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("BroadcastChannel", undefined); // plain http on an intranet: no locks either
  FakeSource.made = [];
  heard.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the event stream of a tab that listens for itself", () => {
  it("hands on what the server says", () => {
    const stream = new EventStream("/events", receiver);
    stream.start();
    FakeSource.made[0]!.answer();
    FakeSource.made[0]!.say("change", '{"n":1}');
    expect(heard).toEqual(["open", 'change {"n":1}']);
    stream.stop();
  });

  it("leaves a broken connection to the browser, which resumes by the last id", () => {
    const stream = new EventStream("/events", receiver);
    stream.start();
    FakeSource.made[0]!.fail(0);
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
    expect(heard).toEqual(["broken"]);
    stream.stop();
  });

  it("opens a refused stream anew, ever slower, and without any id asks for a reset", () => {
    const stream = new EventStream("/events", receiver);
    stream.start();
    for (let i = 0; i < 4; i++) {
      FakeSource.made.at(-1)!.fail(FakeSource.CLOSED);
      vi.advanceTimersByTime(20_000);
    }
    expect(FakeSource.made).toHaveLength(5);
    FakeSource.made.at(-1)!.answer();
    expect(heard.slice(-2)).toEqual(["open", 'reset {"reason":"place lost"}']);
    stream.stop();
  });

  it("opens a refused stream anew from the last id, and then nothing is lost", () => {
    const stream = new EventStream("/events", receiver);
    stream.start();
    FakeSource.made[0]!.answer();
    FakeSource.made[0]!.say("change", "{}", "a 7");
    FakeSource.made[0]!.fail(FakeSource.CLOSED);
    vi.advanceTimersByTime(20_000);
    FakeSource.made[1]!.answer();
    expect(FakeSource.made[1]!.url).toBe("/events?last_event_id=a%207");
    expect(heard.at(-1)).toBe("open");
    stream.stop();
  });

  it("takes a message it cannot read for a reset, never for nothing", () => {
    const stream = new EventStream("/events", receiver);
    stream.start();
    FakeSource.made[0]!.say("change", "{half");
    expect(heard).toEqual(['reset {"reason":"unreadable message"}']);
    stream.stop();
  });

  it("stays closed once stopped", () => {
    const stream = new EventStream("/events", receiver);
    stream.start();
    FakeSource.made[0]!.fail(FakeSource.CLOSED);
    stream.stop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
  });
});

describe("one stream among tabs", () => {
  const channels: FakeChannel[] = [];
  class FakeChannel {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    constructor() {
      channels.push(this);
    }
    postMessage(data: unknown): void {
      for (const other of channels) if (other !== this) other.onmessage?.({ data });
    }
    close(): void {}
  }
  /** A lock of which the first asker is the holder, the rest wait. */
  const grants: (() => void)[] = [];
  const locks = { request: (_: string, hold: () => Promise<void>) => void grants.push(() => void hold()) };

  beforeEach(() => {
    channels.length = 0;
    grants.length = 0;
    vi.stubGlobal("BroadcastChannel", FakeChannel);
    vi.stubGlobal("navigator", { locks });
  });

  it("only the holder of the lock listens, the other hears the same", () => {
    const [first, second] = [new EventStream("/events", receiver), new EventStream("/events", receiver)];
    first.start();
    second.start();
    grants[0]!();
    FakeSource.made[0]!.answer();
    FakeSource.made[0]!.say("heartbeat", "{}");
    expect(FakeSource.made).toHaveLength(1);
    expect(heard).toEqual(["open", "open", "heartbeat {}", "heartbeat {}"]);
    first.stop();
    second.stop();
  });

  it("a tab that hears nothing from the holder listens for itself, from the last id it heard", () => {
    const stream = new EventStream("/events", receiver);
    stream.start();
    channels[0]!.onmessage!({ data: { event: "change", data: {}, id: "9" } });
    vi.advanceTimersByTime(30_000);
    expect(FakeSource.made.map(({ url }) => url)).toEqual(["/events?last_event_id=9"]);
    stream.stop();
  });

  it("a tab that inherits the lock goes on from the last id it heard", () => {
    const stream = new EventStream("/events", receiver);
    stream.start();
    channels[0]!.onmessage!({ data: { event: "change", data: {}, id: "9" } });
    grants[0]!();
    expect(FakeSource.made[0]!.url).toBe("/events?last_event_id=9");
    stream.stop();
  });
});
