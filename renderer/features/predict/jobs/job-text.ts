/** How prediction jobs stand, in words. */
import {
  isPredictionFile,
  WAITING_FOR_IMAGES,
} from '../../../../engine/contract/predictions-text.ts';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { hasPixelClasses } from '../../../../engine/contract/tasks.ts';
import { countOf, countText } from '../../../ui/format.ts';

/** Images that were classified; while it goes on also those that were left out. */
export function imagesOf({ result, progress, state }: Job): number {
  const images = result?.['images'];
  if (typeof images === 'number') return images;
  return state === 'running' ? (progress?.done ?? 0) : 0;
}

export function isLive({ state }: Pick<Job, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

/** Whether it keeps objects of low scores, which the page shows from another score on. */
export function hasObjects({ request }: Pick<Job, 'request'>): boolean {
  return request.kind === 'predict' && request.format === 'json' && request.threshold !== undefined;
}

/** Whether it says where things are. @param task of the network, where it is known */
export function isDense({ request, result }: Pick<Job, 'request' | 'result'>, task?: string) {
  if (request.kind !== 'predict') return false;
  const { format } = request;
  const isFolder = format !== undefined && !isPredictionFile(format);
  return isFolder || hasPixelClasses(task) || hasPixelClasses(result?.['task']);
}

export function isWatch({ request }: Job): boolean {
  return request.kind === 'predict' && request.watch === true;
}

/** The word for a running job, where it is no training. */
export function statusWord(job: Job): string | undefined {
  if (job.state !== 'running') return undefined;
  return isWatch(job) ? 'watching' : 'running';
}

/** @param rows that were written so far */
export function jobProgressText(job: Job, rows: number): string {
  const { state, progress } = job;
  if (state === 'waiting') return 'It is waiting in the queue.';
  if (isWatch(job)) {
    const { text = WAITING_FOR_IMAGES } = progress ?? {};
    const now = text === WAITING_FOR_IMAGES ? 'New images are classified as they come' : text;
    return `${countOf(rows, 'image')} so far. ${now}.`;
  }
  if (progress === undefined) return 'Reading the network and the images…';
  if (progress.text !== undefined) return `${progress.text}…`;
  return `${countText(progress.done)} of ${countOf(progress.total, 'image')}`;
}

/** The name of the labelled set that corrections go to, if nobody gives another one. */
export function defaultSet(model: string): string {
  return `Corrections of ${model}`;
}
