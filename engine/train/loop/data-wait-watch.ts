/** Notices when much of the time goes into waiting for images; again after it had passed. */
import type { Notice } from '../../runs/events.ts';
import type { StepObservation, StepWatch } from '../../tasks/learner.ts';

const WINDOW = 50;
const LIMIT = 0.3;
/** Below this the wait has passed. */
const PASSED = 0.15;

export class DataWaitWatch implements StepWatch {
  readonly #recent: { waitMs: number; stepMs: number }[] = [];
  #isSaid = false;

  observe({ dataWaitMs: waitMs, stepMs }: StepObservation): Notice[] {
    this.#recent.push({ waitMs, stepMs });
    // The first step of a process waits for its workers to start, so one more is awaited.
    if (this.#recent.length < WINDOW + 1) return [];
    this.#recent.shift();
    const sum = (name: 'waitMs' | 'stepMs') =>
      this.#recent.reduce((total, step) => total + step[name], 0);
    const share = sum('waitMs') / Math.max(1e-9, sum('waitMs') + sum('stepMs'));
    if (share < PASSED) this.#isSaid = false;
    if (share <= LIMIT || this.#isSaid) return [];
    this.#isSaid = true;
    return [
      {
        code: 'data-wait',
        message: `${(share * 100).toFixed(0)} % of the training time is data-loading wait.`,
        advice:
          'Raise workers, keep the images on a faster disk, or prepare them: see conmim prepare.',
      },
    ];
  }
}
