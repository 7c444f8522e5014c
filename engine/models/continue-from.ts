/** Open a pre-training to continue it on other images: a package, or a run. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isStudioError, StudioError } from '../contract/errors.ts';
import { parseRecipe } from '../contract/recipe.ts';
import { findRun } from '../runs/run-folder.ts';
import { type Continuation, isContinuation, readContinuation } from './export/continuation.ts';
import { checkpointOf } from './run-model.ts';

/**
 * @param reference a continuation package's folder, or a pre-training run
 * @throws StudioError `export-damaged`, `run-not-found`, `checkpoint-not-found`, `not-a-pretraining`
 */
export async function openContinuation(
  reference: string,
  { workspace, step }: { readonly workspace: string; readonly step?: number },
): Promise<Continuation> {
  const folder = path.resolve(reference);
  if (isContinuation(folder)) return readContinuation(folder);
  const run = await findRun(workspace, reference).catch((error: unknown) => {
    const isRun = !isStudioError(error, 'run-not-found');
    if (isRun || !existsSync(folder)) throw error;
    throw new StudioError(
      'not-a-pretraining',
      `${reference} may hold a network, but not the state of a pre-training.`,
      { advice: 'Give a run of conmim pretrain, or a continuation package.', cause: error },
    );
  });
  const { id, kind, recipe } = run.record;
  if (kind !== 'pretrain')
    throw new StudioError('not-a-pretraining', `The run ${id} is no pre-training.`, {
      advice: 'Give a run of conmim pretrain, or a continuation package.',
    });
  const checkpoint = await checkpointOf(run, step);
  return {
    origin: `${id}, step ${checkpoint.step}`,
    recipe: parseRecipe(recipe),
    state: checkpoint.state,
  };
}
