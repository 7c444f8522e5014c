// Everything there is to know about this machine's graphics cards, by one command:
//   npm run bench:gpu                      every card that is found
//   npm run bench:gpu -- --device webgpu   one of them
//   … --quick                              small sizes, to see that it runs
// For each device: the self-test, in float16 too; with WebGPU also its tests, 200 losses beside the
// processor's among them; a table of recipes and precisions, 1,000 steps in a row, and where the time
// goes by kernel; beside it PyTorch on the same card where python3 has it. Rows go to bench/results/:
// step.csv, gpu-selftest.csv, gpu-steady.csv, gpu-kernels.csv, gpu-peers.csv.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../build/root.ts';
import { checkDevice } from '../engine/devices/check-device.ts';
import { listDevices } from '../engine/executors/devices.ts';
import type { Device } from '../engine/executors/executor.ts';
import { appendRows } from './append-rows.ts';

const RUN = path.join(ROOT, 'build', 'run.mjs');

/** Sizes of the measurements. */
interface Sizes {
  /** Recipes and batch sizes of the table. */
  readonly table: readonly (readonly [recipe: string, batch: number])[];
  /** Recipe, batch size and steps of the long run. */
  readonly steady: { readonly recipe: string; readonly batch: number; readonly steps: number };
}
const FULL: Sizes = {
  table: [
    ['tiny', 64],
    ['small', 64],
    ['base', 64],
  ],
  steady: { recipe: 'small', batch: 32, steps: 1000 },
};
const QUICK: Sizes = { table: [['micro', 4]], steady: { recipe: 'micro', batch: 4, steps: 5 } };

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { device: { type: 'string' }, quick: { type: 'boolean', default: false } },
  });
  const known = await listDevices();
  const chosen = known.filter(({ id, kind, available }) =>
    values.device === undefined ? available && kind === 'gpu' : id === values.device,
  );
  if (chosen.length === 0) {
    for (const { id, available, reason } of known)
      console.log(`${id}: ${available ? 'there, but no GPU' : reason}`);
    console.log('There is no GPU to measure. See: conmim devices');
    process.exitCode = 1;
    return;
  }
  for (const device of chosen) await measureDevice(device, values.quick ? QUICK : FULL);
  measurePeer();
}

/** Run a program that prints JSON lines, and show its other output. */
function ask(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Record<string, unknown>[] {
  console.log(`> ${path.basename(command)} ${args.map((arg) => path.basename(arg)).join(' ')}`);
  const { stdout, status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...env },
  });
  const lines = (stdout ?? '').split('\n').filter((line) => line.startsWith('{'));
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const trouble = records.find(({ type }) => type === 'error');
  if (status !== 0)
    console.log(`  failed: ${error?.message ?? trouble?.['message'] ?? `code ${status}`}`);
  return records;
}

async function measureDevice(
  { id, name, detail = '', precisions }: Device,
  { table, steady }: Sizes,
): Promise<void> {
  const card = { device: id, card: name, driver: detail };
  console.log(`\n== ${id}: ${name}`);

  const conmim = path.join(ROOT, 'build', 'conmim.mjs');
  const verdict = ask(process.execPath, [conmim, 'selftest', '--device', id, '--json']).find(
    ({ type }) => type === 'selftest',
  );
  const tests = id === 'webgpu' ? runTests() : undefined;
  const float16 = precisions.includes('float16') ? await tryHalf(id) : undefined;
  if (verdict) {
    const { ok, worst } = verdict;
    appendRows('gpu-selftest', [{ ...card, ok, worst, tests, float16 }]);
  }

  for (const [recipe, batch] of table) {
    const words = ['--recipe', recipe, '--batch', String(batch), '--device', id];
    const run = spawnSync(
      process.execPath,
      [RUN, 'bench/throughput.ts', 'step', ...words, '--precision', 'all'],
      { stdio: 'inherit' },
    );
    if (run.status !== 0) console.log(`  ${recipe} could not be timed`);
  }

  for (const precision of precisions) {
    const { recipe, batch, steps } = steady;
    const words = [RUN, 'bench/steady.ts', '--recipe', recipe, '--batch', String(batch)];
    words.push('--device', id, '--precision', precision);
    const found = ask(process.execPath, [...words, '--steps', String(steps)]);
    appendRows(
      'gpu-steady',
      found.map((row) => ({ ...card, ...row })),
    );
    const profiles = mkdtempSync(path.join(os.tmpdir(), 'conmim-profile-'));
    ask(process.execPath, [...words, '--steps', '3'], { CONMIM_PROFILE: profiles });
    appendRows(
      'gpu-kernels',
      kernels(profiles).map((row) => ({ ...card, recipe, batch, precision, ...row })),
    );
    rmSync(profiles, { recursive: true });
  }
}

