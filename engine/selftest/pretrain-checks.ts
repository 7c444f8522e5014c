/** Checks of one and several pre-training steps against stored values. */
import type { Program, StateHolder } from '../executors/executor.ts';
import { type NetworkConfig, networkBuffers, networkParameters } from '../nn/conmim-network.ts';
import { STATE_PREFIXES } from '../nn/state-prefixes.ts';
import { clipScale, updateFeeds } from '../optim/adamw.ts';
import { decayed } from '../optim/schedules.ts';
import { buildPretrainModule, type PretrainEntries } from '../tasks/pretrain/pretrain-module.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';
import { type Checker, maxError, relativeError, type Subject, sumSquares } from './checks.ts';
import {
  constantsOf,
  type Fixture,
  fixtureMetadata,
  floatsOf,
  networkOf,
  type StoredAdamW,
  tensorOf,
  wanted,
} from './fixture-file.ts';

/** The first batch norm removes a constant added to every token, so the exact gradient is zero. */
const ILL_CONDITIONED = 'norm.bias';
/** Its running mean drifts with `norm.bias`. */
const DRIFTING = 'projectors.1.running_mean';

interface AdamWFixture extends StoredAdamW {
  readonly clip_grad: number | null;
}

/** Stored values of both networks, and the taps that compute them. */
const NETWORK_TAPS = {
  student_features: 'student.features',
  teacher_features: 'teacher.features',
  student_projected: 'student.projected',
  teacher_projected: 'teacher.projected',
} as const;
const TAPS = [...Object.values(NETWORK_TAPS), 'logits'];

async function compile(
  { executor, device, precision }: Subject,
  network: NetworkConfig,
  options: { batchSize: number; temperature: number; adamw: StoredAdamW },
): Promise<Program<PretrainEntries>> {
  const module = buildPretrainModule({
    ...options,
    network,
    adamw: constantsOf(options.adamw),
    groupOf: (name, shape) => (decayed(name, shape) ? 'decayed' : 'plain'),
    taps: TAPS,
  });
  return executor.compile(module, { device, precision });
}

async function loadNetworks(program: StateHolder, fixture: Fixture, network: NetworkConfig) {
  const names = [...networkParameters(network), ...networkBuffers(network)].map(({ name }) => name);
  const state = new Map<string, HostTensor>();
  for (const prefix of [STATE_PREFIXES.student, STATE_PREFIXES.teacher])
    for (const name of names) state.set(prefix + name, tensorOf(fixture, prefix + name));
  await program.writeState(state);
}

const NO_OPTIMIZER: StoredAdamW = { betas: [0.9, 0.98], eps: 1e-8 };

/** Check forward pass, loss and all gradients. */
export async function checkPretrainStep(fixture: Fixture, subject: Subject): Promise<void> {
  const { checker } = subject;
  const network = networkOf(fixture);
  const batchSize = tensorOf(fixture, 'input.mask').shape[0]!;
  const temperature = fixtureMetadata<number>(fixture, 'temp');
  const options = { batchSize, temperature, adamw: NO_OPTIMIZER };
  const program = await compile(subject, network, options);
  await loadNetworks(program, fixture, network);
  const results = await program.run('gradients', {
    studentImages: floatsOf(fixture, 'input.student_images'),
    teacherImages: floatsOf(fixture, 'input.teacher_images'),
    mask: floatsOf(fixture, 'input.mask'),
  });
  const got = (name: string) => results.get(name)!.data;
  const want = (name: string) => wanted(fixture, name);
  for (const [stored, tap] of Object.entries(NETWORK_TAPS))
    checker.check(stored, relativeError(got(tap), want(stored)), 5e-6);
  const logits = maskedRows(got('logits'), floatsOf(fixture, 'input.mask'), batchSize);
  checker.check('logits', relativeError(logits, want('logits')), 8e-6);
  checker.check('logits (largest difference)', maxError(logits, want('logits')), 1e-4);
  checker.check('loss', relativeError(got('loss'), want('loss')), 3e-6);
  const norm = [Math.sqrt(Number(got('squaredNorm')[0]))];
  checker.check('gradient norm', relativeError(norm, want('grad_norm')), 5e-6);

  const gradients = await program.readState(
    networkParameters(network).map(({ name }) => STATE_PREFIXES.gradient + name),
  );
  for (const { name } of networkParameters(network)) {
    const ours = gradients.get(STATE_PREFIXES.gradient + name)!.data;
    const stored = (fixture.tensors.get(`grad64.${name}`) ?? tensorOf(fixture, `grad.${name}`))
      .data;
    if (name === ILL_CONDITIONED)
      checker.check('gradient of norm.bias (exact value 0)', Math.sqrt(sumSquares(ours)), 1e-5);
    else checker.group('gradients', relativeError(ours, stored), 3e-5);
  }
  const pending = await program.readState(
    ['student.', 'teacher.'].flatMap((prefix) =>
      networkBuffers(network).map(({ name }) => STATE_PREFIXES.pending + prefix + name),
    ),
  );
  for (const [name, { data }] of pending) {
    const key = `expected.after_forward.${name.slice(STATE_PREFIXES.pending.length)}`;
    checker.group('running statistics', relativeError(data, tensorOf(fixture, key).data), 5e-6);
  }
  checker.finish();
  await program.dispose();
}

