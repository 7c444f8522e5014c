/** Curves over steps. */
import { scale, ticksOver } from '../../../contract/axis-ticks.ts';
import { type ChartColours, PAGE_COLOURS } from './colours.ts';
import { area, drawing, label, line, polyline } from './svg.ts';

export interface ChartCurve {
  readonly label: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

export interface ChartBand {
  readonly label: string;
  /** By step: the least and the greatest value. */
  readonly ends: readonly (readonly [step: number, low: number, high: number])[];
}

export interface LineChart {
  readonly title: string;
  readonly curves: readonly ChartCurve[];
  /** Drawn behind the curves. */
  readonly band?: ChartBand | undefined;
  readonly text: (value: number) => string;
}

const WIDTH = 340;
const HEIGHT = 220;
const MARGIN = { top: 44, right: 16, bottom: 34, left: 58 };
const DASHES = [undefined, '5 3', '2 3', '7 3 2 3'];
/** Room of a legend's entry. */
const ENTRY = 110;

/** @returns undefined where no curve has a point */
export function lineChart(
  { title, curves, band, text }: LineChart,
  colours: ChartColours = PAGE_COLOURS,
): string | undefined {
  const { ink, faint, grid, lines } = colours;
  const drawn = curves.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return undefined;
  const all = drawn.flatMap(({ points }) => points);
  const ends = band?.ends ?? [];
  const values = [...all.map(([, value]) => value), ...ends.flatMap(([, ...both]) => both)];
  const steps = [...all.map(([step]) => step), ...ends.map(([step]) => step)];
  const ticks = ticksOver(Math.min(...values), Math.max(...values));
  const last = Math.max(...steps);
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const x = scale([Math.min(...steps), last], [MARGIN.left, right]);
  const y = scale([ticks[0]!, ticks.at(-1)!], [bottom, MARGIN.top]);
  const stepTicks = [Math.min(...steps), (Math.min(...steps) + last) / 2, last];
  return drawing({ width: WIDTH, height: HEIGHT, title }, [
    label([MARGIN.left, 16], title, { fill: ink, size: 13 }),
    ...ticks.flatMap((tick) => [
      line([MARGIN.left, y(tick)], [right, y(tick)], { stroke: grid }),
      label([MARGIN.left - 6, y(tick) + 4], text(tick), { fill: faint, anchor: 'end' }),
    ]),
    ...[...new Set(stepTicks.map(Math.round))].map((step, i, shown) =>
      label([x(step), bottom + 16], step.toLocaleString('en-US'), {
        fill: faint,
        anchor: i === 0 ? 'start' : i === shown.length - 1 ? 'end' : 'middle',
      }),
    ),
    ...(ends.length === 0
      ? []
      : [
          area(
            [
              ...ends.map(([step, , high]) => [x(step), y(high)] as const),
              ...ends.toReversed().map(([step, low]) => [x(step), y(low)] as const),
            ],
            faint,
          ),
        ]),
    ...drawn.map(({ points }, i) =>
      polyline(
        points.map(([step, value]) => [x(step), y(value)] as const),
        { stroke: lines[i % lines.length]!, dash: DASHES[i % DASHES.length] },
      ),
    ),
    ...(band === undefined || ends.length === 0
      ? []
      : [
          area(
            [
              [WIDTH - 114, 6],
              [WIDTH - 96, 6],
              [WIDTH - 96, 16],
              [WIDTH - 114, 16],
            ],
            faint,
          ),
          label([WIDTH - 91, 15], band.label, { fill: faint, size: 10 }),
        ]),
    ...(drawn.length === 1
      ? []
      : drawn.flatMap(({ label: name }, i) => {
          const left = MARGIN.left + i * ENTRY;
          const style = { stroke: lines[i % lines.length]!, width: 2, dash: DASHES[i] };
          return [
            line([left, 30], [left + 18, 30], style),
            label([left + 23, 34], name, { fill: faint, size: 10 }),
          ];
        })),
  ]);
}
