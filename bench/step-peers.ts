// Times steps of this program on the CPU beside the same networks in PyTorch, and appends rows to
// bench/results/step-peers.csv. All programs of a case run at the same time and make their steps in turn, so
// that what else the machine does meets all alike.
//   CONMIM_PYTHON=venv/bin/python npm run bench:peers
//   … --quick                       a warm-up and few rounds of each case, and torch.compile, which takes a minute
//                                   or more to compile, in one of them: twelve minutes on two quiet cores
//   … --case pretrain:small:8       one of TASK:RECIPE:BATCH; may be given several times
//   … --threads 2 --rounds 7 --seconds 120
// Quick steps are repeated in each turn, and the first of them is not counted.
// `ratio` is the time of PyTorch's fastest program by that of the row, the median of its rounds; `cpuRatio`
// the same in CPU time, which tells more where the machine is busy (`load`). A program that does not run here
// has a row that says why. Of the two executors `auto` takes the one that is faster in a test of the devices.
// PyTorch's settings are in bench/peers/step_server.py and vit_networks.py: those of the authors, and where
// PyTorch has several ways to compute the same, the fastest of them. `features` is what `conmim embed` computes of a
// batch of images that are read already, up to the numbers in this process's memory.
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ArgumentError, knownWord, positiveNumber, wholeNumber } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';
import { PROCESSOR_BY_EXECUTOR } from '../engine/contract/device.ts';
import { median } from '../engine/contract/median.ts';
import { appendRows } from './append-rows.ts';
import { type MadeStep, StepProcess } from './peers/step-process.ts';

interface Case {
  readonly task: string;
  readonly recipe: string;
  readonly batch: number;
}

/** A program that makes steps. */
interface Side {
  readonly program: string;
  readonly precision: string;
  readonly isPeer: boolean;
  readonly isCompiled: boolean;
  readonly command: readonly string[];
}

/** Of which both sides have a network. */
const TASKS = ['pretrain', 'finetune', 'features'];
const RECIPES = ['micro', 'small', 'base'];

const CASES = [
  'pretrain:micro:32',
  'pretrain:small:8',
  'pretrain:small:16',
  'pretrain:small:32',
  'pretrain:base:4',
  'finetune:micro:64',
  'finetune:small:8',
  'features:micro:64',
  'features:small:16',
];

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      case: { type: 'string', multiple: true, default: CASES },
      threads: { type: 'string', default: String(os.availableParallelism()) },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const pace: Pace = {
    isQuick: values.quick,
    warmUp: values.quick ? 1 : 2,
    rounds: wholeNumber(values.rounds ?? '7', '--rounds'),
    seconds: positiveNumber(values.seconds ?? (values.quick ? '25' : '180'), '--seconds'),
  };
  const threads = wholeNumber(values.threads, '--threads');
  const cases = values.case.map(readCase);
  for (const one of cases) {
    const rows = await compare(one, threads, pace);
    for (const row of rows) console.log(summaryOf(row));
    appendRows('step-peers', rows);
  }
}

/** @throws ArgumentError */
function readCase(text: string): Case {
  const [task = '', recipe = '', batch = '', ...more] = text.split(':');
  if (more.length > 0) throw new ArgumentError(`The case '${text}' is not TASK:RECIPE:BATCH.`);
  return {
    task: knownWord(task, TASKS, `The task of '${text}'`),
    recipe: knownWord(recipe, RECIPES, `The recipe of '${text}'`),
    batch: wholeNumber(batch, `The batch of '${text}'`),
  };
}

/** The case whose compiled peers a quick comparison has too. */
const COMPILED_CASE = 'pretrain:small:8';

const TURN_MS = 1000;

interface Pace {
  readonly isQuick: boolean;
  readonly warmUp: number;
  readonly rounds: number;
  /** No further round begins after this time. */
  readonly seconds: number;
}

function sidesOf({ task, recipe, batch }: Case, threads: number): Side[] {
  const words = [
    '--task',
    task,
    '--recipe',
    recipe,
    '--batch',
    `${batch}`,
    '--threads',
    `${threads}`,
  ];
  const run = path.join(ROOT, 'build', 'run.mjs');
  const own = (executor: keyof typeof PROCESSOR_BY_EXECUTOR, precision: string): Side => ({
    program: `ConMIM Studio, ${executor}`,
    precision,
    isPeer: false,
    isCompiled: false,
    command: [process.execPath, run, 'bench/peers/own-step.ts', ...words].concat(
      '--device',
      PROCESSOR_BY_EXECUTOR[executor],
      '--precision',
      precision,
    ),
  });
  const python = process.env['CONMIM_PYTHON'] ?? 'python3';
  const script = path.join(ROOT, 'bench', 'peers', 'step_server.py');
  const peer = (precision: string, ...extra: readonly string[]): Side => ({
    program: extra.length > 0 ? 'PyTorch, compiled' : 'PyTorch',
    precision,
    isPeer: true,
    isCompiled: extra.length > 0,
    command: [python, script, ...words, '--precision', precision, ...extra],
  });
  return [
    own('onednn', 'float32'),
    own('onednn', 'bfloat16'),
    own('onnxruntime', 'float32'),
    peer('float32'),
    peer('float32', '--compile'),
    peer('bfloat16'),
    peer('bfloat16', '--compile'),
  ];
}

