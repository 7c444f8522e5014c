// Where the time of a pre-training goes: a run of `conmim pretrain` with CPU profiles of its threads, by the
// part of the engine that works or waits.
//   npm run bench:profile -- DATA [--recipe micro] [--steps 300] [--device cpu] [--set KEY=VALUE …]
// Prints seconds of the main thread, which also computes the steps, and of the worker threads, which read images
// and scan the folder; idle time of workers is left out. On a busy machine all times are longer, so compare shares.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ArgumentError, plainArguments, wholeNumber } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';

/** The part that a module of engine/ belongs to: the first that its path begins with. */
const PARTS: readonly (readonly [folder: string, part: string])[] = [
  ['executors/', 'steps: forward, backward, update'],
  ['tasks/', 'steps: forward, backward, update'],
  ['data/scan/', 'scan of the folder'],
  ['data/annotations/', 'scan of the folder'],
  ['data/sources/walk', 'scan of the folder'],
  ['data/sources/file-list', 'scan of the folder'],
  ['data/sources/list-files', 'scan of the folder'],
  ['data/pixels/headers', 'scan of the folder'],
  ['data/pixels/perceptual-hash', 'scan of the folder'],
  ['data/', 'images: reading, views, batches'],
  ['insight/', 'measures of what is learnt'],
  ['checkpoint/', 'checkpoints'],
  ['disk/', 'checkpoints'],
  ['runs/', 'events'],
  ['formats/', 'events'],
  ['nn/', 'building and compiling the network'],
  ['ir/', 'building and compiling the network'],
  ['autodiff/', 'building and compiling the network'],
  ['passes/', 'building and compiling the network'],
  ['schedule/', 'building and compiling the network'],
];
const OTHER = 'the rest of the program';
const IDLE = 'waiting';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export function main(args: string[]): void {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      recipe: { type: 'string', default: 'micro' },
      steps: { type: 'string', default: '300' },
      device: { type: 'string', default: 'cpu' },
      set: { type: 'string', multiple: true, default: [] },
    },
  });
  const [data] = plainArguments(positionals, 1);
  if (data === undefined) throw new ArgumentError('Give a folder of images.');
  const steps = String(wholeNumber(values.steps, '--steps'));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-profile-'));
  try {
    const settings = values.set.flatMap((one) => ['--set', one]);
    const what = ['--recipe', values.recipe, '--steps', steps, '--device', values.device];
    const where = ['--data', path.resolve(data), '--workspace', path.join(folder, 'workspace')];
    const cpuSeconds = profiled(folder, ['pretrain', ...what, ...settings, ...where]);
    report(folder, cpuSeconds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns seconds of CPU time of all threads, native ones too */
function profiled(folder: string, command: readonly string[]): number {
  const atExit = `import { isMainThread } from 'node:worker_threads';
    if (isMainThread) process.on('exit', () => console.error(JSON.stringify(process.cpuUsage())));`;
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ...['--cpu-prof', '--cpu-prof-interval=1000', `--cpu-prof-dir=${folder}`],
      ...['--import', `data:text/javascript,${encodeURIComponent(atExit)}`],
      ...[path.join(ROOT, 'build', 'conmim.mjs'), ...command, '--json'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  if (status !== 0) throw new ArgumentError(stderr.trim());
  const { user, system } = JSON.parse(stderr.trim().split('\n').at(-1)!);
  return (user + system) / 1e6;
}

function report(folder: string, cpuSeconds: number): void {
  const [own, workers] = [new Map<string, number>(), new Map<string, number>()];
  for (const name of readdirSync(folder)) {
    // CPU.DATE.TIME.PID.THREAD.NUMBER.cpuprofile
    const thread = name.match(/^CPU\.\d+\.\d+\.\d+\.(\d+)\./)?.[1];
    if (thread === undefined) continue;
    const profile: Profile = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    addParts(profile, thread === '0' ? own : workers);
  }
  workers.delete(IDLE);
  const sum = (parts: ReadonlyMap<string, number>) => [...parts.values()].reduce((a, b) => a + b);
  const [wall, inWorkers] = [sum(own), workers.size === 0 ? 0 : sum(workers)];
  const parts = [...new Set([...own.keys(), ...workers.keys()])];
  const rows = parts.map((part) => [part, own.get(part) ?? 0, workers.get(part) ?? 0] as const);
  rows.sort((a, b) => b[1] + b[2] - a[1] - a[2]);
  const line = (part: string, ...cells: readonly string[]) =>
    process.stdout.write(`| ${part} | ${cells.join(' | ')} |\n`);
  line('part', 'main thread, s', 'share', 'workers, s');
  line('---', '---', '---', '---');
  for (const [part, main, others] of rows)
    line(part, main.toFixed(1), `${((100 * main) / wall).toFixed(1)} %`, others.toFixed(1));
  process.stdout.write(
    `${wall.toFixed(1)} s in all, ${cpuSeconds.toFixed(1)} s of CPU time, ${inWorkers.toFixed(1)} s of it in JavaScript of workers\n`,
  );
}

/** Seconds by part, each sample for the innermost module of the engine. */
function addParts({ nodes, samples, timeDeltas }: Profile, parts: Map<string, number>): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((one) => [one, id])),
  );
  const partOf = (id: number): string => {
    const { functionName, url } = byId.get(id)!.callFrame;
    if (functionName === '(idle)') return IDLE;
    if (functionName === '(garbage collector)') return 'garbage collection';
    if (url.startsWith('node:internal/modules')) return 'loading of modules';
    const module = url.split('/out/engine/')[1];
    if (module !== undefined)
      return PARTS.find(([start]) => module.startsWith(start))?.[1] ?? OTHER;
    const parent = parents.get(id);
    return parent === undefined ? OTHER : partOf(parent);
  };
  const known = new Map<number, string>();
  samples.forEach((id, i) => {
    const part = known.get(id) ?? partOf(id);
    known.set(id, part);
    parts.set(part, (parts.get(part) ?? 0) + timeDeltas[i]! / 1e6);
  });
}
