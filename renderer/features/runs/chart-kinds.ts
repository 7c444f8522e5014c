/** The charts of a run: their series, titles and number formats. */
import { scoreFacts } from '../../../engine/contract/scores.ts';
import type { Series, SeriesName } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { bytesText, numberText, percentText } from '../../ui/format.ts';
import { titleOf } from '../../ui/recipe-form/recipe-kind.ts';
import { bytesTick, numberTick } from './tick-text.ts';

export interface ChartKind {
  readonly name: SeriesName;
  readonly title: (score: Series['score']) => string;
  readonly text: (value: number) => string;
  /** Text of axis ticks with the distance `apart`. */
  readonly tickText?: (value: number, apart: number) => string;
  /** Whether the values vary between steps, so that smoothing applies. */
  readonly noisy: boolean;
  /** Whether some trainings have no such values. */
  readonly optional?: boolean;
  /** Whether only pre-training has such values: others state 0. */
  readonly ofPretraining?: boolean;
  /** What is drawn thinly beside each run's curve. */
  readonly beside?: { readonly name: SeriesName; readonly label: string };
}

const shareTick = (value: number, apart: number) => percentText(value, apart < 0.01 ? 1 : 0);

export const CHARTS: readonly ChartKind[] = [
  {
    name: 'loss',
    title: () => termOf('loss'),
    text: (value) => numberText(value, 4),
    tickText: numberTick,
    noisy: true,
  },
  {
    name: 'score',
    title: (score) => scoreFacts(score).title,
    text: (value) => percentText(value),
    tickText: shareTick,
    noisy: true,
  },
  {
    name: 'lr',
    title: () => titleOf('pretrain', 'lr'),
    text: (value) => numberText(value, 3),
    tickText: numberTick,
    noisy: false,
  },
  {
    name: 'imagesPerSecond',
    title: () => termOf('throughput'),
    text: (value) => numberText(value, 3),
    tickText: numberTick,
    noisy: true,
  },
  {
    name: 'dataWaitShare',
    title: () => termOf('dataWait'),
    text: (value) => percentText(value),
    tickText: shareTick,
    noisy: true,
  },
  {
    name: 'gradNorm',
    title: () => termOf('gradientNorm'),
    text: (value) => numberText(value, 3),
    tickText: numberTick,
    noisy: true,
    optional: true,
  },
  {
    name: 'weightDecay',
    title: () => titleOf('pretrain', 'weight_decay'),
    text: (value) => numberText(value, 3),
    tickText: numberTick,
    noisy: false,
    optional: true,
  },
  {
    name: 'emaMomentum',
    title: () => termOf('emaMomentum'),
    text: (value) => numberText(value, 5),
    tickText: numberTick,
    noisy: false,
    optional: true,
    ofPretraining: true,
  },
];

/** The charts of what a run uses of the machine. */
export const MACHINE_CHARTS: readonly ChartKind[] = [
  {
    name: 'cpuShare',
    title: () => termOf('cpuUse'),
    text: (value) => percentText(value, 0),
    noisy: true,
    optional: true,
    beside: { name: 'machineCpuShare', label: 'All programs' },
  },
  {
    name: 'gpuUse',
    title: () => termOf('gpuUse'),
    text: (value) => percentText(value, 0),
    noisy: true,
    optional: true,
  },
  {
    name: 'rssBytes',
    title: () => termOf('memory'),
    text: bytesText,
    tickText: bytesTick,
    noisy: false,
  },
  {
    name: 'machineMemoryBytes',
    title: () => termOf('machineMemory'),
    text: bytesText,
    tickText: bytesTick,
    noisy: false,
    optional: true,
  },
  {
    name: 'gpuMemoryBytes',
    title: () => termOf('gpuMemory'),
    text: bytesText,
    tickText: bytesTick,
    noisy: false,
    optional: true,
  },
];

/** All series of the charts. */
export const CHART_SERIES: SeriesName[] = [
  ...[...CHARTS, ...MACHINE_CHARTS].flatMap(({ name, beside }) =>
    beside === undefined ? [name] : [name, beside.name],
  ),
  'chance',
];
