/** The files of a comparison: a table as CSV and Markdown, a figure as SVG. */
import { hasSeveralSeeds } from '../contract/compared-seeds.ts';
import { countOf } from '../contract/number-text.ts';
import { type Primary, scoreFacts, scoreValueText } from '../contract/scores.ts';
import type { IntervalEstimate } from '../evaluation/bootstrap.ts';
import { csvLine } from '../formats/csv.ts';
import type { Comparison, ComparisonRow, Gain, Start } from './comparison.ts';
import { startCurvesSvg } from './start-curves.ts';

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
export function scoreName({ name }: Primary): string {
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

/** The score over the share of labels, with intervals, for both starts in one mode. */
export function comparisonFigure({ primary, rows: all }: Comparison, mode: string): string {
  const name = scoreName(primary);
  const rows = all.filter((row) => row.mode === mode);
  const fractions = [...new Set(rows.map(({ fraction }) => fraction))];
  const [first, last] = [Math.log(Math.min(...fractions)), Math.log(Math.max(...fractions))];
  const at = (fraction: number) =>
    last === first ? 0.5 : (Math.log(fraction) - first) / (last - first);
  return startCurvesSvg({
    title: `${name} with few labels (${mode})`,
    about: `${name} by number of labels`,
    axis: 'share of the labels',
    places: fractions.map((fraction) => ({ at: at(fraction), text: labelText(fraction) })),
    valueText: (value) => scoreValueText(primary.name, value),
    names: START_TEXT,
    points: rows.map(({ fraction, start, score }) => ({ at: at(fraction), start, score })),
  });
}
