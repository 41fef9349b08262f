// The history page: keeps trying until a server answers.
import "maplibre-gl/dist/maplibre-gl.css";
import "../look/planner.css";
import "../look/history.css";
import { render } from "preact";
import { Problem } from "../api/http";
import { languageOf } from "../language";
import { historySpeech } from "../language/history";
import { History } from "./history";
import { App } from "./panels";

const RETRY_MS = 4000;

declare global {
  interface Window {
    __history: History;
  }
}

async function begin(): Promise<void> {
  const language = languageOf(location.search);
  const history = new History(document.getElementById("maps")!, language);
  window.__history = history;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = historySpeech(language).t("historyTitle");
  render(<App history={history} />, document.getElementById("panels")!);
  for (;;) {
    try {
      return await history.start();
    } catch (problem) {
      if (problem instanceof Problem && (problem.status === 401 || problem.status === 403)) {
        return location.assign(`/?next=${encodeURIComponent(location.pathname + location.search)}`);
      }
      console.warn("history:", problem);
      history.store.set({ failed: String(problem) });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      history.store.set({ failed: null });
    }
  }
}

void begin();
