/** Runs on the parts that a test gives. */
import path from 'node:path';
import type { Recipe } from '../../contract/recipe.ts';
import { findRun, type RunFolder } from '../../runs/run-folder.ts';
import { type Classification, makeClassifyTask } from '../../tasks/classify/task.ts';
import type { PretrainParts } from '../../tasks/pretrain/parts.ts';
import { makePretrainTask } from '../../tasks/pretrain/task.ts';
import type { FinetuneParts } from '../../tasks/shared/finetune-parts.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import type { ResumeChanges } from '../resume-checks.ts';
import { type ResumeRequest, resumeTask } from '../resume-run.ts';
import type { ResolveDevice, RunListener } from '../run-listener.ts';
import { type StartRequest, startRun } from '../start-run.ts';

interface WithDevices {
  readonly resolveDevice: ResolveDevice;
}
export type PretrainTestParts = PretrainParts & WithDevices;
export type FinetuneTestParts = FinetuneParts & WithDevices;

export interface PretrainRequest extends RunListener {
  readonly workspace: string;
  readonly name: string;
  readonly data: readonly string[];
  readonly recipe: Recipe;
  readonly device: string;
  readonly from?: { readonly origin: string; readonly state: NamedTensors };
}

export function startPretrain(
  { data, from, ...request }: PretrainRequest,
  { resolveDevice, ...parts }: PretrainTestParts,
) {
  const start = from && { origin: from.origin, tensors: () => from.state };
  const source = data.map((folder) => path.resolve(folder));
  return startRun(makePretrainTask(parts), { ...request, source, from: start }, resolveDevice);
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
