/** Fine-tuning runs on labelled images: start, resume; the same folder, events and habits as pre-training. */
import path from 'node:path';
import { type Best, loadCheckpoint } from '../checkpoint/checkpoint.ts';
import { tensorBytes } from '../checkpoint/save.ts';
import { type FinetuneRecipe, parseFinetuneRecipe } from '../contract/finetune-recipe.ts';
import { imageSides } from '../contract/recipe.ts';
import { EvalSet } from '../data/eval-set.ts';
import type { ResolvedDevice } from '../devices/resolve-device.ts';
import { type EvaluationReport, evaluateScores } from '../evaluation/metrics.ts';
import { type ClassScores, judge, type Outcomes } from '../evaluation/outcomes.ts';
import { recipeSchedules } from '../optim/schedules.ts';
import { computeThreads } from '../platform/threads.ts';
import { newestCheckpointBytes, sayingNeed } from '../runs/checkpoint-need.ts';
import { environment } from '../runs/environment.ts';
import type { LabelledImages, LabelledSpec } from '../runs/labelled-spec.ts';
import { checkResumable } from '../runs/resumable.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { RunSession } from '../runs/run-session.ts';
import type { ClassifierBatch, ClassifierTaskOptions } from '../tasks/classify/classifier-task.ts';
import { finetuneLoader, labelledLoaderOptions } from '../tasks/classify/finetune-loader.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import {
  checkDataset,
  checkEnvironment,
  deviceFields,
  listenerOf,
  precisionOf,
  type ResumeChanges,
  type RunListener,
  recordWay,
  resolving,
} from './common.ts';
import type { FinetuneParts, PredictingTask, TrainingSets } from './finetune-parts.ts';
import { runTraining } from './loop.ts';
import { deviceRecovery, RecoverableTask } from './recovery.ts';
import { restoreRun, START } from './restore.ts';
import type { EvaluationResult, TrainingOptions, TrainingOutcome } from './training-options.ts';

/** Where a classifier starts. */
export interface StartingPoint {
  /** For people and the record: the run and step, the file, or `scratch`. */
  readonly origin: string;
  /**
   * All tensors of the recipe's classifier for these classes.
   *
   * @throws StudioError `weights-mismatch`
   */
  tensors(recipe: FinetuneRecipe, classes: readonly string[]): NamedTensors;
}

export interface FinetuneRequest extends RunListener {
  readonly workspace: string;
  readonly name: string;
  readonly from: StartingPoint;
  readonly labelled: LabelledSpec;
  readonly recipe: FinetuneRecipe;
  /** A device id, or `auto`. */
  readonly device: string;
  /** Folder of the comparison that it is part of. */
  readonly comparison?: string;
}

export type FinetuneResumeRequest = RunListener & ResumeChanges;

export interface FinetuneOutcome extends TrainingOutcome {
  /** Labelled images that it learnt from. */
  readonly labelled: number;
  /** Of the best state, on the validation images; left out when the run was stopped. */
  readonly report?: EvaluationReport;
  readonly outcomes?: Outcomes;
  /** Positions of validation images that could not be decoded any more; the outcomes are of the others. */
  readonly leftOut?: readonly number[];
}

/**
 * Start a run and train it to its end, or until it is asked to stop.
 *
 * @throws StudioError before anything is written when data, weights, schedules or device do not fit
 */
export async function startFinetune(
  request: FinetuneRequest,
  parts: FinetuneParts,
): Promise<FinetuneOutcome> {
  const { workspace, name, recipe, labelled, from } = request;
  const sets = await parts.readSets(labelled, memoryOf(workspace), request.signal);
  const classes = sets.train.classes;
  const { totalSteps } = schedulesFor(recipe, sets.train);
  const device = await parts.resolveDevice(request.device, resolving(request, recipe));
  const start = from.tensors(recipe, classes);
  const made = { recipe, classes: classes.length, start, device: device.id };
  const task = await openTask(made, parts);
  const used = { ...recipe, micro_batch: task.microBatch };
  try {
    const create = () =>
      RunFolder.create(workspace, {
        name,
        kind: 'finetune',
        totalSteps,
        ...deviceFields(device),
        recipe: used,
        dataset: datasetOf(labelled, sets),
        versions: environment(),
        from: from.origin,
        classes: [...classes],
        labelled,
        ...partOf(request),
      });
    const run = await sayingNeed(create, async () => tensorBytes(await task.readState()));
    const session = await RunSession.open(run, listenerOf(request));
    const warnings = [...sets.warnings];
    try {
      const training = { session, task, start: START, warnings };
      return await train({ request, recipe: used, sets, parts, device, training });
    } finally {
      await session.close();
    }
  } finally {
    await task.dispose();
  }
}

