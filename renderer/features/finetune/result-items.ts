/** The list of earlier results, from jobs and from fine-tuning runs. */
import { type Scores, scoresSchema } from '../../../engine/contract/scores.ts';
import type { Job, RunSummary } from '../../../engine/contract/studio/index.ts';

export interface ResultItem {
  readonly key: string;
  readonly title: string;
  readonly address: string;
  readonly what: string;
  readonly status: Job['state'] | RunSummary['status'];
  readonly scores: Scores | undefined;
  /** ms since 1970 */
  readonly when: number;
}

const WHAT = {
  finetune: 'fine-tuning',
  evaluate: 'evaluation',
  knn: 'nearest neighbours',
  compare: 'comparison',
} as const;

/** Runs of comparisons, which are not listed separately. */
const PART_OF_COMPARISON = /^compare-(pretrained|scratch)-/;

/** All results, newest first. */
export function resultItems(jobs: readonly Job[], runs: readonly RunSummary[]): ResultItem[] {
  const known = new Set(runs.map(({ id }) => id));
  const asked = jobs.flatMap((job): ResultItem[] => {
    const { id, title, request, state, result, run, createdAt } = job;
    const { kind } = request;
    const isKnown = kind in WHAT && !(run !== undefined && known.has(run));
    if (!isKnown) return [];
    return [
      {
        key: id,
        title,
        address: `/finetune/results/${encodeURIComponent(id)}`,
        what: WHAT[kind as keyof typeof WHAT],
        status: state,
        when: Date.parse(createdAt),
        scores: scoresSchema.safeParse(result).data,
      },
    ];
  });
  const jobOf = new Map(jobs.flatMap(({ id, run }) => (run === undefined ? [] : [[run, id]])));
  const trained = runs
    .filter(({ kind, name }) => kind === 'finetune' && !PART_OF_COMPARISON.test(name))
    .map(({ id, name, status, best, updatedAt }) => {
      const job = jobOf.get(id);
      const address =
        job === undefined
          ? `/runs/${encodeURIComponent(id)}`
          : `/finetune/results/${encodeURIComponent(job)}`;
      return {
        key: id,
        title: name,
        address,
        what: WHAT.finetune,
        status,
        scores: best,
        when: Date.parse(updatedAt),
      };
    });
  return [...asked, ...trained].sort((a, b) => b.when - a.when);
}
