/** The axes that curves are drawn over: steps, epochs, training time. */
import type { XAxis } from '../../../engine/contract/studio/index.ts';
import { countText } from '../format.ts';

export type AxisRange = readonly [number, number];

export interface ChartAxis {
  readonly name: XAxis;
  /** With its unit. */
  readonly title: string;
  /** What the fields of its range are called. */
  readonly values: string;
  readonly text: (x: number) => string;
  /** A place and a range in a sentence. */
  readonly at: (x: number) => string;
  readonly between: (from: number, to: number) => string;
  /** A typed place; NaN for what is none. */
  readonly parse: (text: string) => number;
  /** A place that a pointer or a zoom names, as exactly as it is kept. */
  readonly round: (x: number, by: 'down' | 'up' | 'near') => number;
  /** The shortest range that can be shown. */
  readonly least: number;
  /** Distances of ticks, where the usual ones are not round. */
  readonly increments?: readonly number[];
}

const ROUNDINGS = { down: Math.floor, up: Math.ceil, near: Math.round } as const;

function roundedTo(parts: number): ChartAxis['round'] {
  return (x, by) => ROUNDINGS[by](Math.max(0, x) * parts) / parts;
}

function number(text: string): number {
  const plain = text.replaceAll(/[,\s]/g, '');
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
}

const SIXTY = [1, 2, 5, 10, 15, 30];
const HOUR = 3600;

export const CHART_AXES: Readonly<Record<XAxis, ChartAxis>> = {
  step: {
    name: 'step',
    title: 'Step',
    values: 'Steps',
    text: countText,
    at: (x) => `at step ${countText(x)}`,
    between: (from, to) => `between steps ${countText(from)} and ${countText(to)}`,
    parse: (text) => (Number.isInteger(number(text)) ? number(text) : Number.NaN),
    round: roundedTo(1),
    least: 2,
  },
  epoch: {
    name: 'epoch',
    title: 'Epoch',
    values: 'Epochs',
    text: epochText,
    at: (x) => `at epoch ${epochText(x)}`,
    between: (from, to) => `between epochs ${epochText(from)} and ${epochText(to)}`,
    parse: number,
    round: roundedTo(1000),
    least: 0.01,
  },
  time: {
    name: 'time',
    title: 'Training time (h:min:s)',
    values: 'Time',
    text: timeText,
    at: (x) => `after ${timeText(x)}`,
    between: (from, to) => `between ${timeText(from)} and ${timeText(to)} of training`,
    parse: secondsOf,
    round: roundedTo(10),
    least: 1,
    increments: [
      ...SIXTY,
      ...SIXTY.map((minutes) => minutes * 60),
      ...[1, 2, 3, 6, 12, 24, 48, 120, 240, 480, 960].map((hours) => hours * HOUR),
    ],
  },
};

function epochText(x: number): string {
  return Number(x.toFixed(2)).toLocaleString('en-US');
}

/** `0:01:30`, in hours, minutes and seconds. */
export function timeText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${Math.floor(whole / HOUR)}:${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
}

/** `1:30:00` and `30:00`, or a number of seconds. */
function secondsOf(text: string): number {
  const parts = text.split(':').map(number);
  if (parts.length > 3) return Number.NaN;
  return parts.reduce((sum, part) => sum * 60 + part, 0);
}
