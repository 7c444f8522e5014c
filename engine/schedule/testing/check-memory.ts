/** What holds of the memory of every schedule. It looks at views, not at elements, so any size can be checked. */
import { expect } from 'vitest';
import { ALIGNMENT } from '../arena.ts';
import { viewsOf } from '../place-buffers.ts';
import type { Buffer, Schedule, View } from '../schedule.ts';
import { sameSteps } from '../views.ts';

interface Placed extends Buffer {
  readonly i: number;
  readonly start: number;
  readonly end: number;
}

/** No two buffers lie over each other while both are needed, but for one written over another. */
export function checkMemory(schedule: Schedule): void {
  expect([...faultsOf(schedule)]).toEqual([]);
}

function* faultsOf({ buffers, steps, arenaBytes }: Schedule): Generator<string> {
  const used = buffers.flatMap((buffer, i): Placed | [] =>
    buffer.place.kind === 'arena' && buffer.until >= 0
      ? { ...buffer, i, start: buffer.place.offset, end: buffer.place.offset + buffer.bytes }
      : [],
  );
  for (const one of used) {
    if (one.start % ALIGNMENT !== 0 || one.end > arenaBytes) yield `b${one.i} lies outside`;
    for (const other of used) {
      if (other.i <= one.i || one.until < other.from || other.until < one.from) continue;
      if (one.end <= other.start || other.end <= one.start) continue;
      const [before, after] = one.from <= other.from ? [one, other] : [other, one];
      if (!isWrittenOver(before, after, steps)) yield `b${after.i} lies over b${before.i}`;
    }
  }
  for (const [i, step] of steps.entries()) {
    const { reads, writes } = viewsOf(step);
    for (const view of [...reads, ...writes]) {
      const { first, last } = boundsOf(view);
      if (first < 0 || last >= buffers[view.buffer]!.elements)
        yield `step ${i} leaves b${view.buffer}`;
    }
  }
}

/** Whether each element of a buffer is read for the last time before the same one of the next is written there. */
function isWrittenOver(before: Placed, after: Placed, steps: Schedule['steps']): boolean {
  const step = steps[after.from]!;
  if (step.kind !== 'elementwise' || before.until !== after.from) return false;
  if (before.start !== after.start || before.bytes !== after.bytes) return false;
  if (before.elements !== after.elements) return false;
  const { reads, writes } = viewsOf(step);
  const target = writes.find(({ buffer }) => buffer === after.i)!;
  return reads.every(
    (read) =>
      read.buffer !== before.i || (read.offset === target.offset && sameSteps(read, target)),
  );
}

/** The least and the largest position that a view has. */
function boundsOf({ shape, strides, offset }: View): { first: number; last: number } {
  let [first, last] = [offset, offset];
  shape.forEach((size, axis) => {
    const reach = (size - 1) * strides[axis]!;
    if (reach < 0) first += reach;
    else last += reach;
  });
  return { first, last };
}
