/** What a prediction job has besides its table: task, classes, and images left out. */
import path from 'node:path';
import { z } from 'zod';
import { classLabelsSchema, type NamedClass } from '../../contract/class-labels.ts';
import { StudioError } from '../../contract/errors.ts';
import { isPredictionFile } from '../../contract/predictions-text.ts';
import type { InputOf } from '../../contract/studio/api.ts';
import type { PredictionPage } from '../../contract/studio/predictions.ts';
import { hasSeveralLabels } from '../../contract/tasks.ts';
import { fileLetters } from '../file-letters.ts';
import { OUTPUT_FILE } from '../jobs/job-folder.ts';
import type { JobFollower } from '../jobs/job-follower.ts';
import { LineTail, parseRecord } from '../line-tail.ts';

const NAMED = 200;
const startSchema = z.object({
  type: z.literal('predicting'),
  task: z.string().optional(),
  classes: z.array(z.string()),
  labels: classLabelsSchema.optional(),
});
const leftOutSchema = z.object({
  type: z.literal('left-out'),
  path: z.string(),
  reason: z.string(),
});

/** What `predict --format json` writes of objects, and with what. */
interface ObjectsJob {
  readonly file: string;
  readonly classes: readonly NamedClass[];
  readonly task: string;
  /** The network, for users. */
  readonly model: string;
  readonly data: readonly string[];
}

export interface PredictionJob extends Pick<PredictionPage, 'several' | 'leftOut'> {
  /** Of a classifier. */
  readonly file: string;
  /** Of a network that says where things are. */
  readonly folder: string;
  readonly objects: ObjectsJob;
}

/** Where objects of a score and a class are saved, in the folder of results. */
export function savedObjectsPath(
  folder: string,
  { format, threshold, class: only }: Omit<InputOf<'predictions.save'>, 'job'>,
): string {
  const ofClass = only === undefined ? '' : `-${fileLetters(only)}`;
  const name = `${format}-${Math.round(threshold * 100)}${ofClass}`;
  return path.join(folder, isPredictionFile(format) ? `objects-${name}.${format}` : name);
}

/** @throws StudioError `predictions-missing` for a job of another kind */
export async function readPredictionJob({ dir, job }: JobFollower): Promise<PredictionJob> {
  const { results, request } = job;
  if (request.kind !== 'predict' || results === undefined)
    throw new StudioError('predictions-missing', `The job ${job.id} makes no predictions.`, {
      advice: 'Choose predictions from the list.',
    });
  let several = false;
  let task = '';
  let classes: NamedClass[] = [];
  const files = new Map<string, string>();
  await new LineTail(path.join(dir, OUTPUT_FILE)).read((line) => {
    const record = parseRecord(line);
    const start = startSchema.safeParse(record).data;
    if (start !== undefined) {
      several = hasSeveralLabels(start.task);
      ({ task = '' } = start);
      classes = start.classes.map((name, i) => ({ name, id: i, ...start.labels?.[i] }));
    }
    const image = leftOutSchema.safeParse(record).data;
    if (image !== undefined) files.set(image.path, image.reason);
  });
  const named = [...files].slice(0, NAMED).map(([at, reason]) => ({ path: at, reason }));
  const leftOut = { count: files.size, files: named };
  const { model, data } = request;
  const objects = { file: path.join(results, 'predictions.json'), classes, task, model, data };
  const file = path.join(results, 'predictions.csv');
  return { several, leftOut, file, folder: results, objects };
}
