import { expect, it } from 'vitest';
import { partialSchema, partialSentence } from './partial-text.ts';
import { parseTunedBlocks } from './request.ts';

const score = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });
const record = {
  primary: { name: 'top1', better: 'higher' },
  depth: 4,
  labelled: 100,
  images: 50,
  points: [
    { blocks: 0, start: 'pretrained', seeds: 1, top1: score(0.4) },
    { blocks: 0, start: 'scratch', seeds: 1, top1: score(0.3) },
    { blocks: 'all', start: 'pretrained', seeds: 1, top1: score(0.55) },
  ],
};

it('reads the estimates of a record by the name of their score', () => {
  const found = partialSchema.parse(record);
  expect(found.points[2]).toMatchObject({ blocks: 'all', score: { value: 0.55 } });
  expect(partialSentence(found)).toBe(
    'Top-1 accuracy of the pre-trained network is with the head alone 40.0 %, with everything 55.0 %.',
  );
});

it('refuses a record without points', () => {
  expect(partialSchema.safeParse({ ...record, points: [] }).success).toBe(false);
});

it('reads numbers of blocks that are typed', () => {
  expect(parseTunedBlocks(['all', '2', ' 0', 'x', '-1', '2'])).toEqual([0, 2, 'all']);
});
