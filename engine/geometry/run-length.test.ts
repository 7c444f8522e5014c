import { describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import { RandomStream } from '../random/philox.ts';
import {
  checkRuns,
  decodeMask,
  encodeMask,
  mergeRuns,
  paintRuns,
  runArea,
  runBounds,
} from './run-length.ts';
import { runIous } from './run-length-iou.ts';
import { runsFromText, runsToText } from './run-length-text.ts';

const CASES = 300;

function randomMask(number: number, which: number, height: number, width: number): Uint8Array {
  const random = new RandomStream(2, 'test', number, which);
  const density = random.integer(4) / 3;
  return Uint8Array.from({ length: height * width }, () => Number(random.uniform() < density));
}

function randomMasks(number: number) {
  const random = new RandomStream(3, 'test', number);
  const [height, width] = [1 + random.integer(12), 1 + random.integer(12)];
  const masks = [0, 1, 2].map((which) => randomMask(number, which, height, width));
  return { height, width, masks, runs: masks.map((mask) => encodeMask(mask, height, width)) };
}

describe('run lengths', () => {
  it('hold the mask, its area, bounds, unions and overlaps, as pixels show', () => {
    for (let number = 0; number < CASES; number++) {
      const { height, width, masks, runs } = randomMasks(number);
      const [a, b, c] = masks as [Uint8Array, Uint8Array, Uint8Array];
      const [of, other] = [runs[0]!, runs[1]!];
      expect(decodeMask(of)).toEqual(a);
      const pixels = [...a.keys()].filter((at) => a[at] === 1);
      expect(runArea(of)).toBe(pixels.length);
      const [xs, ys] = [pixels.map((at) => at % width), pixels.map((at) => Math.floor(at / width))];
      const [left, top] = [Math.min(...xs), Math.min(...ys)];
      const box = [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
      expect(runBounds(of)).toEqual(pixels.length === 0 ? [0, 0, 0, 0] : box);
      expect(decodeMask(mergeRuns(runs, 'union'))).toEqual(a.map((x, i) => x | b[i]! | c[i]!));
      const shared = mergeRuns(runs, 'intersection');
      expect(decodeMask(shared)).toEqual(a.map((x, i) => x & b[i]! & c[i]!));
      expect(shared).toEqual(encodeMask(decodeMask(shared), height, width));
      const both = a.filter((x, i) => x === 1 && b[i] === 1).length;
      const either = a.filter((x, i) => x === 1 || b[i] === 1).length;
      expect(runIous([of], [other, other], [0, 1])).toEqual(
        Float64Array.of(both / Math.max(1, either), both / Math.max(1, pixels.length)),
      );
      expect(runsFromText(runsToText(of), height, width)).toEqual(of);
    }
  });

  it('are painted over a map, which keeps its other pixels', () => {
    const map = Int16Array.of(7, 7, 7, 7, 7, 7);
    paintRuns(checkRuns([1, 2, 3], 2, 3), map, -1);
    expect(map).toEqual(Int16Array.of(7, -1, 7, -1, 7, 7));
  });

  it('are written as COCO does, also where runs are long', () => {
    expect(runsToText(checkRuns([6, 1, 40, 4, 5, 4, 5, 4, 21], 9, 10))).toBe('61X13mN000`0');
    const counts = [0, 1, 2e9, 3, 1, 5e7];
    const sum = counts.reduce((a, b) => a + b);
    const runs = checkRuns(counts, 1, sum);
    expect(runsFromText(runsToText(runs), 1, sum)).toEqual(runs);
  });
});

describe('damaged run lengths', () => {
  const code = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      return error instanceof StudioError ? error.code : error;
    }
    return undefined;
  };

  it.each([
    ['a sum that is too small', () => checkRuns([1, 2], 2, 2)],
    ['a sum that is too large', () => checkRuns([1, 4], 2, 2)],
    ['a negative length', () => checkRuns([-1, 5], 2, 2)],
    ['a fraction', () => checkRuns([0.5, 3.5], 2, 2)],
    ['a text for a number', () => checkRuns(['4'] as never, 2, 2)],
    ['no size', () => checkRuns([4], Number.NaN, 2)],
    ['a size beyond any image', () => checkRuns([2 ** 40], 2 ** 20, 2 ** 20)],
    ['a text that ends early', () => runsFromText('P', 2, 2)],
    ['a character below the form', () => runsFromText('4 ', 2, 2)],
    ['a character above the form', () => runsFromText('p', 2, 2)],
    ['a number without end', () => runsFromText('o'.repeat(50), 2, 2)],
    ['a run below zero', () => runsFromText('111O', 2, 2)],
    ['no text', () => runsFromText('', 2, 2)],
    ['masks of two sizes', () => mergeRuns([checkRuns([4], 2, 2), checkRuns([2], 1, 2)], 'union')],
    ['overlaps of two sizes', () => runIous([checkRuns([4], 2, 2)], [checkRuns([2], 1, 2)], [0])],
  ])('are refused: %s', (_, read) => {
    expect(code(read)).toBe('rle-invalid');
  });

  it('are refused, or cover the image, whatever the text', () => {
    for (let number = 0; number < 5000; number++) {
      const random = new RandomStream(4, 'test', number);
      const text = Array.from({ length: random.integer(8) }, () =>
        String.fromCharCode(46 + random.integer(68)),
      ).join('');
      let covered: number | undefined;
      const found = code(() => {
        covered = runsFromText(text, 3, 4).counts.reduce((a, b) => a + b, 0);
      });
      if (found === undefined) expect(covered).toBe(12);
      else expect(found).toBe('rle-invalid');
    }
  });
});
