import type { Planner } from "../planner";
import { Bar, Header } from "./bar";
import { Choose } from "./choose";
import { PlannerContext, usePlanner, useSlice, useSpeech } from "./context";
import { DeskPanel } from "./desk";
import { Dialogs } from "./dialogs";
import { DiffPanel } from "./diff";
import { shortCode } from "../model/desk";
import { Notices } from "./notices";
import { PlanPanel } from "./plan";

export function App({ planner }: { planner: Planner }) {
  return (
    <PlannerContext.Provider value={planner}>
      <Header />
      <Bar />
      <Screen />
      <Notices />
      <Dialogs />
    </PlannerContext.Provider>
  );
}

function Screen() {
  const { t } = useSpeech();
  const planner = usePlanner();
  const page = useSlice((state) => state.page);
  const session = useSlice((state) => state.session);
  const failed = useSlice((state) => state.failed);
  if (session && session.role !== "planner") return <NoRight />;
  if (failed !== null) {
    return (
      <aside class="panel">
        <p class="empty" role="alert">
          {t("loadFailed", { reason: failed })}
        </p>
        <button type="button" class="primary" onClick={() => planner.retry()}>
          {t("retry")}
        </button>
      </aside>
    );
  }
  if (page === "choose") return <Choose />;
  return (
    <>
      <aside class="panel" aria-label={t("planner")}>
        {page === "plan" && <PlanPanel />}
        {page === "desk" && <DeskPanel />}
        {page === "diff" && <DiffPanel />}
      </aside>
      <MapNotes />
    </>
  );
}

function NoRight() {
  const { t } = useSpeech();
  return (
    <main class="choose">
      <p class="empty">{t("noRight")}</p>
      <a class="button" href="/">
        {t("toStart")}
      </a>
    </main>
  );
}

/** On the map: the plot under the pointer, and what the lines mean. */
function MapNotes() {
  const { t, exact } = useSpeech();
  const planner = usePlanner();
  const desk = useSlice((state) => state.desk);
  const view = useSlice((state) => state.view);
  const present = useSlice((state) => state.present);
  const page = useSlice((state) => state.page);
  const plot = useSlice((state) => planner.work.plots.get(state.hovered ?? state.cursor ?? -1));
  if (!desk || !view) return null;
  const grid = plot && view.gridOf.get(plot.id);
  const outside = view.grids.filter(({ in_range }) => !in_range).length;
  return (
    <div class="map-notes">
      <p class="unseen">
        {t("mapSummaryDesk", {
          name: desk.community.name, grids: view.grids.length, fine: view.grids.length - outside, outside, households: desk.totals.households,
        })}
      </p>
      {plot && grid !== undefined && (
        <p class="plot-line">
          {t("plotLine", { grid: shortCode(grid, desk.community.code), households: exact(plot.households), persons: exact(plot.persons) })}
          {plot.buildings.length > 0 && ` · ${t("plotBuildings", { count: plot.buildings.length })}`}
          {plot.buildings[0]?.part && ` · ${plot.buildings[0].part}`}
        </p>
      )}
      <ul class="legend">
        <li class="draft">{t("legendDraft")}</li>
        {present && <li class="present">{t("legendPresent")}</li>}
        {page === "diff" && <li class="moved">{t("diffMovedLegend")}</li>}
      </ul>
    </div>
  );
}
