import { expect, it } from 'vitest';
import { outcomePath, outcomeSentences } from './outcome-text.ts';

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
