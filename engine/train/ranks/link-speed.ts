/** How fast the ranks of a run sum gradients, measured before its first step. */
import type { Collectives } from '../../collectives/collectives.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';

export interface LinkSpeed {
  readonly gradientBytes: number;
  /** Of a sum of so many bytes. */
  readonly sumMs: number;
}

/** Larger sums take as much longer as they are larger, and are not waited for. */
const MOST_ELEMENTS = 2 ** 24;
const TIMES = 3;
const FLOAT_BYTES = 4;

/** Every trained tensor has a gradient of its size. */
export function gradientElements(state: NamedTensors): number {
  let elements = 0;
  for (const [name, { data }] of state)
    if (name.startsWith(STATE_PREFIXES.student) && !/\.running_(mean|var)$/.test(name))
      elements += data.length;
  return elements;
}

export function measuredElements(gradients: number): number {
  return Math.min(gradients, MOST_ELEMENTS);
}

/** The shortest of some sums. All ranks call it. */
export async function timeSum(ranks: Collectives, elements: number): Promise<number> {
  const values = new Float32Array(elements);
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TIMES; i++) {
    await ranks.barrier();
    const began = performance.now();
    await ranks.sum(values);
    shortest = Math.min(shortest, performance.now() - began);
  }
  return shortest;
}

export function linkSpeed(gradients: number, elements: number, ms: number): LinkSpeed {
  const sumMs = elements === 0 ? 0 : ms * (gradients / elements);
  return { gradientBytes: gradients * FLOAT_BYTES, sumMs };
}
