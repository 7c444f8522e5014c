/**
 * Does this machine compute ConMIM right? Every fixture in a folder, on one device, against values
 * of the authors' code.
 *
 * Files are recognised by their names and contents, so that other files of the same format are
 * checked too: `<name>.inputs` with `<name>.expected`, single files with both, and
 * `<name>_<n>steps.batches` with `.step<i>`.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { isNarrowPrecision, type NarrowPrecision, type Precision } from '../contract/precision.ts';
import { needPrecision, openDevice } from '../executors/open-device.ts';
import { packagedFile } from '../platform/packaged-file.ts';
import { checkInterpolation, checkLoading, checkTorchFile } from './checkpoint-checks.ts';
import { type Check, Checker, type Report, type Subject } from './checks.ts';
import { checkDropPath, checkFinetuneStep, checkMixing } from './finetune-checks.ts';
import { type Fixture, fixtureMetadata, readFixture } from './fixture-file.ts';
import { checkRandAugment, checkSchedules } from './host-checks.ts';
import { checkImageInputs, checkImageOperations } from './image-checks.ts';
import { checkMasks } from './mask-checks.ts';
import { checkOptimizer } from './optimizer-checks.ts';
import { checkPretrainStep, checkPretrainSteps } from './pretrain-checks.ts';

export interface SelftestSummary {
  readonly device: string;
  readonly checks: number;
  readonly ok: boolean;
  /** largest error as a share of its limit */
  readonly worst: number;
  /** recognised by name, but with no check of this program */
  readonly skipped: readonly string[];
}

/** Files that other files' checks read, and those that are only for unit tests. */
const COMPANIONS = new Set(['checkpoint_loading', 'checkpoint_tiny']);

/** The limits are for exact float32; exponentials and error functions of cards are a little less so. */
const GRAPHICS_CARD_SLACK = 3;
/** About 1.3 times the largest error of the reference, which rounds where the policy says so. */
const NARROW_SLACK: Readonly<Record<NarrowPrecision, number>> = { float16: 4096, bfloat16: 8192 };

interface Job {
  readonly fixture: string;
  run(subject: Subject): Promise<void>;
}

/** Checks of one fixture by the beginning of its name. */
const FIXTURES: Readonly<
  Record<string, (fixture: Fixture, subject: Subject, folder: string) => Promise<void> | void>
> = {
  checkpoint_interpolation: (fixture, { checker }) => checkInterpolation(fixture, checker),
  mixup_cutmix: (fixture, { checker }) => checkMixing(fixture, checker),
  finetune: (fixture, subject) =>
    fixture.tensors.has('input.keep_mask')
      ? checkDropPath(fixture, subject)
      : checkFinetuneStep(fixture, subject),
  image_ops_uint8: (fixture, { checker }, folder) => checkImageOperations(fixture, folder, checker),
  image_eval: (fixture, { checker }, folder) => checkImageInputs(fixture, folder, checker),
  rand_augment: (fixture, { checker }) => checkRandAugment(fixture, checker),
  optimizer: checkOptimizer,
};

/** Checks of other files, by their names. */
const FILES: Readonly<Record<string, (file: string, checker: Checker) => Promise<void>>> = {
  'schedules.json': checkSchedules,
  'masking_stats.json': checkMasks,
  'checkpoint_loading.json': checkLoading,
};

/** @throws StudioError `fixtures-missing` when the folder has none */
export async function runSelftest(options: {
  readonly device?: string;
  /** float32 when left out */
  readonly precision?: Precision;
  readonly fixtures?: string;
  /** Names of fixtures; all when left out. */
  readonly only?: readonly string[];
  readonly onCheck?: Report;
}): Promise<SelftestSummary> {
  const folder = options.fixtures ?? packagedFile('assets/fixtures');
  const { precision = 'float32' } = options;
  const { executor, id, kind } = needPrecision(await openDevice(options.device), precision);
  const slack = isNarrowPrecision(precision)
    ? NARROW_SLACK[precision]
    : kind === 'gpu'
      ? GRAPHICS_CARD_SLACK
      : 1;
  const { jobs: all, skipped } = await findJobs(folder);
  const { only } = options;
  const jobs = only === undefined ? all : all.filter(({ fixture }) => only.includes(fixture));
  const checks: Check[] = [];
  for (const job of jobs) {
    const report = (check: Check) => {
      checks.push(check);
      options.onCheck?.(check);
    };
    const checker = new Checker(job.fixture, report, slack);
    await job.run({ executor, device: id, precision, checker });
  }
  return {
    device: id,
    checks: checks.length,
    ok: checks.every(({ ok }) => ok),
    worst: Math.max(0, ...checks.map(({ error, limit }) => (error === 0 ? 0 : error / limit))),
    skipped,
  };
}

