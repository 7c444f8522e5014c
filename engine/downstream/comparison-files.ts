/** A comparison as people take it away: a table as CSV and Markdown, a figure as SVG. */
import type { Estimate } from '../evaluation/bootstrap.ts';
import { csvLine } from '../formats/csv.ts';
import {
  type CellResult,
  type ComparisonRow,
  comparisonGains,
  comparisonRows,
  type Gain,
  type Start,
} from './comparison.ts';

const percent = (share: number) => (share * 100).toFixed(1);
const labelText = (fraction: number) => `${Number((fraction * 100).toPrecision(3))} %`;
const START_TEXT: Readonly<Record<Start, string>> = {
  scratch: 'from scratch',
  pretrained: 'pre-trained',
};

const COMPARISON_COLUMNS = [
  ...['fraction', 'labelled', 'mode', 'start', 'seeds'],
  ...['top1', 'low', 'high', 'lowest_seed', 'highest_seed'],
];

export function comparisonCsv(results: readonly CellResult[]): string {
  const rows = comparisonRows(results).map((row) => {
    const { fraction, labelled, mode, start, seeds, top1, lowest, highest } = row;
    const shares = [top1.value, top1.low, top1.high, lowest, highest].map((x) => x.toFixed(4));
    return [fraction, labelled, mode, start, seeds, ...shares];
  });
  return [COMPARISON_COLUMNS, ...rows].map((row) => csvLine(row)).join('');
}

/** One line a share of labels and mode: both starts, and the gain. */
export function comparisonTable(results: readonly CellResult[]): string[][] {
  const rows = comparisonRows(results);
  const header = ['labels', 'images', 'mode', 'from scratch', 'pre-trained', 'gain (points)'];
  return [
    header,
    ...comparisonGains(results).map(({ fraction, mode, top1: gain }) => {
      const of = (start: Start) =>
        rows.find((row) => row.fraction === fraction && row.mode === mode && row.start === start)!;
      return [
        labelText(fraction),
        String(of('pretrained').labelled),
        mode,
        estimateText(of('scratch')),
        estimateText(of('pretrained')),
        `${signed(gain.value)} (${signed(gain.low)} to ${signed(gain.high)})`,
      ];
    }),
  ];
}

function estimateText({ top1, lowest, highest, seeds }: ComparisonRow): string {
  const spread = seeds > 1 ? `; seeds ${percent(lowest)} to ${percent(highest)}` : '';
  return `${percent(top1.value)} % (${percent(top1.low)} to ${percent(top1.high)}${spread})`;
}

function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
}

export function comparisonMarkdown(results: readonly CellResult[]): string {
  const [header, ...rows] = comparisonTable(results);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const images = results[0]?.right.length ?? 0;
  return [
    line(header!),
    line(header!.map(() => '---')),
    ...rows.map(line),
    '',
    `Top-1 on ${images} images, mean over seeds. In brackets: 95 % intervals by the bootstrap over images, and the lowest and highest seed. A gain whose interval leaves out 0 is more than chance.`,
    '',
  ].join('\n');
}

// The figure

const WIDTH = 640;
const HEIGHT = 400;
const MARGIN = { top: 48, right: 24, bottom: 56, left: 56 };
/** Readable on light and dark, also without colours: one is dashed. */
const STYLE: Readonly<Record<Start, { colour: string; dash: string }>> = {
  scratch: { colour: '#c2410c', dash: '6 4' },
  pretrained: { colour: '#2563eb', dash: '' },
};

/** Top-1 over the share of labels, both starts, with intervals; one mode. */
export function comparisonFigure(results: readonly CellResult[], mode: string): string {
  const rows = comparisonRows(results).filter((row) => row.mode === mode);
  const fractions = [...new Set(rows.map(({ fraction }) => fraction))];
  const values = rows.flatMap(({ top1 }) => [top1.low, top1.high]);
  const ticks = ticksOver(Math.min(...values), Math.max(...values));
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const x = (fraction: number) => {
    const [first, last] = [Math.log(Math.min(...fractions)), Math.log(Math.max(...fractions))];
    const at = last === first ? 0.5 : (Math.log(fraction) - first) / (last - first);
    return MARGIN.left + 24 + at * (WIDTH - MARGIN.left - MARGIN.right - 48);
  };
  const y = (share: number) =>
    HEIGHT - MARGIN.bottom - ((share - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(WIDTH / 2, 24, `Top-1 with few labels (${mode})`, 'middle', 15),
    ...ticks.flatMap((share) => [
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(share)}" y2="${y(share)}" stroke="#e5e7eb"/>`,
      text(MARGIN.left - 8, y(share) + 4, `${percent(share)} %`, 'end', 11),
    ]),
    ...fractions.map((fraction) =>
      text(x(fraction), HEIGHT - MARGIN.bottom + 20, labelText(fraction), 'middle', 11),
    ),
    text(WIDTH / 2, HEIGHT - 12, 'share of the labels', 'middle', 12),
    ...(['scratch', 'pretrained'] as const).flatMap((start, i) => {
      const own = rows.filter((row) => row.start === start);
      return own.length === 0 ? [] : [...curve(own, start, x, y), ...legend(start, i)];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif">\n<title>Top-1 by number of labels</title>\n${parts.join('\n')}\n</svg>\n`;
}

const TICK_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2];
const MOST_TICKS = 7;

/** Round numbers that reach from below `low` to above `high`. */
function ticksOver(low: number, high: number): number[] {
  const over = (step: number) => {
    const first = Math.floor(low / step);
    const count = Math.max(2, Math.ceil(high / step) - first + 1);
    return Array.from({ length: count }, (_, i) => (first + i) * step);
  };
  const step = TICK_STEPS.find((each) => over(each).length <= MOST_TICKS) ?? TICK_STEPS.at(-1)!;
  return over(step);
}

function curve(
  rows: readonly ComparisonRow[],
  start: Start,
  x: (fraction: number) => number,
  y: (share: number) => number,
): string[] {
  const { colour, dash } = STYLE[start];
  const points = rows.map(({ fraction, top1 }) => ({ at: x(fraction), top1 }));
  const bar = (at: number, { low, high }: Estimate) =>
    `<line x1="${at}" x2="${at}" y1="${y(low)}" y2="${y(high)}" stroke="${colour}" stroke-width="2"/>`;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}" points="${points.map(({ at, top1 }) => `${at},${y(top1.value)}`).join(' ')}"/>`,
    ...points.map(({ at, top1 }) => bar(at, top1)),
    ...points.map(
      ({ at, top1 }) => `<circle cx="${at}" cy="${y(top1.value)}" r="4" fill="${colour}"/>`,
    ),
  ];
}

function legend(start: Start, place: number): string[] {
  const { colour, dash } = STYLE[start];
  const [left, top] = [MARGIN.left + 16, MARGIN.top + 8 + place * 18];
  return [
    `<line x1="${left}" x2="${left + 28}" y1="${top}" y2="${top}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`,
    text(left + 36, top + 4, START_TEXT[start], 'start', 12),
  ];
}

function text(x: number, y: number, words: string, anchor: string, size: number): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="#1f2937">${words}</text>`;
}

export function gainText({ fraction, mode, top1 }: Gain): string {
  const certain = top1.low > 0 ? 'more than chance' : top1.high < 0 ? 'a loss' : 'may be chance';
  return `With ${labelText(fraction)} of the labels (${mode}), pre-training gives ${signed(top1.value)} points (${signed(top1.low)} to ${signed(top1.high)}): ${certain}.`;
}
