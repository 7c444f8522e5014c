/**
 * The pre-training step as two graphs over one state.
 *
 * `gradients`: teacher and student forward, loss, backward. It leaves gradients and the next running
 * statistics in state tensors of their own and returns loss, squared gradient norm and token match.
 * `update`: AdamW, clipping, moving average, running statistics. It is run only when the numbers of
 * the first graph are finite, so nothing non-finite can reach the weights.
 *
 * Where a batch is computed in passes, `gradients` adds to what is there, and `clear` comes before the
 * first pass. Each pass has the whole batch's number of masked patches as its divisor, so the sums are
 * the batch's own loss and gradient, but that batch norm sees only the pass's tokens. Running statistics
 * move at each pass, one after the other, as PyTorch's do.
 */

import * as ir from '../../ir/builder.ts';
import type { Module, Node, Output, TensorType } from '../../ir/types.ts';
import {
  type NetworkConfig,
  networkBuffers,
  networkForward,
  networkParameters,
} from '../../nn/conmim-network.ts';
import { type Parameters, stateParameters } from '../../nn/parameters.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { Taps } from '../../nn/taps.ts';
import { gridOf } from '../../nn/vit.ts';
import { type AdamWConstants, updateOutputs } from '../../optim/adamw.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import {
  gradientOutputs,
  type OptimizedGroup,
  optimizedGroups,
  type PackPrefixes,
  packsOf,
  zeroGradients,
} from '../shared/optimised-module.ts';
import { contrast } from './loss.ts';

export interface PretrainModuleOptions {
  readonly network: NetworkConfig;
  /** images of one pass */
  readonly batchSize: number;
  /** whether a batch is several passes: there is then an entry `clear`, and a feed `maskedTotal` */
  readonly accumulate?: boolean;
  /** whether gradients are those of the loss times a feed `lossScale`, times a feed `gradientScale` */
  readonly lossScaled?: boolean;
  /** whether activations are computed again for the backward pass instead of kept */
  readonly recompute?: boolean;
  readonly temperature: number;
  readonly adamw: AdamWConstants;
  /** the optimizer group of a parameter */
  groupOf(name: string, shape: readonly number[]): string;
  /**
   * Values that `gradients` also returns, by name: `logits`, and what each network offers, as
   * `student.features` or `teacher.blocks.3.attn.probs`
   */
  readonly taps?: readonly string[];
}

export function buildPretrainModule(options: PretrainModuleOptions): Module {
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
      ...(options.accumulate ? { clear: { name: 'clear', outputs: clearOutputs(options) } } : {}),
      gradients: { name: 'gradients', outputs: stepGradients(options) },
      update: { name: 'update', outputs: stepUpdate(options) },
    },
  };
}

function stepGradients({
  network,
  batchSize,
  accumulate = false,
  lossScaled = false,
  recompute = false,
  temperature,
  taps: names = [],
}: PretrainModuleOptions): Output[] {
  const { imageSize } = network.vit;
  const images = [batchSize, 3, ...imageSize];
  const parameters = networkParameters(network);
  const studentParameters = tensorsOf(STATE_PREFIXES.student, network, accumulate);
  const teacherParameters = tensorsOf(STATE_PREFIXES.teacher, network, accumulate);
  const mask = ir.feed('mask', [batchSize, gridOf(network.vit).patches]);
  const taps = Taps.of(names);
  const teacher = networkForward(
    teacherParameters,
    ir.feed('teacherImages', images),
    undefined,
    network,
    taps.within('teacher.'),
  );
  const student = networkForward(
    studentParameters,
    ir.feed('studentImages', images),
    mask,
    network,
    taps.within('student.'),
  );
  const { logits, loss, matches, masked } = contrast(
    student.projected,
    teacher.projected,
    mask,
    temperature,
    accumulate ? ir.feed('maskedTotal', []) : undefined,
  );
  taps.offer('logits', logits);
  const { results, gradients } = gradientOutputs(loss, parameters, studentParameters, {
    accumulate,
    lossScaled,
    stops: recompute ? student.stops : [],
  });
  const result = (name: string, node: Node): Output => ({ name, role: 'result', node });
  const keep = (name: string, node: Node): Output => ({ name, role: 'state', node });
  const pending = (prefix: string, values: ReadonlyMap<string, Node>) =>
    [...values].map(([name, node]) => keep(STATE_PREFIXES.pending + prefix + name, node));
  return [
    ...results,
    result('matches', matches),
    result('masked', masked),
    ...pending(STATE_PREFIXES.teacher, teacher.buffers),
    ...pending(STATE_PREFIXES.student, student.buffers),
    ...gradients,
    ...taps.results(),
  ];
}

/** A network's tensors; running statistics are read from where the pass before left them. */
function tensorsOf(prefix: string, network: NetworkConfig, accumulate: boolean): Parameters {
  const buffers = networkBuffers(network);
  const tensors = stateParameters(prefix, [...networkParameters(network), ...buffers]);
  if (!accumulate) return tensors;
  const moved = stateParameters(STATE_PREFIXES.pending + prefix, buffers);
  const names = new Set(buffers.map(({ name }) => name));
  return (name) => (names.has(name) ? moved(name) : tensors(name));
}

/** Gradients of nothing yet, and the running statistics that a batch's first pass moves. */
function clearOutputs(options: PretrainModuleOptions): Output[] {
  const S = STATE_PREFIXES;
  const statistics = [S.student, S.teacher].flatMap((prefix) =>
    networkBuffers(options.network).map(
      ({ name, shape }): Output => ({
        name: S.pending + prefix + name,
        role: 'state',
        node: ir.state(prefix + name, shape),
      }),
    ),
  );
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

function stepUpdate(options: PretrainModuleOptions): Output[] {
  const { network, adamw } = options;
  const S = STATE_PREFIXES;
  const updates = updateOutputs(groupsOf(options), adamw);
  const commits = [S.student, S.teacher].flatMap((prefix) =>
    networkBuffers(network).map(
      ({ name, shape }): Output => ({
        name: prefix + name,
        role: 'state',
        node: ir.state(S.pending + prefix + name, [elementCount(shape)]),
      }),
    ),
  );
  return [...updates, ...commits];
}
