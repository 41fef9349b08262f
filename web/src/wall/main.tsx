// The wall's page: builds the store, starts the wall, and keeps trying until a
// server answers.
import "maplibre-gl/dist/maplibre-gl.css";
import "../look/wall.css";
import { render } from "preact";
import type { Map as MapLibre } from "maplibre-gl";
import { Problem, api } from "../api/client";
import { languageOf } from "../language";
import { loadFonts } from "../look/fonts";
import { drawsInSoftware } from "../look/renderer";
import { App } from "./panels/app";
import { Store } from "../live/store";
import type { WallState, WallStore } from "./store";
import { startTour } from "./tour";
import { Wall } from "./wall";

interface TestHandle {
  map: MapLibre | null;
  /** The map drew its first whole scene. */
  ready: boolean;
  store: WallStore;
  wall: Wall;
}

declare global {
  interface Window {
    __gridmap: TestHandle;
  }
}

const RETRY_S = 5;

function firstState(): WallState {
  return {
    language: languageOf(location.search), session: null, division: null, children: [], figures: null,
    ticker: [], alarms: [], mode: "heat", filter: {}, places: true, breaks: [1, 2, 4, 8], tour: startTour(0, performance.now()),
    card: null, liveness: "connecting", ageMs: 0, since: null, software: drawsInSoftware(location.search),
    contextLost: false, retryIn: null, gridsWithCases: 0, renewed: false,
  };
}

async function countDown(store: WallStore): Promise<void> {
  for (let retryIn = RETRY_S; retryIn > 0; retryIn--) {
    store.set({ retryIn });
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  store.set({ retryIn: null });
}

/** Tries once; false when it is worth trying again. */
async function started(wall: Wall): Promise<boolean> {
  try {
    await wall.start(await loadFonts());
    return true;
  } catch (problem) {
    console.warn("wall:", problem);
    if (problem instanceof Problem && problem.status === 401) await findSession();
    return false;
  }
}

/** The demo's wall page signs a stranger in; anywhere else a person must. */
async function findSession(): Promise<void> {
  const demo = await api.demoAccounts().then((accounts) => accounts.length > 0, () => true);
  if (demo) await fetch("/wall", { cache: "no-store" }).catch(() => undefined);
  else location.assign(`/?next=${encodeURIComponent(location.pathname + location.search)}`);
}

async function begin(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const store: WallStore = new Store(firstState());
  document.documentElement.lang = store.get().language === "zh" ? "zh-CN" : "en";
  document.body.classList.toggle("software", store.get().software);
  const wall = new Wall(store, document.getElementById("map")!, query.get("division"));
  window.__gridmap = { map: null, ready: false, store, wall };
  render(<App wall={wall} />, document.getElementById("panels")!);
  while (!(await started(wall))) await countDown(store);
  window.__gridmap.map = wall.map;
  wall.map?.once("idle", () => (window.__gridmap.ready = true));
}

void begin();