/**
 * Continue a run from its newest good checkpoint, exactly as if it had not been interrupted.
 *
 * @throws StudioError `run-locked`, `nothing-to-resume`, `dataset-changed`, `no-usable-checkpoint`
 */
export async function resumeFinetune(
  run: RunFolder,
  request: FinetuneResumeRequest,
  parts: FinetuneParts,
): Promise<FinetuneOutcome> {
  const session = await sayingNeed(
    () => RunSession.open(run, listenerOf(request)),
    () => newestCheckpointBytes(run.checkpointsDir),
  );
  let task: ClassifyingTask | undefined;
  try {
    const { record } = run;
    const recipe = parseFinetuneRecipe(record.recipe, precisionOf(request));
    await checkResumable(run);
    const { labelled } = record;
    if (labelled === undefined) throw new Error(`${record.id} does not say what it learns from`);
    const workspace = path.dirname(path.dirname(run.dir));
    const sets = await parts.readSets(labelled, memoryOf(workspace), request.signal);
    const dataset = datasetOf(labelled, sets);
    const warnings = checkDataset(run, dataset, request.acceptChangedData === true);
    if (warnings.length > 0) {
      const { totalSteps } = schedulesFor(recipe, sets.train);
      await run.update({ totalSteps, dataset });
    }
    const wanted = request.device ?? record.device;
    const device = await parts.resolveDevice(wanted, resolving(request, recipe));
    const threads = Math.min(
      Number(record.versions['threads'] ?? Number.POSITIVE_INFINITY),
      computeThreads(),
    );
    warnings.push(...sets.warnings, ...checkEnvironment(run, device.id, threads, recipe.precision));
    const classes = sets.train.classes.length;
    const made = { recipe, classes, start: new Map(), device: device.id, threads };
    task = await openTask(made, parts);
    const { start, rejected } = await task.attempt((opened) => restoreRun(session, opened));
    const used = { ...recipe, micro_batch: task.microBatch };
    await recordWay(session, device, used);
    const training = { session, task, start, rejected, warnings };
    return await train({ request, recipe: used, sets, parts, device, training });
  } finally {
    await session.close();
    await task?.dispose();
  }
}

/** Whose part a run is, for its record. */
export function partOf({ comparison }: Pick<FinetuneRequest, 'comparison'>) {
  return comparison === undefined ? {} : { comparison };
}

type ClassifyingTask = RecoverableTask<ClassifierBatch, PredictingTask>;

function openTask(options: ClassifierTaskOptions, parts: FinetuneParts): Promise<ClassifyingTask> {
  const { recipe } = options;
  return RecoverableTask.open({
    batch: recipe,
    create: (micro_batch) => parts.createTask({ ...options, recipe: { ...recipe, micro_batch } }),
  });
}

interface Training {
  readonly request: RunListener;
  readonly recipe: FinetuneRecipe;
  readonly sets: TrainingSets;
  readonly parts: FinetuneParts;
  readonly device: ResolvedDevice;
  readonly training: Pick<
    TrainingOptions<ClassifierBatch>,
    'session' | 'start' | 'rejected' | 'warnings'
  > & { readonly task: ClassifyingTask };
}

