/** Evaluations of jobs and runs: where their files lie, and what they say. */

import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { jobOf } from '../../contract/jobs/register.ts';
import type { InputOf, OutputOf } from '../../contract/studio/api.ts';
import { type Evaluation, evaluationSchema } from '../../contract/studio/evaluations.ts';
import type { Job } from '../../contract/studio/jobs.ts';
import { neighbourListSchema } from '../../contract/studio/neighbours.ts';
import { exists } from '../../disk/disk.ts';
import { readJsonFile } from '../../disk/json-file.ts';
import { markMissing } from '../../disk/mark-missing.ts';
import { evaluationFolder } from '../../runs/evaluation-folder.ts';
import type { RunCatalogue } from '../runs/run-catalogue.ts';

type Evaluated = InputOf<'evaluations.get'>;

/** @throws StudioError `evaluation-missing` */
export async function readEvaluation(folder: string): Promise<Evaluation> {
  const file = path.join(folder, 'metrics.json');
  const found = await readJsonFile(file, evaluationSchema);
  if (found === undefined) throw missing(`${file} is not there or is damaged.`, 'Evaluate again.');
  return found;
}

/** The folder of an evaluation. @throws StudioError `evaluation-missing` */
export async function folderOf(
  { job, run }: Evaluated,
  { jobs, runs }: { readonly jobs: (id: string) => Job; readonly runs: RunCatalogue },
): Promise<string> {
  const made = job === undefined ? undefined : jobs(job);
  // Other results may be at a path of the user's choice.
  if (made?.results !== undefined && jobOf(made.request).evaluates) return made.results;
  const trained = run ?? made?.run;
  if (trained === undefined)
    throw missing(`The job ${job} is no evaluation.`, 'Choose an evaluation from the list.');
  const { dir, summary } = await runs.get(trained);
  const folder = evaluationFolder(dir);
  if (await exists(folder)) return folder;
  throw missing(`${summary.name} keeps no evaluation.`, 'Evaluate it to get one.');
}

/** @throws StudioError `evaluation-missing` */
export async function readNeighbours(
  folder: string,
  { offset, count }: Pick<InputOf<'evaluations.neighbours'>, 'offset' | 'count'>,
): Promise<OutputOf<'evaluations.neighbours'>> {
  const file = path.join(folder, 'neighbours.json');
  const found = await readJsonFile(file, neighbourListSchema);
  if (found === undefined) throw missing(`${file} is not there or is damaged.`, 'Run it again.');
  const queries = await Promise.all(
    found.queries.slice(offset, offset + count).map(async ({ neighbours, ...query }) => ({
      ...(await markMissing(query)),
      neighbours: await Promise.all(neighbours.map(markMissing)),
    })),
  );
  return { ...found, total: found.queries.length, queries };
}

function missing(message: string, advice: string): StudioError {
  return new StudioError('evaluation-missing', message, { advice });
}
