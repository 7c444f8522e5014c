import { describe, expect, it } from 'vitest';
import type { Split } from '../annotations/labelled-types.ts';
import { findLeaks } from '../labelled/leaks.ts';
import { completeDense } from './complete-dense.ts';
import {
  denseFraction,
  denseSetApart,
  denseTrainingPart,
  denseValidationPart,
  splitDense,
  withoutDenseLeaks,
} from './dense-splits.ts';
import type { DenseImage, DenseSet } from './dense-types.ts';
import { splitLeaks } from './split-leaks.ts';

/** Images with these classes each; equal numbers of content are copies. */
function setOf(
  images: readonly { labels: readonly number[]; content?: number; split?: Split }[],
  classes = 4,
): DenseSet {
  return completeDense({
    source: '/set',
    format: 'coco',
    classes: Array.from({ length: classes }, (_, id) => ({ id, name: `class ${id}` })),
    problems: [],
    images: images.map(
      ({ labels, content, split }, i): DenseImage => ({
        path: `/set/${i}.jpg`,
        width: 10,
        height: 10,
        bytes: 1,
        hash: `hash ${content ?? `own ${i}`}`,
        format: 'jpeg',
        phash: '',
        ...(split && { split }),
        labelled: '/set/labels.json',
        objects: labels.map((label, at) => ({
          label,
          box: [at, 0, 1, 1],
          crowd: false,
          area: undefined,
          record: at + 1,
        })),
      }),
    ),
  });
}

const pathsOf = (set: DenseSet) => [...set.images].map(({ path }) => path);

// 100 images of two classes, 20 with a rare one beside them, 3 with a very rare one, 17 without objects.
const many = setOf([
  ...Array.from({ length: 100 }, () => ({ labels: [0, 1, 1] })),
  ...Array.from({ length: 20 }, (_, i) => ({ labels: i % 2 ? [0, 2] : [0, 1, 2] })),
  ...Array.from({ length: 3 }, () => ({ labels: [0, 1, 2, 3] })),
  ...Array.from({ length: 17 }, () => ({ labels: [] })),
]);

describe('shares of dense labels', () => {
  it('keep their shares of rare classes and of images without objects', () => {
    const half = denseFraction(many, 0.5, 7);
    expect(half.imagesOf).toEqual([62, 57, 12, 2]);
    expect([...half.images].filter(({ objects }) => objects!.length === 0)).toHaveLength(9);
    expect(half.classes).toEqual(many.classes);
    expect(half.fingerprint).not.toBe(many.fingerprint);
  });

  it('are parts of larger ones for a seed, and others for another', () => {
    const [small, large, other] = [
      denseFraction(many, 0.1, 7),
      denseFraction(many, 0.5, 7),
      denseFraction(many, 0.1, 8),
    ];
    expect(pathsOf(large)).toEqual(expect.arrayContaining(pathsOf(small)));
    expect(pathsOf(other)).not.toEqual(pathsOf(small));
    expect(pathsOf(denseFraction(many, 0.1, 7))).toEqual(pathsOf(small));
    expect(denseFraction(many, 0.01, 7).imagesOf.every((count) => count > 0)).toBe(true);
  });
});

describe('splits of dense labels', () => {
  it('hold out a share, with copies of an image on one side', () => {
    const copies = setOf(
      Array.from({ length: 60 }, (_, i) => ({
        labels: [i % 3],
        content: Math.floor(i / 6) * 3 + (i % 3),
      })),
    );
    const { train, val } = splitDense(copies, { fraction: 0.3, seed: 1 });
    expect(train.images.length + val.images.length).toBe(60);
    expect(val.images.length).toBe(18);
    const hashes = new Set([...train.images].map(({ hash }) => hash));
    expect([...val.images].some(({ hash }) => hashes.has(hash))).toBe(false);
    expect(val.imagesOf.slice(0, 3)).toEqual([6, 6, 6]);
  });

  it('follow the marks of images', () => {
    const marked = setOf([
      { labels: [0], split: 'train' },
      { labels: [1], split: 'val' },
      { labels: [1], split: 'test' },
      { labels: [2] },
    ]);
    expect(pathsOf(denseTrainingPart(marked))).toEqual(['/set/0.jpg', '/set/3.jpg']);
    expect(pathsOf(denseValidationPart(marked))).toEqual(['/set/1.jpg']);
    expect(pathsOf(denseSetApart(marked)!)).toEqual(['/set/1.jpg']);
    expect(denseSetApart(setOf([{ labels: [0] }]))).toBeUndefined();
  });

  it('with the same image in both are named, and can be left without it', () => {
    const leaking = setOf([
      { labels: [0], split: 'train', content: 1 },
      { labels: [0], split: 'val', content: 1 },
      { labels: [1], split: 'val', content: 2 },
    ]);
    expect(splitLeaks(leaking)).toEqual([
      { path: '/set/1.jpg', foundIn: '/set/0.jpg', set: 'train', kind: 'exact', distance: 0 },
    ]);
    const val = denseValidationPart(leaking);
    const leaks = findLeaks({
      evaluation: { samples: val.images },
      against: [{ name: 'pre-training', samples: denseTrainingPart(leaking).images }],
    });
    expect(pathsOf(withoutDenseLeaks(val, leaks))).toEqual(['/set/2.jpg']);
  });
});

describe('the fingerprint of dense labels', () => {
  it('changes with a box, a class and a split, and not with the place of the folder', () => {
    const [image] = setOf([{ labels: [0] }]).images as [DenseImage];
    const of = (change: Partial<DenseImage>) =>
      completeDense({
        source: '/x',
        format: 'coco',
        classes: [{ id: 0, name: 'a' }],
        problems: [],
        images: [{ ...image, ...change }],
      }).fingerprint;
    const plain = of({});
    const [object] = image.objects!;
    expect(of({ path: '/elsewhere.jpg' })).toBe(plain);
    expect(of({ objects: [{ ...object!, box: [0, 0, 1, 2] }] })).not.toBe(plain);
    expect(of({ objects: [{ ...object!, crowd: true }] })).not.toBe(plain);
    expect(of({ objects: [{ ...object!, mask: { polygons: [[0, 0, 1, 0, 1, 1]] } }] })).not.toBe(
      plain,
    );
    expect(of({ split: 'val' })).not.toBe(plain);
  });
});
