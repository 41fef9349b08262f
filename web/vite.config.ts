import { defineConfig } from "vite";
import { fonts } from "./scripts/fonts.mjs";

// Eight pages, one build. Everything the browser loads comes out of this folder:
// the map's worker is a file of its own (no blob: in the content policy), the
// fonts are copied from their package, and nothing names an outside host.
export default defineConfig({
  plugins: [fonts()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: {
        index: "index.html", wall: "wall.html", planner: "planner.html", history: "history.html", emergency: "emergency.html", rollcall: "rollcall.html",
        accounts: "accounts.html", audit: "audit.html",
      },
      output: { codeSplitting: { groups: [{ name: "maplibre", test: /maplibre-gl/ }] } },
    },
  },
  worker: { format: "es" },
});
