import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../formats/safetensors.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { RandomStream } from '../../random/philox.ts';
import { countPanoptic, type PanopticMap, panopticQuality } from './testing/panoptic.ts';
import {
  PANOPTIC_CASES,
  PANOPTIC_CLASSES,
  panopticCase,
  panopticMapsOf,
  THINGS,
} from './testing/panoptic-cases.ts';

const { tensors } = await readSafetensors(
  packagedFile('engine/evaluation/segmentation/testing/panoptic.safetensors'),
);
const results = tensors.get('results')!;

describe('panoptic quality', () => {
  it('is that of panopticapi, over all classes and over things', () => {
    const things = new Set(Array.from({ length: THINGS }, (_, c) => c));
    let defined = 0;
    for (let number = 0; number < PANOPTIC_CASES; number++) {
      const counts = countPanoptic(panopticMapsOf(panopticCase(number)), PANOPTIC_CLASSES);
      const ours = [undefined, things].flatMap((among) => {
        const { panoptic, segmentation, recognition } = panopticQuality(counts, undefined, among);
        return [panoptic, segmentation, recognition];
      });
      for (const [i, value] of ours.entries()) {
        const theirs = Number(results.data[number * ours.length + i]);
        if (Number.isNaN(theirs)) expect(value).toBeNull();
        else expect(value, `case ${number}, number ${i}`).toBeCloseTo(theirs, 12);
        defined += Number(theirs > 0 && theirs < 1);
      }
    }
    expect(results.shape).toEqual([PANOPTIC_CASES, 6]);
    expect(defined).toBeGreaterThan(3 * PANOPTIC_CASES);
  });

  it('of a resample is that of the images repeated', () => {
    for (let number = 0; number < 50; number++) {
      const maps = panopticMapsOf(panopticCase(number));
      const random = new RandomStream(34, 'test', number);
      const weights = Uint32Array.from(maps, () => random.integer(4));
      const repeated = maps.flatMap((each, i) => Array<(typeof maps)[0]>(weights[i]!).fill(each));
      const weighted = panopticQuality(countPanoptic(maps, PANOPTIC_CLASSES), weights);
      const plain = panopticQuality(countPanoptic(repeated, PANOPTIC_CLASSES));
      if (plain.panoptic === null) expect(weighted.panoptic).toBeNull();
      else expect(weighted.panoptic).toBeCloseTo(plain.panoptic, 12);
    }
  });

  it('refuses maps of two sizes, segments that are not listed and unknown classes', () => {
    const map = (ids: readonly number[], label = 0): PanopticMap => ({
      height: 1,
      width: ids.length,
      ids: Uint16Array.from(ids),
      segments: [{ id: 1, class: label }],
    });
    const one = map([1, 1]);
    for (const predicted of [map([1]), map([1, 2]), map([1, 1], 9), { ...one, width: 3 }])
      expect(() => countPanoptic([{ truth: one, predicted }], 1)).toThrow(
        expect.objectContaining({ code: 'evaluation-invalid' }),
      );
  });
});
