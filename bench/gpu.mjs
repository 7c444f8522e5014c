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
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compile } from '../build/compile.mjs';
import { appendRows } from './append-rows.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: { device: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
compile();
const { listDevices } = await import('../out/engine/executors/devices.js');
const { checkDevice } = await import('../out/engine/devices/check-device.js');
const known = await listDevices();
const chosen = known.filter(({ id, kind, available }) =>
  values.device === undefined ? available && kind === 'gpu' : id === values.device,
);
if (chosen.length === 0) {
  for (const { id, available, reason } of known)
    console.log(`${id}: ${available ? 'there, but no graphics card' : reason}`);
  console.log('There is no graphics card to measure. See: conmim devices');
  process.exit(1);
}

const conmim = path.join(folder, '..', 'build', 'conmim.mjs');

/** JSON lines that a program prints; its words are shown. */
function ask(command, args, env = {}) {
  console.log(`> ${path.basename(command)} ${args.map((arg) => path.basename(arg)).join(' ')}`);
  const { stdout, status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...env },
  });
  const lines = (stdout ?? '').split('\n').filter((line) => line.startsWith('{'));
  const records = lines.map((line) => JSON.parse(line));
  const trouble = records.find(({ type }) => type === 'error');
  if (status !== 0)
    console.log(`  failed: ${error?.message ?? trouble?.message ?? `code ${status}`}`);
  return records;
}

for (const { id, name, detail = '', precisions } of chosen) {
  const card = { device: id, card: name, driver: detail };
  console.log(`\n== ${id}: ${name}`);

  const [verdict] = ask(process.execPath, [conmim, 'selftest', '--device', id, '--json']).filter(
    ({ type }) => type === 'selftest',
  );
  const tests = id === 'webgpu' ? runTests() : undefined;
  const float16 = precisions.includes('float16') ? await tryHalf(id) : undefined;
  if (verdict) {
    const { ok, worst } = verdict;
    appendRows('gpu-selftest', [{ ...card, ok, worst, tests, float16 }]);
  }

  const sizes = values.quick
    ? [['micro', 4]]
    : [
        ['tiny', 64],
        ['small', 64],
        ['base', 64],
      ];
  for (const [recipe, batch] of sizes) {
    const words = ['--recipe', recipe, '--batch', String(batch), '--device', id];
    const run = spawnSync(
      process.execPath,
      [path.join(folder, 'run.mjs'), 'step', ...words, '--precision', 'all'],
      { stdio: 'inherit' },
    );
    if (run.status !== 0) console.log(`  ${recipe} could not be timed`);
  }

  for (const precision of precisions) {
    const [recipe, batch] = values.quick ? ['micro', 4] : ['small', 32];
    const words = ['--recipe', recipe, '--batch', String(batch), '--device', id];
    words.push('--precision', precision);
    const steady = path.join(folder, 'steady.mjs');
    const steps = values.quick ? 5 : 1000;
    const found = ask(process.execPath, [steady, ...words, '--steps', String(steps)]);
    appendRows(
      'gpu-steady',
      found.map((row) => ({ ...card, ...row })),
    );
    const profiles = mkdtempSync(path.join(os.tmpdir(), 'conmim-profile-'));
    ask(process.execPath, [steady, ...words, '--steps', '3'], { CONMIM_PROFILE: profiles });
    appendRows(
      'gpu-kernels',
      kernels(profiles).map((row) => ({ ...card, recipe, batch, precision, ...row })),
    );
    rmSync(profiles, { recursive: true });
  }
}

/** A few steps in float16 beside float32, in a process of their own. */
async function tryHalf(id) {
  const { ok, reason, worst, stepMs } = await checkDevice(id, { precision: 'float16' });
  const { quantity, error, limit } = worst ?? {};
  console.log(
    ok
      ? `  float16: ${quantity} ${error} of ${limit}; ${stepMs} ms a step of tiny`
      : `  float16 fails: ${reason}`,
  );
  return ok ? String(error) : 'failed';
}

/** The tests of WebGPU on the card itself, and not on a software driver. */
function runTests() {
  const command = path.join(folder, '..', 'node_modules', 'vitest', 'vitest.mjs');
  const tests = path.join('engine', 'executors', 'onnxruntime', 'webgpu');
  const { status } = spawnSync(process.execPath, [command, 'run', tests], {
    cwd: path.join(folder, '..'),
    stdio: 'inherit',
    env: { ...process.env, CONMIM_TEST_GPU: '1' },
  });
  return status === 0 ? 'passed' : 'failed';
}

/** Time of each kind of kernel in the gradient graph, by the device's own clock where it has one. */
function kernels(profiles) {
  const file = readdirSync(profiles).find((entry) => entry.startsWith('gradients'));
  if (file === undefined) return [];
  const events = JSON.parse(readFileSync(path.join(profiles, file), 'utf8'));
  const onDevice = events.filter(({ cat }) => cat === 'Api');
  const used = onDevice.length > 0 ? onDevice : events.filter(({ cat }) => cat === 'Node');
  const times = new Map();
  for (const { name, dur, args } of used) {
    const kind = onDevice.length > 0 ? name.split('&')[1] : args.op_name;
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

const python = process.env.PYTHON ?? 'python3';
const hasTorch =
  spawnSync(python, ['-c', 'import torch; assert torch.cuda.is_available()'], {
    stdio: 'ignore',
  }).status === 0;
if (!hasTorch) console.log('\nPyTorch with CUDA is not there, so nothing is measured beside.');
for (const recipe of hasTorch ? ['small', 'base'] : [])
  for (const precision of ['float32', 'float16']) {
    const words = ['--recipe', recipe, '--batch', '64', '--device', 'cuda'];
    const peer = path.join(folder, 'peers', 'pytorch_step.py');
    appendRows('gpu-peers', ask(python, [peer, ...words, '--precision', precision]));
  }
