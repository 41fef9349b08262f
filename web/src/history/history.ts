// Runs the history screen: which two moments are compared, and the life of the
// grid that was chosen.
import type { StyleSpecification } from "maplibre-gl";
import { api } from "../api/client";
import { Problem } from "../api/http";
import type { GridVersion, MapVersion } from "../api/plans";
import { planning } from "../api/planning";
import type { ChangeMessage, Session } from "../api/types";
import type { Language } from "../language";
import { historySpeech } from "../language/history";
import { Store } from "../live/store";
import { EventStream } from "../live/stream";
import { loadFonts } from "../look/fonts";
import { Compare, styleAt, type Side } from "./compare";
import { atOf, firstMoments, readMoment, type Moment } from "./moment";

export interface HistoryState {
  language: Language;
  session: Session | null;
  versions: readonly MapVersion[];
  moments: Record<Side, Moment>;
  grid: string | null;
  /** Of the chosen grid; null until it came. */
  life: readonly GridVersion[] | null;
  failed: string | null;
  percent: number;
}

export class History {
  readonly store: Store<HistoryState>;
  compare: Compare | null = null;
  private style: StyleSpecification | null = null;
  private fonts: StyleSpecification["font-faces"];

  constructor(
    private readonly container: HTMLElement,
    language: Language,
  ) {
    this.store = new Store<HistoryState>({
      language, session: null, versions: [], moments: { left: "", right: "" }, grid: null, life: null, failed: null, percent: 50,
    });
  }

  async start(): Promise<void> {
    const session = await api.session();
    const [versions, style, fonts, { bbox }] = await Promise.all([planning.versions(), api.style("day"), loadFonts(), api.division(session.scope.code)]);
    this.style = style as unknown as StyleSpecification;
    this.fonts = fonts;
    const query = new URLSearchParams(location.search);
    const [left, right] = firstMoments(versions);
    const moments = { left: readMoment(query.get("left")) ?? left, right: readMoment(query.get("right")) ?? right };
    this.store.set({ session, versions, moments });
    this.compare = new Compare(this.container, { left: this.styleOf("left"), right: this.styleOf("right") }, bbox, {
      clicked: (code) => void this.open(code),
      divided: (percent) => this.store.set({ percent }),
      nameOf: (percent) => historySpeech(this.store.get().language).t("slider", { percent }),
    });
    this.listen();
    const grid = query.get("grid");
    if (grid && /^\d{15}$/.test(grid)) await this.open(grid, true);
  }

  private styleOf(side: Side): StyleSpecification {
    const { moments, versions } = this.store.get();
    return styleAt(this.style!, this.fonts, atOf(moments[side], versions));
  }

  private listen(): void {
    new EventStream("/api/v1/events", {
      connected: () => undefined,
      message: (event, data) => {
        if (event !== "change") return;
        const { changes = [] } = data as Partial<ChangeMessage>;
        if (changes.some((change) => change.kind === "layer" && change.layer === "grids")) void this.renew();
      },
    }).start();
  }

  /** Another version took force while this page was open. */
  private async renew(): Promise<void> {
    this.store.set({ versions: await planning.versions() });
    for (const side of ["left", "right"] as const) if (this.store.get().moments[side] === "") this.compare?.refresh(side);
    const { grid } = this.store.get();
    if (grid) await this.open(grid);
  }

  setMoment(side: Side, moment: Moment): void {
    const { moments } = this.store.get();
    if (moments[side] === moment) return;
    this.store.set({ moments: { ...moments, [side]: moment } });
    this.compare?.show(side, this.styleOf(side));
    this.remember();
  }

  swap(): void {
    const { left, right } = this.store.get().moments;
    this.setMoment("left", right);
    this.setMoment("right", left);
  }

  async open(code: string | null, look = false): Promise<void> {
    this.store.set({ grid: code, life: null, failed: null });
    this.compare?.choose(code);
    this.remember();
    if (code === null) return;
    try {
      const { versions } = await planning.life(code);
      if (this.store.get().grid === code) this.store.set({ life: versions });
      if (look) await this.look(code);
    } catch (problem) {
      const { t } = historySpeech(this.store.get().language);
      const { status, message } = problem as Problem;
      if (this.store.get().grid === code) this.store.set({ failed: status === 404 || status === 400 ? t("badGrid") : message });
    }
  }

  /** Shows the community of a grid. */
  private async look(code: string): Promise<void> {
    const { bbox } = await api.division(code.slice(0, 12));
    this.compare?.maps.left.fitBounds(bbox, { padding: 60, duration: 0 });
  }

  private remember(): void {
    const { moments, grid, language } = this.store.get();
    const query = new URLSearchParams({ left: moments.left, right: moments.right });
    if (grid) query.set("grid", grid);
    if (language === "en") query.set("lang", "en");
    history.replaceState(null, "", `/history?${query}`);
  }
}