/** What one side has shown. */
interface Found {
  readonly side: Side;
  readonly version?: string | undefined;
  readonly steps: MadeStep[];
  readonly notRun?: string;
}

async function compare(what: Case, threads: number, pace: Pace): Promise<Row[]> {
  console.log(`${what.task} ${what.recipe}, batch ${what.batch} …`);
  const found: Found[] = [];
  const running: { readonly process: StepProcess; readonly steps: MadeStep[] }[] = [];
  let largest = 0;
  const loads: number[] = [];
  try {
    for (const side of sidesOf(what, threads)) {
      console.log(`  ${side.program}, ${side.precision} …`);
      const fault = reasonAgainst(side, what, pace, largest);
      if (fault !== undefined) {
        found.push({ side, steps: [], notRun: fault });
        continue;
      }
      const started = await StepProcess.start(side.command);
      if ('notRun' in started) {
        found.push({ side, steps: [], notRun: started.notRun });
        continue;
      }
      const steps: MadeStep[] = [];
      running.push({ process: started.process, steps });
      found.push({ side, steps, version: started.version });
      for (let i = 0; i < pace.warmUp; i++) {
        const { peakBytes } = await started.process.step();
        largest = Math.max(largest, peakBytes);
      }
    }
    const began = performance.now();
    for (let round = 0; round < pace.rounds; round++) {
      for (const one of running) one.steps.push(await turnOf(one.process));
      loads.push(os.loadavg()[0]!);
      if (performance.now() - began > 1000 * pace.seconds) break;
    }
  } finally {
    for (const { process } of running) await process.end();
  }
  return rowsOf(what, found, { threads, load: median(loads) });
}

/**
 * The steps of a program until it is the turn of the next one: a step that follows one of another program finds
 * its data and its threads cold, as no step of a training but the first does, so quick steps are repeated.
 */
async function turnOf(process: StepProcess): Promise<MadeStep> {
  const steps = [await process.step()];
  const began = performance.now();
  while (performance.now() - began + steps[0]!.stepMs < TURN_MS) steps.push(await process.step());
  const warm = steps.length > 1 ? steps.slice(1) : steps;
  return {
    stepMs: median(warm.map(({ stepMs }) => stepMs)),
    cpuMs: median(warm.map(({ cpuMs }) => cpuMs)),
    peakBytes: steps.at(-1)!.peakBytes,
  };
}

/** Why a program is not started. @param largest bytes of the largest so far, which it must fit beside */
function reasonAgainst(
  { isCompiled }: Side,
  { task, recipe, batch }: Case,
  { isQuick }: Pace,
  largest: number,
): string | undefined {
  const isLeftOut = isCompiled && isQuick && `${task}:${recipe}:${batch}` !== COMPILED_CASE;
  if (isLeftOut) return 'left out by --quick';
  const left = process.availableMemory();
  if (left > 1.2 * largest) return undefined;
  return `only ${(left / 1e9).toFixed(1)} GB of memory were left beside the others`;
}

type Row = ReturnType<typeof rowsOf>[number];

function rowsOf(
  what: Case,
  found: readonly Found[],
  common: { readonly threads: number; readonly load: number },
) {
  const middle = (steps: readonly MadeStep[], key: keyof MadeStep) =>
    steps.length === 0 ? undefined : median(steps.map((step) => step[key]));
  const best = (key: 'stepMs' | 'cpuMs') =>
    found
      .filter(({ side, steps }) => side.isPeer && steps.length > 0)
      .sort((a, b) => middle(a.steps, key)! - middle(b.steps, key)!)[0];
  const [fastest, cheapest] = [best('stepMs'), best('cpuMs')];
  const ratio = (key: 'stepMs' | 'cpuMs', steps: readonly MadeStep[], peer: Found | undefined) =>
    peer === undefined || steps.length === 0
      ? undefined
      : median(steps.map((step, round) => peer.steps[round]![key] / step[key]));
  return found.map(({ side, version, steps, notRun }) => {
    const stepMs = middle(steps, 'stepMs');
    return {
      cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
      ...common,
      ...what,
      program: version === undefined ? side.program : side.program.replace('PyTorch', version),
      precision: side.precision,
      rounds: steps.length,
      stepMs,
      cpuMs: middle(steps, 'cpuMs'),
      imagesPerSecond: stepMs === undefined ? undefined : (1000 * what.batch) / stepMs,
      peakBytes: middle(steps.slice(-1), 'peakBytes'),
      ratio: ratio('stepMs', steps, fastest),
      cpuRatio: ratio('cpuMs', steps, cheapest),
      notRun,
    };
  });
}

function summaryOf(row: Row): string {
  const name = `  ${row.program}, ${row.precision}`.padEnd(40);
  if (row.stepMs === undefined) return `${name} not run: ${row.notRun}`;
  const digits = (value: number | undefined) => value?.toFixed(2) ?? '-';
  return [
    name,
    `${row.stepMs.toFixed(0)} ms`.padStart(9),
    `${row.cpuMs!.toFixed(0)} ms of CPU`.padStart(16),
    `${row.imagesPerSecond!.toFixed(1)} images/s`.padStart(17),
    `${(row.peakBytes! / 1e9).toFixed(2)} GB`.padStart(9),
    `  ratio ${digits(row.ratio)}, in CPU time ${digits(row.cpuRatio)}, ${row.rounds} rounds`,
  ].join('');
}
