// Where the time of a pre-training goes: a run of `conmim pretrain` with CPU profiles of its threads, by the
// part of the engine that works or waits.
//   npm run bench:profile -- DATA [--recipe micro] [--steps 300] [--device cpu] [--set KEY=VALUE …]
// Prints seconds of the main thread, which also computes the steps, and of the other threads, which read images
// and scan the folder, in training and before and after it; idle time of other threads is left out. Before training
// the folder is scanned, and the device is tried by a process that has no profile and for which the main thread
// waits. On a busy machine all times are longer, so compare shares.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ArgumentError, plainArguments, wholeNumber } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';
import { addParts, IDLE, type PartTimes, type Profile, type Span } from './cpu-profile.ts';

interface Profiled {
  readonly pid: number;
  /** of all threads, native ones too, s */
  readonly cpuSeconds: number;
  readonly training: Span;
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
    report(folder, profile(folder, ['pretrain', ...what, ...settings, ...where]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Leaves profiles in the folder. */
function profile(folder: string, command: readonly string[]): Profiled {
  const atExit = `import { isMainThread } from 'node:worker_threads';
    const clocks = () => ({ epochMs: Date.now(), monotonicUs: Number(process.hrtime.bigint() / 1000n) });
    if (isMainThread)
      process.on('exit', () => console.error(JSON.stringify({ cpu: process.cpuUsage(), ...clocks() })));`;
  const { status, stdout, stderr, pid } = spawnSync(
    process.execPath,
    [
      ...['--cpu-prof', '--cpu-prof-interval=1000', `--cpu-prof-dir=${folder}`],
      ...['--import', `data:text/javascript,${encodeURIComponent(atExit)}`],
      ...[path.join(ROOT, 'build', 'conmim.mjs'), ...command, '--json'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  if (status !== 0) throw new ArgumentError(stderr.trim());
  const { cpu, epochMs, monotonicUs } = JSON.parse(stderr.trim().split('\n').at(-1)!);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const statuses = events.filter(({ type }) => type === 'status');
  const monotonic = ({ time }: { time: number }) => monotonicUs + 1000 * (time - epochMs);
  return {
    pid,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    training: { from: monotonic(statuses[0]), to: monotonic(statuses.at(-1)) },
  };
}

function report(folder: string, { pid, cpuSeconds, training }: Profiled): void {
  const noTimes = (): PartTimes => ({ within: new Map(), outside: new Map() });
  const [own, others] = [noTimes(), noTimes()];
  for (const name of readdirSync(folder)) {
    // CPU.DATE.TIME.PID.THREAD.NUMBER.cpuprofile
    const [, process, thread] = name.match(/^CPU\.\d+\.\d+\.(\d+)\.(\d+)\./) ?? [];
    if (thread === undefined) continue;
    const isMain = process === `${pid}` && thread === '0';
    const read: Profile = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    addParts(read, training, isMain ? own : others);
  }
  others.within.delete(IDLE);
  others.outside.delete(IDLE);
  const sum = (seconds: Iterable<number>) => [...seconds].reduce((a, b) => a + b, 0);
  const [within, outside] = [sum(own.within.values()), sum(own.outside.values())];
  const columns = [own.within, others.within, own.outside, others.outside];
  const rows = [...new Set(columns.flatMap((column) => [...column.keys()]))]
    .map((part) => ({ part, seconds: columns.map((column) => column.get(part) ?? 0) }))
    .sort((a, b) => sum(b.seconds) - sum(a.seconds));
  const line = (...cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  const outsideNames = ['main thread before and after, s', 'others before and after, s'];
  line('part', 'main thread in training, s', 'share', 'others in training, s', ...outsideNames);
  line(...Array.from({ length: 6 }, () => '---'));
  for (const { part, seconds } of rows) {
    const [main, ...rest] = seconds.map((one) => one.toFixed(1));
    line(part, main!, `${((100 * seconds[0]!) / within).toFixed(1)} %`, ...rest);
  }
  process.stdout.write(
    `${within.toFixed(1)} s of training, ${outside.toFixed(1)} s before and after it, ${cpuSeconds.toFixed(1)} s of CPU time of all threads\n`,
  );
}
