import { describe, expect, it } from 'vitest';
import type { LearningMeasures } from '../contract/learning-measures.ts';
import { LearningAlarms, type RunFacts } from './alarms.ts';
import { HEALTHY } from './testing/healthy-measures.ts';

const STEPS = 800;
const facts: RunFacts = {
  totalSteps: STEPS,
  temperature: 0.1,
  emaMomentum: new Float64Array(STEPS).fill(0.98),
};

/** Codes that measurements at 8, 20, 40, 60 and 80 steps give, with the step of each. */
function alarms(changed: Partial<LearningMeasures>, changedFacts: Partial<RunFacts> = {}) {
  const judge = new LearningAlarms({ ...facts, ...changedFacts });
  return [8, 20, 40, 60, 80].flatMap((step) =>
    judge.judge(step, { ...HEALTHY, ...changed }).map(({ code }) => `${code}@${step}`),
  );
}

const momentum = (value: number) => ({ emaMomentum: new Float64Array(STEPS).fill(value) });

it('says nothing of a healthy run', () => {
  expect(alarms({})).toEqual([]);
});

describe('as runs that were broken on purpose measured', () => {
  it.each<[string, string, Partial<LearningMeasures>, Partial<RunFacts>]>([
    ['images-flat@8', 'one colour each', { flatImages: 1, featureRank: 1 }, {}],
    ['teacher-too-fast@8', 'momentum 0', { teacherDistance: 0 }, momentum(0)],
    ['teacher-too-slow@8', 'momentum 1', {}, momentum(1)],
    ['temperature-too-high@20', 'temperature 5', { predictionEntropy: 0.9999 }, { temperature: 5 }],
    ['temperature-too-low@20', 'temperature 0.002', { loss: 72, confidence: 0.95 }, {}],
    ['position-shortcut@8', 'absolute positions', { match: 0.15, positionMatch: 0.118 }, {}],
    ['diverging@40', 'learning rate × 100', { loss: 6.3, featureRank: 2.7 }, {}],
    ['diverging@40', 'numbers that are not finite', { loss: Number.NaN }, {}],
    ['features-collapsed@40', 'collapse', { studentFeatureRank: 1.4 }, {}],
    ['features-collapsed@40', 'constant dimensions', { deadFeatures: 60 }, {}],
  ])('gives %s for %s', (code, _, measures, run) => {
    expect(alarms(measures, run)).toEqual([code]);
  });
});

it('does not take a match by contents for a shortcut', () => {
  expect(alarms({ match: 0.8, positionMatch: 0.2 })).toEqual([]);
});

it('names no temperature that has the right probabilities', () => {
  expect(alarms({ match: 0.9, confidence: 0.95 })).toEqual([]);
  expect(alarms({ predictionEntropy: 0.98 })).toEqual([]);
});

it('waits until a trouble lasts', () => {
  const judge = new LearningAlarms(facts);
  expect(judge.judge(20, { ...HEALTHY, loss: 5 })).toEqual([]);
  expect(judge.judge(40, HEALTHY)).toEqual([]);
  expect(judge.judge(60, { ...HEALTHY, loss: 5 })).toEqual([]);
});

it('says numbers and what to do', () => {
  const [notice] = new LearningAlarms({ ...facts, ...momentum(0) }).judge(8, HEALTHY);
  expect(notice!.message).toContain('within 0.0 steps');
  expect(notice!.advice).toContain('ema_momentum');
});
