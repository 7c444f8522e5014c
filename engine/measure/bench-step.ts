/** Speed of a training step on a device, relative to a plain matrix product timed between steps. */
import { median } from '../contract/median.ts';
import { passesPerStep } from '../contract/micro-batch.ts';
import { PRECISION_TRAITS, type Precision } from '../contract/precision.ts';
import type { SharedValues } from '../contract/settings/shared.ts';
import { traitsOf } from '../executors/devices.ts';
import type { CompileOptions, Executor, Program } from '../executors/executor.ts';
import { openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import { entry, nextState } from '../ir/entry.ts';
import type { Module } from '../ir/types.ts';
import { float32State } from '../nn/parameters.ts';
import { countFlops } from '../passes/count-flops.ts';
import { RandomStream } from '../random/philox.ts';
import { elementCount, type HostTensor } from '../tensor/host-tensor.ts';
import { usedCardMemory } from './card-memory.ts';
import { timeSteps } from './time-steps.ts';
import { type TimedTask, timedStep } from './timed-step.ts';

export interface StepBench {
  readonly task: TimedTask;
  readonly recipe: string;
  readonly batch: number;
  readonly device: string;
  /** id of the executor */
  readonly executor: string;
  readonly precision: Precision;
  /** median, ms */
  readonly stepMs: number;
  readonly compileMs: number;
  /** of the matrix products of the step, 1e9 operations per second */
  readonly gflops: number;
  /** of a product of two square matrices in the same precision, measured between the steps */
  readonly matmulGflops: number;
  /** size of those matrices */
  readonly matmulSize: number;
  readonly share: number;
  /** largest resident memory of this process */
  readonly peakBytes: number;
  /** the step's share of the card's memory, where known */
  readonly cardBytes?: number;
}

/** Sizes of the plain product, tried in this order. */
const MATMUL_SIZES = [256, 512, 1024, 2048, 4096, 8192] as const;
/** The next size is tried if it would take no longer than this. */
const LONGEST_MATMUL_MS = 400;

/** @param steps timed steps; three untimed ones come first, in which memory is allocated */
export async function benchStep(options: {
  readonly task: TimedTask;
  /** Of that task. */
  readonly recipe: SharedValues;
  readonly name: string;
  readonly device?: string;
  readonly steps?: number;
  readonly threads?: number;
}): Promise<StepBench> {
  const { task, recipe, name, steps = 7 } = options;
  const { executor, id } = await openDevice(options.device);
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const cardBefore = await usedCardMemory();
  const subject = await timedStep(task, recipe);
  const started = performance.now();
  const learner = await subject.open({ device: id, ...threads });
  const compileMs = performance.now() - started;
  const plain = await largestMatmul(executor, {
    device: id,
    precision: recipe.precision,
    ...threads,
  });
  const matmulTimes: number[] = [];
  const { stepMs } = await timeSteps({
    learner,
    scalars: { lr: recipe.lr, weightDecay: recipe.weight_decay, emaMomentum: 0.996 },
    nextBatch: () => subject.batch,
    warmUp: 3,
    steps,
    async beforeCounted() {
      for (let k = 0; k < 3; k++) matmulTimes.push(await timed(plain.program));
    },
  });
  // The program keeps its buffers between steps.
  const cardAfter = await usedCardMemory();
  await learner.dispose();
  await plain.program.dispose();
  const flops = passesPerStep(recipe) * stepFlops(subject.entries(id));
  const gflops = flops / stepMs / 1e6;
  const matmulGflops = plain.flops / median(matmulTimes) / 1e6;
  return {
    task,
    recipe: name,
    batch: recipe.batch_size,
    device: id,
    executor: executor.id,
    precision: recipe.precision,
    stepMs,
    compileMs,
    gflops,
    matmulGflops,
    matmulSize: plain.size,
    share: gflops / matmulGflops,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    ...(traitsOf(id).computesOn === 'processor' ||
    cardBefore === undefined ||
    cardAfter === undefined
      ? {}
      : { cardBytes: cardAfter - cardBefore }),
  };
}

/** Operations of the matrix products of a step, or of one pass where a batch has several. */
export function stepFlops(entries: Module['entries']): number {
  return Object.values(entries).reduce((sum, graph) => sum + countFlops(graph), 0);
}

type PlainOptions = CompileOptions & { readonly device: string };

interface PlainProduct {
  readonly program: Program;
  readonly size: number;
  readonly flops: number;
}

/** A product large enough for the device's peak rate and quick enough to repeat. */
async function largestMatmul(executor: Executor, options: PlainOptions): Promise<PlainProduct> {
  let best: PlainProduct | undefined;
  for (const size of MATMUL_SIZES) {
    const product = await plainProduct(executor, size, options);
    await best?.program.dispose();
    best = product;
    const next = Math.min(await timed(product.program), await timed(product.program)) * 8;
    if (next > LONGEST_MATMUL_MS) break;
  }
  return best!;
}

async function plainProduct(
  executor: Executor,
  size: number,
  options: PlainOptions,
): Promise<PlainProduct> {
  const { device, precision } = options;
  const { longestHalfSum = size } = traitsOf(device);
  // Longer sums would not run in this precision.
  const inner = PRECISION_TRAITS[precision ?? 'float32'].hasLongestSum
    ? Math.min(size, longestHalfSum)
    : size;
  const shapes = { a: [size, inner], b: [inner, size], c: [size, size] };
  const product = ir.matmul(ir.state('a', shapes.a), ir.state('b', shapes.b));
  // Reading one number of the result waits for the product at no cost.
  const corner = ir.sliceAll(product, [0, 0], [1, 1]);
  const state = [nextState('c', product)];
  const module: Module = {
    state: float32State(Object.entries(shapes).map(([name, shape]) => ({ name, shape }))),
    entries: { main: entry('matmul', { state, results: { corner } }) },
  };
  const program = await executor.compile(module, options);
  // Random numbers are written, since all pages of unwritten memory map to one page of zeros and
  // read differently.
  const random = new RandomStream(0, 'probe');
  const matrix = (shape: readonly number[]): HostTensor => ({
    dtype: 'f32',
    shape,
    data: Float32Array.from({ length: elementCount(shape) }, () => random.between(-1, 1)),
  });
  await program.writeState(
    new Map(Object.entries(shapes).map(([name, shape]) => [name, matrix(shape)])),
  );
  await program.run('main', {});
  return { program, size, flops: 2 * size * size * inner };
}

async function timed(program: Program): Promise<number> {
  const started = performance.now();
  await program.run('main', {});
  return performance.now() - started;
}
