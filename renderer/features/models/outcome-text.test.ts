import { expect, it } from 'vitest';
import { differenceText, importSentences, outcomePath, outcomeSentences } from './outcome-text.ts';

it('says what was written and that it was compared', () => {
  const written = { tensors: 66, bytes: 1_855_989, largestDifference: 0, path: '/x/a.onnx' };
  expect(outcomeSentences(written)).toEqual([
    '66 tensors, 1.9 MB, read back and compared. Its outputs are bit-identical to those of the original.',
  ]);
  expect(outcomePath(written)).toBe('/x/a.onnx');
});

it('says how many features were written, and where', () => {
  const written = { images: 1200, width: 96, files: ['/x/f.npy', '/x/f.csv'] };
  expect(outcomeSentences(written)[0]).toContain('1,200 images, 96 dimensions each');
  expect(outcomePath(written)).toBe('/x/f.npy');
  expect(outcomeSentences({})).toEqual([]);
  expect(outcomePath({})).toBeUndefined();
});

it('accounts for every tensor', () => {
  const report = {
    matched: ['a', 'b'],
    missing: [],
    unexpected: ['x1', 'x2', 'x3', 'x4', 'x5', 'x6'],
    ignored: [
      { name: 'p', reason: 'belongs to the projector' },
      { name: 'q', reason: 'belongs to the projector' },
    ],
    reshaped: [{ name: 'pos_embed' }],
    notes: ['The colours were assumed.'],
  };
  expect(importSentences({ report })).toEqual([
    '2 tensors were loaded.',
    '2 were left out: belongs to the projector.',
    '6 are unexpected: x1, x2, x3, x4, x5 and 1 more.',
    '1 were reshaped: pos_embed.',
    'The colours were assumed.',
  ]);
  expect(importSentences({})).toEqual([]);
});

it('says how far an export is from the original', () => {
  expect(differenceText(0)).toContain('bit-identical');
  expect(differenceText(3.2e-6)).toContain('3.2e-6');
});
