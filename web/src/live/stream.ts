// One event stream for all tabs of this browser. HTTP/1.1 allows six connections
// to a host; six open streams would block every other request. Where the page is
// a secure context, the tab that holds a lock listens and repeats each message
// on a channel; elsewhere each tab listens for itself.
//
// EventSource resumes by itself with Last-Event-ID after a broken connection. It
// gives up for good on an HTTP error (a restarting proxy, an expired session):
// then it is opened anew from the last id, which every tab remembers. Only a tab
// that never heard one tells its receiver to reset, i.e. to read everything again.

export type StreamEvent = "hello" | "change" | "heartbeat" | "reset" | "evacuation";

export interface StreamReceiver {
  message(event: StreamEvent, data: unknown): void;
  /** The connection opened or broke. A silent connection is the receiver's to notice. */
  connected(open: boolean): void;
}

const EVENTS: readonly StreamEvent[] = ["hello", "change", "heartbeat", "reset", "evacuation"];
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
const LOCK = "gridmap-events";
/** A follower that hears nothing for so long stops trusting the leader. */
const FOLLOWER_PATIENCE_MS = 20_000;

type Relayed = { event: StreamEvent; data: unknown; id: string } | { open: boolean };

export class EventStream {
  private source: EventSource | null = null;
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private channel: BroadcastChannel | null = null;
  private leading = false;
  private missed = false;
  private lastId = "";
  private closed = false;
  private heardAt = 0;
  private patience: ReturnType<typeof setInterval> | undefined;
  private releaseLock: () => void = () => {};

  constructor(
    private readonly url: string,
    private readonly receiver: StreamReceiver,
  ) {}

  start(): void {
    const shareable = typeof BroadcastChannel !== "undefined" && navigator.locks !== undefined;
    if (!shareable) {
      this.open();
      return;
    }
    this.channel = new BroadcastChannel(`${LOCK}:${this.url}`);
    this.channel.onmessage = ({ data }: MessageEvent<Relayed>) => this.follow(data);
    this.heardAt = performance.now();
    this.patience = setInterval(() => this.loseFaith(), 2000);
    void navigator.locks.request(`${LOCK}:${this.url}`, () => this.lead());
  }

  stop(): void {
    this.closed = true;
    clearTimeout(this.retry);
    clearInterval(this.patience);
    this.source?.close();
    this.channel?.close();
    this.releaseLock();
  }

  private lead(): Promise<void> {
    if (this.closed) return Promise.resolve();
    clearInterval(this.patience);
    this.leading = true;
    if (!this.source) this.open();
    return new Promise((release) => (this.releaseLock = release));
  }

  private follow(relayed: Relayed): void {
    if (this.leading || this.source) return;
    this.heardAt = performance.now();
    if ("open" in relayed) this.receiver.connected(relayed.open);
    else this.hand(relayed);
  }

  private hand({ event, data, id }: Extract<Relayed, { event: StreamEvent }>): void {
    if (id) this.lastId = id;
    this.receiver.message(event, data);
  }

  private loseFaith(): void {
    if (this.source || performance.now() - this.heardAt < FOLLOWER_PATIENCE_MS) return;
    clearInterval(this.patience);
    this.open();
  }

  private open(): void {
    if (this.closed) return;
    const from = this.lastId ? `?last_event_id=${encodeURIComponent(this.lastId)}` : "";
    const source = new EventSource(this.url + from, { withCredentials: true });
    this.source = source;
    source.onopen = () => {
      this.attempts = 0;
      this.tell({ open: true });
      if (this.missed && !this.lastId) this.tell({ event: "reset", data: { reason: "place lost" }, id: "" });
      this.missed = false;
    };
    source.onerror = () => {
      this.tell({ open: false });
      if (source.readyState === EventSource.CLOSED) this.reopen();
    };
    for (const event of EVENTS) {
      source.addEventListener(event, ({ data, lastEventId: id }: MessageEvent<string>) => {
        let parsed: unknown;
        try {
          parsed = JSON.parse(data);
        } catch {
          parsed = null;
        }
        if (parsed === null) this.tell({ event: "reset", data: { reason: "unreadable message" }, id });
        else this.tell({ event, data: parsed, id });
      });
    }
  }

  private reopen(): void {
    if (this.closed) return;
    this.source?.close();
    this.missed = true;
    const wait = RETRY_MS[Math.min(this.attempts++, RETRY_MS.length - 1)]!;
    clearTimeout(this.retry);
    // A little chance keeps a hundred walls from knocking in the same instant.
    this.retry = setTimeout(() => this.open(), wait * (0.75 + Math.random() / 2));
  }

  private tell(relayed: Relayed): void {
    if (this.leading) this.channel?.postMessage(relayed);
    if ("open" in relayed) this.receiver.connected(relayed.open);
    else this.hand(relayed);
  }
}
