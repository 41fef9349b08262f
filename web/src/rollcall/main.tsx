// The roll-call page: for one hand, in the rain, without a network.
import "../look/rollcall.css";
import { render } from "preact";
import { languageOf } from "../language";
import { rollSpeech } from "../language/rollcall";
import { openDrawer } from "../offline/drawer";
import { keepPage } from "../offline/page";
import { RollCall } from "./rollcall";
import { App } from "./panels";

declare global {
  interface Window {
    __rollcall: RollCall;
  }
}

async function begin(): Promise<void> {
  const language = languageOf(location.search);
  const roll = new RollCall(language, await openDrawer("gridmap-rollcall"));
  window.__rollcall = roll;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = rollSpeech(language).t("rollTitle");
  render(<App roll={roll} />, document.getElementById("panels")!);
  keepPage("/rollcall");
  await roll.start();
}

void begin();
