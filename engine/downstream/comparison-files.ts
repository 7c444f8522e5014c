/** The files of a comparison: a table as CSV and Markdown, a figure as SVG. */
import { hasSeveralSeeds } from '../contract/compared-seeds.ts';
import { countOf } from '../contract/number-text.ts';
import { type Primary, scoreFacts, scoreValueText } from '../contract/scores.ts';
import type { IntervalEstimate } from '../evaluation/bootstrap.ts';
import { csvLine } from '../formats/csv.ts';
import type { Comparison, ComparisonRow, Gain, Start } from './comparison.ts';

const percent = (share: number) => (share * 100).toFixed(1);
const labelText = (fraction: number) => `${Number((fraction * 100).toPrecision(3))} %`;
const isShare = ({ name }: Primary) => scoreFacts(name).unit === 'share';
/** Without its unit. */
const bare = (primary: Primary, value: number) =>
  isShare(primary) ? percent(value) : value.toFixed(3);
const START_TEXT: Readonly<Record<Start, string>> = {
  scratch: 'from scratch',
  pretrained: 'pre-trained',
};

/** With a capital, such as `Top-1`; `mIoU` and the like stay. */
function scoreName({ name }: Primary): string {
  const { short } = scoreFacts(name);
  if (/^[a-z][A-Z]/.test(short)) return short;
  return `${short.charAt(0).toUpperCase()}${short.slice(1)}`;
}

/** The names of all files of a comparison, with a figure for each of its modes. */
export function comparisonFileNames({ rows }: Pick<Comparison, 'rows'>): string[] {
  const modes = [...new Set(rows.map(({ mode }) => mode))];
  return ['compare.csv', 'compare.md', ...modes.map(figureName), 'compare.json'];
}

/** Modes such as `partial:4` have a colon, which not every disk takes in a name. */
export function figureName(mode: string): string {
  return `compare-${mode.replace(':', '-')}.svg`;
}

const COLUMNS = ['fraction', 'labelled', 'mode', 'start', 'seeds'];

export function comparisonCsv({ primary, rows }: Comparison): string {
  const header = [...COLUMNS, primary.name, 'low', 'high', 'lowest_seed', 'highest_seed'];
  const lines = rows.map((row) => {
    const { fraction, labelled, mode, start, seeds, score, lowest, highest } = row;
    const { value, low, high } = score;
    const values = [value, low, high, lowest, highest].map((x) => x.toFixed(4));
    return [fraction, labelled, mode, start, seeds, ...values];
  });
  return [header, ...lines].map((line) => csvLine(line)).join('');
}

/** One row per share of labels and mode: both starts, and the gain. */
export function comparisonTable({ primary, rows, gains }: Comparison): string[][] {
  const unit = isShare(primary) ? ' (points)' : '';
  const header = ['labels', 'images', 'mode', 'from scratch', 'pre-trained', `gain${unit}`];
  return [
    header,
    ...gains.map(({ fraction, mode, score }) => {
      const of = (start: Start) =>
        rows.find((row) => row.fraction === fraction && row.mode === mode && row.start === start)!;
      return [
        labelText(fraction),
        String(of('pretrained').labelled),
        mode,
        estimateText(primary, of('scratch')),
        estimateText(primary, of('pretrained')),
        changeText(primary, score),
      ];
    }),
  ];
}

function estimateText(primary: Primary, { score, lowest, highest, seeds }: ComparisonRow): string {
  const text = (value: number) => bare(primary, value);
  const spread = seeds > 1 ? `; seeds ${text(lowest)} to ${text(highest)}` : '';
  const { value, low, high } = score;
  return `${scoreValueText(primary.name, value)} (${text(low)} to ${text(high)}${spread})`;
}

function signed(primary: Primary, change: number): string {
  return `${change < 0 ? '−' : '+'}${bare(primary, Math.abs(change))}`;
}

function changeText(primary: Primary, { value, low, high }: IntervalEstimate, unit = ''): string {
  return `${signed(primary, value)}${unit} (${signed(primary, low)} to ${signed(primary, high)})`;
}

