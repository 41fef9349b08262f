// The planner's page: builds the store, starts the planner, and binds the map to
// what the store says.
import "maplibre-gl/dist/maplibre-gl.css";
import "../look/planner.css";
import type { Map as MapLibre, StyleSpecification } from "maplibre-gl";
import { render } from "preact";
import { api } from "../api/client";
import { Problem } from "../api/http";
import { languageOf } from "../language";
import { plannerSpeech } from "../language/planner";
import { loadFonts } from "../look/fonts";
import { drawsInSoftware } from "../look/renderer";
import { bindMap } from "./binding";
import { listenToKeys } from "./keyboard";
import { plannerStyle } from "./map/style";
import { PlannerMap } from "./map/plannermap";
import { App } from "./panels/app";
import { Planner } from "./planner";
import { newStore } from "./store";

const RETRY_MS = 4000;

declare global {
  interface Window {
    __planner: { planner: Planner; map: MapLibre | null };
  }
}

async function makeMap(planner: Planner): Promise<void> {
  const [style, fonts] = await Promise.all([api.style("day"), loadFonts()]);
  const { session } = planner.store.get();
  const { bbox } = await api.division(session!.scope.code);
  const container = document.getElementById("map")!;
  planner.map = new PlannerMap(container, plannerStyle(style as unknown as StyleSpecification, fonts), bbox, drawsInSoftware(location.search));
  window.__planner.map = planner.map.map;
  bindMap(planner, planner.map);
}

/** Tries until a server answers; a person who is not signed in is sent to sign in. */
async function begin(): Promise<void> {
  const store = newStore(languageOf(location.search));
  const planner = new Planner(store);
  window.__planner = { planner, map: null };
  document.documentElement.lang = store.get().language === "zh" ? "zh-CN" : "en";
  const name = () => (document.title = plannerSpeech(store.get().language).t("planner"));
  const paged = () => {
    const { page } = store.get();
    if (document.body.dataset["page"] === page) return;
    document.body.dataset["page"] = page;
    planner.map?.map.resize(); // the map must know its size before anything is centred on it
  };
  name();
  store.subscribe(name);
  store.subscribe(paged);
  render(<App planner={planner} />, document.getElementById("panels")!);
  listenToKeys(planner);
  for (;;) {
    try {
      await planner.start();
      if (store.get().session?.role === "planner") await makeMap(planner);
      store.set({ away: null });
      return;
    } catch (problem) {
      const { status } = problem instanceof Problem ? problem : new Problem(0, String(problem));
      if (status === 401 || status === 403) {
        location.assign(`/?next=${encodeURIComponent(location.pathname + location.search)}`);
        return;
      }
      console.warn("planner:", problem);
      store.set({ away: "server" });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

void begin();
