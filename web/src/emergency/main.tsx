// The emergency screen's page.
import "maplibre-gl/dist/maplibre-gl.css";
import "../look/emergency.css";
import { render } from "preact";
import { languageOf } from "../language";
import { emergencySpeech } from "../language/emergency";
import { Store } from "../live/store";
import { drawsInSoftware } from "../look/renderer";
import { openDrawer } from "../offline/drawer";
import { keepPage } from "../offline/page";
import { Emergency } from "./emergency";
import { PRESENT } from "./model/water";
import { App } from "./panels/app";
import type { EmergencyState } from "./store";

declare global {
  interface Window {
    __emergency: Emergency;
  }
}

function firstState(lasting: boolean): EmergencyState {
  return {
    language: languageOf(location.search), ground: localStorage.getItem("gridmap-ground") === "day" ? "day" : "night", session: null, phase: "loading",
    failed: null, heads: [], known: null, readAt: null, awaySince: null, kept: false, now: Date.now(), view: PRESENT, past: null, playing: false,
    tab: "grids", grid: null, page: null, selected: new Set(), outbox: [], lasting, dialog: null, notice: null, breaching: false,
  };
}

async function begin(): Promise<void> {
  const drawer = await openDrawer("gridmap-emergency");
  const store = new Store(firstState(drawer.lasting));
  const { language, ground } = store.get();
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = emergencySpeech(language).t("emergencyTitle");
  document.body.dataset["ground"] = ground;
  const emergency = new Emergency(store, document.getElementById("map")!, drawer, drawsInSoftware(location.search));
  window.__emergency = emergency;
  render(<App emergency={emergency} />, document.getElementById("panels")!);
  keepPage("/emergency");
  await emergency.start();
}

void begin();
