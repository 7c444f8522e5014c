/** Style of charts: colours, dashes and axes, for the page and for saved pictures. */
import uPlot from 'uplot';
import type { ChartAxis } from './chart-axis.ts';
import { type Curve, type CurveLook, logTicks } from './chart-data.ts';

/** Pairs of colours for the light and dark theme with a contrast of at least 4.5 to 1; dashes differ as well. */
const COLOURS = [
  ['#087f5b', '#38d9a9'],
  ['#1864ab', '#74c0fc'],
  ['#a61e4d', '#faa2c1'],
  ['#5f3dc4', '#b197fc'],
  ['#8a5a00', '#ffd43b'],
  ['#495057', '#ced4da'],
] as const;
const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3], [5, 5], [1, 5]] as const;
const REFERENCE_DASH = [4, 4];
const THIN_DASH = [1, 2];
/** Of a band and its ends, over any ground. */
const BAND = 'rgba(134, 142, 150, 0.28)';
/** Opacity of the measured values behind a smoothed curve. */
export const PALE = 0.3;

export interface Stroke {
  readonly colour: string;
  readonly dash: readonly number[];
}

export function inkOf(dark: boolean): string {
  return dark ? '#c9cdd2' : '#343a40';
}

/** @param at index of the curve, used where it has no colour */
export function strokeOf({ look, colour }: Curve, at: number, dark: boolean): Stroke {
  if (look === 'reference') return { colour: inkOf(dark), dash: REFERENCE_DASH };
  if (isBand(look)) return { colour: BAND, dash: [] };
  const place = (colour ?? at) % COLOURS.length;
  return { colour: COLOURS[place]![dark ? 1 : 0], dash: dashOf(look, place) };
}

export function isBand(look: CurveLook | undefined): boolean {
  return look === 'upper' || look === 'lower';
}

function dashOf(look: CurveLook | undefined, place: number): readonly number[] {
  if (look === 'pale') return [];
  return look === 'thin' ? THIN_DASH : DASHES[place]!;
}

export interface LookOptions {
  readonly curves: readonly Curve[];
  /** What the curves are drawn over. */
  readonly axis: ChartAxis;
  /** Title of the axis of values; none where undefined. */
  readonly title?: string | undefined;
  readonly dark: boolean;
  readonly logarithmic: boolean;
  readonly text: (value: number) => string;
  /** Text of ticks, if it differs from that of values; `apart` is the distance of ticks. */
  readonly tickText?: ((value: number, apart: number) => string) | undefined;
  readonly width: number;
  readonly height: number;
  /** Factor for lengths and font sizes relative to the page. */
  readonly scale?: number;
}

export function lookOf(look: LookOptions): uPlot.Options {
  const { curves, axis: over, dark, logarithmic, text, width, height, title, scale = 1 } = look;
  const placeText = (x: number | null) => (x === null ? '–' : over.text(x));
  const tickText = look.tickText ?? text;
  const grid = { stroke: dark ? '#3b3f45' : '#e9ecef', width: scale };
  const axis: uPlot.Axis = {
    stroke: inkOf(dark),
    font: `${12 * scale}px system-ui, sans-serif`,
    grid,
    ticks: { ...grid, size: 6 * scale },
    gap: 5 * scale,
  };
  return {
    width,
    height,
    padding: [10 * scale, 22 * scale, 0, 0],
    scales: {
      x: { time: false },
      y: logarithmic ? { distr: 3, range: logRange } : { range: valueRange },
    },
    axes: [
      {
        ...axis,
        ...titled(over.title, scale),
        space: 64 * scale,
        size: 30 * scale,
        ...(over.increments === undefined ? {} : { incrs: [...over.increments] }),
        values: (_, ticks) => ticks.map(placeText),
      },
      {
        ...axis,
        ...(title === undefined ? {} : titled(title, scale)),
        size: 68 * scale,
        space: 34 * scale,
        ...(logarithmic ? { splits: (_, __, least, most) => logTicks(least, most) } : {}),
        // uPlot's default filter removes ticks between powers of ten.
        ...(logarithmic ? { filter: (_, ticks) => ticks } : {}),
        values: (_, ticks, __, ___, apart) =>
          ticks.map((tick) => (tick === null ? '' : tickText(tick, logarithmic ? tick : apart))),
      },
    ],
    series: [
      { label: over.title, value: (_, x) => placeText(x) },
      ...curves.map((curve, i) => seriesOf(curve, strokeOf(curve, i, dark), { text, scale })),
    ],
    // The first series is the axis.
    bands: curves.flatMap(({ look: drawn }, i) =>
      drawn === 'upper' ? [{ series: [i + 1, i + 2] as [number, number], fill: BAND }] : [],
    ),
  };
}

function titled(label: string, scale: number): uPlot.Axis {
  const px = 12 * scale;
  return { label, labelSize: 18 * scale, labelFont: `600 ${px}px system-ui, sans-serif` };
}

function seriesOf(
  curve: Curve,
  { colour, dash }: Stroke,
  { text, scale }: { text: (value: number) => string; scale: number },
): uPlot.Series {
  const { label, look = 'line' } = curve;
  return {
    label,
    stroke: colour,
    width: (look === 'line' ? 1.75 : 1) * scale,
    dash: dash.map((length) => length * scale),
    alpha: look === 'pale' ? PALE : 1,
    class: look,
    points: { show: look === 'points', size: 7 * scale, fill: colour },
    spanGaps: true,
    value: (_, value) =>
      isBand(look) ? '' : value === null || value === undefined ? '–' : text(value),
  };
}

/** Values that differ by less are equal: curves are stored in single precision. */
const PRECISION = 1e-6;
/** Margin around the data, as uPlot has it. */
const MARGIN = 0.1;

/** uPlot's range, in which values that are equal but for rounding are one value. */
export function valueRange(
  _: uPlot,
  least: number | null,
  most: number | null,
): uPlot.Range.MinMax {
  if (least === null || most === null) return [null, null];
  const isOne = most - least < PRECISION * Math.max(Math.abs(least), Math.abs(most));
  return uPlot.rangeNum(least, isOne ? least : most, MARGIN, true);
}

/** The range of the data with a margin; uPlot's default of whole powers of ten would flatten most losses. */
function logRange(_: uPlot, least: number | null, most: number | null): [number, number] {
  if (least === null || most === null || least <= 0) return [0.1, 10];
  return [least / 1.08, most * 1.08];
}

/** Align curves to common columns; a logarithmic chart omits values of zero and below. */
export function alignCurves(
  curves: readonly Curve[],
  logarithmic: boolean,
  join: typeof uPlot.join,
): uPlot.AlignedData {
  if (curves.length === 0) return [[]];
  const tables = curves.map(({ x, values }) => {
    const drawn = logarithmic ? values.map((value) => (value > 0 ? value : null)) : [...values];
    return [[...x], drawn] as uPlot.AlignedData;
  });
  // A step without a value must not interrupt the line of a curve.
  return join(
    tables,
    tables.map(() => [2, 2]),
  );
}
