import { describe, expect, it } from 'vitest';
import { plannedTrainings, trialsOfRounds } from './rounds.ts';
import { type Study, type StudyResult, studySchema } from './study.ts';
import { summarise } from './summary.ts';
import { readVary } from './vary.ts';

const result = (trial: number, seed: number, score: number, more: Partial<StudyResult> = {}) => ({
  ...{ trial, seed, score, round: 0, steps: 100, run: `r${trial}-${seed}`, untrained: 0.25 },
  ...{ loss: 3, match: 0.1, seconds: 10, images: 6400, alarms: [] },
  ...more,
});

const vary = [readVary('temperature=0.1,0.2'), readVary('mask_ratio=0.6,0.75')];
const trials = ['0.1', '0.2'].flatMap((temperature) =>
  ['0.6', '0.75'].map((mask_ratio) => ({ temperature, mask_ratio })),
);
const study = (results: StudyResult[], more: Partial<Study> = {}): Study =>
  studySchema.parse({
    ...{ format: 1, name: 's', createdAt: '2026-01-01T00:00:00.000Z', settings: {} },
    ...{ recipe: 'micro', judge: { name: 'knn', k: 20 }, search: 'grid', seeds: 2, rounds: [100] },
    ...{ vary, trials, reference: 1, results, failures: [] },
    ...more,
  });

/** Trial 1 is the recipe; the seed alone shifts all scores by a point. */
const scores = [0.3, 0.32, 0.28, 0.31];
const all = [0, 1].flatMap((seed) =>
  scores.map((score, trial) => result(trial, seed, score + seed / 100)),
);

describe('a study’s summary', () => {
  const found = summarise(study(all));

  it('orders trials by their mean over seeds', () => {
    expect(found.rows.map(({ trial }) => trial)).toEqual([1, 3, 0, 2]);
    expect(found.best).toMatchObject({ trial: 1, seeds: 2 });
    expect(found.rows[0]!.score.value).toBeCloseTo(0.325, 10);
    expect(found.rows[0]!.gain.value).toBeCloseTo(0.075, 10);
  });

  it('pairs seeds for the change against the recipe, so that their common shift drops out', () => {
    const change = found.rows[1]!.change!;
    expect(change.value).toBeCloseTo(-0.01, 10);
    expect(change.high! - change.low!).toBeCloseTo(0, 10);
    expect(found.rows[1]!.score.high! - found.rows[1]!.score.low!).toBeGreaterThan(0.1);
    expect(found.rows[0]!.change).toBeUndefined();
  });

  it('averages each value of a setting over the others', () => {
    const [temperature, ratio] = found.effects;
    expect(temperature!.points.map(({ value, trainings }) => [value, trainings])).toEqual([
      ['0.1', 4],
      ['0.2', 4],
    ]);
    expect(temperature!.points[0]!.score.value).toBeCloseTo(0.315, 10);
    expect(temperature!.points[1]!.change!.value).toBeCloseTo(-0.015, 10);
    expect(ratio!.points[0]!.change!.value).toBeCloseTo(-0.025, 10);
  });

  it('names alarms and trainings that diverged', () => {
    const alarmed = summarise(
      study([result(0, 0, 0.2, { alarms: ['plateau'] }), result(0, 1, 0.2)], {
        failures: [{ trial: 2, seed: 0, round: 0, run: 'r', message: 'It diverged.' }],
      }),
    );
    expect(alarmed.rows[0]!.alarms).toEqual([{ code: 'plateau', times: 1 }]);
    expect(alarmed.failed).toEqual([{ trial: 2, settings: trials[2], times: 1 }]);
    expect(alarmed).toMatchObject({ done: 3, total: 8 });
  });

  it('is empty without results', () => {
    expect(summarise(study([]))).toMatchObject({ rows: [], done: 0, total: 8, seconds: 0 });
  });

  it('puts trials of later rounds first, with the time of all rounds', () => {
    const halved = study([...all, result(3, 0, 0.2, { round: 1, steps: 300, seconds: 30 })], {
      search: 'halving',
      rounds: [100, 300],
    });
    const [first] = summarise(halved).rows;
    expect(first).toMatchObject({ trial: 3, steps: 300, seconds: 30, totalSeconds: 50 });
    expect(trialsOfRounds({ trials: 4, rounds: 2 })).toEqual([4, 2]);
    expect(plannedTrainings(halved)).toBe(12);
  });
});
