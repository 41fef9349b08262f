// After a publication: what became of teams, groups and party organisations of
// grids that were split or merged, to be confirmed by a person.
import { useBoth, usePlanner, useSlice, useSpeech } from "./context";

export function CarryOverList() {
  const { t } = useSpeech();
  const both = useBoth();
  const planner = usePlanner();
  const items = useSlice((state) => state.carryOver);
  if (!items || items.length === 0) return null;
  const open = items.filter(({ confirmed_at }) => confirmed_at === null);
  return (
    <section class="carry" aria-labelledby="carry-title">
      <h3 id="carry-title">
        {t("carryTitle")}
        {open.length > 0 && (
          <button type="button" onClick={() => void planner.confirmCarryOver(open.map(({ id }) => id))}>
            {t("carryAll")}
          </button>
        )}
      </h3>
      <p class="quiet">{t("carryAbout")}</p>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <b>
              {t(`carry_${item.kind}`)} · {item.name}
            </b>
            <small>{both(item)}</small>
            {item.confirmed_at ? (
              <span class="fine">{t("carryDone", { by: item.confirmed_by ?? "" })}</span>
            ) : (
              <button type="button" onClick={() => void planner.confirmCarryOver([item.id])}>
                {t("carryOne")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
