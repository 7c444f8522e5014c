import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../formats/safetensors.ts';
import { packagedFile } from '../platform/packaged-file.ts';
import { type BoxXywh, boxIous } from './box.ts';
import { rasteriseBox, rasterisePolygons } from './rasterise.ts';
import {
  decodeMask,
  encodeMask,
  mergeRuns,
  type RunLengths,
  runArea,
  runBounds,
} from './run-length.ts';
import { runIous } from './run-length-iou.ts';
import { runsToText } from './run-length-text.ts';
import { MASK_CASES, type MaskCase, maskCase } from './testing/mask-cases.ts';

const { tensors } = await readSafetensors(
  packagedFile('engine/geometry/testing/masks.safetensors'),
);
const results = tensors.get('results')!;
const perCase = results.shape[1]!;

const checksum = (runs: RunLengths) => crc32(runsToText(runs));

/** In the order of `mask_results` in bench/peers/dense_fixtures.py. */
function measured({ height, width, objects, boxes, mask }: MaskCase): number[] {
  const [one, two] = objects.map((parts) => rasterisePolygons(parts, height, width)) as [
    RunLengths,
    RunLengths,
  ];
  const union = mergeRuns([one, two], 'union');
  const shared = mergeRuns([one, two], 'intersection');
  const ofBoxes = boxes.map((box) => rasteriseBox(box as unknown as BoxXywh, height, width));
  const bitmap = mask.length > 0 ? mask : decodeMask(one);
  const row = [one, two, union, shared, ...ofBoxes].map(checksum);
  row.push(checksum(encodeMask(bitmap, height, width)), crc32(decodeMask(union)));
  row.push(runArea(one), ...runBounds(one));
  const [first, second] = boxes.map((box) => Float64Array.from(box));
  for (const crowd of [0, 1])
    row.push(runIous([one], [two], [crowd])[0]!, boxIous(first!, second!, [crowd])[0]!);
  return row;
}

describe('masks of polygons and boxes', () => {
  it('are those of pycocotools, with areas, bounds and overlaps, to the last bit', () => {
    expect(results.shape).toEqual([MASK_CASES, 17]);
    for (let number = 0; number < MASK_CASES; number++) {
      const expected = Array.from(
        results.data.slice(number * perCase, (number + 1) * perCase),
        Number,
      );
      expect(measured(maskCase(number)), `case ${number}`).toEqual(expected);
    }
  });

  it('overlap, are apart, reach the borders and are empty among the cases', () => {
    const column = (at: number) =>
      Array.from({ length: MASK_CASES }, (_, i) => Number(results.data[i * perCase + at]));
    expect(column(13).filter((iou) => iou > 0).length).toBeGreaterThan(MASK_CASES / 3);
    expect(column(13).filter((iou) => iou === 0).length).toBeGreaterThan(20);
    expect(column(8).filter((area) => area === 0).length).toBeGreaterThan(0);
  });

  it('cost no more where a polygon reaches far beyond the image', () => {
    const far = 1e9;
    const runs = rasterisePolygons([[-far, -far, far, -far, far, far, -far, far]], 40, 30);
    expect(runArea(runs)).toBe(40 * 30);
  });
});
