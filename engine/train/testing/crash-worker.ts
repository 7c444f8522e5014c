/**
 * A small honest training problem (linear regression by SGD with momentum and an averaged copy), and a
 * process that trains it in a run folder; tests kill that process and compare what is left.
 *
 * Arguments: the run's folder, the number of steps, ms to spend on each.
 */
import { RunFolder } from '../../runs/run-folder.ts';
import { RunSession } from '../../runs/run-session.ts';
import type { Learner, StepResult, StepScalars } from '../../tasks/learner.ts';
import type { LoadedBatch, TrainingLoader } from '../../tasks/training-loader.ts';
import { elementCount, type HostTensor, type NamedTensors } from '../../tensor/host-tensor.ts';
import { runTraining } from '../loop/loop.ts';
import type { TrainingOptions } from '../loop/training-options.ts';
import { restoreRun } from '../restore.ts';

const FEATURES = 64;
const IMAGES = 8;
const STEPS_PER_EPOCH = 10;

export interface Examples {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Examples as a function of the batch index alone. */
export function examples(step: number): Examples {
  let seed = (step * 2654435761 + 12345) >>> 0;
  const next = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 31 - 1;
  };
  const x = Float32Array.from({ length: IMAGES * FEATURES }, next);
  const y = Float32Array.from({ length: IMAGES }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < FEATURES; j++) sum += x[i * FEATURES + j]! * Math.sin(j);
    return sum;
  });
  return { x, y };
}

export class RegressionLearner implements Learner<Examples> {
  #state = {
    'student.w': new Float32Array(FEATURES),
    'teacher.w': new Float32Array(FEATURES),
    'adam.m': new Float32Array(FEATURES),
  };
  #updates = 0;

  async step({ x, y }: Examples, scalars: StepScalars): Promise<StepResult> {
    const { 'student.w': w, 'teacher.w': teacher, 'adam.m': m } = this.#state;
    const gradient = new Float32Array(FEATURES);
    let loss = 0;
    for (let i = 0; i < IMAGES; i++) {
      let error = -y[i]!;
      for (let j = 0; j < FEATURES; j++) error += x[i * FEATURES + j]! * w[j]!;
      loss += error ** 2 / IMAGES;
      for (let j = 0; j < FEATURES; j++)
        gradient[j]! += (2 * error * x[i * FEATURES + j]!) / IMAGES;
    }
    const gradNorm = Math.hypot(...gradient);
    const applied = Number.isFinite(loss + gradNorm);
    for (let j = 0; applied && j < FEATURES; j++) {
      m[j] = 0.9 * m[j]! + gradient[j]!;
      w[j]! -= scalars.lr * (m[j]! + scalars.weightDecay * w[j]!);
      teacher[j] = scalars.emaMomentum * teacher[j]! + (1 - scalars.emaMomentum) * w[j]!;
    }
    if (applied) this.#updates += 1;
    return { applied, loss, gradNorm, score: 0.02, learningMs: 0 };
  }

  async readState(): Promise<NamedTensors> {
    const tensors = new Map<string, HostTensor>();
    for (const [name, data] of Object.entries(this.#state)) {
      tensors.set(name, { dtype: 'f32', shape: [FEATURES], data: data.slice() });
    }
    const updates = new BigInt64Array([BigInt(this.#updates)]);
    return tensors.set('adam.updates', { dtype: 'i64', shape: [1], data: updates });
  }

  async writeState(state: NamedTensors): Promise<void> {
    for (const [name, data] of Object.entries(this.#state)) {
      const tensor = state.get(name);
      if (tensor === undefined || elementCount(tensor.shape) !== FEATURES) throw new Error(name);
      data.set(tensor.data as Float32Array);
    }
    this.#updates = Number((state.get('adam.updates')!.data as BigInt64Array)[0]);
  }

  async dispose(): Promise<void> {}
}

/**
 * A loader of {@link examples}.
 *
 * @param change makes other batches of some indices
 */
export function exampleLoader(
  startStep: number,
  change: (batch: LoadedBatch<Examples>) => LoadedBatch<Examples> = (batch) => batch,
): TrainingLoader<Examples> {
  let step = startStep;
  return {
    stepsPerEpoch: STEPS_PER_EPOCH,
    async next() {
      const index = step++;
      return change({
        step: index,
        epoch: Math.floor(index / STEPS_PER_EPOCH),
        images: IMAGES,
        waitMs: 1,
        replaced: [],
        data: examples(index),
      });
    },
    async close() {},
  };
}

/** Options of a run of the problem above. */
export function regressionOptions(
  session: RunSession,
  totalSteps: number,
): Omit<TrainingOptions<Examples>, 'start' | 'learner'> {
  return {
    session,
    totalSteps,
    openLoader: async (startStep) => exampleLoader(startStep),
    schedules: {
      lr: (step) => 0.02 / (1 + step / 50),
      weightDecay: Float64Array.from({ length: totalSteps }, () => 0.01),
      emaMomentum: (step) => 1 - 0.1 / (1 + step),
    },
    score: { name: 'tokenMatch', chance: 1 / 64 },
    checkpointEvery: 5,
    keepLast: 2,
    keepEvery: 0,
  };
}

const [dir, steps, stepMs] = process.argv.slice(2);
if (dir !== undefined && steps !== undefined && stepMs !== undefined) {
  const session = await RunSession.open(await RunFolder.open(dir), {
    onEvent: ({ type, step }) => process.stdout.write(`${type} ${step}\n`),
  });
  const learner = new RegressionLearner();
  const { start, rejected } = await restoreRun(session, learner);
  const options = regressionOptions(session, Number(steps));
  const slow: TrainingOptions<Examples>['openLoader'] = async (startStep) => {
    const loader = exampleLoader(startStep);
    const next = async () => {
      await new Promise((resolve) => setTimeout(resolve, Number(stepMs)));
      return loader.next();
    };
    return { ...loader, next };
  };
  await runTraining({ ...options, openLoader: slow, learner, start, rejected });
}
