import { describe, expect, it } from 'vitest';
import type { LabelledSample, LabelledSet } from '../annotations/labelled-types.ts';
import { setApart, splitStratified, stratifiedFraction } from './splits.ts';
import { completeSet } from './subset.ts';

/** Classes of the given sizes, interleaved; every image of its own content. */
function setOf(sizes: readonly number[], hashOf = (label: number, i: number) => `${label}/${i}`) {
  const samples: LabelledSample[] = [];
  for (let i = 0; i < Math.max(...sizes); i++)
    sizes.forEach((size, label) => {
      if (i >= size) return;
      const hash = hashOf(label, i);
      const path = `/${label}/${i}.png`;
      samples.push({ path, hash, label, width: 4, height: 4, bytes: 1, format: 'png' });
    });
  const classes = sizes.map((_, i) => `class ${i}`);
  return completeSet({ source: '/', samples, classes, problems: [] });
}

const paths = (set: LabelledSet) => [...set.samples].map(({ path }) => path);

describe('a stratified split', () => {
  const set = setOf([100, 10, 2, 1, 37]);
  const { train, val } = splitStratified(set, { fraction: 0.2, seed: 5 });

  it('holds out the share of every class, and has both sides of every class of two', () => {
    expect(val.counts).toEqual([20, 2, 1, 0, 7]);
    expect(train.counts).toEqual([80, 8, 1, 1, 30]);
    expect(splitStratified(set, { fraction: 0.99, seed: 5 }).train.counts).toEqual([1, 1, 1, 1, 1]);
  });

  it('loses nothing, repeats nothing and keeps classes and order', () => {
    expect([...paths(train), ...paths(val)].sort()).toEqual(paths(set).sort());
    expect(train.classes).toEqual(set.classes);
    const order = new Map(paths(set).map((path, i) => [path, i]));
    const found = paths(val).map((path) => order.get(path)!);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  it('depends on the seed alone', () => {
    expect(splitStratified(set, { fraction: 0.2, seed: 5 }).val).toEqual(val);
    expect(paths(splitStratified(set, { fraction: 0.2, seed: 6 }).val)).not.toEqual(paths(val));
  });

  it('keeps copies of an image on one side', () => {
    const copies = setOf([40, 40], (label, i) => `${label}/${i % 10}`);
    for (let seed = 0; seed < 20; seed++) {
      const parts = splitStratified(copies, { fraction: 0.3, seed });
      const held = new Set([...parts.val.samples].map(({ hash }) => hash));
      expect(held.size).toBe(6);
      expect([...parts.train.samples].some(({ hash }) => held.has(hash))).toBe(false);
    }
  });
});

describe('pictures of one file', () => {
  /** Twenty volumes of eight slices, half of which have another label; the first one has a copy. */
  function volumes(): LabelledSet {
    const samples = Array.from({ length: 21 * 8 }, (_, i): LabelledSample => {
      const [volume, slice] = [Math.floor(i / 8), i % 8];
      const path = `/v${volume}.nii#slice=${slice}`;
      const hash = `${volume % 20}/${slice}`;
      return {
        path,
        hash,
        label: slice < 4 ? 0 : 1,
        width: 4,
        height: 4,
        bytes: 1,
        format: 'nifti',
      };
    });
    return completeSet({ source: '/', samples, classes: ['a', 'b'], problems: [] });
  }
  const volumesOf = (set: LabelledSet) =>
    new Set([...set.samples].map(({ path }) => Number(/v(\d+)/.exec(path)![1]) % 20));

  it('stay on one side of a split, with their copies and whatever their labels are', () => {
    for (let seed = 0; seed < 10; seed++) {
      const { train, val } = splitStratified(volumes(), { fraction: 0.25, seed });
      const held = volumesOf(val);
      expect(held.size).toBe(5);
      expect([...volumesOf(train)].filter((volume) => held.has(volume))).toEqual([]);
      expect(train.samples.length + val.samples.length).toBe(21 * 8);
    }
  });

  it('are in a share of the labels together', () => {
    const share = stratifiedFraction(volumes(), 0.25, 1);
    expect(volumesOf(share).size).toBe(5);
    expect(share.samples.length % 8).toBe(0);
  });
});

describe('a share of the labels', () => {
  const set = setOf([1000, 300, 40, 1]);

  it('is drawn from every class, at least one image each', () => {
    expect(stratifiedFraction(set, 0.1, 1).counts).toEqual([100, 30, 4, 1]);
    expect(stratifiedFraction(set, 0.01, 1).counts).toEqual([10, 3, 1, 1]);
  });

  it('is part of every larger share of the same seed', () => {
    for (let seed = 0; seed < 5; seed++) {
      const [one, ten, half] = [0.01, 0.1, 0.5].map(
        (fraction) => new Set(paths(stratifiedFraction(set, fraction, seed))),
      );
      expect([...one!].every((path) => ten!.has(path))).toBe(true);
      expect([...ten!].every((path) => half!.has(path))).toBe(true);
    }
  });

  it('of everything is the set itself; another seed gives another share', () => {
    expect(stratifiedFraction(set, 1, 1)).toBe(set);
    const [a, b] = [1, 2].map((seed) => stratifiedFraction(set, 0.1, seed));
    expect(paths(a!)).not.toEqual(paths(b!));
    expect(a!.fingerprint).not.toBe(b!.fingerprint);
  });
});

describe('a given split', () => {
  it('is taken by its name, and is nothing where none is named', () => {
    const set = setOf([3, 3]);
    expect(setApart(set)).toBeUndefined();
    const samples = [...set.samples].map(
      (sample, i): LabelledSample => (i % 2 === 0 ? { ...sample, split: 'val' } : sample),
    );
    const marked = completeSet({ ...set, samples });
    expect(setApart(marked)?.counts).toEqual([3, 0]);
  });
});
