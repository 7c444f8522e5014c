/** Runs of the small training problem in this process, and what they leave. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Disk, nodeDisk } from '../../disk/disk.ts';
import type { Clock } from '../../runs/clock.ts';
import { type RunCommand, sendCommand } from '../../runs/control-inbox.ts';
import { readEvents } from '../../runs/event-log.ts';
import type { TrainingEvent } from '../../runs/events.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { RunSession } from '../../runs/run-session.ts';
import type { LoadedBatch } from '../../tasks/training-loader.ts';
import { runTraining } from '../loop/loop.ts';
import type { TrainingOptions } from '../loop/training-options.ts';
import { restoreRun } from '../restore.ts';
import {
  type Examples,
  exampleLoader,
  RegressionLearner,
  regressionOptions,
} from './crash-worker.ts';

export interface RegressionSetup {
  /** Without it there are 40. */
  readonly total?: number;
  readonly disk?: Disk;
  readonly clock?: Clock;
  readonly task?: RegressionLearner;
  readonly change?: (batch: LoadedBatch<Examples>) => LoadedBatch<Examples>;
  readonly onEvent?: (event: TrainingEvent, run: RunFolder) => void;
  readonly options?: Partial<TrainingOptions<Examples>>;
  /** Called when the run is open, before it trains. */
  readonly before?: () => void;
}

/** Runs in a workspace that each test has for itself. Call this once in a file of tests. */
export function regressionRuns() {
  let workspace: string;
  beforeEach(() => {
    workspace = mkdtempSync(path.join(tmpdir(), 'conmim-loop-'));
  });
  afterEach(() => rmSync(workspace, { recursive: true, force: true }));
  const newRun = (disk?: Disk) => newRegressionRun(workspace, disk);
  return {
    newRun,
    /** Train a run, or a new one. */
    train: async ({ run, ...setup }: RegressionSetup & { readonly run?: RunFolder } = {}) =>
      trainRegression(run ?? (await newRun()), setup),
  };
}

export function newRegressionRun(workspace: string, disk: Disk = nodeDisk): Promise<RunFolder> {
  return RunFolder.create(
    workspace,
    {
      name: 'Regression',
      kind: 'pretrain',
      totalSteps: 40,
      device: 'cpu',
      recipe: {},
      dataset: { folders: [], images: 80, fingerprint: '' },
      versions: {},
    },
    { disk },
  );
}

/** Train in this process; the run resumes if it has checkpoints. */
export async function trainRegression(run: RunFolder, setup: RegressionSetup = {}) {
  const events: TrainingEvent[] = [];
  const session = await RunSession.open(run, {
    clock: setup.clock ?? fakeClock(),
    disk: setup.disk ?? nodeDisk,
    onEvent(event) {
      events.push(event);
      setup.onEvent?.(event, run);
    },
  });
  const task = setup.task ?? new RegressionLearner();
  const { start, rejected } = await restoreRun(session, task);
  setup.before?.();
  const training = runTraining({
    ...regressionOptions(session, setup.total ?? 40),
    openLoader: async (startStep) => exampleLoader(startStep, setup.change),
    interruptSource: { on() {}, off() {} },
    learner: task,
    start,
    rejected,
    ...setup.options,
  });
  const outcome = await training.catch((error: unknown) => ({ error }));
  return { run, events, outcome, task };
}

/** Time that passes by sleeping and by being looked at. */
export function fakeClock(): Clock {
  let ms = 1_700_000_000_000;
  return {
    now: () => ms++,
    elapsed: () => ms++,
    sleep: async (duration) => {
      ms += duration;
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}

/** A listener that sends the run a command after a step. */
export const at = (step: number, command: RunCommand) => (event: TrainingEvent, run: RunFolder) => {
  if (event.type === 'step' && event.step === step) sendCommand(run.controlDir, command);
};

/** A batch whose loss is not a number. */
export function nan(batch: LoadedBatch<Examples>): LoadedBatch<Examples> {
  batch.data.y[0] = Number.NaN;
  return batch;
}

export const of = <Type extends TrainingEvent['type']>(events: TrainingEvent[], type: Type) =>
  events.filter((event): event is Extract<TrainingEvent, { type: Type }> => event.type === type);

/** The events on disk. */
export async function logged(run: RunFolder): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  for await (const event of readEvents(run.eventsFile)) events.push(event);
  return events;
}

/** The state in the checkpoint of a step. */
export function stateBytes(run: RunFolder, step: number): Buffer {
  return readFileSync(path.join(run.checkpointsDir, String(step), 'state.safetensors'));
}

/** All files in a run's folder, without half a checkpoint, which the next process clears away. */
export function contents(dir: string): [file: string, base64: string][] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.tmp-'))
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .sort()
    .map((file) => [file, readFileSync(file, 'base64')]);
}
