/** Horizontal lines of a figure at ticks of its values, with their texts to the left. */
export function TickLines(props: {
  readonly ticks: readonly number[];
  readonly text: (tick: number) => string;
  readonly y: (value: number) => number;
  /** Where lines begin and end. */
  readonly between: readonly [left: number, right: number];
  readonly fontSize: number;
}) {
  const { ticks, text, y, between, fontSize } = props;
  const [left, right] = between;
  return ticks.map((tick) => (
    <g key={tick}>
      <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} stroke="currentColor" opacity={0.15} />
      <text x={left - 6} y={y(tick) + 4} textAnchor="end" fontSize={fontSize} fill="currentColor">
        {text(tick)}
      </text>
    </g>
  ));
}
