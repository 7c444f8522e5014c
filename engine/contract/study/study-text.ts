/** What the results of a study say, in words and as a table. */
import { countOf, percentText } from '../number-text.ts';
import type { MeanEstimate } from './student-t.ts';
import type { Study } from './study.ts';
import type { StudySummary, TrialRow } from './summary.ts';

const points = (change: number) =>
  `${change < 0 ? '−' : '+'}${(Math.abs(change) * 100).toFixed(1)}`;

/** `31.0 % (29.8 to 32.2)` */
export function scoreText({ value, low, high }: MeanEstimate): string {
  const range =
    low === undefined || high === undefined
      ? ''
      : ` (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`;
  return `${percentText(value)}${range}`;
}

/** `+2.4 (+1.8 to +3.0)`, in points. */
export function changeText(estimate: MeanEstimate | undefined): string {
  if (estimate === undefined) return '–';
  const { value, low, high } = estimate;
  return low === undefined || high === undefined
    ? points(value)
    : `${points(value)} (${points(low)} to ${points(high)})`;
}

/** Varied settings that have a column of their own; the number of steps has one in any case. */
export function variedColumns({ vary }: Pick<Study, 'vary'>): string[] {
  return vary.flatMap(({ keys }) => keys).filter((key) => key !== 'steps');
}

/** A row for each trial, the best first. */
export function studyTable(study: Study, { rows }: Pick<StudySummary, 'rows'>): string[][] {
  const keys = variedColumns(study);
  const compares = study.reference !== undefined;
  const header = [
    ...keys,
    'steps',
    'seeds',
    'kNN',
    'over untrained',
    ...(compares ? ['over the recipe'] : []),
    'match',
    'time',
  ];
  return [
    header,
    ...rows.map((row) => [
      ...keys.map((key) => row.settings[key] ?? ''),
      String(row.steps),
      String(row.seeds),
      scoreText(row.score),
      changeText(row.gain),
      ...(compares ? [row.trial === study.reference ? 'the recipe' : changeText(row.change)] : []),
      percentText(row.match),
      timeText(row.seconds),
    ]),
  ];
}

/** `48 s`, `3.2 min`, `1.5 h`. */
export function timeText(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  return seconds < 5400 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** What readers must know of the table. */
export function studyNotes(study: Study, found: StudySummary): string[] {
  const { judge, seeds, search } = study;
  const images = judge.eval === undefined ? '' : ` on ${countOf(judge.eval, 'image')}`;
  const reference = judge.train === undefined ? '' : ` among ${countOf(judge.train, 'image')}`;
  return [
    `kNN: top-1 accuracy of the teacher’s features${images}, by ${judge.k} nearest neighbours${reference}. In brackets: 95 % intervals over ${countOf(seeds, 'seed')}, by Student’s t. Gains are in points, over the same network untrained${study.reference === undefined ? '' : ' and over the recipe unchanged, with the same seeds'}.`,
    ...(seeds < 2 ? ['With one seed, differences may be chance.'] : []),
    ...(search === 'halving'
      ? [
          `Successive halving: rounds of ${study.rounds.join(', ')} steps; the best third of each round was trained again for the next. The figures show the first round.`,
        ]
      : []),
    `The best of many trials is in part the luckiest one: confirm it with seeds that the study did not use.`,
    `${countOf(found.done, 'training')} of ${found.total}, ${timeText(found.seconds)} of training in all.`,
    ...found.failed.map(
      ({ settings, times }) =>
        `${settingsText(settings)}: ${countOf(times, 'training')} diverged and could not be judged.`,
    ),
    ...found.rows.flatMap(({ settings, alarms, seeds: trained }) =>
      alarms.map(
        ({ code, times }) =>
          `${settingsText(settings)}: the alarm ${code} in ${times} of ${countOf(trained, 'training')}.`,
      ),
    ),
  ];
}

export function settingsText(settings: TrialRow['settings']): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
