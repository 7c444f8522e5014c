/**
 * Binary masks as run lengths, in the form of COCO: the pixels are taken column by column, each
 * from top to bottom, and the lengths of runs of equal pixels are listed. The first run is
 * background, so it has length 0 where the first pixel is foreground.
 *
 * Masks in memory are row by row, as images are; only run lengths go by columns.
 *
 * @source pycocotools, maskApi.c
 */
import { StudioError } from '../contract/errors.ts';
import type { BoxXywh } from './box.ts';

export interface RunLengths {
  readonly height: number;
  readonly width: number;
  /** Their sum is height x width. */
  readonly counts: Uint32Array;
}

const MOST_PIXELS = 0x7fff_ffff;

/**
 * Run lengths from a file.
 * @throws StudioError `rle-invalid` where they are no whole numbers, or their sum is not the
 *   number of pixels
 */
export function checkRuns(counts: ArrayLike<number>, height: number, width: number): RunLengths {
  if (!(isLength(height) && isLength(width) && height * width <= MOST_PIXELS))
    throw invalidRuns(`the size is ${width} x ${height}`);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (!isLength(count)) throw invalidRuns(`run ${i + 1} has the length ${count}`);
    sum += count;
  }
  if (sum !== height * width)
    throw invalidRuns(`they cover ${sum} pixels, and ${width} x ${height} are ${height * width}`);
  return { height, width, counts: new Uint32Array(counts) };
}

export function invalidRuns(reason: string): StudioError<'rle-invalid'> {
  return new StudioError('rle-invalid', `The run lengths of a mask are damaged: ${reason}.`, {
    details: { reason },
    advice: 'Export the labels again, or remove this mask.',
  });
}

function isLength(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** @param mask [height, width] row by row; any number but 0 is foreground */
export function encodeMask(mask: ArrayLike<number>, height: number, width: number): RunLengths {
  const counts: number[] = [];
  let [current, length] = [false, 0];
  for (let x = 0; x < width; x++) {
    for (let at = x; at < height * width; at += width) {
      if ((mask[at] !== 0) !== current) {
        counts.push(length);
        length = 0;
        current = !current;
      }
      length++;
    }
  }
  counts.push(length);
  return { height, width, counts: new Uint32Array(counts) };
}

/** @returns [height, width] row by row, 1 for foreground */
export function decodeMask(runs: RunLengths): Uint8Array {
  const mask = new Uint8Array(runs.height * runs.width);
  paintRuns(runs, mask, 1);
  return mask;
}

/**
 * Writes a value to the foreground of a map [height, width], row by row.
 *
 * @param part that the map shows, which contains the foreground
 */
export function paintRuns(
  runs: RunLengths,
  map: { [at: number]: number },
  value: number,
  part: BoxXywh = [0, 0, runs.width, runs.height],
): void {
  const { height, counts } = runs;
  const [left, top, width] = part;
  let at = 0;
  for (let i = 0; i < counts.length; i++) {
    const end = at + counts[i]!;
    if (i % 2 === 0) at = end;
    while (at < end) {
      const x = Math.floor(at / height);
      const columnEnd = Math.min(end, (x + 1) * height);
      const columnStart = x - left - top * width;
      for (let y = at - x * height; at < columnEnd; at++, y++) map[y * width + columnStart] = value;
    }
  }
}

/** Number of foreground pixels. */
export function runArea({ counts }: RunLengths): number {
  let area = 0;
  for (let i = 1; i < counts.length; i += 2) area += counts[i]!;
  return area;
}

/** The smallest box around the foreground; all zero without foreground. */
export function runBounds({ height, counts }: RunLengths): BoxXywh {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  let start = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (i % 2 === 1 && count > 0) {
      const last = start + count - 1;
      const [x, lastX] = [Math.floor(start / height), Math.floor(last / height)];
      const [y, lastY] = [start - x * height, last - lastX * height];
      left = Math.min(left, x);
      right = Math.max(right, lastX + 1);
      // A run over several columns reaches the bottom of one and the top of the next.
      top = Math.min(top, lastX > x ? 0 : y);
      bottom = Math.max(bottom, lastX > x ? height : lastY + 1);
    }
    start += count;
  }
  return right === 0 ? [0, 0, 0, 0] : [left, top, right - left, bottom - top];
}

/**
 * The union or the intersection of masks.
 * @param masks at least one, all of the same size
 * @throws StudioError `rle-invalid` where the sizes differ
 */
export function mergeRuns(masks: readonly RunLengths[], how: 'union' | 'intersection'): RunLengths {
  const [first, ...others] = masks as [RunLengths, ...RunLengths[]];
  const { height, width } = first;
  let { counts } = first;
  for (const other of others) {
    if (other.height !== height || other.width !== width)
      throw invalidRuns(`${width} x ${height} is merged with ${other.width} x ${other.height}`);
    counts = mergeCounts(counts, other.counts, how === 'union' ? 1 : 2);
  }
  return { height, width, counts };
}

/** @param least of the two masks must have a pixel */
function mergeCounts(a: Uint32Array, b: Uint32Array, least: 1 | 2): Uint32Array {
  const merged = new Uint32Array(a.length + b.length);
  let [m, length, i, j] = [0, 0, 0, 0];
  let [restOfA, restOfB] = [a[0] ?? 0, b[0] ?? 0];
  let current = false;
  for (;;) {
    const step = Math.min(restOfA, restOfB);
    length += step;
    restOfA -= step;
    restOfB -= step;
    while (restOfA === 0 && i + 1 < a.length) restOfA = a[++i]!;
    while (restOfB === 0 && j + 1 < b.length) restOfB = b[++j]!;
    if (restOfA === 0 || restOfB === 0) break;
    const next = (i % 2) + (j % 2) >= least;
    if (next === current) continue;
    merged[m++] = length;
    length = 0;
    current = next;
  }
  merged[m++] = length;
  return merged.slice(0, m);
}
