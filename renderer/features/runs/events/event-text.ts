/** Texts of the events of a run. */
import { primaryText, scoresSchema, scoreText } from '../../../../engine/contract/scores.ts';
import type { RunEvent } from '../../../../engine/contract/studio/index.ts';
import { bytesText, countOf, countText, numberText } from '../../../ui/format.ts';
import { pageWords } from '../../../ui/page-words.ts';

export interface EventText {
  readonly title: string;
  readonly text?: string | undefined;
  readonly tone: 'plain' | 'warning' | 'problem';
}

const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
const words = (value: unknown): string | undefined =>
  typeof value === 'string' ? pageWords(value) : undefined;

const STATUS: Readonly<Record<string, string>> = {
  created: 'Run created',
  running: 'Training started or resumed',
  paused: 'Paused',
  stopped: 'Stopped; everything is kept',
  done: 'Training done',
  failed: 'Run failed',
};

export function runEventText(event: RunEvent): EventText {
  switch (event.type) {
    case 'status': {
      const reason = (event['reason'] as { message?: string } | undefined)?.message;
      const status = text(event['status']) ?? '';
      return {
        title: STATUS[status] ?? status,
        text: reason,
        tone: status === 'failed' ? 'problem' : 'plain',
      };
    }
    case 'warning':
      return {
        title: words(event['message']) ?? 'Warning',
        text: words(event['advice']),
        tone: 'warning',
      };
    case 'epoch': {
      const scored = trainingScore(event);
      return {
        title: `Epoch ${countText(number(event['epoch']) + 1)} done`,
        text: `Mean loss ${number(event['loss']).toFixed(3)}${scored === undefined ? '' : `, ${scored}`}.`,
        tone: 'plain',
      };
    }
    case 'evaluation': {
      const scores = scoresSchema.safeParse(event).data;
      const found = scores === undefined ? '' : `: ${primaryText(scores)}`;
      return {
        title: `Evaluation${found}${event['best'] === true ? ', the best so far' : ''}`,
        text: `${typeof event['loss'] === 'number' ? `Loss ${event['loss'].toFixed(3)} on` : 'On'} ${countOf(number(event['n']), 'image')}.`,
        tone: 'plain',
      };
    }
    case 'ranks': {
      const ranks = Array.isArray(event['ranks']) ? event['ranks'].length : 0;
      const sum = `A sum of ${bytesText(number(event['gradientBytes']))} of gradients takes ${numberText(number(event['sumMs']), 2)} ms.`;
      return {
        title: `${countOf(ranks, 'rank')} over ${text(event['library'])}`,
        text: sum,
        tone: 'plain',
      };
    }
    case 'checkpoint':
      return { title: 'Checkpoint saved', text: bytesText(number(event['bytes'])), tone: 'plain' };
    case 'broken-image':
      return {
        title: `Could not read ${text(event['path'])}`,
        text: `${text(event['reason'])}; another image was used instead.`,
        tone: 'warning',
      };
    case 'rewind':
      return { title: 'Went back to a checkpoint', text: text(event['message']), tone: 'warning' };
    case 'done':
      return { title: 'All steps are done', tone: 'plain' };
    case 'error':
      return {
        title: words(event['message']) ?? 'Error',
        text: words(event['advice']),
        tone: 'problem',
      };
    default:
      return { title: event.type, tone: 'plain' };
  }
}

/** The score of training batches; logs of 0.1.0 have it under its own name alone. */
function trainingScore(event: RunEvent): string | undefined {
  const named = text(event['scoreName']);
  const name = named ?? ['tokenMatch', 'top1'].find((known) => known in event);
  const value = name === undefined ? Number.NaN : number(event[name]);
  return name === undefined || Number.isNaN(value) ? undefined : scoreText(name, value);
}