/** Check several steps with clipping, weight decay and moving average, from stored batches. */
export async function checkPretrainSteps(
  { initial, batches, steps }: { initial: Fixture; batches: Fixture; steps: readonly Fixture[] },
  subject: Subject,
): Promise<void> {
  const { checker } = subject;
  const network = networkOf(batches);
  const adamw = fixtureMetadata<AdamWFixture>(batches, 'optimizer');
  const program = await compile(subject, network, {
    batchSize: tensorOf(batches, 'step0.mask').shape[0]!,
    temperature: fixtureMetadata<number>(batches, 'temp'),
    adamw,
  });
  await loadNetworks(program, initial, network);
  const schedule = (name: string, i: number) =>
    Number(tensorOf(batches, `schedule.${name}`).data[i]);
  let totalLr = 0;
  for (const [i, after] of steps.entries()) {
    const [lr, weightDecay] = [schedule('lr', i), schedule('weight_decay', i)];
    const results = await program.run('gradients', {
      studentImages: floatsOf(batches, `step${i}.student_images`),
      teacherImages: floatsOf(batches, `step${i}.teacher_images`),
      mask: floatsOf(batches, `step${i}.mask`),
    });
    const norm = Math.sqrt(results.get('squaredNorm').data[0]!);
    const loss = results.get('loss').data[0]!;
    const stored = (name: string) => Number(wanted(batches, name)[i]);
    checker.group('loss of each step', relativeError([loss], [stored('loss')]), 5e-6);
    checker.group('gradient norm of each step', relativeError([norm], [stored('grad_norm')]), 2e-5);
    const feeds = updateFeeds(
      constantsOf(adamw),
      { decayed: { lr, weightDecay }, plain: { lr, weightDecay: 0 } },
      {
        step: i + 1,
        clipScale: clipScale(norm, adamw.clip_grad),
        emaMomentum: schedule('momentum', i),
      },
    );
    await program.run('update', feeds);
    totalLr += lr;
    await compareNetworks(program, { initial, after, network, lr, totalLr }, checker);
  }
  checker.finish();
  await program.dispose();
}

async function compareNetworks(
  program: StateHolder,
  against: {
    initial: Fixture;
    after: Fixture;
    network: NetworkConfig;
    lr: number;
    totalLr: number;
  },
  checker: Checker,
): Promise<void> {
  const { initial, after, network, lr, totalLr } = against;
  const state = await program.readState();
  const dataOf = (name: string) => state.get(name)!.data;
  for (const { name } of networkParameters(network)) {
    const student = dataOf(`student.${name}`);
    const start = floatsOf(initial, `student.${name}`);
    if (name === ILL_CONDITIONED) {
      const drift = maxError(student, start) / totalLr;
      checker.group('drift of norm.bias over the sum of learning rates', drift, 1.05);
      continue;
    }
    const want = floatsOf(after, `student.${name}`);
    checker.group('parameters', relativeError(student, want), 5e-5);
    checker.group('parameters (largest difference over lr)', maxError(student, want) / lr, 2);
    const moved = (values: Float32Array) => values.map((value, i) => value - start[i]!);
    checker.group('update', relativeError(moved(student), moved(want)), 2e-3);
    const teacher = floatsOf(after, `teacher.${name}`);
    checker.group('teacher', relativeError(dataOf(`teacher.${name}`), teacher), 1e-6);
  }
  for (const prefix of ['student.', 'teacher.'])
    for (const { name } of networkBuffers(network)) {
      if (name === DRIFTING && prefix === 'student.') continue;
      const want = floatsOf(after, prefix + name);
      // these differ as much as the parameters that they depend on
      checker.group('running statistics', relativeError(dataOf(prefix + name), want), 5e-5);
    }
}

/** Rows of [B, N, N] similarities where the mask is set, in order. */
function maskedRows(logits: ArrayLike<number | bigint>, mask: Float32Array, B: number): number[] {
  const N = mask.length / B;
  const rows: number[] = [];
  mask.forEach((covered, row) => {
    if (covered) for (let j = 0; j < N; j++) rows.push(Number(logits[row * N + j]));
  });
  return rows;
}
