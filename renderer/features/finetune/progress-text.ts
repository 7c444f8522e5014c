/** The progress of a job of this page, as text and as a share. */
import { primaryText } from '../../../engine/contract/scores.ts';
import type { Job, RunSummary } from '../../../engine/contract/studio/index.ts';
import { countOf, countText } from '../../ui/format.ts';
import { resultJobOf } from './jobs/register.ts';

export interface JobProgress {
  readonly text: string;
  /** 0 to 1 */
  readonly share: number;
}

/** @param run the run of a fine-tuning that has started */
export function jobProgress(job: Job, run: RunSummary | undefined): JobProgress {
  const { state, request, progress } = job;
  if (state === 'waiting') return { text: 'It is waiting in the queue.', share: 0 };
  const trainings = resultJobOf(request)?.trainings;
  if (trainings !== undefined) {
    const { done, total } = progress ?? { done: 0, total: trainings.count(request) };
    return { text: `${countText(done)} of ${countText(total)} trainings`, share: done / total };
  }
  if (run !== undefined) {
    const { step, totalSteps, best } = run;
    const soFar = best === undefined ? '' : `, best so far: ${primaryText(best)}`;
    return {
      text: `${countText(step)} of ${countOf(totalSteps, 'step')}${soFar}`,
      share: step / Math.max(1, totalSteps),
    };
  }
  if (progress === undefined) return { text: 'Reading the network and the images…', share: 0 };
  const { done, total } = progress;
  return {
    text: `${countText(done)} of ${countOf(total, 'image')}`,
    share: done / Math.max(1, total),
  };
}
