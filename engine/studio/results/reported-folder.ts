/** Comparisons, studies and runs as jobs name them. */
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { InputOf } from '../../contract/studio/api.ts';
import type { Job } from '../../contract/studio/jobs.ts';
import { STUDY_FILE, type Study, studySchema } from '../../contract/study/study.ts';
import { readJsonFile } from '../../disk/json-file.ts';
import type { RunCatalogue } from '../runs/run-catalogue.ts';

const STUDIED: ReadonlySet<string> = new Set(['compare', 'study']);

/**
 * The folder of a run, or of the comparison or study of a job.
 *
 * @throws StudioError `run-not-found`, `job-not-found`, `evaluation-missing`
 */
export async function reportedFolder(
  { job, run }: Pick<InputOf<'reports.build'>, 'job' | 'run'>,
  { jobs, runs }: { readonly jobs: (id: string) => Job; readonly runs: Pick<RunCatalogue, 'get'> },
): Promise<string> {
  const made = job === undefined ? undefined : jobs(job);
  if (made?.results !== undefined && STUDIED.has(made.request.kind)) return made.results;
  const trained = run ?? made?.run;
  if (trained !== undefined) return (await runs.get(trained)).dir;
  throw new StudioError('evaluation-missing', 'There is nothing that a report can be of.', {
    advice: 'Choose a run, a comparison or a study.',
  });
}

/** @throws StudioError `study-missing` before its first training */
export async function studyOfJob({ id, request, results = '' }: Job): Promise<Study> {
  const file = path.join(results, STUDY_FILE);
  const found = request.kind === 'study' ? await readJsonFile(file, studySchema) : undefined;
  if (found !== undefined) return found;
  throw new StudioError('study-missing', `The job ${id} has no study that can be read.`, {
    advice: 'Its first training may not have begun.',
    details: { path: results },
  });
}