export function gainText(
  { primary, rows }: Pick<Comparison, 'primary' | 'rows'>,
  gain: Gain,
): string {
  const { fraction, mode, score } = gain;
  const { low, high } = score;
  const [better, worse] = primary.better === 'higher' ? [low > 0, high < 0] : [high < 0, low > 0];
  const differs = better ? 'more than chance' : worse ? 'a loss' : undefined;
  const certain = hasSeveralSeeds(rows, gain)
    ? (differs ?? 'may be chance')
    : 'may be chance, as one seed does not tell';
  const change = changeText(primary, score, isShare(primary) ? ' points' : '');
  return `With ${labelText(fraction)} of the labels (${mode}), pre-training gives ${change}: ${certain}.`;
}

export function comparisonMarkdown(comparison: Comparison): string {
  const { primary, images, rows: all, gains, warnings = [] } = comparison;
  const certain = gains.every((gain) => hasSeveralSeeds(all, gain));
  const [header, ...rows] = comparisonTable(comparison);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(header!),
    line(header!.map(() => '---')),
    ...rows.map(line),
    '',
    `${scoreName(primary)} on ${countOf(images, 'image')}, mean over seeds. In brackets: 95 % intervals by the bootstrap over images, and the lowest and highest seed. ${certain ? 'A gain whose interval leaves out 0 is more than chance.' : 'With one seed a gain may be chance.'}`,
    '',
    ...warnings.flatMap((warning) => [warning, '']),
  ].join('\n');
}

// The figure

const WIDTH = 640;
const HEIGHT = 400;
const MARGIN = { top: 48, right: 24, bottom: 56, left: 56 };
/** Colours are readable on light and dark grounds; the dash distinguishes lines without colours. */
const STYLE: Readonly<Record<Start, { colour: string; dash: string }>> = {
  scratch: { colour: '#c2410c', dash: '6 4' },
  pretrained: { colour: '#2563eb', dash: '' },
};

/** The score over the share of labels, with intervals, for both starts in one mode. */
export function comparisonFigure({ primary, rows: all }: Comparison, mode: string): string {
  const name = scoreName(primary);
  const rows = all.filter((row) => row.mode === mode);
  const fractions = [...new Set(rows.map(({ fraction }) => fraction))];
  const values = rows.flatMap(({ score }) => [score.low, score.high]);
  const ticks = ticksOver(Math.min(...values), Math.max(...values));
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const x = (fraction: number) => {
    const [first, last] = [Math.log(Math.min(...fractions)), Math.log(Math.max(...fractions))];
    const at = last === first ? 0.5 : (Math.log(fraction) - first) / (last - first);
    return MARGIN.left + 24 + at * (WIDTH - MARGIN.left - MARGIN.right - 48);
  };
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((value - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(WIDTH / 2, 24, `${name} with few labels (${mode})`, 'middle', 15),
    ...ticks.flatMap((tick) => [
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#e5e7eb"/>`,
      text(MARGIN.left - 8, y(tick) + 4, scoreValueText(primary.name, tick), 'end', 11),
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
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif">\n<title>${name} by number of labels</title>\n${parts.join('\n')}\n</svg>\n`;
}

const TICK_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const MOST_TICKS = 7;

/** Round numbers that span from `low` to `high`. */
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
  y: (value: number) => number,
): string[] {
  const { colour, dash } = STYLE[start];
  const points = rows.map(({ fraction, score }) => ({ at: x(fraction), score }));
  const bar = (at: number, { low, high }: IntervalEstimate) =>
    `<line x1="${at}" x2="${at}" y1="${y(low)}" y2="${y(high)}" stroke="${colour}" stroke-width="2"/>`;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}" points="${points.map(({ at, score }) => `${at},${y(score.value)}`).join(' ')}"/>`,
    ...points.map(({ at, score }) => bar(at, score)),
    ...points.map(
      ({ at, score }) => `<circle cx="${at}" cy="${y(score.value)}" r="4" fill="${colour}"/>`,
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
