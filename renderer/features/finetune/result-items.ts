/** The list of earlier results, from jobs and from runs. */
import { type Scores, scoresSchema } from '../../../engine/contract/scores.ts';
import { type Job, jobOf, type RunSummary } from '../../../engine/contract/studio/index.ts';
import { pagesOfRun } from '../../tasks/register.ts';
import { resultJobOf } from './jobs/register.ts';

export interface ResultItem {
  readonly key: string;
  readonly title: string;
  readonly address: string;
  readonly what: string;
  readonly trains: boolean;
  readonly status: Job['state'] | RunSummary['status'];
  readonly scores: Scores | undefined;
  /** ms since 1970 */
  readonly when: number;
}

/** Runs of comparisons, which are not listed separately. */
const PART_OF_COMPARISON = /^compare-(pretrained|scratch)-/;

/** All results, newest first. */
export function resultItems(jobs: readonly Job[], runs: readonly RunSummary[]): ResultItem[] {
  const known = new Set(runs.map(({ id }) => id));
  const asked = jobs.flatMap((job): ResultItem[] => {
    const { id, title, request, state, result, run, createdAt } = job;
    const shown = resultJobOf(request);
    if (shown === undefined || (run !== undefined && known.has(run))) return [];
    return [
      {
        key: id,
        title,
        address: `/finetune/results/${encodeURIComponent(id)}`,
        what: shown.what,
        trains: jobOf(request).hasRun === true,
        status: state,
        when: Date.parse(createdAt),
        scores: scoresSchema.safeParse(result).data,
      },
    ];
  });
  const jobOfRun = new Map(jobs.flatMap(({ id, run }) => (run === undefined ? [] : [[run, id]])));
  const trained = runs
    .filter(({ name }) => !PART_OF_COMPARISON.test(name))
    .map((run) => {
      const { id, name, status, best, updatedAt } = run;
      const job = jobOfRun.get(id);
      const address =
        job === undefined
          ? `/runs/${encodeURIComponent(id)}`
          : `/finetune/results/${encodeURIComponent(job)}`;
      return {
        key: id,
        title: name,
        address,
        what: pagesOfRun(run).training.toLowerCase(),
        trains: true,
        status,
        scores: best,
        when: Date.parse(updatedAt),
      };
    });
  return [...asked, ...trained].sort((a, b) => b.when - a.when);
}
