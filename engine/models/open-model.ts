/** Open a trained network by reference: a run, or weights on disk from this or another program. */

import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { isStudioError, StudioError } from '../contract/errors.ts';
import { networkConfig } from '../nn/conmim-network.ts';
import { findRun, RunFolder } from '../runs/run-folder.ts';
import { isContinuation, readContinuation } from './export/continuation.ts';
import { completeReport } from './import/import-report.ts';
import { type Imported, openWeights } from './import/open-weights.ts';
import type { Model } from './model.ts';
import { modelOfRun, normalisationOfRun, type RunOptions } from './run-model.ts';

/** A trained network by reference: a run, a file or a folder. */
export interface ModelReference {
  readonly reference: string;
  readonly network?: 'teacher' | 'student';
  /** The checkpoint of a run; by default the newest, or the best. */
  readonly step?: number;
}

export interface OpenModelOptions extends RunOptions {
  readonly workspace: string;
}

/**
 * Open a run by its folder, id, name or beginning of an id; a file of weights, or a folder that
 * contains one; a package of `conmim export --format continuation`.
 *
 * @throws StudioError `run-not-found` for other references; errors of opening runs and weights
 */
export async function openModel(reference: string, options: OpenModelOptions): Promise<Imported> {
  const { workspace, ...which } = options;
  const there = statSync(reference, { throwIfNoEntry: false });
  const checkpoint = there && checkpointAt(reference);
  if (checkpoint !== undefined) {
    const run = await RunFolder.open(checkpoint.run);
    return complete(await modelOfRun(run, { ...which, step: checkpoint.step }));
  }
  if (there?.isFile()) return openFiles(reference, which);
  const run = await findRun(workspace, reference).catch((error: unknown) => {
    if (isStudioError(error, 'run-not-found')) return undefined;
    throw error;
  });
  if (run !== undefined) return complete(await modelOfRun(run, which));
  if (there !== undefined) return openFiles(reference, which);
  throw new StudioError(
    'run-not-found',
    `"${reference}" is no run in ${workspace}, no file and no folder.`,
    {
      advice: 'List the runs with: conmim runs; or give the path of a file of weights.',
      details: { workspace: path.resolve(workspace), reference },
    },
  );
}

async function openFiles(reference: string, { step, network }: RunOptions): Promise<Imported> {
  refuseCheckpoint(reference, step);
  if (isContinuation(reference)) return complete(await modelOfContinuation(reference, network));
  return openWeights(reference, network === undefined ? {} : { network });
}

/** @throws StudioError `usage` when a checkpoint of files is asked for */
export function refuseCheckpoint(reference: string, step: number | undefined): void {
  if (step === undefined) return;
  throw new StudioError(
    'usage',
    `${reference} is no run, so it has no checkpoints to choose from.`,
    { advice: 'Leave --checkpoint out, or give a run.' },
  );
}

function complete(model: Model): Imported {
  return { model, report: completeReport(model.tensors.keys()) };
}

async function modelOfContinuation(
  folder: string,
  network: 'teacher' | 'student' = 'teacher',
): Promise<Model> {
  const { origin, recipe, state } = await readContinuation(folder);
  const prefix = `${network}.`;
  return {
    origin: `${network} of ${origin}`,
    vit: networkConfig(recipe).vit,
    ...normalisationOfRun(recipe),
    tensors: new Map(
      [...state]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    ),
    about: { network, recipe: { ...recipe } },
  };
}

/** The run and step, when the path is a checkpoint of a run or the state in one. */
function checkpointAt(given: string): { run: string; step: number } | undefined {
  const folder = path.basename(given) === 'state.safetensors' ? path.dirname(given) : given;
  const at = path.resolve(folder);
  const checkpoints = path.dirname(at);
  const run = path.dirname(checkpoints);
  const isOne =
    path.basename(checkpoints) === 'checkpoints' &&
    /^\d+$/.test(path.basename(at)) &&
    existsSync(path.join(run, 'run.json'));
  return isOne ? { run, step: Number(path.basename(at)) } : undefined;
}
