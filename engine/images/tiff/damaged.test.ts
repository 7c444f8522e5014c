import { describe, expect, it } from 'vitest';
import { readMutations } from '../testing/mutations.ts';
import { TIFF_CELLS } from './testing/cells.ts';

/** One file of each compression, layout, order and depth. */
const files = TIFF_CELLS.map(({ file }) => file);
/** Those whose directories have most to get wrong. */
const stacks = TIFF_CELLS.filter(
  ({ samples = 1, levels = [] }) => samples > 1 || levels.length > 1,
);
const shortFloats = TIFF_CELLS.filter(({ bits }) => bits === 24);

describe('a damaged TIFF file', () => {
  // CONMIM_MUTATIONS=5000 reads as many as a release check does.
  it('is a picture, or an error about the image', async () => {
    expect(await readMutations(spread(files))).toEqual([]);
  });

  it('of several pages or with numbers of 24 bits is so too', async () => {
    expect(stacks.length).toBeGreaterThan(10);
    expect(shortFloats.length).toBeGreaterThan(3);
    const both = [...stacks, ...shortFloats].map(({ file }) => file);
    expect(await readMutations(both, { pages: 'CZT' })).toEqual([]);
    expect(await readMutations(both)).toEqual([]);
  });
});

/** Neighbours are alike, so that few mutations would see few kinds of them. */
function spread(all: readonly Buffer[]): Buffer[] {
  const step = 101;
  return all.map((_, i) => all[(i * step) % all.length]!);
}
