// Runs `conmim bench …` in a fresh process and appends what it measured to bench/results/*.csv.
//   npm run bench:step -- --recipe small --batch 8
//   npm run bench:step -- --recipe tiny,small,base --device all
//   npm run bench:data -- [--data DIR] [--workers N]   (makes 500 x 375 JPEGs when no folder is given)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../build/compile.mjs';
import { appendRows } from './append-rows.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));
const [what, ...args] = process.argv.slice(2);
compile();

let made;
if (what === 'data' && !args.includes('--data')) {
  made = mkdtempSync(path.join(os.tmpdir(), 'conmim-bench-'));
  const { writeSampleJpegs } = await import('../out/engine/data/bench.js');
  await writeSampleJpegs(made, 256);
  args.push('--data', made);
}
const conmim = path.join(folder, '..', 'build', 'conmim.mjs');
const { status, stdout } = spawnSync(process.execPath, [conmim, 'bench', what, ...args, '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
});
if (made) rmSync(made, { recursive: true });
process.stdout.write(stdout);
if (status !== 0) process.exit(status ?? 1);

/** Columns of a step's row, in the order of the file. */
const STEP = [
  ...['recipe', 'batch', 'device', 'stepMs', 'compileMs', 'gflops', 'matmulGflops', 'share'],
  ...['peakBytes', 'precision', 'matmulSize', 'cardBytes', 'deviceName'],
];
const records = stdout
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter(({ type, error }) => type === 'bench' && error === undefined);
const { listDevices } = await import('../out/engine/executors/devices.js');
const names = new Map((await listDevices()).map(({ id, name }) => [id, name]));
const rows = records.map(({ type: _, ...measured }) => {
  const known = { ...measured, deviceName: names.get(measured.device) };
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    threads: os.availableParallelism(),
    node: process.version,
    ...(what === 'step'
      ? Object.fromEntries(STEP.map((key) => [key, known[key] ?? '']))
      : measured),
    ...(what === 'data' ? { options: made ? 'synthetic 500x375' : args.join(' ') } : {}),
  };
});
appendRows(what, rows);
