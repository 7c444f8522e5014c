/** Going on with a run of any kind. */

import { findRun } from '../runs/run-folder.ts';
import { type FinetuneOutcome, resumeFinetune } from '../train/finetune.ts';
import { type ResumeRequest, resumeRun } from '../train/pretrain.ts';
import type { TrainingOutcome } from '../train/training-options.ts';
import { finetuneParts } from './finetune-parts.ts';

/** @throws StudioError `run-not-found`, `run-locked`, `nothing-to-resume`, `dataset-changed` */
export async function resumeAny(
  request: ResumeRequest,
): Promise<TrainingOutcome | FinetuneOutcome> {
  const run = await findRun(request.workspace, request.run);
  return run.record.kind === 'pretrain'
    ? resumeRun({ ...request, run: run.dir })
    : resumeFinetune(run, request, finetuneParts);
}
