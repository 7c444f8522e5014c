// Runs `conmim bench …` in a fresh process and appends what it measured to bench/results/*.csv.
//   npm run bench:step -- --recipe small --batch 8
//   npm run bench:step -- --recipe tiny,small,base --device all
//   npm run bench:step -- --task segment --set head=upernet --batch 4
//   npm run bench:data -- [--data DIR] [--workers N]   (makes 500 x 375 JPEGs when no folder is given)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { knownWord } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';
import { writeSampleJpegs } from '../engine/data/testing/sample-jpegs.ts';
import { listDevices } from '../engine/executors/devices.ts';
import { appendRows } from './append-rows.ts';

/** Columns of a step's row, in the order of the file. */
const STEP = [
  'recipe',
  'batch',
  'device',
  'stepMs',
  'compileMs',
  'gflops',
  'matmulGflops',
  'share',
  'peakBytes',
  'precision',
  'matmulSize',
  'cardBytes',
  'deviceName',
  'task',
  'settings',
];

/** The output of `conmim bench`, one object per line. */
interface Line {
  readonly type: string;
  readonly device?: string;
  readonly error?: unknown;
  readonly [measured: string]: unknown;
}

export async function main([given = '', ...args]: string[]): Promise<void> {
  const what = knownWord(given, ['step', 'data'], 'What to measure');
  let made: string | undefined;
  if (what === 'data' && !args.includes('--data')) {
    made = mkdtempSync(path.join(os.tmpdir(), 'conmim-bench-'));
    await writeSampleJpegs(made, 256);
    args.push('--data', made);
  }
  const conmim = path.join(ROOT, 'build', 'conmim.mjs');
  const { status, stdout } = spawnSync(
    process.execPath,
    [conmim, 'bench', what, ...args, '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    },
  );
  if (made) rmSync(made, { recursive: true });
  process.stdout.write(stdout);
  if (status !== 0) process.exit(status ?? 1);

  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ type, error }) => type === 'bench' && error === undefined);
  const names = new Map((await listDevices()).map(({ id, name }) => [id, name]));
  const rows = records.map(({ type: _, ...measured }) => {
    const known: Readonly<Record<string, unknown>> = {
      ...measured,
      deviceName: names.get(String(measured.device)),
      settings: args.filter((_, i) => args[i - 1] === '--set').join(' '),
    };
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
  appendRows(what!, rows);
}
