import { describe, expect, it } from 'vitest';
import { readMutations } from '../testing/mutations.ts';
import { TIFF_CELLS } from './testing/cells.ts';

/** One file of each compression, layout, order and depth. */
const files = TIFF_CELLS.map(({ file }) => file);

describe('a damaged TIFF file', () => {
  // CONMIM_MUTATIONS=5000 reads as many as a release check does.
  it('is a picture, or an error about the image', async () => {
    expect(await readMutations(spread(files))).toEqual([]);
  });
});

/** Neighbours are alike, so that few mutations would see few kinds of them. */
function spread(all: readonly Buffer[]): Buffer[] {
  const step = 101;
  return all.map((_, i) => all[(i * step) % all.length]!);
}
