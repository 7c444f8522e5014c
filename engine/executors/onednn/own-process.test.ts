import { execFile, spawn } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packagedFile } from '../../platform/packaged-file.ts';
import type { Check } from '../../selftest/checks.ts';
import { INSTRUCTION_SETS } from './constants.ts';
import { ONEDNN_DEVICE } from './devices.ts';
import { findOneDnn } from './library.ts';
import { takeTestLibrary, testLibraryFolder } from './testing/test-library.ts';

// What the library reads of the environment, and its threads, belong to a process.

const run = promisify(execFile);
const engine = packagedFile('out/engine');

/** What a script prints in a process of its own, in which `engine` is the folder of the compiled code. */
async function printed<T>(script: string, env: NodeJS.ProcessEnv = {}): Promise<T> {
  const args = [
    '--input-type=module',
    '--eval',
    `const engine = ${JSON.stringify(engine)};${script}`,
  ];
  const { stdout } = await run(process.execPath, args, {
    // While the library is tried, it computes with one thread.
    env: { ...process.env, CONMIM_ONEDNN: testLibraryFolder(), OMP_NUM_THREADS: '1', ...env },
  });
  return JSON.parse(stdout) as T;
}

const SELF_TEST = `
const { compareStored } = await import(engine + '/devices/measure-device.js');
const { listDevices } = await import(engine + '/executors/devices.js');
const device = (await listDevices('cpu')).find(({ id }) => id === '${ONEDNN_DEVICE}');
const checks = await compareStored(device.id, ['pretrain_tiny']);
const { runSelftest } = await import(engine + '/selftest/selftest.js');
const { detail, precisions, lacks } = device;
const only = ['pretrain_tiny', 'finetune_tiny_mean'];
const narrow = [];
const onCheck = (check) => narrow.push(check);
const asked = runSelftest({ device: device.id, precision: 'bfloat16', only, onCheck });
const refusal = await asked.then(() => undefined, ({ code, message }) => ({ code, message }));
console.log(JSON.stringify({ detail, precisions, lacks, checks, narrow, refusal }));`;

interface Capped {
  readonly detail: string;
  readonly precisions: readonly string[];
  readonly lacks?: { readonly bfloat16?: string };
  readonly checks: readonly Check[];
  /** in bfloat16 */
  readonly narrow: readonly Check[];
  readonly refusal?: { readonly code: string; readonly message: string };
}

/** Names by which the library is capped, from the least. */
const CAPS = [
  ['SSE41', 'SSE4.1'],
  ['AVX', 'AVX'],
  ['AVX2', 'AVX2'],
  ['AVX2_VNNI', 'AVX2 with VNNI'],
  ['AVX512_CORE', 'AVX-512'],
  ['AVX512_CORE_VNNI', 'AVX-512 with VNNI'],
  ['AVX512_CORE_BF16', 'AVX-512 with bfloat16'],
  ['AVX512_CORE_FP16', 'AVX-512 with float16'],
] as const;
/** Those with instructions for bfloat16. */
const NARROW_CAPS: readonly string[] = ['AVX512_CORE_BF16', 'AVX512_CORE_FP16'];

/** Those that this CPU has. */
function capsHere(): (readonly [cap: string, name: string])[] {
  if (!takeTestLibrary() || process.arch !== 'x64') return [];
  const found = findOneDnn();
  if ('reason' in found) return [];
  const bits = found.native.facts.instructionSet;
  const has = (name: string) =>
    INSTRUCTION_SETS['x64']!.some(([set, known]) => known === name && (bits & set) === set);
  return CAPS.filter(([, name]) => has(name));
}

describe.each(capsHere())('oneDNN that is capped to %s', (cap, name) => {
  it('computes right in all precisions that the device offers, and names its instruction set', async () => {
    const found = await printed<Capped>(SELF_TEST, { ONEDNN_MAX_CPU_ISA: cap });
    expect(found.detail.split(', ')).toContain(name);
    expect(found.checks.length).toBeGreaterThan(10);
    expect(found.checks.filter(({ ok }) => !ok)).toEqual([]);
    if (NARROW_CAPS.includes(cap)) {
      expect(found).toMatchObject({ precisions: ['float32', 'bfloat16'] });
      expect(found.refusal).toBeUndefined();
      expect(found.narrow.length).toBeGreaterThan(15);
      expect(found.narrow.filter(({ ok }) => !ok)).toEqual([]);
    } else {
      const why = `oneDNN computes with ${name} on this CPU, which has no instructions for bfloat16`;
      expect(found).toMatchObject({ precisions: ['float32'], lacks: { bfloat16: why } });
      const message = `${ONEDNN_DEVICE} does not compute in bfloat16: ${why}.`;
      expect(found.refusal).toEqual({ code: 'precision-unavailable', message });
    }
  });
});

