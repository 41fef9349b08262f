// Papers of a plan, as far as the server makes them.
import { useEffect, useState } from "preact/hooks";
import { planning } from "../../api/planning";
import type { PlannerKey } from "../../language/planner";
import { useSlice, useSpeech } from "./context";

const PAPERS: readonly [file: string, label: PlannerKey][] = [
  ["ledger.xlsx", "paper_ledger"], ["grids.gpkg", "paper_gpkg"], ["grids-gbk.zip", "paper_gbk"], ["grids-utf8.zip", "paper_utf8"],
  ["maps.pdf", "paper_pdf"], ["map.png", "paper_png"],
];

export function Papers({ community }: { community?: string }) {
  const { t } = useSpeech();
  const plan = useSlice((state) => state.plan?.id);
  const [offered, setOffered] = useState(false);
  useEffect(() => {
    let here = true;
    void planning.makesPapers().then((made) => here && setOffered(made));
    return () => void (here = false);
  }, []);
  if (plan === undefined || !offered) return null;
  return (
    <section class="papers" aria-labelledby="papers-title">
      <h3 id="papers-title">{t("papers")}</h3>
      <ul>
        {PAPERS.map(([file, label]) => (
          <li key={file}>
            <a href={planning.paper(plan, file, community)} download>
              {t(label)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
