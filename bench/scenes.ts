// Pre-trained against from scratch on composed scenes: mean IoU and average precision by shares of the labels.
//   npm run bench:scenes -- FOLDER [--archive FILE] [--as-is] [TASK=STEPS…]
// FOLDER keeps scenes, runs and comparisons; after an interruption the same command goes on.
// With --as-is a pre-training that was stopped is compared at the step that it has reached.
// TASK=STEPS are the tasks to compare and the steps of each of their trainings; see TASKS for the default.
// Appends rows to bench/results/scenes.csv.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ArgumentError, knownWord, wholeNumber } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';
import { appendRows } from './append-rows.ts';

/** Scenes of another seed than the labelled ones, whose labels are not read. */
const UNLABELLED = { images: 6000, seed: 1 };
const LABELLED = { images: 1800, seed: 0 };
const PRETRAINING_STEPS = 1500;
/** Patches of 8 pixels in views of 64: as many tokens as `micro` has by itself, on larger images. */
const NETWORK = ['image_size=64', 'patch_size=8'];
const TASKS: Readonly<Record<string, number>> = { segment: 200, detect: 400 };
const TASK_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  detect: ['queries=16', 'query_blocks=2'],
};
const FRACTIONS = [0.1, 1];
const SEEDS = 3;

interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface ComparisonRecord {
  readonly primary: { readonly name: string };
  readonly rows: readonly (Row & Readonly<Record<string, unknown>>)[];
  readonly gains: readonly ({ readonly fraction: number } & Readonly<Record<string, unknown>>)[];
}

interface Row {
  readonly fraction: number;
  readonly start: 'pretrained' | 'scratch';
  readonly labelled: number;
  readonly seeds: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Runs a command as users do. @returns the last record that it prints */
function conmim(...args: string[]): Readonly<Record<string, unknown>> {
  const program = path.join(ROOT, 'build', 'conmim.mjs');
  const { status, stdout } = spawnSync(process.execPath, [program, ...args, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`conmim ${args.join(' ')} ended with ${status}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

function compose(out: string, { images, seed }: typeof LABELLED, archive: string[]): void {
  if (existsSync(path.join(out, 'classes.json'))) return;
  const numbers = ['--count', String(images), '--seed', String(seed)];
  conmim('sample-data', 'scenes', '--out', out, ...numbers, ...archive);
}

const settingsOf = (settings: readonly string[]) => settings.flatMap((one) => ['--set', one]);

function recordOf(run: string): { readonly status: string; readonly step: number } {
  return JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8'));
}

/** @returns the folder of the run, which an earlier call may have begun or finished */
function pretrain(workspace: string, images: string, asIs: boolean): string {
  const runs = path.join(workspace, 'runs');
  const find = () =>
    (existsSync(runs) ? readdirSync(runs) : []).find((id) => id.includes('-scenes-'));
  const found = find();
  if (found === undefined) {
    const settings = settingsOf([...NETWORK, 'mask_cell=8', 'batch_size=32', 'log_every=100']);
    const length = ['--steps', String(PRETRAINING_STEPS), '--name', 'scenes'];
    const where = ['--workspace', workspace, '--data', images];
    conmim('pretrain', '--recipe', 'micro', ...where, ...length, ...settings);
  } else if (!asIs && recordOf(path.join(runs, found)).status !== 'done')
    conmim('resume', path.join(runs, found));
  return path.join(runs, find()!);
}

function compare(folder: string, from: string, task: string, steps: number): ComparisonRecord {
  const settings = settingsOf([
    ...NETWORK,
    ...(TASK_SETTINGS[task] ?? []),
    'batch_size=16',
    // Two epochs of all scenes would be most of the training.
    'warmup_steps=30',
    'log_every=100',
  ]);
  const labels = ['--train', path.join(folder, 'labelled')];
  const format = ['--format', task === 'segment' ? 'masks' : 'coco'];
  const length = ['--steps', String(steps), '--seeds', String(SEEDS)];
  const out = path.join(folder, `compared-${task}`);
  const where = ['--workspace', path.join(folder, 'workspace'), '--out', out];
  const how = ['--task', task, '--recipe', 'micro', '--fractions', FRACTIONS.join(',')];
  return conmim(
    ...['compare', '--from', from, ...labels, ...format, ...how],
    ...[...length, ...where, ...settings],
  ) as unknown as ComparisonRecord;
}

export function main(args: string[]): void {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { archive: { type: 'string' }, 'as-is': { type: 'boolean', default: false } },
  });
  const [folder, ...given] = positionals;
  if (folder === undefined)
    throw new ArgumentError('Give a folder for scenes, runs and comparisons.');
  const archive = values.archive === undefined ? [] : ['--archive', values.archive];
  const asIs = values['as-is'];
  const asked = given.map((one): [string, number] => {
    const [id = '', steps = ''] = one.split('=');
    return [knownWord(id, Object.keys(TASKS), 'A task'), wholeNumber(steps, `Steps of ${id}`)];
  });
  const tasks = asked.length === 0 ? TASKS : Object.fromEntries(asked);
  const [unlabelled, labelled] = ['unlabelled', 'labelled'].map((one) => path.join(folder, one));
  compose(unlabelled!, UNLABELLED, archive);
  compose(labelled!, LABELLED, archive);
  const from = pretrain(
    path.join(folder, 'workspace'),
    path.join(unlabelled!, 'images', 'train'),
    asIs,
  );
  const machine = { cpu: cpus()[0]?.model, threads: availableParallelism() };
  for (const [task, steps] of Object.entries(tasks)) {
    const { primary, rows, gains } = compare(folder, from, task, steps);
    const estimateOf = (row: Readonly<Record<string, unknown>>) => row[primary.name] as Estimate;
    const about = {
      ...machine,
      pretrainingSteps: recordOf(from).step,
      task,
      steps,
      score: primary.name,
    };
    const found = rows.map((row) => {
      const { fraction, labelled: images_, start, seeds, lowest, highest } = row;
      const spread = { seeds, ...estimateOf(row), lowest, highest };
      return { ...about, fraction, labelled: images_, start, ...spread };
    });
    const gained = gains.map((gain) => {
      const { fraction } = gain;
      const same = rows.find((row) => row.fraction === fraction)!;
      const spread = { seeds: same.seeds, ...estimateOf(gain), lowest: '', highest: '' };
      const start = 'gain';
      return { ...about, fraction, labelled: same.labelled, start, ...spread };
    });
    appendRows('scenes', [...found, ...gained]);
  }
}
