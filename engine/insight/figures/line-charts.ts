/** Line charts over steps, several on a page, as an SVG picture. */
import { countText } from '../../contract/number-text.ts';
import { INK, PALE_INK, svgPage, svgText } from './svg.ts';
import { powersOver, ticksOver } from './ticks.ts';

export interface Line {
  readonly label: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** `reference` is dashed and grey. */
  readonly look?: 'reference';
}

export interface LineChart {
  readonly title: string;
  readonly lines: readonly Line[];
  /** @param apart distance of the ticks */
  text(value: number, apart: number): string;
  readonly logarithmic?: boolean;
}

export interface ChartPage {
  readonly title: string;
  readonly charts: readonly LineChart[];
  /** Steps that are marked in each chart. */
  readonly marks: readonly number[];
  /** Lines of text below the charts. */
  readonly notes: readonly string[];
}

const COLUMNS = 3;
const WIDTH = 400;
const HEIGHT = 250;
const TOP = 48;
const NOTE_HEIGHT = 18;
const PLOT = { left: 58, right: 16, top: 34, bottom: 52 };
const MARK = '#b91c1c';
/** Readable on white, and different in lightness, so that they can be told apart without colours. */
const COLOURS = ['#1d4ed8', '#ea580c', '#0f766e', '#9333ea'];
/** From this many lines on, they are shades of one colour, and the legend names the ends. */
const SHADED_FROM = COLOURS.length + 1;

export function lineChartsSvg({ title, charts, marks, notes }: ChartPage): string {
  const drawn = charts.filter(({ lines }) => lines.some(({ steps }) => steps.length > 0));
  const rows = Math.ceil(drawn.length / COLUMNS);
  const bottom = TOP + rows * HEIGHT;
  return svgPage(COLUMNS * WIDTH, bottom + 16 + notes.length * NOTE_HEIGHT, [
    svgText(16, 30, title, { size: 18, bold: true }),
    ...drawn.map((chart, i) => {
      const [x, y] = [(i % COLUMNS) * WIDTH, TOP + Math.floor(i / COLUMNS) * HEIGHT];
      return `<g transform="translate(${x} ${y})">${chartParts(chart, marks).join('\n')}</g>`;
    }),
    ...notes.map((note, i) =>
      svgText(16, bottom + 14 + i * NOTE_HEIGHT, note, { size: 12, fill: MARK }),
    ),
  ]);
}

function chartParts(chart: LineChart, marks: readonly number[]): string[] {
  const { title, logarithmic = false, text } = chart;
  const lines = chart.lines.map((line) => drawable(line, logarithmic));
  const values = lines.flatMap((line) => line.values);
  const steps = lines.flatMap((line) => line.steps);
  if (values.length === 0) return [svgText(PLOT.left, 20, title, { size: 13, bold: true })];
  const [low, high] = [least(values), greatest(values)];
  const ticks = logarithmic ? powersOver(low, high) : ticksOver(low, high);
  const ends = [0, greatest(steps)] as const;
  const scaled = logarithmic ? Math.log10 : (value: number) => value;
  const [bottom, top] = [scaled(ticks[0]!), scaled(ticks.at(-1)!)];
  const [left, right] = [PLOT.left, WIDTH - PLOT.right];
  const x = (step: number) =>
    round(left + ((step - ends[0]) / (ends[1] - ends[0] || 1)) * (right - left));
  const y = (value: number) =>
    round(
      HEIGHT -
        PLOT.bottom -
        ((scaled(value) - bottom) / (top - bottom)) * (HEIGHT - PLOT.bottom - PLOT.top),
    );
  const colourOf = (i: number) => lineColour(i, lines);
  return [
    svgText(left, 20, title, { size: 13, bold: true }),
    ...ticks.flatMap((tick) => [
      `<line x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#e5e7eb"/>`,
      svgText(left - 6, y(tick) + 4, text(tick, ticks[1]! - ticks[0]!), {
        anchor: 'end',
        size: 10,
        fill: PALE_INK,
      }),
    ]),
    ...ends.map((step, i) =>
      svgText(x(step), HEIGHT - PLOT.bottom + 14, i === 0 ? '0' : `step ${countText(step)}`, {
        anchor: i === 0 ? 'middle' : 'end',
        size: 10,
        fill: PALE_INK,
      }),
    ),
    ...marks.map(
      (step) =>
        `<line x1="${x(step)}" x2="${x(step)}" y1="${PLOT.top}" y2="${HEIGHT - PLOT.bottom}" stroke="${MARK}" stroke-dasharray="3 3"/>`,
    ),
    ...lines.map((line, i) => {
      const points = line.steps.map((step, at) => `${x(step)},${y(line.values[at]!)}`);
      const dash = line.look === 'reference' ? ' stroke-dasharray="6 4"' : '';
      if (points.length === 1) {
        const [cx, cy] = points[0]!.split(',');
        return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colourOf(i)}"/>`;
      }
      return `<polyline fill="none" stroke="${colourOf(i)}" stroke-width="1.6"${dash} points="${points.join(' ')}"/>`;
    }),
    ...legend(lines, colourOf),
  ];
}

/** Without what cannot be drawn: numbers that are not finite, and of logarithms those not above 0. */
function drawable(line: Line, logarithmic: boolean): Line {
  const kept = [...line.values.keys()].filter(
    (i) => Number.isFinite(line.values[i]) && (!logarithmic || line.values[i]! > 0),
  );
  return {
    ...line,
    steps: kept.map((i) => line.steps[i]!),
    values: kept.map((i) => line.values[i]!),
  };
}

/** Names side by side below the plot; of many lines the first and the last one. */
function legend(lines: readonly Line[], colourOf: (i: number) => string): string[] {
  if (lines.length < 2) return [];
  const named =
    lines.length < SHADED_FROM
      ? [...lines.keys()]
      : [0, Math.floor(lines.length / 2), lines.length - 1];
  let at = PLOT.left;
  return named.flatMap((i) => {
    const { label, look } = lines[i]!;
    const left = at;
    at += 40 + label.length * 6;
    const dash = look === 'reference' ? ' stroke-dasharray="6 4"' : '';
    const y = HEIGHT - 18;
    return [
      `<line x1="${left}" x2="${left + 18}" y1="${y}" y2="${y}" stroke="${colourOf(i)}" stroke-width="2"${dash}/>`,
      svgText(left + 24, y + 4, label, { size: 11, fill: INK }),
    ];
  });
}

function lineColour(i: number, lines: readonly Line[]): string {
  if (lines[i]!.look === 'reference') return PALE_INK;
  if (lines.length < SHADED_FROM) return COLOURS[i % COLOURS.length]!;
  const share = i / (lines.length - 1);
  return `hsl(${Math.round(200 + 60 * share)}, 75%, ${Math.round(72 - 42 * share)}%)`;
}

const round = (value: number) => Math.round(value * 100) / 100;
const least = (values: readonly number[]) =>
  values.reduce((found, value) => Math.min(found, value), Number.POSITIVE_INFINITY);
const greatest = (values: readonly number[]) =>
  values.reduce((found, value) => Math.max(found, value), Number.NEGATIVE_INFINITY);
