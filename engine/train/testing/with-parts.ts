/** Runs on the parts that a test gives. */
import { findRun, type RunFolder } from '../../runs/run-folder.ts';
import { type Classification, makeClassifyTask } from '../../tasks/classify/task.ts';
import type { PretrainParts } from '../../tasks/pretrain/parts.ts';
import { makePretrainTask } from '../../tasks/pretrain/task.ts';
import type { FinetuneParts } from '../../tasks/shared/finetune-parts.ts';
import { type PretrainOrder, pretrain } from '../pretrain.ts';
import type { ResumeChanges } from '../resume-checks.ts';
import { type ResumeRequest, resumeTask } from '../resume-run.ts';
import type { ResolveDevice, RunListener } from '../run-listener.ts';
import { type StartRequest, startRun } from '../start-run.ts';

interface WithDevices {
  readonly resolveDevice: ResolveDevice;
}
export type PretrainTestParts = PretrainParts & WithDevices;
export type FinetuneTestParts = FinetuneParts & WithDevices;

export function startPretrain(
  request: PretrainOrder,
  { resolveDevice, ...parts }: PretrainTestParts,
) {
  return pretrain(request, makePretrainTask(parts), resolveDevice);
}

export async function resumePretrain(
  request: ResumeRequest,
  { resolveDevice, ...parts }: PretrainTestParts,
) {
  const run = await findRun(request.workspace, request.run);
  return resumeTask(makePretrainTask(parts), run, request, resolveDevice);
}

export type FinetuneRequest = StartRequest<Classification>;

export function startFinetune(
  request: FinetuneRequest,
  { resolveDevice, ...parts }: FinetuneTestParts,
) {
  return startRun<Classification>(makeClassifyTask(parts), request, resolveDevice);
}

export function resumeFinetune(
  run: RunFolder,
  request: RunListener & ResumeChanges,
  { resolveDevice, ...parts }: FinetuneTestParts,
) {
  return resumeTask<Classification>(makeClassifyTask(parts), run, request, resolveDevice);
}
