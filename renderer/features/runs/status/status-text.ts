/** Texts of the status of a run. */
import type { RunSummary } from '../../../../engine/contract/studio/index.ts';
import { pagesOfRun } from '../../../tasks/register.ts';
import { agoText, countOf, countText, durationText, percentText } from '../../../ui/format.ts';
import { pageWords } from '../../../ui/page-words.ts';

type Numbers = Readonly<Record<string, number>>;

/** For example `1,200 of 3,200 steps, about 12 min left (until 14:32)`. */
export function progressText(run: RunSummary, numbers: Numbers, now = Date.now()): string {
  const steps = `${countText(run.step)} of ${countOf(run.totalSteps, 'step')}`;
  const eta = numbers['etaSeconds'];
  if (run.status === 'running' && eta !== undefined)
    return `${steps}, about ${durationText(eta)} left (until ${clockText(eta, now)})`;
  if (run.status === 'running' || run.status === 'paused' || run.status === 'created') return steps;
  return `${steps}, changed ${agoText(run.updatedAt, now)}`;
}

function clockText(seconds: number, now: number): string {
  const end = new Date(now + seconds * 1000);
  const time = end.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const sameDay = end.toDateString() === new Date(now).toDateString();
  return sameDay
    ? time
    : `${end.toLocaleDateString([], { day: 'numeric', month: 'short' })} ${time}`;
}

/** A sentence about the current status or the end of a run. */
export function statusText(run: RunSummary, numbers: Numbers): string {
  const { status, reason, step, totalSteps } = run;
  switch (status) {
    case 'created':
      return 'Reading the images and building the network.';
    case 'running':
      return `${pagesOfRun(run).training}${epochText(numbers)}. It continues without this window.`;
    case 'paused':
      return 'Paused; it keeps its memory.';
    case 'stopped':
      return `${reason?.message ?? 'Stopped.'} It can be resumed.`;
    case 'done':
      return step < totalSteps
        ? `Ended before its last step. ${reason?.message ?? ''}`.trim()
        : 'All steps are done.';
    case 'failed':
      return pageWords(reason?.message ?? 'The run failed.');
    case 'died':
      return 'Process exited unexpectedly.';
  }
}

function epochText(numbers: Numbers): string {
  const epoch = numbers['epoch'];
  return epoch === undefined ? '' : `, epoch ${countText(epoch + 1)}`;
}

/** Advice about the data-loading wait. */
export function waitAdvice(share: number): string {
  if (share < 0.05) return 'no bottleneck';
  if (share < 0.3) return 'more workers may help';
  return `${percentText(share, 0)} is lost: raise workers, or use smaller files`;
}

/**
 * The chance level, and that the score does not exceed it.
 *
 * @param above of `isAboveChance`
 */
export function chanceText(
  { status }: Pick<RunSummary, 'status'>,
  chance: number,
  above: boolean | undefined,
): string {
  const level = `chance level ${percentText(chance)}`;
  if (above !== false) return level;
  const moves = status === 'created' || status === 'running' || status === 'paused';
  return `${level}: ${moves ? 'not above it so far' : 'not above it'}`;
}