async function train(options: Training): Promise<FinetuneOutcome> {
  const { request, recipe, sets, parts, device, training } = options;
  const { session, task, warnings = [] } = training;
  const { run } = session;
  const { totalSteps, lr, weightDecay, emaMomentum } = schedulesFor(recipe, sets.train);
  const classes = sets.train.classes.length;
  const { id } = run.record;
  const images = sets.train.samples.length;
  request.onRun?.({ id, dir: run.dir, ...deviceFields(device), images, totalSteps });
  const outcome = await runTraining({
    ...training,
    warnings: [...warnings, ...task.notices],
    // Nothing in a classifier looks across images, so smaller passes mean nothing.
    recovery: deviceRecovery(task, session, () => []),
    openLoader: async (startStep) =>
      finetuneLoader(
        await parts.openLoader(sets.train, labelledLoaderOptions(recipe, startStep)),
        recipe,
        classes,
      ),
    schedules: { lr, weightDecay, emaMomentum },
    totalSteps,
    score: { name: 'top1', chance: 1 / classes },
    evaluation: {
      every: evaluationSteps(recipe, sets.train, totalSteps),
      patience: recipe.patience,
      run: async () => summarise(await predict(task.current, recipe, sets.val, parts)),
    },
    checkpointEvery: recipe.checkpoint_every,
    keepLast: recipe.keep_last,
    keepEvery: recipe.keep_every,
    logEvery: recipe.log_every,
    versions: environment(),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const { best, status } = outcome;
  const labelled = sets.train.samples.length;
  if (status !== 'done' || best === undefined) return { ...outcome, labelled };
  return { ...outcome, labelled, ...(await judgeBest(options, best)) };
}

/** The whole report on the best state. */
async function judgeBest(
  { recipe, sets, parts, training }: Training,
  { step }: Best,
): Promise<Pick<FinetuneOutcome, 'report' | 'outcomes' | 'leftOut'>> {
  const { session, task } = training;
  const folder = path.join(session.run.checkpointsDir, String(step));
  const { state } = await loadCheckpoint({ step, folder });
  const predicted = await task.attempt(async (current) => {
    await current.writeState(state);
    return predict(current, recipe, sets.val, parts);
  });
  const { scores, labels, leftOut } = predicted;
  return {
    report: evaluateScores(scores, labels, sets.train.classes, { seed: recipe.seed }),
    outcomes: judge(scores, labels),
    leftOut,
  };
}

interface Predicted {
  readonly scores: ClassScores;
  /** of the images that could be decoded, as the scores are */
  readonly labels: readonly number[];
  /** positions of those that could not */
  readonly leftOut: readonly number[];
  readonly notes: readonly string[];
}

async function predict(
  task: PredictingTask,
  recipe: FinetuneRecipe,
  { samples, classes }: LabelledImages,
  parts: FinetuneParts,
): Promise<Predicted> {
  const { mean, std, batch_size: batchSize, max_broken: maxBroken } = recipe;
  const options = { imageSize: imageSides(recipe), mean, std };
  const images = new EvalSet(
    samples,
    (some, onBroken) => parts.loadEval(some, options, onBroken),
    maxBroken,
  );
  const logits = new Float32Array(samples.length * classes.length);
  for (let start = 0; start < samples.length; start += batchSize) {
    const end = Math.min(start + batchSize, samples.length);
    logits.set(await task.predict(await images.load(start, end)), start * classes.length);
  }
  const labels = images.kept.map(({ label }) => label);
  const data = images.rows(logits, classes.length);
  return {
    scores: { kind: 'logits', data, count: labels.length, classes: classes.length },
    labels,
    leftOut: images.positionsLeftOut,
    notes: images.notes,
  };
}

function summarise({ scores, labels, notes }: Predicted): EvaluationResult {
  const outcomes = judge(scores, labels);
  const n = outcomes.count;
  const within = (rank: number) => outcomes.rank.filter((at) => at < rank).length / n;
  const loss = outcomes.loss.reduce((sum, value) => sum + value, 0) / n;
  return { top1: within(1), top5: within(5), loss, n, notes };
}

function schedulesFor(recipe: FinetuneRecipe, train: LabelledImages) {
  const stepsPerEpoch = epochSteps(recipe, train);
  const { min_steps: least, epochs, warmup_epochs: warmup } = recipe;
  const tooShort = recipe.steps === null && epochs * stepsPerEpoch < least;
  const warmupSteps = Math.round((least * warmup) / epochs);
  return recipeSchedules(
    tooShort ? { ...recipe, steps: least, warmup_steps: warmupSteps } : recipe,
    stepsPerEpoch,
  );
}

/** Steps between evaluations: epochs, or as many parts of the run where epochs are very short. */
function evaluationSteps(recipe: FinetuneRecipe, train: LabelledImages, totalSteps: number) {
  const epoch = Math.max(epochSteps(recipe, train), totalSteps / recipe.epochs);
  return Math.max(1, Math.round(recipe.eval_every * epoch));
}

/** A set smaller than a batch is repeated to fill one. */
function epochSteps(recipe: FinetuneRecipe, { samples }: LabelledImages): number {
  return Math.max(1, Math.floor(samples.length / recipe.batch_size));
}

function memoryOf(workspace: string): string {
  return path.resolve(workspace, 'datasets');
}

function datasetOf({ train, val }: LabelledSpec, sets: TrainingSets) {
  return {
    folders: val === null ? [train] : [train, val],
    images: sets.train.samples.length,
    fingerprint: `${sets.train.fingerprint}-${sets.val.fingerprint}`,
  };
}
