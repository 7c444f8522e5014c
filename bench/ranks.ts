// Sums over two ranks against MPI_Allreduce alone, and steps on one and two ranks against PyTorch's
// DistributedDataParallel over gloo, in turn on this machine. Rows go to bench/results/ranks.csv.
//   npm run bench:ranks -- --python PATH --mpi-python PATH   (with torch, and with mpi4py and numpy; about
//   three minutes)
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../build/root.ts';
import { getOrMake } from '../engine/contract/maps.ts';
import { median } from '../engine/contract/median.ts';
import { appendRows } from './append-rows.ts';

const ROUNDS = 3;
const SIZES = [4, 4096, 2 ** 18, 2 ** 22, 2 ** 25];
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
  for (let round = 0; round < 2; round++)
    for (const ranks of [1, 2]) {
      const [own] = onRanks(ranks, process.execPath, [RUN, 'bench/rank-step.ts', ...settings()]);
      getOrMake(steps, `own ${ranks}`, () => []).push(Number(own!['stepMs']));
      getOrMake(steps, `busy ${ranks}`, () => []).push(Number(own!['cpuMs']));
      const [peer] = linesOf(python, [path.join(PEERS, 'ddp_step.py'), ...peerArgs(ranks)]);
      getOrMake(steps, `peer ${ranks}`, () => []).push(Number(peer!['stepMs']));
      [library, torch, parameters] = [
        own!['library']!,
        `gloo, torch ${peer!['torch']}`,
        own!['parameters']!,
      ];
    }
  const best = (key: string) => Math.min(...steps.get(key)!);
  for (const ranks of [1, 2])
    report({
      what: 'step',
      ranks,
      bytes: 4 * Number(parameters),
      ownMs: best(`own ${ranks}`),
      ownCpuMs: best(`busy ${ranks}`),
      peerMs: best(`peer ${ranks}`),
      library,
      peer: torch,
    });
  const efficiency = (of: string) => (100 * best(`${of} 1`)) / best(`${of} 2`);
  process.stdout.write(
    `two ranks of ${BATCH} images: ${efficiency('own').toFixed(1)} % of the speed of one each, PyTorch ${efficiency('peer').toFixed(1)} %\n`,
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
