/**
 * What the results of a study say: a row for each trial, the means of each value of a setting, and
 * the best trial. Intervals are over seeds; differences pair trainings with the same seed.
 */
import { groupBy } from '../maps.ts';
import { plannedTrainings } from './rounds.ts';
import { type MeanEstimate, meanEstimate } from './student-t.ts';
import type { Study, StudyResult } from './study.ts';
import { valueText } from './vary.ts';

export interface TrialRow {
  readonly trial: number;
  readonly settings: Readonly<Record<string, string>>;
  /** Its last round, and the length of its trainings in it. */
  readonly round: number;
  readonly steps: number;
  readonly seeds: number;
  readonly score: MeanEstimate;
  /** Over the same network untrained. */
  readonly gain: MeanEstimate;
  /** Over the trial that leaves the recipe as it is, with the same seeds. */
  readonly change?: MeanEstimate;
  readonly match: number;
  readonly loss: number;
  /** Training time of one training, and of all trainings of the trial in all rounds. */
  readonly seconds: number;
  readonly totalSeconds: number;
  /** Codes of alarms, and in how many of its trainings each was given. */
  readonly alarms: readonly { readonly code: string; readonly times: number }[];
  readonly runs: readonly string[];
}

export interface ValuePoint {
  readonly value: string;
  readonly score: MeanEstimate;
  readonly gain: MeanEstimate;
  /** Over the recipe's own value, with the same seeds and other settings. */
  readonly change?: MeanEstimate;
  readonly trainings: number;
  /** Scores of single trainings. */
  readonly scores: readonly number[];
}

/** The values of one varied setting, over all values of the others. */
export interface SettingEffect {
  readonly keys: readonly string[];
  readonly points: readonly ValuePoint[];
}

export interface StudySummary {
  /** The best first; those that halving dropped come after those that went on. */
  readonly rows: readonly TrialRow[];
  readonly effects: readonly SettingEffect[];
  readonly best?: TrialRow;
  /** Trials with trainings that diverged. */
  readonly failed: readonly {
    readonly trial: number;
    readonly settings: Readonly<Record<string, string>>;
    readonly times: number;
  }[];
  readonly done: number;
  readonly total: number;
  readonly seconds: number;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** The results of a trial's last round. */
function lastRound(results: readonly StudyResult[]): readonly StudyResult[] {
  const round = Math.max(...results.map((result) => result.round));
  return results.filter((result) => result.round === round);
}

export function summarise(study: Study): StudySummary {
  const byTrial = groupBy(study.results, ({ trial }) => trial);
  const rows = [...byTrial.values()]
    .map((results) => rowOf(study, results))
    .sort((a, b) => b.round - a.round || b.score.value - a.score.value || a.trial - b.trial);
  const [best] = rows;
  return {
    rows,
    effects: effectsOf(study),
    ...(best === undefined ? {} : { best }),
    failed: [...groupBy(study.failures, ({ trial }) => trial)].map(([trial, failures]) => ({
      trial,
      settings: study.trials[trial]!,
      times: failures.length,
    })),
    done: study.results.length + study.failures.length,
    total: plannedTrainings(study),
    seconds: study.results.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

function rowOf(study: Study, results: readonly StudyResult[]): TrialRow {
  const last = lastRound(results);
  const { trial, round, steps } = last[0]!;
  const alarms = groupBy(
    last.flatMap((result) => result.alarms),
    (code) => code,
  );
  const change = pairedChange(
    last,
    study.reference === undefined || study.reference === trial
      ? []
      : study.results.filter((other) => other.trial === study.reference && other.round === round),
  );
  return {
    trial,
    settings: study.trials[trial]!,
    round,
    steps,
    seeds: last.length,
    score: meanEstimate(last.map(({ score }) => score)),
    gain: meanEstimate(last.map(({ score, untrained }) => score - untrained)),
    ...(change === undefined ? {} : { change }),
    match: mean(last.map(({ match }) => match)),
    loss: mean(last.map(({ loss }) => loss)),
    seconds: mean(last.map(({ seconds }) => seconds)),
    totalSeconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
    alarms: [...alarms].map(([code, times]) => ({ code, times: times.length })),
    runs: last.map(({ run }) => run),
  };
}

/** The mean difference of trainings with the same seed; undefined without a common one. */
function pairedChange(
  ours: readonly StudyResult[],
  theirs: readonly StudyResult[],
): MeanEstimate | undefined {
  const other = new Map(theirs.map(({ seed, score }) => [seed, score]));
  const changes = ours.flatMap(({ seed, score }) => {
    const before = other.get(seed);
    return before === undefined ? [] : [score - before];
  });
  return changes.length === 0 ? undefined : meanEstimate(changes);
}

/**
 * Effects are computed from the first round, in which every combination is trained. Per seed the
 * scores are averaged over all values of the other settings, so that seeds are the draws of the
 * interval.
 */
function effectsOf(study: Study): SettingEffect[] {
  const results = study.results.filter(({ round }) => round === 0);
  return study.vary.map((vary): SettingEffect => {
    const own = study.reference === undefined ? undefined : study.trials[study.reference]!;
    const ofValue = (value: string) =>
      results.filter(({ trial }) => valueText(vary, study.trials[trial]!) === value);
    const values = [...new Set(study.trials.map((trial) => valueText(vary, trial)))].sort(byNumber);
    const before = own === undefined ? undefined : valueText(vary, own);
    const points = values.flatMap((value): ValuePoint[] => {
      const found = ofValue(value);
      if (found.length === 0) return [];
      const change =
        before === undefined || before === value
          ? undefined
          : changeOfValue(study, vary.keys, found, ofValue(before));
      return [
        {
          value,
          score: meanEstimate(perSeed(found, ({ score }) => score)),
          gain: meanEstimate(perSeed(found, ({ score, untrained }) => score - untrained)),
          ...(change === undefined ? {} : { change }),
          trainings: found.length,
          scores: found.map(({ score }) => score),
        },
      ];
    });
    return { keys: vary.keys, points };
  });
}

function byNumber(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? 0 : x - y;
}

function perSeed(
  results: readonly StudyResult[],
  value: (result: StudyResult) => number,
): readonly number[] {
  return [...groupBy(results, ({ seed }) => seed).values()].map((of) => mean(of.map(value)));
}

/** Of trainings that differ in these settings alone, averaged per seed. */
function changeOfValue(
  study: Study,
  keys: readonly string[],
  ours: readonly StudyResult[],
  theirs: readonly StudyResult[],
): MeanEstimate | undefined {
  const place = ({ trial, seed }: StudyResult) => {
    const others = Object.entries(study.trials[trial]!).filter(([key]) => !keys.includes(key));
    return JSON.stringify([seed, others]);
  };
  const before = new Map(theirs.map((result) => [place(result), result.score]));
  const pairs = ours.filter((result) => before.has(place(result)));
  if (pairs.length === 0) return undefined;
  return meanEstimate(perSeed(pairs, (result) => result.score - before.get(place(result))!));
}
