/** Top-1 against labelled images, with intervals; the number of images grows by factors. */
import { percentText } from '../../ui/format.ts';
import type { ComparisonRow } from './comparison-text.ts';

const WIDTH = 560;
const HEIGHT = 300;
const LEFT = 52;
const BOTTOM = 36;
const TOP = 12;
const RIGHT = 16;

const STARTS = [
  {
    start: 'pretrained',
    label: 'pre-trained',
    stroke: 'var(--mantine-primary-color-filled)',
    dash: undefined,
  },
  { start: 'scratch', label: 'from scratch', stroke: 'var(--mantine-color-dimmed)', dash: '6 4' },
] as const;

export function ComparisonFigure({ rows }: { readonly rows: readonly ComparisonRow[] }) {
  const counts = [...new Set(rows.map(({ labelled }) => labelled))].sort((a, b) => a - b);
  const top = niceTop(Math.max(...rows.map(({ top1 }) => top1.high)));
  const span = Math.log((counts.at(-1) ?? 1) / (counts[0] ?? 1)) || 1;
  const x = (labelled: number) =>
    LEFT + 20 + (Math.log(labelled / counts[0]!) / span) * (WIDTH - LEFT - RIGHT - 40);
  const y = (share: number) => HEIGHT - BOTTOM - (share / top) * (HEIGHT - BOTTOM - TOP);
  const ticks = Array.from({ length: 6 }, (_, i) => (top * i) / 5);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width="100%"
      role="img"
      aria-label="Top-1 by number of labels; the table below has the numbers"
    >
      <title>Top-1 by number of labels</title>
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={LEFT}
            x2={WIDTH - RIGHT}
            y1={y(tick)}
            y2={y(tick)}
            stroke="currentColor"
            opacity={0.15}
          />
          <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end" fontSize={12} fill="currentColor">
            {percentText(tick, 0)}
          </text>
        </g>
      ))}
      {counts.map((count) => (
        <text
          key={count}
          x={x(count)}
          y={HEIGHT - 14}
          textAnchor="middle"
          fontSize={12}
          fill="currentColor"
        >
          {count.toLocaleString('en')} labels
        </text>
      ))}
      {STARTS.map(({ start, label, stroke, dash }, i) => {
        const own = rows
          .filter((row) => row.start === start)
          .sort((a, b) => a.labelled - b.labelled);
        return (
          <g key={start} stroke={stroke} fill="none">
            <polyline
              points={own.map(({ labelled, top1 }) => `${x(labelled)},${y(top1.value)}`).join(' ')}
              strokeWidth={2}
              strokeDasharray={dash}
            />
            {own.map(({ labelled, top1 }) => (
              <g key={labelled}>
                <line
                  x1={x(labelled)}
                  x2={x(labelled)}
                  y1={y(top1.low)}
                  y2={y(top1.high)}
                  strokeWidth={2}
                />
                <circle cx={x(labelled)} cy={y(top1.value)} r={4} fill={stroke} />
              </g>
            ))}
            <line
              x1={LEFT + 12}
              x2={LEFT + 40}
              y1={TOP + 8 + i * 18}
              y2={TOP + 8 + i * 18}
              strokeWidth={2}
              strokeDasharray={dash}
            />
            <text
              x={LEFT + 46}
              y={TOP + 12 + i * 18}
              fontSize={12}
              fill="currentColor"
              stroke="none"
            >
              {label}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** The next round share above what is drawn. */
function niceTop(highest: number): number {
  return [0.05, 0.1, 0.25, 0.5, 0.75, 1].find((top) => highest <= top) ?? 1;
}
