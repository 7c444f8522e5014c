// Pre-trainings that are broken on purpose, and healthy ones: which alarms they give, and when.
//   npm run bench:alarms -- FOLDER [--until=STEP] [CASE…]
// FOLDER keeps images and runs; after an interruption the same command goes on. A case is one of CASES, such as
// lr-times-100 or healthy-2. Broken runs are stopped after a tenth of their steps, within which they must be named;
// healthy ones after --until. All have other seeds than the runs that the limits were chosen on (0 and 1).
// Appends rows to bench/results/alarms.csv.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { ArgumentError, knownWord, wholeNumber } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';
import type { LearningMeasures } from '../engine/contract/learning-measures.ts';
import { parseRecipe } from '../engine/contract/recipe.ts';
import type { WarningCode } from '../engine/contract/warning-codes.ts';
import { LearningAlarms } from '../engine/insight/alarms.ts';
import { recipeSchedules } from '../engine/optim/schedules.ts';
import { computeThreads } from '../engine/platform/threads.ts';
import { RandomStream } from '../engine/random/philox.ts';
import { presets } from '../engine/recipes/presets.ts';
import { appendRows } from './append-rows.ts';

const STEPS = presets.micro.recipe.steps!;
const TENTH = STEPS / 10;
const PHOTOGRAPHS = 6000;

/** Of broken runs. */
const SEED = 7;
const HEALTHY_SEEDS = [2, 3, 4, 5, 6];

interface Case {
  readonly settings: readonly string[];
  /** The alarm that names what is wrong; none for a healthy run. */
  readonly expected?: WarningCode;
  readonly images?: 'flat';
}

const CASES: Readonly<Record<string, Case>> = {
  'temperature-high': { settings: ['temperature=5'], expected: 'temperature-too-high' },
  'temperature-low': { settings: ['temperature=0.002'], expected: 'temperature-too-low' },
  'momentum-0': {
    settings: ['ema_momentum=0', 'ema_momentum_end=0'],
    expected: 'teacher-too-fast',
  },
  'momentum-1': {
    settings: ['ema_momentum=1', 'ema_momentum_end=1'],
    expected: 'teacher-too-slow',
  },
  'lr-times-100': { settings: ['lr=0.15'], expected: 'diverging' },
  'absolute-positions': {
    settings: ['abs_pos=true', 'rel_pos=none'],
    expected: 'position-shortcut',
  },
  'one-colour': { settings: [], expected: 'images-flat', images: 'flat' },
  ...Object.fromEntries(
    HEALTHY_SEEDS.map((seed): [string, Case] => [
      `healthy-${seed}`,
      { settings: [`seed=${seed}`] },
    ]),
  ),
};

interface Event {
  readonly type: string;
  readonly step: number;
  readonly code?: string;
  readonly measureMs?: number;
  readonly stepMs?: number;
}

function conmim(...args: string[]): ChildProcess {
  const program = path.join(ROOT, 'build', 'conmim.mjs');
  return spawn(process.execPath, [program, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });

async function photographs(folder: string): Promise<string> {
  const out = path.join(folder, 'cifar10');
  if (!existsSync(out)) {
    const child = conmim('sample-data', 'cifar10', '--out', out, '--count', String(PHOTOGRAPHS));
    child.stdout!.resume();
    await ended(child);
  }
  return path.join(out, 'train');
}

/** Images of one colour each. */
async function flatImages(folder: string): Promise<string> {
  const out = path.join(folder, 'flat');
  if (existsSync(out)) return out;
  mkdirSync(out, { recursive: true });
  const random = new RandomStream(0, 'test');
  for (let i = 0; i < 2000; i++) {
    const [r, g, b] = [random.integer(256), random.integer(256), random.integer(256)];
    const image = { width: 32, height: 32, channels: 3 as const, background: { r, g, b } };
    await sharp({ create: image })
      .png()
      .toFile(path.join(out, `${i}.png`));
  }
  return out;
}

function runOf(workspace: string, name: string): string | undefined {
  const runs = path.join(workspace, 'runs');
  const id = (existsSync(runs) ? readdirSync(runs) : []).find((one) => one.includes(`-${name}-`));
  return id === undefined ? undefined : path.join(runs, id);
}

function eventsOf(run: string): Event[] {
  const lines = readFileSync(path.join(run, 'events.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

async function train(folder: string, name: string, { settings, images }: Case, last: number) {
  const workspace = path.join(folder, 'workspace');
  const found = runOf(workspace, name);
  const reached =
    found === undefined ? undefined : eventsOf(found).findLast(({ type }) => type === 'step')?.step;
  if (reached !== undefined && reached >= last) return found!;
  const data = await (images === 'flat' ? flatImages(folder) : photographs(folder));
  const child =
    found === undefined
      ? conmim(
          ...['pretrain', '--data', data, '--recipe', 'micro'],
          ...['--workspace', workspace, '--name', name, '--device', 'cpu'],
          ...[`seed=${SEED}`, ...settings].flatMap((one) => ['--set', one]),
        )
      : conmim('resume', found);
  for await (const line of createInterface({ input: child.stdout! })) {
    const event = JSON.parse(line) as Event;
    // Stopped as by Ctrl-C: the run saves and ends.
    if (event.type === 'step' && event.step === last && last < STEPS) child.kill('SIGINT');
  }
  return runOf(workspace, name)!;
}

/** Judged again from the measurements, so that runs that were kept follow the rules of today. */
function alarmsOf(run: string, events: readonly Event[]) {
  const record = JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8'));
  const recipe = parseRecipe(record.recipe);
  const schedules = recipeSchedules(recipe, Math.floor(record.dataset.images / recipe.batch_size));
  const alarms = new LearningAlarms({ ...recipe, ...schedules });
  return events
    .filter(({ type }) => type === 'learning')
    .flatMap((event) =>
      alarms
        .judge(event.step, event as unknown as LearningMeasures)
        .map(({ code }) => ({ code, step: event.step })),
    );
}

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { until: { type: 'string', default: String(STEPS) } },
  });
  const [folder, ...asked] = positionals;
  if (folder === undefined) throw new ArgumentError('Give a folder for images and runs.');
  const until = wholeNumber(values.until, '--until');
  const names = asked.length === 0 ? Object.keys(CASES) : asked;
  for (const name of names) {
    const one = CASES[knownWord(name, Object.keys(CASES), 'A case')]!;
    const { expected = '' } = one;
    const run = await train(folder, name, one, expected === '' ? until : TENTH);
    const events = eventsOf(run);
    const sum = (key: 'stepMs' | 'measureMs') =>
      events.reduce((total, event) => total + (event[key] ?? 0), 0);
    const warnings = [...alarmsOf(run, events), ...events.filter(({ type }) => type === 'warning')];
    const row = {
      cpu: cpus()[0]?.model,
      threads: computeThreads(),
      case: name,
      steps: events.findLast(({ type }) => type === 'step')!.step,
      expected,
      namedAt: warnings.find(({ code }) => code === expected)?.step ?? '',
      others: [
        ...new Map(
          warnings
            .filter(({ code }) => code !== expected)
            .map(({ code, step }) => [code, `${code}@${step}`]),
        ).values(),
      ].join(' '),
      measurements: events.filter(({ type }) => type === 'learning').length,
      measuredShare: (sum('measureMs') / sum('stepMs')).toFixed(4),
    };
    appendRows('alarms', [row]);
  }
}
