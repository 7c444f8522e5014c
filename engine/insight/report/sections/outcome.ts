/** State, steps, scores and times of a run. */
import { countOf, countText, percentText } from '../../../contract/number-text.ts';
import { primaryText, scoreFacts, scoreValueText } from '../../../contract/scores.ts';
import { termOf } from '../../../contract/terms.ts';
import type { RunRecord } from '../../../runs/run-record.ts';
import type { RunCurves } from '../curves.ts';
import { dateText } from '../date-text.ts';
import { facts, type Section } from '../document.ts';
import type { RunReportData } from '../read-run.ts';

export function outcomeSection({ run, curves, sessions, rewinds }: RunReportData): Section {
  const { record, about, status, reason } = run;
  const { steps, scoreName = 'tokenMatch' } = curves;
  const loss = steps.end('loss');
  const score = steps.end('score');
  const chance = steps.last?.['chance'];
  const speed = steps.end('imagesPerSecond');
  const best =
    record.best === undefined
      ? undefined
      : `${primaryText(record.best)}, after ${countOf(record.best.step, 'step')}`;
  return {
    title: 'Outcome',
    parts: [
      facts([
        ['State', [STATUS[status] ?? status, reason?.message].filter(Boolean).join(': ')],
        ['Steps', `${countText(record.step)} of ${countText(record.totalSteps)}`],
        ['Best evaluation', best],
        [`${termOf('loss')} at the end`, loss?.toFixed(3)],
        [
          `${scoreFacts(scoreName).title} at the end`,
          score === undefined
            ? undefined
            : `${scoreValueText(scoreName, score)}${chance === undefined || chance <= 0 ? '' : ` (chance ${percentText(chance)})`}`,
        ],
        ['Training time', durationText(trainingSeconds(record, curves))],
        [termOf('throughput'), speed?.toFixed(0)],
        ['Started', dateText(record.createdAt)],
        ['Last change', dateText(record.updatedAt)],
        ['Begun or resumed', sessions > 1 ? countOf(sessions, 'time') : undefined],
        ['Rewinds', rewinds > 0 ? String(rewinds) : undefined],
        ['Tags', about.tags?.join(', ')],
        ['Note', about.note],
      ]),
    ],
  };
}

const STATUS: Readonly<Record<string, string>> = {
  created: 'created',
  running: 'running',
  paused: 'paused',
  stopped: 'stopped before its end',
  done: 'complete',
  failed: 'failed',
  died: 'ended unexpectedly',
};

/** Where not every step is logged, the others took as long as those. */
function trainingSeconds({ step }: RunRecord, { steps, trainingMs }: RunCurves): number {
  return steps.length === 0 ? 0 : (trainingMs / 1000) * Math.max(1, step / steps.length);
}

function durationText(seconds: number): string | undefined {
  if (seconds <= 0) return undefined;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  return seconds < 7200
    ? `${(seconds / 60).toFixed(1)} minutes`
    : `${(seconds / 3600).toFixed(1)} hours`;
}
