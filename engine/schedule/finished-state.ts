/** When the state tensors that a schedule writes are finished, so that others may use them while the rest runs. */
import { getOrMake } from '../contract/maps.ts';
import { viewsOf } from './place-buffers.ts';
import type { Schedule } from './schedule.ts';

/** @returns names by the last step that uses the tensor; none that is also a result */
export function finishedState({ buffers, steps }: Schedule): Map<number, string[]> {
  const written = new Set<string>();
  for (const step of steps)
    for (const { buffer } of viewsOf(step).writes) {
      const { place } = buffers[buffer]!;
      if (place.kind === 'state') written.add(place.name);
    }
  // The old and the next value of a tensor may be two buffers.
  const last = new Map<string, number>();
  for (const { place, until } of buffers)
    if (place.kind === 'state' && written.has(place.name))
      last.set(place.name, Math.max(until, last.get(place.name) ?? until));
  const finished = new Map<number, string[]>();
  for (const [name, step] of last)
    if (step < steps.length) getOrMake(finished, step, () => []).push(name);
  return finished;
}
