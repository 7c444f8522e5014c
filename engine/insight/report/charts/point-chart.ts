/** A score for each of several values, with intervals and the single measurements. */
import { scale, ticksOver } from '../../../contract/axis-ticks.ts';
import { type ChartColours, FILE_COLOURS } from './colours.ts';
import { dot, drawing, label, line } from './svg.ts';

export interface ChartPoint {
  readonly label: string;
  readonly value: number;
  /** Ends of the interval. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Single measurements, drawn small. */
  readonly singles?: readonly number[];
}

export interface PointChart {
  readonly title: string;
  readonly points: readonly ChartPoint[];
  readonly axis: string;
  readonly text: (value: number) => string;
  /** A level to compare with, such as that of an untrained network. */
  readonly level?: { readonly label: string; readonly value: number } | undefined;
}

const WIDTH = 480;
const HEIGHT = 280;
const MARGIN = { top: 36, right: 16, bottom: 52, left: 60 };
/** Characters of a label that fit into this many pixels. */
const CHARACTER = 6.5;

export function pointChart(chart: PointChart, colours: ChartColours = FILE_COLOURS): string {
  const { title, points, axis, text, level } = chart;
  const { ink, faint, grid, lines, ground } = colours;
  const values = [
    ...points.flatMap(({ value, low = value, high = value, singles = [] }) => [
      low,
      high,
      ...singles,
    ]),
    ...(level === undefined ? [] : [level.value]),
  ];
  const ticks = ticksOver(Math.min(...values), Math.max(...values));
  const y = scale([ticks[0]!, ticks.at(-1)!], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const span = WIDTH - MARGIN.left - MARGIN.right;
  const x = (i: number) => MARGIN.left + ((i + 0.5) / points.length) * span;
  const most = Math.max(4, Math.floor(span / points.length / CHARACTER));
  const short = (words: string) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);
  const right = WIDTH - MARGIN.right;
  const colour = lines[0]!;
  return drawing({ width: WIDTH, height: HEIGHT, title, ground }, [
    label([WIDTH / 2, 20], title, { fill: ink, anchor: 'middle', size: 13 }),
    ...ticks.flatMap((tick) => [
      line([MARGIN.left, y(tick)], [right, y(tick)], { stroke: grid }),
      label([MARGIN.left - 8, y(tick) + 4], text(tick), { fill: faint, anchor: 'end' }),
    ]),
    ...(level === undefined
      ? []
      : [
          line([MARGIN.left, y(level.value)], [right, y(level.value)], {
            stroke: lines[1]!,
            dash: '5 4',
          }),
          label([right, y(level.value) - 5], level.label, { fill: faint, anchor: 'end', size: 10 }),
        ]),
    ...points.flatMap(({ label: name, value, low, high, singles = [] }, i) => [
      ...(low === undefined || high === undefined
        ? []
        : [line([x(i), y(low)], [x(i), y(high)], { stroke: colour, width: 2 })]),
      ...singles.map((single) => dot([x(i) + 9, y(single)], 2, faint)),
      dot([x(i), y(value)], 4.5, colour),
      label([x(i), HEIGHT - MARGIN.bottom + 18], short(name), { fill: ink, anchor: 'middle' }),
    ]),
    label([WIDTH / 2, HEIGHT - 12], axis, { fill: faint, anchor: 'middle', size: 12 }),
  ]);
}