/** CPU time and threads of some steps. */
const STEPS = `
const { createPretrainLearner } = await import(engine + '/tasks/pretrain/pretrain-learner.js');
const { loadRecipe } = await import(engine + '/recipes/load.js');
const { randomBatch } = await import(engine + '/measure/random-batch.js');
const { readdirSync } = await import('node:fs');
const { recipe } = loadRecipe('micro', { batch_size: 32, depth: 1 });
const threads = Number(process.env.THREADS);
const learner = await createPretrainLearner({ recipe, device: '${ONEDNN_DEVICE}', threads });
const batch = randomBatch(recipe);
const step = () => learner.step(batch, { lr: 1e-3, weightDecay: 0.05, emaMomentum: 0.99 });
// Within some looks it is known whether others compute, and threads sleep.
const began = performance.now();
do await step(); while (performance.now() - began < Number(process.env.WARM_MS ?? 0));
const before = process.cpuUsage();
for (let i = 0; i < 4; i++) await step();
const { user, system } = process.cpuUsage(before);
const tasks = readdirSync('/proc/self/task').length;
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, tasks }));`;

/** How often a thread went to sleep, by runs of a primitive between which the main thread is busy. */
const WAITING = `
const { readdirSync } = await import('node:fs');
const { availableParallelism } = await import('node:os');
const { openOneDnn } = await import(engine + '/executors/onednn/library.js');
const { gnuOpenMpWaiting } = await import(engine + '/executors/onednn/spin-control.js');
const { OnednnProgram } = await import(engine + '/executors/onednn/program.js');
const ir = await import(engine + '/ir/builder.js');
const library = openOneDnn('${ONEDNN_DEVICE}');
const x = ir.feed('x', [256, 256]);
const main = { name: 'main', outputs: [{ name: 'y', role: 'result', node: ir.matmul(x, x) }] };
const order = { library, device: '${ONEDNN_DEVICE}', threads: 2 };
const program = OnednnProgram.create({ state: new Map(), entries: { main } }, order);
const feeds = { x: new Float32Array(256 * 256) };
const sleeps = () => process.resourceUsage().voluntaryContextSwitches;
const measure = async () => {
  const before = sleeps();
  for (let i = 0; i < 300; i++) {
    await program.run('main', feeds);
    const began = performance.now();
    while (performance.now() - began < 0.4);
  }
  return (sleeps() - before) / 300;
};
const tasks = () => readdirSync('/proc/self/task').length;
const until = async (isThere) => {
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const before = await measure();
const own = tasks();
const end = gnuOpenMpWaiting(library.native.openMp).sleep();
// The worker, and as many threads as there are CPUs.
await until(() => tasks() > own + availableParallelism());
const asleep = await measure();
const most = tasks();
end();
await until(() => tasks() < most - availableParallelism());
console.log(JSON.stringify({ before, asleep, after: await measure() }));`;

interface Steps {
  readonly cpuMs: number;
  readonly tasks: number;
}

describe.runIf(takeTestLibrary() && process.platform === 'linux')('threads of oneDNN', () => {
  const steps = (threads: number, env: NodeJS.ProcessEnv = {}) =>
    printed<Steps>(STEPS, { THREADS: `${threads}`, ...env });

  it('are as many as were asked for', async () => {
    // So none is added beside busy processes.
    const own = { OMP_WAIT_POLICY: 'passive' };
    const [one, two, three] = [await steps(1, own), await steps(2, own), await steps(3, own)];
    expect([two.tasks - one.tasks, three.tasks - one.tasks]).toEqual([1, 2]);
  });

  it('do not burn CPU time while they wait beside busy processes', async () => {
    const busy = os.cpus().map(() => spawn(process.execPath, ['--eval', 'for (;;) {}']));
    const warm = { WARM_MS: '3000' };
    try {
      const [alone, shared] = [await steps(1, warm), await steps(os.availableParallelism(), warm)];
      // 1.5; with threads that spin all the time 8.
      expect(shared.cpuMs / alone.cpuMs).toBeLessThan(4);
    } finally {
      for (const child of busy) child.kill('SIGKILL');
    }
  });

  // Where threads share one CPU they sleep anyhow.
  const hasSeveral = os.availableParallelism() > 1;
  it.runIf(hasSeveral)('sleep while they wait once told to, and then spin again', async () => {
    const { before, asleep, after } = await printed<Record<'before' | 'asleep' | 'after', number>>(
      WAITING,
      // They never sleep by themselves, and no control acts beside what the user has set.
      { GOMP_SPINCOUNT: '1000000000', OMP_WAIT_POLICY: undefined },
    );
    expect(asleep).toBeGreaterThan(2 * before);
    expect(asleep).toBeGreaterThan(2 * after);
    expect(asleep).toBeGreaterThan(0.5);
  });
});
