/** The combined progress of all running trainings, for the task bar. */

import { isTraining, jobsProgress } from '../engine/contract/studio/job-progress.ts';
import type { Job } from '../engine/contract/studio/jobs.ts';
import type { Push } from '../engine/contract/studio/push.ts';
import type { RunSummary } from '../engine/contract/studio/runs.ts';

export class TaskBarProgress {
  readonly #jobs = new Map<string, Job>();
  readonly #runs = new Map<string, RunSummary>();

  /** Jobs that are training now. */
  get jobs(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** The mean progress from 0 to 1; undefined when nothing is training. */
  get share(): number | undefined {
    return this.#progress()?.share;
  }

  /** Whether all trainings are paused. */
  get paused(): boolean {
    return this.#progress()?.isPaused ?? true;
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
    if (live) this.#runs.set(run.id, run);
    else this.#runs.delete(run.id);
  }

  #progress() {
    return jobsProgress(this.jobs, (id) => this.#runs.get(id));
  }
}
