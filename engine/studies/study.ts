/**
 * Studies: a recipe is trained with varied settings and several seeds, and each training is judged by
 * its features.
 *
 * A study is a folder with `study.json`; its runs lie in the workspace as all others. Results are
 * written as they come. Given again, a study goes on: runs that were interrupted are resumed.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isStudioError, StudioError } from '../contract/errors.ts';
import { parseRecipe, type Recipe } from '../contract/recipe.ts';
import {
  STUDY_FILE,
  type Study,
  type StudyFailure,
  type StudyResult,
  studySchema,
} from '../contract/study/study.ts';
import { makeFolder, nodeDisk, onDisk } from '../disk/disk.ts';
import { readJsonFile, writeJsonFile } from '../disk/json-file.ts';
import { Lock } from '../disk/lock.ts';
import { targetTaken } from '../disk/result-file.ts';
import { isConfined } from '../platform/confined.ts';
import { environment } from '../runs/environment.ts';
import { type FolderRun, listRuns, RunFolder } from '../runs/run-folder.ts';
import type { TrainingOutcome } from '../train/loop/training-options.ts';
import { pretrain } from '../train/pretrain.ts';
import { resumeRun } from '../train/resume-run.ts';
import type { RunListener } from '../train/run-listener.ts';
import { initialKey, type JudgedRun, type Judgement, NeighbourJudge } from './judge.ts';
import { type PlanOrder, planStudy, recipeOf, trialsOfRound } from './plan.ts';
import { writeStudyFiles } from './study-files.ts';
import { trainingFacts } from './training-facts.ts';

export interface StudyOrder
  extends PlanOrder,
    Pick<RunListener, 'signal' | 'onInterrupt' | 'onEvent' | 'onRun' | 'onDeviceCheck' | 'onWait'> {
  readonly workspace: string;
  readonly name: string;
  /** Name of the recipe that is varied. */
  readonly recipeName: string;
  /** Folders of images, absolute. */
  readonly data: readonly string[];
  /** Lists of images that are left out, absolute. */
  readonly exclude?: readonly string[] | undefined;
  readonly judge: { readonly name: 'knn'; readonly k: number };
  /** Labelled images, absolute: the reference set, and those that are evaluated. */
  readonly train: string;
  readonly eval: string;
  readonly device: string;
  readonly out: string;
  readonly onResult?: (result: StudyResult, study: Study) => void;
  readonly onFailure?: (failure: StudyFailure, study: Study) => void;
}

/** What a study does with each training; tests replace it. */
export interface StudyParts {
  readonly pretrain: typeof pretrain;
  readonly resumeRun: typeof resumeRun;
  openJudge(order: StudyOrder): Promise<{
    readonly sizes: Pick<Study['judge'], 'train' | 'eval' | 'classes'>;
    judge(run: JudgedRun): Promise<Judgement>;
  }>;
}

const PARTS: StudyParts = {
  pretrain,
  resumeRun,
  openJudge: (order) => NeighbourJudge.open({ ...order, k: order.judge.k }),
};

/**
 * @throws StudioError `usage`, `recipe-invalid`, `study-changed`, `study-stopped`, `target-taken`;
 *   `run-locked` while another process works in the folder
 */
export async function study(order: StudyOrder, parts: StudyParts = PARTS): Promise<Study> {
  const { out, onWait } = order;
  const plan = planStudy(order);
  await onDisk(out, () => makeFolder(out));
  const lock = await Lock.acquire(out, { what: `The study in ${out}`, onWait });
  try {
    const begun = await begin(order, plan);
    return await trainAll(order, begun, parts);
  } finally {
    lock.release();
  }
}

/** The study of the folder, or a new one. */
async function begin(order: StudyOrder, plan: ReturnType<typeof planStudy>): Promise<Study> {
  const { out, name, recipeName, judge, seeds, search } = order;
  const settings = settingsOf(order);
  const file = path.join(out, STUDY_FILE);
  if (existsSync(file)) {
    const found = await readJsonFile(file, studySchema);
    if (found === undefined) throw targetTaken(file);
    const isSame = JSON.stringify(found.settings) === JSON.stringify(settings);
    // The best of a round depend on all seeds; elsewhere more of them may join.
    if (isSame && (search !== 'halving' || found.seeds === seeds)) return { ...found, ...plan };
    throw new StudioError('study-changed', `${out} holds a study with other settings.`, {
      advice: 'Give another --out, or the settings that it was begun with.',
      details: isConfined()
        ? { now: settings }
        : { before: found.settings as object, now: settings },
    });
  }
  return {
    format: 1,
    name,
    createdAt: new Date().toISOString(),
    settings,
    recipe: recipeName,
    judge,
    ...plan,
    results: [],
    failures: [],
    versions: { ...environment() },
  };
}

/** All that results depend on, as JSON keeps it. */
function settingsOf(order: StudyOrder): unknown {
  const { recipe, vary, search, trials, steps, data, exclude } = order;
  const { judge, train, eval: asked } = order;
  return JSON.parse(
    JSON.stringify({
      recipe,
      vary,
      search,
      trials,
      steps,
      data,
      exclude,
      judge,
      train,
      eval: asked,
    }),
  );
}

interface Cell {
  readonly trial: number;
  readonly seed: number;
  readonly round: number;
}

