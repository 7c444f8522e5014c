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
import type { Executor } from '../executors/executor.ts';
import { openDevice } from '../executors/open-device.ts';
import { packagedFile } from '../platform/packaged-file.ts';
import { checkInterpolation, checkLoading, checkTorchFile } from './checkpoint-checks.ts';
import { type Check, Checker, type Report } from './checks.ts';
import { checkDropPath, checkFinetuneStep, checkMixing } from './finetune-checks.ts';
import { fixtureMetadata, readFixture } from './fixture-file.ts';
import { checkSchedules } from './host-checks.ts';
import { checkImageInputs, checkImageOperations } from './image-checks.ts';
import { checkMasks } from './mask-checks.ts';
import { checkOptimizer } from './optimizer-checks.ts';
import { checkPretrainStep, checkPretrainSteps } from './pretrain-checks.ts';
import { checkRandAugment } from './rand-augment-checks.ts';

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
const COMPANIONS = new Set(['checkpoint_loading', 'checkpoint_tiny', 'rand_augment']);

/** The limits are for exact float32; exponentials and error functions of cards are a little less so. */
const GRAPHICS_CARD_SLACK = 3;

interface Job {
  readonly fixture: string;
  run(executor: Executor, device: string, checker: Checker): Promise<void>;
}

/** @throws StudioError `fixtures-missing` when the folder has none */
export async function runSelftest(options: {
  readonly device?: string;
  readonly fixtures?: string;
  /** Names of fixtures; all when left out. */
  readonly only?: readonly string[];
  readonly onCheck?: Report;
}): Promise<SelftestSummary> {
  const folder = options.fixtures ?? packagedFile('assets/fixtures');
  const { executor, id, kind } = await openDevice(options.device);
  const slack = kind === 'gpu' ? GRAPHICS_CARD_SLACK : 1;
  const { jobs: all, skipped } = await findJobs(folder);
  const { only } = options;
  const jobs = only === undefined ? all : all.filter(({ fixture }) => only.includes(fixture));
  const checks: Check[] = [];
  for (const job of jobs) {
    const report = (check: Check) => {
      checks.push(check);
      options.onCheck?.(check);
    };
    await job.run(executor, id, new Checker(job.fixture, report, slack));
  }
  return {
    device: id,
    checks: checks.length,
    ok: checks.every(({ ok }) => ok),
    worst: Math.max(0, ...checks.map(shareOfLimit)),
    skipped,
  };
}

function shareOfLimit({ error, limit }: Check): number {
  return error === 0 ? 0 : error / limit;
}

async function findJobs(folder: string): Promise<{ jobs: Job[]; skipped: string[] }> {
  const files = existsSync(folder) ? (await readdir(folder)).sort() : [];
  const at = (name: string) => path.join(folder, name);
  const has = (name: string) => files.includes(name);
  const jobs: Job[] = [];
  const skipped: string[] = [];
  for (const file of files) {
    const base = file.replace(/\.safetensors$/, '');
    if (file === 'schedules.json')
      jobs.push({
        fixture: 'schedules',
        run: (_e, _d, checker) => checkSchedules(at(file), checker),
      });
    else if (file === 'masking_stats.json')
      jobs.push({
        fixture: 'masking_stats',
        run: (_e, _d, checker) => checkMasks(at(file), checker),
      });
    else if (file === 'checkpoint_loading.json')
      jobs.push({
        fixture: 'checkpoint_loading',
        run: (_e, _d, checker) => checkLoading(at(file), checker),
      });
    else if (file.endsWith('.pth'))
      jobs.push({
        fixture: file.replace(/\.pth$/, ''),
        run: (_e, _d, checker) => checkTorchFile(at(file), checker),
      });
    else if (!file.endsWith('.safetensors')) continue;
    else if (base === 'checkpoint_interpolation' || base === 'mixup_cutmix') {
      const check = base === 'mixup_cutmix' ? checkMixing : checkInterpolation;
      jobs.push({
        fixture: base,
        run: async (_e, _d, checker) => check(await readFixture(at(file)), checker),
      });
    } else if (base.startsWith('finetune'))
      jobs.push({
        fixture: base,
        run: async (executor, device, checker) => {
          const fixture = await readFixture(at(file));
          const dropPath = fixture.tensors.has('input.keep_mask');
          const check = dropPath ? checkDropPath : checkFinetuneStep;
          await check(fixture, executor, device, checker);
        },
      });
    else if (base === 'image_ops_uint8' || base === 'image_eval') {
      const check = base === 'image_eval' ? checkImageInputs : checkImageOperations;
      jobs.push({
        fixture: base,
        run: async (_e, _d, checker) => check(await readFixture(at(file)), folder, checker),
      });
    } else if (base === 'rand_augment')
      jobs.push({
        fixture: base,
        run: async (_e, _d, checker) => checkRandAugment(await readFixture(at(file)), checker),
      });
    else if (base.startsWith('optimizer'))
      jobs.push({
        fixture: base,
        run: async (executor, device, checker) =>
          checkOptimizer(await readFixture(at(file)), executor, device, checker),
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
        run: async (executor, device, checker) =>
          checkPretrainStep(await readFixture(...parts.map(at)), executor, device, checker),
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
    run: async (executor, device, checker) => {
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
      await checkPretrainSteps(stored, executor, device, checker);
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
