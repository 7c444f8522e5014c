/**
 * The pre-training step as two graphs over one state.
 *
 * `gradients`: teacher and student forward, loss, backward. It writes gradients and the next
 * running statistics to separate state tensors and returns loss, squared gradient norm and token
 * match. `update`: AdamW, clipping, moving average, running statistics. It is run only when the
 * first graph's numbers are finite, so the weights stay finite.
 *
 * With several passes, `gradients` adds to the stored gradients, and `clear` runs before the first
 * pass. Each pass divides by the whole batch's number of masked patches, so the sums are the
 * batch's loss and gradient, except that batch norm sees the pass's tokens only. Running statistics
 * are updated by each pass in turn, as in PyTorch.
 */

import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { GraphOutput, Module, TensorType } from '../../ir/types.ts';
import {
  type NetworkConfig,
  networkBuffers,
  networkForward,
  networkParameters,
} from '../../nn/conmim-network.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { Taps } from '../../nn/taps.ts';
import { gridOf } from '../../nn/vit.ts';
import { updateOutputs } from '../../optim/adamw.ts';
import {
  accumulates,
  gradientOutputs,
  isPartOfBatch,
  type OptimizedGroup,
  optimizedGroups,
  type PackPrefixes,
  packsOf,
  type StepOptions,
  zeroGradients,
} from '../shared/optimised-module.ts';
import {
  clearedStatistics,
  committedStatistics,
  pendingStatistics,
  type StatisticsOf,
  tensorsInTraining,
} from '../shared/running-statistics.ts';
import { contrast } from './loss.ts';
import { type ProbeShape, pooledEntry, probeEntry } from './probe-entry.ts';

/** With several passes or ranks, `gradients` also takes a feed `maskedTotal`. */
export interface PretrainModuleOptions extends StepOptions {
  readonly network: NetworkConfig;
  readonly temperature: number;
  groupOf(name: string, shape: readonly number[]): string;
  /**
   * values that `gradients` also returns, by name: `logits`, and the taps of each network, such as
   * `student.features` or `teacher.blocks.3.attn.probs`
   */
  readonly taps?: readonly string[];
  /** with it, there are the entries of probe-entry.ts */
  readonly probe?: ProbeShape | undefined;
}

export type PretrainModule = ReturnType<typeof buildPretrainModule>;
export type PretrainEntries = PretrainModule['entries'];

export function buildPretrainModule(options: PretrainModuleOptions) {
  const parameters = networkParameters(options.network);
  const buffers = networkBuffers(options.network);
  const state = new Map<string, TensorType>();
  const declare = (
    prefix: string,
    specs: readonly { name: string; shape: readonly number[] }[],
  ) => {
    for (const { name, shape } of specs) state.set(prefix + name, { dtype: 'f32', shape });
  };
  const S = STATE_PREFIXES;
  for (const network of [S.student, S.teacher]) {
    declare(network, [...parameters, ...buffers]);
    declare(S.pending + network, buffers);
  }
  for (const prefix of [S.firstMoment, S.secondMoment, S.gradient]) declare(prefix, parameters);
  return {
    state,
    packs: packsOf(groupsOf(options), PREFIXES),
    entries: {
      ...(accumulates(options) ? { clear: entry('clear', { state: clearedState(options) }) } : {}),
      gradients: stepGradients(options),
      update: entry('update', { state: updatedState(options) }),
      ...(options.probe === undefined ? {} : { probe: probeEntry(options, options.probe) }),
      ...(options.probe?.isPooled ? { pooled: pooledEntry(options, options.probe) } : {}),
    },
  } satisfies Module;
}

function stepGradients(options: PretrainModuleOptions) {
  const { network, batchSize, temperature, syncedRanks } = options;
  const accumulate = accumulates(options);
  const images = [batchSize, ...imageShape(network.vit)];
  const parameters = networkParameters(network);
  const [studentOf, teacherOf] = networksOf(network);
  const studentParameters = tensorsInTraining(studentOf, accumulate);
  const teacherParameters = tensorsInTraining(teacherOf, accumulate);
  const mask = ir.feed('mask', [batchSize, gridOf(network.vit).patches]);
  const teacherImages = ir.feed('teacherImages', images);
  const studentImages = ir.feed('studentImages', images);
  const maskedTotal = isPartOfBatch(options) ? ir.feed('maskedTotal', []) : undefined;
  const taps = Taps.of(options.taps);
  const teacher = networkForward(
    teacherParameters,
    teacherImages,
    undefined,
    network,
    taps.within('teacher.'),
    syncedRanks,
  );
  const student = networkForward(
    studentParameters,
    studentImages,
    mask,
    network,
    taps.within('student.'),
    syncedRanks,
  );
  const { logits, loss, matches, masked } = contrast(
    student.projected,
    teacher.projected,
    mask,
    temperature,
    maskedTotal,
  );
  taps.offer('logits', logits);
  const { feeds, squaredNorm, gradients } = gradientOutputs(
    loss,
    parameters,
    studentParameters,
    options,
    student.stops,
  );
  return entry('gradients', {
    feeds: { studentImages, teacherImages, mask, maskedTotal, ...feeds },
    results: { loss, squaredNorm, matches, masked },
    state: [
      ...pendingStatistics(teacherOf, teacher.buffers),
      ...pendingStatistics(studentOf, student.buffers),
      ...gradients,
    ],
    taps: taps.results(),
  });
}

/** Student and teacher. */
function networksOf(network: NetworkConfig): [StatisticsOf, StatisticsOf] {
  const [parameters, buffers] = [networkParameters(network), networkBuffers(network)];
  const of = (prefix: string): StatisticsOf => ({ prefix, parameters, buffers });
  return [of(STATE_PREFIXES.student), of(STATE_PREFIXES.teacher)];
}

/** Zero gradients, and the running statistics that the first pass of a batch updates. */
function clearedState(options: PretrainModuleOptions): GraphOutput[] {
  const statistics = networksOf(options.network).flatMap(clearedStatistics);
  return [...zeroGradients(groupsOf(options)), ...statistics];
}

const PREFIXES = {
  parameter: STATE_PREFIXES.student,
  gradient: STATE_PREFIXES.gradient,
  firstMoment: STATE_PREFIXES.firstMoment,
  secondMoment: STATE_PREFIXES.secondMoment,
  average: STATE_PREFIXES.teacher,
} as const satisfies PackPrefixes;

function groupsOf({ network, groupOf }: PretrainModuleOptions): OptimizedGroup[] {
  return optimizedGroups(networkParameters(network), groupOf, PREFIXES);
}

function updatedState(options: PretrainModuleOptions): GraphOutput[] {
  const { network, adamw } = options;
  const updates = updateOutputs(groupsOf(options), adamw);
  return [...updates, ...networksOf(network).flatMap(committedStatistics)];
}
