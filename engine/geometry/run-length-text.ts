/**
 * Run lengths as COCO's compressed text. From the fourth on, a run is written as its difference from
 * the run two before it. Each number is cut into groups of 5 bits, the lowest first; a character
 * holds a group, a bit that tells whether another follows, and 48 is added. The highest bit of the
 * last group is the sign.
 *
 * @source pycocotools, `rleToString` and `rleFrString` of maskApi.c
 */
import { checkRuns, invalidRuns, type RunLengths } from './run-length.ts';

const OFFSET = 48;
const MORE = 0x20;
const SIGN = 0x10;
const GROUP = 0x1f;
const GROUP_BITS = 5;
/** Seven groups hold any difference of two runs. */
const MOST_GROUPS = 7;

export function runsToText({ counts }: RunLengths): string {
  const codes = Buffer.allocUnsafe(counts.length * MOST_GROUPS);
  let length = 0;
  for (let i = 0; i < counts.length; i++) {
    let value = counts[i]! - (i > 2 ? counts[i - 2]! : 0);
    for (let isLast = false; !isLast; ) {
      const group = value & GROUP;
      value >>= GROUP_BITS;
      isLast = value === ((group & SIGN) !== 0 ? -1 : 0);
      codes[length++] = (isLast ? group : group | MORE) + OFFSET;
    }
  }
  return codes.toString('latin1', 0, length);
}

/** @throws StudioError `rle-invalid` */
export function runsFromText(text: string, height: number, width: number): RunLengths {
  const counts = new Float64Array(text.length);
  let n = 0;
  for (let at = 0; at < text.length; ) {
    let [value, scale, groups, code] = [0, 1, 0, MORE];
    while ((code & MORE) !== 0) {
      if (at === text.length) throw invalidRuns('the text ends within a number');
      code = text.charCodeAt(at++) - OFFSET;
      if (code < 0 || code > 63) throw invalidRuns(`character ${at} is none of this form`);
      if (++groups > MOST_GROUPS) throw invalidRuns(`the number at character ${at} is too long`);
      value += (code & GROUP) * scale;
      scale *= 1 << GROUP_BITS;
    }
    if ((code & SIGN) !== 0) value -= scale;
    counts[n] = value + (n > 2 ? counts[n - 2]! : 0);
    n++;
  }
  return checkRuns(counts.subarray(0, n), height, width);
}
