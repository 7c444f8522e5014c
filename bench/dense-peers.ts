// Times steps of dense tasks (ViT-small/16 in float32 on the processor) beside the same networks in
// PyTorch, in turn, and appends rows to bench/results/dense-peers.csv.
//   CONMIM_PYTHON=venv/bin/python npm run bench:dense -- detect --batch 4
//   … segment-linear|segment-upernet|detect|instances  --batch 4 --threads 2 --rounds 3 --side 224
// Step times depend on what else the machine does, whose load each row has; CPU times less so.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { knownWord, wholeNumber } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';
import { median } from '../engine/contract/median.ts';
import { type TimedTask, timedStep } from '../engine/measure/timed-step.ts';
import { allocatorEnvironment } from '../engine/platform/allocator-environment.ts';
import { loadRecipeOf } from '../engine/recipes/load.ts';
import { appendRows } from './append-rows.ts';

interface Found {
  readonly stepMs: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
  /** Version of the peer's library. */
  readonly torch?: string;
}

/** Steps before the timed ones, in which memory is allocated; as in the peer. */
const WARM_UP = 2;

const TASKS = ['segment-linear', 'segment-upernet', 'detect', 'instances'];

interface Options {
  readonly task: string;
  readonly batch: number;
  readonly threads: number;
  readonly steps: number;
  readonly side: number;
}

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      own: { type: 'boolean', default: false },
      batch: { type: 'string', default: '4' },
      threads: { type: 'string', default: String(os.availableParallelism()) },
      steps: { type: 'string', default: '5' },
      side: { type: 'string', default: '224' },
      rounds: { type: 'string', default: '1' },
      peer: { type: 'string', multiple: true, default: [] },
    },
  });
  const options: Options = {
    task: knownWord(positionals[0] ?? '', TASKS, 'The task'),
    batch: wholeNumber(values.batch, '--batch'),
    threads: wholeNumber(values.threads, '--threads'),
    steps: wholeNumber(values.steps, '--steps'),
    side: wholeNumber(values.side, '--side'),
  };
  if (values.own) console.log(JSON.stringify(await ownStep(options)));
  else compareWithPeer(options, wholeNumber(values.rounds, '--rounds'), values.peer);
}

/** @param extra options of the peer, such as `--compile` */
function compareWithPeer(options: Options, rounds: number, extra: readonly string[]): void {
  const { task, batch, threads, steps, side } = options;
  const given = ['--batch', batch, '--threads', threads, '--steps', steps, '--side', side];
  const more = given.map(String);
  const own: Found[] = [];
  const others: Found[] = [];
  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = path.join(ROOT, 'build', 'run.mjs');
    const ours = ['bench/dense-peers.ts', task, '--own', ...more];
    own.push(measured(process.execPath, [run, ...ours]));
    loads.push(os.loadavg()[0]!);
    const script = path.join(ROOT, 'bench', 'peers', 'dense_step.py');
    const python = process.env['CONMIM_PYTHON'] ?? 'python3';
    others.push(measured(python, [script, '--task', task, ...more, ...extra]));
  }
  const middle = (found: readonly Found[], key: 'stepMs' | 'cpuMs' | 'peakBytes') =>
    median(found.map((one) => one[key]));
  const row = {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    threads,
    load: median(loads),
    peer: ['PyTorch', others[0]!.torch, ...extra].join(' '),
    task,
    side,
    batch,
    peerStepMs: middle(others, 'stepMs'),
    stepMs: middle(own, 'stepMs'),
    ratio: middle(others, 'stepMs') / middle(own, 'stepMs'),
    peerCpuMs: middle(others, 'cpuMs'),
    cpuMs: middle(own, 'cpuMs'),
    cpuRatio: middle(others, 'cpuMs') / middle(own, 'cpuMs'),
    peerPeakBytes: middle(others, 'peakBytes'),
    peakBytes: middle(own, 'peakBytes'),
  };
  console.log(row);
  appendRows('dense-peers', [row]);
}

/** What a program prints in its last line. */
function measured(program: string, args: readonly string[]): Found {
  const { status, stdout } = spawnSync(program, args, {
    cwd: ROOT,
    // As jobs are started, for both.
    env: { ...process.env, ...allocatorEnvironment(process.env) },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Found;
}

async function ownStep({ task, batch, threads, steps, side }: Options): Promise<Found> {
  const [name, head] = task.split('-');
  const { recipe } = loadRecipeOf(name as TimedTask, 'small', {
    batch_size: batch,
    image_size: side,
    precision: 'float32',
    ...(head === undefined ? {} : { head }),
  });
  const subject = await timedStep(name as TimedTask, recipe);
  const learner = await subject.open({ device: 'cpu', threads });
  const [times, used]: [number[], number[]] = [[], []];
  for (let step = 0; step < steps + WARM_UP; step++) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await learner.step(subject.batch, { lr: 1e-4, weightDecay: 0.05, emaMomentum: 0 });
    const { user, system } = process.cpuUsage(before);
    times.push(performance.now() - started);
    used.push((user + system) / 1000);
  }
  await learner.dispose();
  return {
    stepMs: median(times.slice(WARM_UP)),
    cpuMs: median(used.slice(WARM_UP)),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}
