/** The combined progress of all running trainings, for the task bar. */
import { jobOf } from '../engine/contract/jobs/register.ts';
import type { Push } from '../engine/contract/studio/api.ts';
import type { Job } from '../engine/contract/studio/jobs.ts';

export function isTraining({ request, state }: Job): boolean {
  return jobOf(request).trains === true && state === 'running';
}

interface RunProgress {
  readonly share: number;
  readonly paused: boolean;
}

export class TaskBarProgress {
  readonly #jobs = new Map<string, Job>();
  readonly #runs = new Map<string, RunProgress>();

  /** Jobs that are training now. */
  get jobs(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** The mean progress from 0 to 1; undefined when nothing is training. */
  get share(): number | undefined {
    const { jobs } = this;
    if (jobs.length === 0) return undefined;
    return jobs.reduce((sum, job) => sum + this.#shareOf(job), 0) / jobs.length;
  }

  /** Whether all trainings are paused. */
  get paused(): boolean {
    return this.jobs.every(({ run }) => run !== undefined && this.#runs.get(run)?.paused === true);
  }

  /** @returns whether this job was training and has now ended */
  takeJob(job: Job): boolean {
    const before = this.#jobs.get(job.id);
    if (isTraining(job)) this.#jobs.set(job.id, job);
    else {
      this.#jobs.delete(job.id);
      if (job.run !== undefined) this.#runs.delete(job.run);
    }
    return before !== undefined && !isTraining(job);
  }

  dropJob(id: string): void {
    this.#jobs.delete(id);
  }

  takeRun({ run }: Extract<Push, { topic: 'run' }>): void {
    const live = run.status === 'running' || run.status === 'paused';
    if (!live) this.#runs.delete(run.id);
    else
      this.#runs.set(run.id, {
        share: run.step / Math.max(1, run.totalSteps),
        paused: run.status === 'paused',
      });
  }

  #shareOf({ run, progress }: Job): number {
    const known = run === undefined ? undefined : this.#runs.get(run);
    const share = known?.share ?? (progress === undefined ? 0 : progress.done / progress.total);
    return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  }
}
