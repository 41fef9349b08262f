// Calm lines under the header: what is wrong, and since when. Never a dialog; a
// wall has nobody to press a button.
import { useSlice, useSpeech } from "./context";

export function Notices() {
  const { t, clock, date } = useSpeech();
  const since = useSlice((state) => state.since);
  const software = useSlice((state) => state.software);
  const renewed = useSlice((state) => state.renewed);
  const contextLost = useSlice((state) => state.contextLost);
  return (
    <div class="notices" role="status">
      {since && <p class="notice warn">{t("databaseGone", { time: `${date(since)} ${clock(since)}` })}</p>}
      {contextLost && <p class="notice warn">{t("contextLost")}</p>}
      {renewed && <p class="notice">{t("renewed")}</p>}
      {software && <p class="notice quiet">{t("software")}</p>}
    </div>
  );
}

/** Before the first figures: what the wall waits for. */
export function Curtain() {
  const { t } = useSpeech();
  const ready = useSlice((state) => state.figures !== null);
  const retryIn = useSlice((state) => state.retryIn);
  if (ready) return null;
  return (
    <div class="curtain" role="status">
      <p>{retryIn === null ? t("loading") : t("failed", { seconds: retryIn })}</p>
      <i class={retryIn === null ? "progress" : "progress still"} />
    </div>
  );
}
