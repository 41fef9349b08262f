// Hears what others do in plans, and how long it heard nothing.
import type { Change } from "../api/types";
import { liveness } from "../live/liveness";
import { EventStream, type StreamEvent } from "../live/stream";
import type { PlannerStore } from "./store";

const TICK_MS = 1000;

export class Live {
  private stream: EventStream | null = null;
  private heardAt = performance.now();
  private everHeard = false;
  private connected = false;
  private ticking: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly store: PlannerStore,
    /** A plan changed; null: any may have. */
    private readonly heard: (plan: number | null) => void,
  ) {}

  start(): void {
    this.open();
    this.ticking ??= setInterval(() => this.tick(), TICK_MS);
  }

  /** After a new sign-in the stream of the old session is refused for good. */
  restart(): void {
    this.stream?.stop();
    this.open();
    this.heard(null);
  }

  private open(): void {
    this.stream = new EventStream("/api/v1/events", {
      message: (event, data) => this.hear(event, data),
      connected: (open) => {
        // What was said meanwhile may be lost: look at the plan itself.
        if (open && this.everHeard && !this.connected) this.heard(null);
        this.connected = open;
        this.tick();
      },
    });
    this.stream.start();
  }

  private hear(event: StreamEvent, data: unknown): void {
    this.heardAt = performance.now();
    this.everHeard = true;
    if (event === "reset") this.heard(null);
    if (event !== "change") return;
    const changes = (data as { changes?: Change[] }).changes ?? [];
    for (const change of changes) if (change.kind === "plan") this.heard(Number(change.id));
  }

  private tick(): void {
    this.store.set({ liveness: liveness(this.everHeard, this.connected, performance.now() - this.heardAt) });
  }
}
