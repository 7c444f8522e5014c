/** The charts of a run: their series, titles and number formats. */
import { matchGroupText } from '../../../../engine/contract/match-groups.ts';
import { scoreFacts } from '../../../../engine/contract/scores.ts';
import type { Series, SeriesName } from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { bytesText, numberText, percentText } from '../../../ui/format.ts';
import { titleOf } from '../../../ui/recipe-form/recipe-kind.ts';
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
  /** What is drawn thinly beside the curve of a run; of several runs, the first of it. */
  readonly beside?: readonly BesideCurve[];
  /** Label of the curve of a run that is alone, where others are beside it; `This run` when left out. */
  readonly own?: string;
}

interface BesideCurve {
  readonly name: SeriesName;
  readonly label: string;
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

/** The charts of what is measured of the networks of a pre-training on its probe set. */
export const LEARNING_CHARTS: readonly ChartKind[] = [
  {
    name: 'knnAccuracy',
    title: () => termOf('onlineKnn'),
    text: (value) => percentText(value),
    tickText: shareTick,
    noisy: false,
    optional: true,
    beside: [{ name: 'knnChance', label: 'Most frequent class' }],
    own: 'Teacher',
  },
  {
    name: 'probeMatch',
    title: () => termOf('probeMatch'),
    text: (value) => percentText(value),
    tickText: shareTick,
    noisy: false,
    optional: true,
    beside: [{ name: 'positionMatch', label: 'By position alone' }],
    own: 'With its own image',
  },
  {
    name: 'matchMostVisible',
    title: () => termOf('matchByVisible'),
    text: (value) => percentText(value),
    tickText: shareTick,
    noisy: false,
    optional: true,
    beside: [
      { name: 'matchSomeVisible', label: matchGroupText('some') },
      { name: 'matchFewVisible', label: matchGroupText('few') },
    ],
    own: matchGroupText('most'),
  },
  {
    name: 'agreement',
    title: () => termOf('agreement'),
    text: (value) => numberText(value, 3),
    tickText: numberTick,
    noisy: false,
    optional: true,
    beside: [{ name: 'visibleAgreement', label: 'Visible patches' }],
    own: 'Masked patches',
  },
  {
    name: 'featureRank',
    title: () => termOf('effectiveRank'),
    text: (value) => numberText(value, 3),
    tickText: numberTick,
    noisy: false,
    optional: true,
    beside: [{ name: 'studentFeatureRank', label: 'Student' }],
    own: 'Teacher',
  },
  {
    name: 'featureSpread',
    title: () => termOf('featureSpread'),
    text: (value) => numberText(value, 3),
    tickText: numberTick,
    noisy: false,
    optional: true,
    beside: [{ name: 'leastFeatureSpread', label: 'Least' }],
    own: 'Mean',
  },
  {
    name: 'teacherDistance',
    title: () => termOf('teacherDistance'),
    text: (value) => percentText(value),
    tickText: shareTick,
    noisy: false,
    optional: true,
  },
  {
    name: 'predictionEntropy',
    title: () => termOf('predictionEntropy'),
    text: (value) => percentText(value),
    tickText: shareTick,
    noisy: false,
    optional: true,
  },
  {
    name: 'attentionEntropy',
    title: () => termOf('attentionEntropy'),
    text: (value) => percentText(value),
    tickText: shareTick,
    noisy: false,
    optional: true,
    beside: [{ name: 'firstAttentionEntropy', label: 'First block' }],
    own: 'Last block',
  },
  {
    name: 'lastBlockGradient',
    title: () => termOf('partGradientNorm'),
    text: (value) => numberText(value, 3),
    tickText: numberTick,
    noisy: false,
    optional: true,
    beside: [
      { name: 'firstBlockGradient', label: 'First block' },
      { name: 'projectorGradient', label: 'Projector' },
      { name: 'embeddingGradient', label: 'Embedding' },
    ],
    own: 'Last block',
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
    beside: [{ name: 'machineCpuShare', label: 'All programs' }],
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

export const ALL_CHARTS: readonly ChartKind[] = [...CHARTS, ...LEARNING_CHARTS, ...MACHINE_CHARTS];

/** All series of the charts. */
export const CHART_SERIES: SeriesName[] = [
  ...ALL_CHARTS.flatMap(({ name, beside = [] }) => [name, ...beside.map((one) => one.name)]),
  'chance',
];