/** Compare a few steps in float16 with float32, in a separate process. */
async function tryHalf(id: string): Promise<string> {
  const { ok, reason, worst, stepMs } = await checkDevice(id, { precision: 'float16' });
  const { quantity, error, limit } = worst ?? {};
  console.log(
    ok
      ? `  float16: ${quantity} ${error} of ${limit}; ${stepMs} ms a step of tiny`
      : `  float16 fails: ${reason}`,
  );
  return ok ? String(error) : 'failed';
}

/** Run the tests of WebGPU on the card itself, not on a software driver. */
function runTests(): string {
  const command = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const tests = path.join('engine', 'executors', 'onnxruntime', 'webgpu');
  const { status } = spawnSync(process.execPath, [command, 'run', tests], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, CONMIM_TEST_GPU: '1' },
  });
  return status === 0 ? 'passed' : 'failed';
}

/** The used fields of an event in ONNX Runtime's profile; `dur` in microseconds. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args: { readonly op_name: string };
}

/** Time of each type of kernel in the gradient graph, by the device's clock if it has one. */
function kernels(profiles: string): object[] {
  const file = readdirSync(profiles).find((entry) => entry.startsWith('gradients'));
  if (file === undefined) return [];
  const events: readonly ProfileEvent[] = JSON.parse(
    readFileSync(path.join(profiles, file), 'utf8'),
  );
  const onDevice = events.filter(({ cat }) => cat === 'Api');
  const used = onDevice.length > 0 ? onDevice : events.filter(({ cat }) => cat === 'Node');
  const times = new Map<string, { count: number; microseconds: number }>();
  for (const { name, dur, args } of used) {
    const kind = (onDevice.length > 0 ? name.split('&')[1] : args.op_name) ?? name;
    const { count, microseconds } = times.get(kind) ?? { count: 0, microseconds: 0 };
    times.set(kind, { count: count + 1, microseconds: microseconds + dur });
  }
  const total = [...times.values()].reduce((sum, { microseconds }) => sum + microseconds, 0);
  return [...times]
    .sort(([, a], [, b]) => b.microseconds - a.microseconds)
    .slice(0, 12)
    .map(([kernel, { count, microseconds }]) => ({
      kernel,
      count,
      milliseconds: microseconds / 1000,
      share: microseconds / total,
    }));
}

/** Measure PyTorch on the same card, if python3 has it. */
function measurePeer(): void {
  const python = process.env['PYTHON'] ?? 'python3';
  const hasTorch =
    spawnSync(python, ['-c', 'import torch; assert torch.cuda.is_available()'], {
      stdio: 'ignore',
    }).status === 0;
  if (!hasTorch) console.log('\nPyTorch with CUDA is not there, so nothing is measured beside.');
  for (const recipe of hasTorch ? ['small', 'base'] : [])
    for (const precision of ['float32', 'float16']) {
      const words = ['--recipe', recipe, '--batch', '64', '--device', 'cuda'];
      const peer = path.join(ROOT, 'bench', 'peers', 'pytorch_step.py');
      appendRows('gpu-peers', ask(python, [peer, ...words, '--precision', precision]));
    }
}
