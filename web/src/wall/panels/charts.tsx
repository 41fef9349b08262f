// The two small pictures of the rails: a trend and a bar. Plain SVG and CSS.

export function Spark({ values, tone = "accent", label }: { values: readonly number[] | undefined; tone?: string; label?: string }) {
  if (!values || values.length < 2) return <svg class="spark" aria-hidden="true" />;
  const [width, height, inset] = [100, 28, 2];
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values.map((value, i) => {
    const x = (i / (values.length - 1)) * width;
    const y = height - inset - ((value - low) / span) * (height - 2 * inset);
    return `${x.toFixed(2)},${y.toFixed(2)}`;
  });
  return (
    <svg class={`spark ${tone}`} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" })}>
      <polygon points={`0,${height} ${points.join(" ")} ${width},${height}`} />
      <polyline points={points.join(" ")} />
    </svg>
  );
}

export function Bars({ rows }: { rows: readonly { key: string; name: string; value: number; text: string; note?: string; tone?: string }[] }) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <ul class="bars">
      {rows.map(({ key, name, value, text, note, tone }) => (
        <li key={key} class={tone}>
          <span class="bar-name">{name}</span>
          <span class="bar">
            <i style={{ width: `${(100 * value) / most}%` }} />
          </span>
          <span class="bar-value">{text}</span>
          {note !== undefined && <span class="bar-note">{note}</span>}
        </li>
      ))}
    </ul>
  );
}
