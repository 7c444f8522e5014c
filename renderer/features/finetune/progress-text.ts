/** How far a job of this page has come, in words and as a share. */
import { primaryText } from '../../../engine/contract/scores.ts';
import type { Job, RunSummary } from '../../../engine/contract/studio/index.ts';
import { countText } from '../../ui/format.ts';
import { trainingsOf } from './comparison-text.ts';

export interface Standing {
  readonly text: string;
  /** 0 to 1 */
  readonly share: number;
}

/** @param run of a fine-tuning that has begun */
export function standingOf(job: Job, run: RunSummary | undefined): Standing {
  const { state, request, progress } = job;
  if (state === 'waiting') return { text: 'It is waiting in the queue.', share: 0 };
  if (request.kind === 'compare') {
    const { done, total } = progress ?? { done: 0, total: trainingsOf(request) };
    return { text: `${countText(done)} of ${countText(total)} trainings`, share: done / total };
  }
  if (run !== undefined) {
    const { step, totalSteps, best } = run;
    const soFar = best === undefined ? '' : `, best so far: ${primaryText(best)}`;
    return {
      text: `${countText(step)} of ${countText(totalSteps)} steps${soFar}`,
      share: step / Math.max(1, totalSteps),
    };
  }
  if (progress === undefined) return { text: 'Reading the network and the images…', share: 0 };
  const { done, total } = progress;
  return {
    text: `${countText(done)} of ${countText(total)} images`,
    share: done / Math.max(1, total),
  };
}