async function trainAll(order: StudyOrder, begun: Study, parts: StudyParts): Promise<Study> {
  let state = begun;
  const judge = await parts.openJudge(order);
  state = { ...state, judge: { ...state.judge, ...judge.sizes } };
  await keep(order.out, state);
  const untrained = new Map<string, number>();
  for (const result of state.results)
    untrained.set(initialKey(recipeOfCell(order, state, result)), result.untrained);
  for (let round = 0; round < state.rounds.length; round++)
    for (const cell of cellsOf(order, state, round)) {
      if ([...state.results, ...state.failures].some((one) => isSameCell(one, cell))) continue;
      const recipe = recipeOfCell(order, state, cell);
      const { run, outcome, failure } = await trainCell(order, cell, recipe, parts);
      if (outcome?.status === 'stopped') throw stopped(outcome);
      if (failure !== undefined) {
        const failed = { ...cell, run: run.record.id, message: failure };
        state = { ...state, failures: [...state.failures, failed] };
        await keep(order.out, state);
        order.onFailure?.(failed, state);
        continue;
      }
      const { record, dir } = run;
      const judged = await judge.judge({
        dir,
        // As it was trained, with what was measured of the images.
        recipe: parseRecipe(record.recipe),
        device: record.device,
        untrained: untrained.get(initialKey(recipe)),
      });
      untrained.set(initialKey(recipe), judged.untrained);
      const result: StudyResult = {
        ...cell,
        ...judged,
        steps: record.totalSteps,
        run: record.id,
        images: record.totalSteps * recipe.batch_size,
        ...(await trainingFacts(run)),
      };
      state = {
        ...state,
        images: record.dataset.images,
        device: record.device,
        results: [...state.results, result],
      };
      await keep(order.out, state);
      order.onResult?.(result, state);
      if (outcome?.interruptedBy !== undefined) throw stopped(outcome);
    }
  return state;
}

/** Seed by seed, so that all trials can be compared early. Seeds follow the one of the recipe. */
function cellsOf(order: StudyOrder, state: Study, round: number): Cell[] {
  const trials = trialsOfRound(state, round);
  return Array.from({ length: state.seeds }, (_, i) =>
    trials.map((trial) => ({ trial, seed: order.recipe.seed + i, round })),
  ).flat();
}

function isSameCell(one: Cell, other: Cell): boolean {
  return one.trial === other.trial && one.seed === other.seed && one.round === other.round;
}

function recipeOfCell(order: StudyOrder, state: Study, { trial, seed, round }: Cell): Recipe {
  return recipeOf(order.recipe, state.trials[trial]!, {
    steps: state.rounds[round]!,
    seed,
  });
}

interface TrainedCell {
  readonly run: RunFolder;
  readonly outcome?: TrainingOutcome;
  /** Why there is no network to judge. */
  readonly failure?: string;
}

/** The error of a training that gave up; of bad settings it is a result. */
const DIVERGED = 'training-diverged';

async function trainCell(
  order: StudyOrder,
  cell: Cell,
  recipe: Recipe,
  { pretrain: train, resumeRun: resume }: StudyParts,
): Promise<TrainedCell> {
  const {
    workspace,
    data,
    exclude,
    device,
    signal,
    onInterrupt,
    onEvent,
    onRun,
    onDeviceCheck,
    onWait,
  } = order;
  let dir = '';
  const listener = {
    ...(signal && { signal }),
    ...(onInterrupt && { onInterrupt }),
    ...(onEvent && { onEvent }),
    ...(onDeviceCheck && { onDeviceCheck }),
    ...(onWait && { onWait }),
    onRun(started: Parameters<NonNullable<RunListener['onRun']>>[0]) {
      dir = started.dir;
      onRun?.(started);
    },
  };
  const earlier = await earlierRun(order, cell);
  if (earlier?.status === 'done') return { run: await RunFolder.open(earlier.dir) };
  if (earlier?.reason?.code === DIVERGED)
    return { run: await RunFolder.open(earlier.dir), failure: earlier.reason.message };
  try {
    if (earlier !== undefined) {
      dir = earlier.dir;
      const resumed = await resume({ workspace, run: dir, ...listener }).catch(nothingLeft);
      if (resumed !== undefined) return { run: await RunFolder.open(dir), outcome: resumed };
      await nodeDisk.remove(dir);
    }
    const outcome = await train({
      workspace,
      name: cellName(order, cell),
      study: path.resolve(order.out),
      data,
      exclude,
      recipe,
      device,
      ...listener,
    });
    return { run: await RunFolder.open(dir), outcome };
  } catch (error) {
    if (!isStudioError(error, DIVERGED)) throw error;
    return { run: await RunFolder.open(dir), failure: error.message };
  }
}

/** A run that cannot be resumed is begun again. */
function nothingLeft(error: unknown): undefined {
  if (!isStudioError(error, 'nothing-to-resume', 'no-usable-checkpoint')) throw error;
}

/** The run of an earlier call. */
async function earlierRun(order: StudyOrder, cell: Cell): Promise<FolderRun | undefined> {
  const { runs } = await listRuns(order.workspace, order.onWait);
  const folder = path.resolve(order.out);
  return runs.find(
    ({ record }) => record.study === folder && record.name === cellName(order, cell),
  );
}

function cellName({ name }: StudyOrder, { trial, seed, round }: Cell): string {
  const of = round === 0 ? '' : `-round-${round + 1}`;
  return `${name}-${trial + 1}${of}-seed-${seed}`;
}

async function keep(out: string, state: Study): Promise<void> {
  await writeJsonFile(path.join(out, STUDY_FILE), state);
  await writeStudyFiles(out, state);
}

function stopped({ interruptedBy }: TrainingOutcome): StudioError {
  return new StudioError('study-stopped', 'The study was stopped.', {
    advice: 'Give the same command again: it resumes with what is missing.',
    details: interruptedBy === undefined ? {} : { signal: interruptedBy },
  });
}