async function findJobs(folder: string): Promise<{ jobs: Job[]; skipped: string[] }> {
  const files = existsSync(folder) ? (await readdir(folder)).sort() : [];
  const at = (name: string) => path.join(folder, name);
  const has = (name: string) => files.includes(name);
  const jobs: Job[] = [];
  const skipped: string[] = [];
  for (const file of files) {
    const base = file.replace(/\.(safetensors|json|pth)$/, '');
    const checkFile = file.endsWith('.pth') ? checkTorchFile : FILES[file];
    const check = Object.entries(FIXTURES).find(([name]) => base.startsWith(name))?.[1];
    if (checkFile !== undefined)
      jobs.push({ fixture: base, run: ({ checker }) => checkFile(at(file), checker) });
    else if (!file.endsWith('.safetensors')) continue;
    else if (check !== undefined)
      jobs.push({
        fixture: base,
        run: async (subject) => check(await readFixture(at(file)), subject, folder),
      });
    else if (base.endsWith('.batches'))
      jobs.push(stepsJob(folder, base.replace(/\.batches$/, ''), files));
    else if (/\.(step\d+|expected)$/.test(base)) continue;
    else if (base.startsWith('pretrain')) {
      const name = base.replace(/\.inputs$/, '');
      const parts = base.endsWith('.inputs') ? [file, `${name}.expected.safetensors`] : [file];
      if (!parts.every(has)) throw incomplete(folder, parts.find((part) => !has(part))!);
      jobs.push({
        fixture: name,
        run: async (subject) => checkPretrainStep(await readFixture(...parts.map(at)), subject),
      });
    } else if (!COMPANIONS.has(base)) skipped.push(file);
  }
  if (jobs.length === 0)
    throw new StudioError('fixtures-missing', `There are no fixture files in ${folder}`, {
      advice: 'Give the folder that holds pretrain_*.safetensors, or leave --fixtures out.',
    });
  return { jobs, skipped };
}

function stepsJob(folder: string, name: string, files: readonly string[]): Job {
  const at = (file: string) => path.join(folder, file);
  return {
    fixture: name,
    run: async (subject) => {
      const batches = await readFixture(at(`${name}.batches.safetensors`));
      const count = batches.tensors.get('schedule.lr')?.data.length ?? 0;
      const stepFiles = Array.from({ length: count }, (_, i) => `${name}.step${i}.safetensors`);
      const initial = fixtureMetadata<string>(
        { ...batches, metadata: quoted(batches.metadata, 'initial_parameters') },
        'initial_parameters',
      );
      const missing = [initial, ...stepFiles].find((file) => !files.includes(file));
      if (missing) throw incomplete(folder, missing);
      const steps = await Promise.all(stepFiles.map((file) => readFixture(at(file))));
      const stored = { initial: await readFixture(at(initial)), batches, steps };
      await checkPretrainSteps(stored, subject);
    },
  };
}

/** A metadata value that may be a bare file name instead of JSON text. */
function quoted(metadata: Readonly<Record<string, string>>, key: string): Record<string, string> {
  const text = metadata[key];
  const bare = text !== undefined && !text.startsWith('"');
  return bare ? { ...metadata, [key]: JSON.stringify(text) } : { ...metadata };
}

function incomplete(folder: string, file: string): StudioError {
  return new StudioError('fixtures-missing', `The fixture file ${file} is missing in ${folder}`, {
    advice: 'Copy the whole set of files that belong together.',
  });
}
