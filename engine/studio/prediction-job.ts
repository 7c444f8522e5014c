/** What a prediction job has besides its table: task, classes, and images left out. */
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../contract/errors.ts';
import type { PredictionPage } from '../contract/studio/predictions.ts';
import { hasSeveralLabels } from '../contract/tasks.ts';
import { OUTPUT_FILE } from './job-folder.ts';
import type { JobFollower } from './job-follower.ts';
import { LineTail, parseRecord } from './line-tail.ts';

const NAMED = 200;
const startSchema = z.object({ type: z.literal('predicting'), task: z.string().optional() });
const leftOutSchema = z.object({
  type: z.literal('left-out'),
  path: z.string(),
  reason: z.string(),
});

export interface PredictionJob extends Pick<PredictionPage, 'several' | 'leftOut'> {
  /** Of a classifier. */
  readonly file: string;
  /** Of a network that says where things are. */
  readonly folder: string;
}

/** @throws StudioError `predictions-missing` for a job of another kind */
export async function readPredictionJob({ dir, job }: JobFollower): Promise<PredictionJob> {
  const { results, request } = job;
  if (request.kind !== 'predict' || results === undefined)
    throw new StudioError('predictions-missing', `The job ${job.id} makes no predictions.`, {
      advice: 'Choose predictions from the list.',
    });
  let several = false;
  const files = new Map<string, string>();
  await new LineTail(path.join(dir, OUTPUT_FILE)).read((line) => {
    const record = parseRecord(line);
    const start = startSchema.safeParse(record).data;
    if (start !== undefined) several = hasSeveralLabels(start.task);
    const image = leftOutSchema.safeParse(record).data;
    if (image !== undefined) files.set(image.path, image.reason);
  });
  const named = [...files].slice(0, NAMED).map(([at, reason]) => ({ path: at, reason }));
  const leftOut = { count: files.size, files: named };
  return { several, leftOut, folder: results, file: path.join(results, 'predictions.csv') };
}
