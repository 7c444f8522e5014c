/** How far running jobs are, and what is said when one ends: for title, task bar and notifications. */
import { jobOf } from '../jobs/register.ts';
import type { Job } from './jobs.ts';
import type { RunSummary } from './runs.ts';

type KnownRun = Pick<RunSummary, 'status' | 'step' | 'totalSteps'>;

export function isTraining({ request, state }: Job): boolean {
  return jobOf(request).trains === true && state === 'running';
}

/** @returns from 0 to 1; undefined for a job that does not tell it */
export function shareOf(job: Job, run: KnownRun | undefined): number | undefined {
  const { progress } = job;
  const share =
    run !== undefined
      ? run.step / Math.max(1, run.totalSteps)
      : progress !== undefined
        ? progress.done / progress.total
        : isTraining(job)
          ? 0
          : undefined;
  if (share === undefined) return undefined;
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

export interface JobsProgress {
  /** The mean of all, from 0 to 1. */
  readonly share: number;
  /** Whether all of them are paused. */
  readonly isPaused: boolean;
}

/** @returns undefined while no job that tells its progress is running */
export function jobsProgress(
  jobs: readonly Job[],
  runOf: (id: string) => KnownRun | undefined,
): JobsProgress | undefined {
  const found = jobs
    .filter(({ state }) => state === 'running')
    .flatMap((job) => {
      const run = job.run === undefined ? undefined : runOf(job.run);
      const share = shareOf(job, run);
      return share === undefined ? [] : [{ share, isPaused: run?.status === 'paused' }];
    });
  if (found.length === 0) return undefined;
  return {
    share: found.reduce((sum, { share }) => sum + share, 0) / found.length,
    isPaused: found.every(({ isPaused }) => isPaused),
  };
}

/** States that are notified. A stopped job is not, since its user has stopped it. */
const END_TEXTS: Readonly<Partial<Record<Job['state'], string>>> = {
  done: 'is done',
  failed: 'failed',
  died: 'exited unexpectedly',
};

export interface EndNotice {
  readonly title: string;
  readonly body: string;
  /** Address of the page with the result. */
  readonly place: string;
}

/** @returns undefined for a job whose end is not notified */
export function endNotice(job: Job): EndNotice | undefined {
  const text = END_TEXTS[job.state];
  if (text === undefined) return undefined;
  return {
    title: `${job.title} ${text}`,
    body: job.error?.message ?? 'Its result is on the Runs page.',
    place: job.run === undefined ? 'runs' : `runs/${job.run}`,
  };
}
