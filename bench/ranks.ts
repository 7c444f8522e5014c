// Sums over two ranks against MPI_Allreduce alone, and steps on one and two ranks against PyTorch's
// DistributedDataParallel over gloo, in turn on this machine: with ONNX Runtime; as two processes without
// sums; and with oneDNN, sums during the backward pass and after it. Rows go to bench/results/ranks.csv.
//   npm run bench:ranks -- --python PATH --mpi-python PATH   (with torch, and with mpi4py and numpy; about
//   five minutes)
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../build/root.ts';
import { getOrMake } from '../engine/contract/maps.ts';
import { median } from '../engine/contract/median.ts';
import { appendRows } from './append-rows.ts';
import { ONEDNN_STEP, SUM_WINDOW, SUMS_AFTER } from './rank-rows.ts';

const ROUNDS = 3;
const SIZES = [4, 4096, 2 ** 18, 2 ** 22, 2 ** 25];
const ONEDNN = ['--device', 'cpu:onednn'];
/** What is timed, as rows name it. */
const STEPS = [
  { what: 'step', ranks: 1, args: [] },
  { what: 'step', ranks: 2, args: [] },
  { what: 'step apart', ranks: 2, args: ['--apart'] },
  { what: ONEDNN_STEP, ranks: 1, args: ONEDNN },
  { what: ONEDNN_STEP, ranks: 2, args: ONEDNN },
  { what: SUMS_AFTER, ranks: 2, args: [...ONEDNN, '--no-overlap'] },
] as const;
/** ViT-small of four blocks with a projector of 1024: gradients of 37 MB. */
const NETWORK = { width: 384, heads: 6, depth: 4, hidden: 1024 };
const BATCH = 4;
const RUN = path.join(ROOT, 'build', 'run.mjs');
const PEERS = path.join(ROOT, 'bench', 'peers');

type Found = Readonly<Record<string, number | string>>;

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string', default: 'python3' },
      'mpi-python': { type: 'string', default: 'python3' },
    },
  });
  const { python, 'mpi-python': mpiPython } = values;
  const bytes = SIZES.map(String);
  const sums = { own: [] as Found[], osu: [] as Found[] };
  for (let round = 0; round < ROUNDS; round++) {
    sums.own.push(
      ...onRanks(2, process.execPath, [RUN, 'bench/allreduce.ts', '--bytes', ...bytes]),
    );
    sums.osu.push(...onRanks(2, mpiPython, [path.join(PEERS, 'osu_allreduce.py'), ...bytes]));
  }
  const timeOf = (found: readonly Found[], size: number) =>
    median(found.filter((one) => one['bytes'] === size).map((one) => Number(one['sumMs'])));
  for (const size of SIZES)
    report({
      what: 'allreduce',
      ranks: 2,
      bytes: size,
      ownMs: timeOf(sums.own, size),
      ownCpuMs: undefined,
      peerMs: timeOf(sums.osu, size),
      library: sums.own[0]!['library'],
      peer: 'MPI_Allreduce by mpi4py',
    });
  const steps = new Map<string, number[]>();
  let [library, torch, parameters]: (string | number)[] = ['', '', 0];
  const keep = (key: string, value: unknown) => getOrMake(steps, key, () => []).push(Number(value));
  for (let round = 0; round < 2; round++)
    for (const { what, ranks, args: more } of STEPS) {
      const step = ['bench/rank-step.ts', ...settings(), '--phases', ...more];
      const [own] = onRanks(ranks, process.execPath, [RUN, ...step]);
      keep(`own ${what} ${ranks}`, own!['stepMs']);
      keep(`busy ${what} ${ranks}`, own!['cpuMs']);
      const { window } = own!['phases'] as unknown as Found;
      if (window !== undefined) keep(`window ${what} ${ranks}`, window);
      [library, parameters] = [own!['library']!, own!['parameters']!];
      if (what !== 'step') continue;
      const [peer] = linesOf(python, [path.join(PEERS, 'ddp_step.py'), ...peerArgs(ranks)]);
      keep(`peer ${ranks}`, peer!['stepMs']);
      torch = `gloo, torch ${peer!['torch']}`;
    }
  const best = (key: string) => Math.min(...steps.get(key)!);
  const bytes4 = 4 * Number(parameters);
  for (const { what, ranks } of STEPS) {
    const hasPeer = what === 'step';
    report({
      ...{ what, ranks, bytes: bytes4 },
      ownMs: best(`own ${what} ${ranks}`),
      ownCpuMs: best(`busy ${what} ${ranks}`),
      peerMs: hasPeer ? best(`peer ${ranks}`) : undefined,
      library,
      peer: hasPeer ? torch : undefined,
    });
  }
  const windowMs = median(steps.get(`window ${ONEDNN_STEP} 2`)!);
  report({
    ...{ what: SUM_WINDOW, ranks: 2, bytes: bytes4, ownMs: windowMs },
    ...{ ownCpuMs: undefined, peerMs: undefined, library, peer: undefined },
  });
  const efficiency = (one: string, two: string) =>
    `${((100 * best(one)) / best(two)).toFixed(1)} %`;
  const onnx = efficiency('own step 1', 'own step 2');
  const during = efficiency(`own ${ONEDNN_STEP} 1`, `own ${ONEDNN_STEP} 2`);
  const after = efficiency(`own ${ONEDNN_STEP} 1`, `own ${SUMS_AFTER} 2`);
  const apart = efficiency('own step 1', 'own step apart 2');
  process.stdout.write(
    [
      `two ranks of ${BATCH} images, of the speed of one each: ${onnx}`,
      `two processes without sums ${apart}`,
      `oneDNN with sums during the pass ${during}, after it ${after}`,
      `PyTorch ${efficiency('peer 1', 'peer 2')}\n`,
    ].join('; '),
  );
}

function settings(): string[] {
  const { width, heads, depth, hidden } = NETWORK;
  const all = { embed_dim: width, heads, depth, mlp_dim: hidden };
  return [
    ...['--batch', String(BATCH)],
    ...Object.entries(all).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
  ];
}

function peerArgs(ranks: number): string[] {
  const all = { ...NETWORK, ranks, batch: BATCH };
  return Object.entries(all).flatMap(([key, value]) => [`--${key}`, String(value)]);
}

function onRanks(ranks: number, command: string, args: readonly string[]): Found[] {
  return linesOf('mpirun', ['--oversubscribe', '-n', String(ranks), command, ...args]);
}

/** The JSON objects that a command prints, one a line. */
function linesOf(command: string, args: readonly string[]): Found[] {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Found);
}

function report(row: Found | Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown';
  appendRows('ranks', [{ cpu, cores: os.availableParallelism(), node: process.version, ...row }]);
}
