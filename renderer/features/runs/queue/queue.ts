/** The queue in order: running, waiting and recently failed jobs. */
import { type Job, jobOf, resumedRun } from '../../../../engine/contract/studio/index.ts';

const RECENT_MS = 24 * 3600 * 1000;
const MOST_FAILED = 3;

export function queueOf(jobs: readonly Job[], order: readonly string[], now = Date.now()) {
  const isRecent = (job: Job) =>
    (job.state === 'failed' || job.state === 'died') &&
    now - Date.parse(job.endedAt ?? job.createdAt) < RECENT_MS &&
    !jobs.some((later) => later.createdAt > job.createdAt && isRetryOf(later, job));
  const recent = jobs.filter(isRecent);
  const trains = ({ request }: Job) => jobOf(request).trains === true;
  return {
    running: jobs.filter(({ state }) => state === 'running'),
    waiting: order.flatMap(
      (id) => jobs.find((job) => job.id === id && job.state === 'waiting') ?? [],
    ),
    /** Trainings of the last day that were not retried. */
    failed: recent.filter(trains).slice(0, MOST_FAILED),
    /** Other jobs of the last day, such as imports. */
    failedOthers: recent.filter((job) => !trains(job)).slice(0, MOST_FAILED),
  };
}

function isRetryOf(later: Job, job: Job): boolean {
  if (job.run === undefined) return false;
  return later.run === job.run || resumedRun(later.request) === job.run;
}

/** The input of `jobs.move` that moves a job up (-1) or down (1); undefined at the ends. */
export function moveOf(
  order: readonly string[],
  id: string,
  by: -1 | 1,
): { readonly id: string; readonly before?: string } | undefined {
  const at = order.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= order.length) return undefined;
  const before = order[by === -1 ? to : to + 1];
  return before === undefined ? { id } : { id, before };
}
