/** Pre-training on folders of images, as a run. */
import path from 'node:path';
import { readExcluded } from '../data/given/excluded-images.ts';
import { keepExcluded } from '../runs/excluded-list.ts';
import { type Pretraining, pretrainTask } from '../tasks/pretrain/task.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import type { ResolveDevice } from './run-listener.ts';
import { type StartRequest, startRun } from './start-run.ts';
import type { RunOutcome } from './train-run.ts';

export interface PretrainOrder
  extends Omit<StartRequest<Pretraining>, 'source' | 'from' | 'comparison'> {
  readonly data: readonly string[];
  /** A labelled set on which the features are measured while it trains. */
  readonly knn?: string | undefined;
  /** Lists of images that are left out. */
  readonly exclude?: readonly string[] | undefined;
  /** State of an earlier pre-training of the same network, with moments; schedules begin anew. */
  readonly from?: { readonly origin: string; readonly state: NamedTensors };
}

/**
 * @param resolve how a device is found; tests give their own
 * @throws StudioError before a run is written when data, schedules or device do not fit
 */
export async function pretrain(
  { data, knn, exclude, from, ...order }: PretrainOrder,
  task = pretrainTask,
  resolve?: ResolveDevice,
): Promise<RunOutcome<Pretraining>> {
  const start = from && { origin: from.origin, tensors: () => from.state };
  const folders = data.map((folder) => path.resolve(folder));
  const excluded = exclude && (await keepExcluded(order.workspace, await readExcluded(exclude)));
  const source = { folders, labelled: knn && path.resolve(knn), excluded };
  return startRun(task, { ...order, source, from: start }, resolve);
}
