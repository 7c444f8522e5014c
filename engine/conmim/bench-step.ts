/**
 * How fast a training step is on a device, as a share of what the same device does in a plain matrix
 * product measured in between.
 */
import type { Recipe } from '../contract/recipe.ts';
import type { Executor, Program } from '../executors/executor.ts';
import { openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import type { Module } from '../ir/types.ts';
import { countFlops } from '../passes/count-flops.ts';
import { RandomStream } from '../random/philox.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';
import { createPretrainTask, pretrainModule } from './pretrain-task.ts';
import { randomBatch } from './random-batch.ts';
import { median, timeSteps } from './time-steps.ts';

export interface StepBench {
  readonly recipe: string;
  readonly batch: number;
  readonly device: string;
  /** median, ms */
  readonly stepMs: number;
  readonly compileMs: number;
  /** of the step's matrix products, 1e9 operations a second */
  readonly gflops: number;
  /** of a plain product of two 2048 x 2048 matrices, measured between the steps */
  readonly matmulGflops: number;
  readonly share: number;
  /** largest resident memory of this process */
  readonly peakBytes: number;
}

/** Sides of the plain product, tried in this order. */
const MATMUL_SIZES = [256, 512, 1024, 2048, 4096, 8192] as const;
/** A larger one is tried where it would take no longer than this. */
const LONGEST_MATMUL_MS = 400;

/** @param steps timed steps, after three that are not: memory is mapped and arenas grow in them */
export async function benchStep(options: {
  readonly recipe: Recipe;
  readonly name: string;
  readonly device?: string;
  readonly steps?: number;
  readonly threads?: number;
}): Promise<StepBench> {
  const { recipe, name, steps = 7 } = options;
  const { executor, id } = await openDevice(options.device ?? 'auto');
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const started = performance.now();
  const task = await createPretrainTask({ recipe, device: id, ...threads });
  const compileMs = performance.now() - started;
  const batch = randomBatch(recipe);
  const plain = await largestMatmul(executor, id, options.threads);
  const matmulTimes: number[] = [];
  const { stepMs } = await timeSteps({
    task,
    scalars: { lr: recipe.lr, weightDecay: recipe.weight_decay, emaMomentum: 0.996 },
    nextBatch: () => batch,
    warmUp: 3,
    steps,
    async beforeCounted() {
      for (let k = 0; k < 3; k++) matmulTimes.push(await timed(plain.program));
    },
  });
  await task.dispose();
  await plain.program.dispose();
  const flops = stepFlops(pretrainModule(recipe));
  const gflops = flops / stepMs / 1e6;
  const matmulGflops = (2 * plain.size ** 3) / median(matmulTimes) / 1e6;
  return {
    recipe: name,
    batch: recipe.batch_size,
    device: id,
    stepMs,
    compileMs,
    gflops,
    matmulGflops,
    share: gflops / matmulGflops,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** Operations of a step's matrix products. */
export function stepFlops(module: Module): number {
  return Object.values(module.entries).reduce((sum, graph) => sum + countFlops(graph), 0);
}

/** The product that shows a device's ceiling: large, and yet quick enough to be made often. */
async function largestMatmul(executor: Executor, device: string, threads?: number) {
  let best: { program: Program; size: number } | undefined;
  for (const size of MATMUL_SIZES) {
    const program = await matmulProgram(executor, device, size, threads);
    await best?.program.dispose();
    best = { program, size };
    const next = Math.min(await timed(program), await timed(program)) * 8;
    if (next > LONGEST_MATMUL_MS) break;
  }
  return best!;
}

async function matmulProgram(
  executor: Executor,
  device: string,
  size: number,
  threads?: number,
): Promise<Program> {
  const shape = [size, size];
  const product = ir.matmul(ir.state('a', shape), ir.state('b', shape));
  // A result has to be waited for; of one number it costs nothing.
  const corner = ir.sliceAll(product, [0, 0], [1, 1]);
  const module: Module = {
    state: new Map(['a', 'b', 'c'].map((name) => [name, { dtype: 'f32', shape }])),
    entries: {
      main: {
        name: 'matmul',
        outputs: [
          { name: 'c', role: 'state', node: product },
          { name: 'corner', role: 'result', node: corner },
        ],
      },
    },
  };
  const program = await executor.compile(module, {
    device,
    ...(threads === undefined ? {} : { threads }),
  });
  // Real numbers: pages that were never written are all one page of zeros, which reads slowly.
  const random = new RandomStream(0, 'probe');
  const matrix = (): HostTensor => ({
    dtype: 'f32',
    shape,
    data: Float32Array.from({ length: size ** 2 }, () => random.between(-1, 1)),
  });
  await program.writeState(new Map(['a', 'b', 'c'].map((name) => [name, matrix()])));
  await program.run('main', {});
  return program;
}

async function timed(program: Program): Promise<number> {
  const started = performance.now();
  await program.run('main', {});
  return performance.now() - started;
}
