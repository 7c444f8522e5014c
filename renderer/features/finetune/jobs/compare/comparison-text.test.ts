import { expect, it } from 'vitest';
import { TOP1 } from '../../../../../engine/contract/scores.ts';
import {
  type ComparedRow,
  comparisonSchema,
  gainSentence,
  modeName,
  parsePercents,
  percentNumber,
  trainingsOf,
} from './comparison-text.ts';

it.each([
  [{ value: 0.06, low: 0.05, high: 0.068 }, '+6.0 points (+5.0 to +6.8): more than chance.'],
  [{ value: 0.01, low: -0.005, high: 0.02 }, '+1.0 points (−0.5 to +2.0): that may be chance.'],
  [{ value: -0.02, low: -0.03, high: -0.01 }, '−2.0 points (−3.0 to −1.0): worse'],
])('a gain of %o says so', (score, text) => {
  const rows: ComparedRow[] = [];
  expect(
    gainSentence({ primary: TOP1, rows }, { fraction: 0.1, mode: 'full', score }, false),
  ).toContain(`With 10 % of the labels pre-training gives ${text}`);
});

it('takes less for better where the score says so, and finds it by its name', () => {
  const loss = { value: -0.12, low: -0.2, high: -0.05 };
  const primary = { name: 'loss', better: 'lower' };
  const record = { primary, rows: [], gains: [{ fraction: 1, mode: 'full', loss }] };
  const found = comparisonSchema.parse(record);
  expect(gainSentence(found, found.gains[0]!, false)).toBe(
    'With all labels pre-training gives −0.120 (−0.200 to −0.050): more than chance.',
  );
  const old = { rows: [], gains: [{ fraction: 1, mode: 'full', top1: loss }] };
  expect(comparisonSchema.parse(old)).toMatchObject({ primary: TOP1, gains: [{ score: loss }] });
});

it('names the mode where there are several', () => {
  const gain = { fraction: 1, mode: 'partial:1', score: { value: 0, low: 0, high: 0 } };
  expect(gainSentence({ primary: TOP1, rows: [] }, gain, true)).toContain(
    'With all labels (partial fine-tuning, last block) pre-training',
  );
});

it('does not call the gain of one seed more than chance', () => {
  const estimate = { value: 0.06, low: 0.05, high: 0.07 };
  const gain = { fraction: 1, mode: 'full', score: estimate };
  const row = (start: ComparedRow['start'], seeds: number): ComparedRow => ({
    ...gain,
    start,
    seeds,
    labelled: 9,
    lowest: 0.5,
    highest: 0.5,
  });
  const said = (seeds: number) => {
    const rows = [row('pretrained', seeds), row('scratch', seeds)];
    return gainSentence({ primary: TOP1, rows }, gain, false);
  };
  expect(said(1)).toMatch(/that may be chance, as one seed does not tell\.$/);
  expect(said(2)).toMatch(/: more than chance\.$/);
});

it('names modes in words', () => {
  expect(['full', 'linear', 'partial:1', 'partial:3'].map(modeName)).toEqual([
    'full fine-tuning',
    'linear probe',
    'partial fine-tuning, last block',
    'partial fine-tuning, last 3 blocks',
  ]);
});

it('reads shares as people type them, and gives them back', () => {
  expect(parsePercents(['10', '0.5 %', '2.5', 'many', '0', '101', '10'])).toEqual([
    0.005, 0.025, 0.1,
  ]);
  expect([0.005, 0.07, 1].map(percentNumber)).toEqual(['0.5', '7', '100']);
  expect(parsePercents(['7'].map((text) => percentNumber(parsePercents([text])[0]!)))).toEqual([
    0.07,
  ]);
});

it('counts trainings', () => {
  const request = { fractions: [0.1, 1], modes: ['full'], seeds: 3 };
  expect(trainingsOf(request as never)).toBe(12);
});
