import { useEffect } from "preact/hooks";
import type { Wall } from "../wall";
import { WallContext, useSlice, useSpeech } from "./context";
import { Header } from "./header";
import { LeftRail } from "./left";
import { Curtain, Notices } from "./notices";
import { RightRail } from "./right";
import { Strip } from "./strip";
import { Legend, Tools } from "./tools";

export function App({ wall }: { wall: Wall }) {
  return (
    <WallContext.Provider value={wall}>
      <Header />
      <Curtain />
      <Screen />
    </WallContext.Provider>
  );
}

function Screen() {
  const ready = useSlice((state) => state.figures !== null);
  const whole = useSlice((state) => state.children.length === 0);
  useEffect(() => void document.body.classList.toggle("no-strip", whole), [whole]);
  if (!ready) return null;
  return (
    <>
      <Tools />
      <Notices />
      <LeftRail />
      <RightRail />
      <Legend />
      <Strip />
      <Summary />
    </>
  );
}

/** What the map shows, for those who cannot see a canvas. */
function Summary() {
  const { t } = useSpeech();
  const figures = useSlice((state) => state.figures);
  const grids = useSlice((state) => state.gridsWithCases);
  if (!figures) return null;
  const { open, due_soon: due, overdue } = figures.cases;
  return <p class="unseen">{t("mapSummary", { name: figures.division.name, open, due, overdue, grids })}</p>;
}
