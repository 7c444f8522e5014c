/** Scores of networks that start pre-trained and anew, with intervals, along an axis. */
import { type Primary, scoreFacts } from '../../../../engine/contract/scores.ts';
import { numberText, percentText } from '../../../ui/format.ts';
import { TickLines } from '../../../ui/tick-lines.tsx';
import classes from './figure.module.css';

const WIDTH = 560;
const HEIGHT = 300;
const LEFT = 52;
const BOTTOM = 36;
const TOP = 12;
const RIGHT = 16;
const INSET = 30;
/** Horizontal offset, so that the intervals of both starts do not overlap, pixels. */
const APART = 4;

const STARTS = [
  { start: 'pretrained', dash: undefined, side: APART },
  { start: 'scratch', dash: '6 4', side: -APART },
] as const;
type Start = (typeof STARTS)[number]['start'];

export interface StartPoint {
  readonly start: Start;
  /** from 0 to 1 */
  readonly at: number;
  readonly score: { readonly value: number; readonly low: number; readonly high: number };
}

export function StartFigure(props: {
  readonly primary: Primary;
  /** What it shows, for people who cannot see it. */
  readonly label: string;
  /** Places along the axis, from 0 to 1. */
  readonly places: readonly { readonly at: number; readonly text: string }[];
  readonly names: Readonly<Record<Start, string>>;
  readonly points: readonly StartPoint[];
}) {
  const { primary, label, places, names, points } = props;
  const isShare = scoreFacts(primary.name).unit === 'share';
  const tickText = (tick: number) => (isShare ? percentText(tick, 0) : numberText(tick));
  const ticks = niceTicks(Math.max(...points.map(({ score }) => score.high)));
  const top = ticks.at(-1)!;
  const inside = WIDTH - LEFT - RIGHT - 2 * INSET;
  const x = (at: number) => LEFT + INSET + at * inside;
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={classes['figure']!}
      role="img"
      aria-label={`${scoreFacts(primary.name).title} by ${label}; the table has the numbers`}
    >
      <TickLines
        ticks={ticks}
        text={tickText}
        y={y}
        between={[LEFT, WIDTH - RIGHT]}
        fontSize={12}
      />
      {places.map(({ at, text }) => (
        <text
          key={text}
          x={x(at)}
          y={HEIGHT - 14}
          textAnchor="middle"
          fontSize={12}
          fill="currentColor"
        >
          {text}
        </text>
      ))}
      {STARTS.map(({ start, dash, side }, i) => {
        const own = points.filter((point) => point.start === start).sort((a, b) => a.at - b.at);
        const legend = TOP + 8 + i * 18;
        return (
          <g key={start} className={classes[start]!}>
            <polyline
              points={own.map(({ at, score }) => `${x(at) + side},${y(score.value)}`).join(' ')}
              fill="none"
              strokeWidth={2}
              strokeDasharray={dash}
            />
            {own.map(({ at, score }) => (
              <g key={at} strokeWidth={2}>
                <line x1={x(at) + side} x2={x(at) + side} y1={y(score.low)} y2={y(score.high)} />
                <circle cx={x(at) + side} cy={y(score.value)} r={4} />
              </g>
            ))}
            <line
              x1={LEFT + 12}
              x2={LEFT + 40}
              y1={legend}
              y2={legend}
              strokeWidth={2}
              strokeDasharray={dash}
            />
            <text x={LEFT + 46} y={legend + 4} fontSize={12} fill="currentColor" stroke="none">
              {names[start]}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** Tick distances, each with the largest value for which it is used. */
const STEPS = [
  { step: 0.01, most: 0.05 },
  { step: 0.05, most: 0.25 },
  { step: 0.1, most: 0.6 },
  { step: 0.2, most: 1 },
  { step: 0.5, most: 3 },
  { step: 2, most: 12 },
] as const;

/** Ticks from 0 to a round value above the data. */
export function niceTicks(highest: number): number[] {
  const { step } = STEPS.find(({ most }) => highest <= most) ?? STEPS.at(-1)!;
  const lines = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: Math.max(1, lines) + 1 }, (_, i) => Number((i * step).toFixed(2)));
}
