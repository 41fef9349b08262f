// Households of a grid through time: a step for each version.
import type { GridVersion } from "../api/plans";
import type { HistorySpeech } from "../language/history";

const WIDTH = 320;
const HEIGHT = 110;
const EDGE = { left: 4, right: 4, top: 22, bottom: 20 };

export interface Step {
  x1: number;
  x2: number;
  y: number;
  households: number;
}

/** The steps in pixels: time to the right, households up from nought. */
export function stepsOf(life: readonly Pick<GridVersion, "from" | "to" | "households">[], now: number): Step[] {
  const start = Math.min(...life.map(({ from }) => Date.parse(from)));
  const end = Math.max(now, start + 1);
  const top = Math.max(1, ...life.map(({ households }) => households));
  const x = (time: number) => EDGE.left + ((time - start) / (end - start)) * (WIDTH - EDGE.left - EDGE.right);
  const y = (households: number) => HEIGHT - EDGE.bottom - (households / top) * (HEIGHT - EDGE.top - EDGE.bottom);
  return life.map(({ from, to, households }) => ({ x1: x(Date.parse(from)), x2: x(to === null ? end : Math.min(Date.parse(to), end)), y: y(households), households }));
}

export function LifeChart({ life, speech }: { life: readonly GridVersion[]; speech: HistorySpeech }) {
  const { t, exact, date } = speech;
  const steps = stepsOf(life, Date.now());
  const base = HEIGHT - EDGE.bottom;
  const values = life.map(({ from, households }) => `${date(from)} ${households}`).join(t("listComma"));
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("lifeChart", { values })}>
      <line class="axis" x1={EDGE.left} x2={WIDTH - EDGE.right} y1={base} y2={base} />
      {steps.map(({ x1, x2, y }, i) => (
        <rect key={i} class="area" x={x1} y={y} width={Math.max(1, x2 - x1)} height={base - y} />
      ))}
      <path class="line" d={steps.map(({ x1, x2, y }, i) => `${i === 0 ? "M" : "L"}${x1} ${y}L${x2} ${y}`).join("")} />
      {steps.map(({ x1, x2, y, households }, i) => {
        // The last steps may be hours wide beside years: their label stands at the end of the line.
        const last = i === steps.length - 1;
        const wide = x2 - x1 > 40;
        if (!wide && !last) return null;
        return (
          <text key={i} x={wide ? x1 + 4 : WIDTH - EDGE.right} y={y - 5} text-anchor={wide ? "start" : "end"}>
            {exact(households)} {t("unitHouseholds")}
          </text>
        );
      })}
      <text class="when" x={EDGE.left} y={HEIGHT - 4}>
        {date(life[0]!.from)}
      </text>
      <text class="when" x={WIDTH - EDGE.right} y={HEIGHT - 4} text-anchor="end">
        {t("nowVersion")}
      </text>
    </svg>
  );
}
