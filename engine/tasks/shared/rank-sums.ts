/** Sums over ranks between the passes of a batch and its update: a rank is nearly a pass. */
import type { Collectives } from '../../collectives/collectives.ts';
import { sumNarrow } from '../../collectives/narrow-sum.ts';
import type { WirePrecision } from '../../contract/settings/shared.ts';
import type { StateHolder } from '../../executors/executor.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { BUCKET_BYTES, bucketsOf } from './gradient-buckets.ts';

export interface GradientSumOptions {
  /** numbers between ranks; `float32` when left out */
  readonly wire?: WirePrecision;
  readonly bucketBytes?: number;
}

/**
 * Replace the stored gradients of all ranks by their sum: where they lie, if the program keeps them in
 * memory of this process, else through copies.
 *
 * @param names of the gradients, in an order that is the same on all ranks
 * @returns the squared norm of the sum
 */
export async function sumGradients(
  ranks: Collectives,
  program: StateHolder,
  names: readonly string[],
  { wire = 'float32', bucketBytes = BUCKET_BYTES }: GradientSumOptions = {},
): Promise<number> {
  const memory = program.stateMemory?.(names);
  const copies = memory === undefined ? await joinedCopies(program, names) : undefined;
  const gradients = memory ?? copies!.arrays;
  const sums = bucketsOf(gradients, bucketBytes).map((bucket) => {
    const done = wire === 'bfloat16' ? sumNarrow(ranks, bucket.array) : ranks.sum(bucket.array);
    // The first that fails is reported; those after it fail with it.
    done.catch(() => undefined);
    return { bucket, done };
  });
  const norms = new Map<string, number>();
  for (const { bucket, done } of sums) {
    await done;
    for (const name of bucket.names) norms.set(name, squaredNormOf(gradients.get(name)!));
  }
  if (copies !== undefined) await program.writeState(copies.tensors);
  // In an order that does not depend on the buckets.
  return names.reduce((sum, name) => sum + norms.get(name)!, 0);
}

/** Copies of tensors, one after the other in memory. */
async function joinedCopies(program: StateHolder, names: readonly string[]) {
  const read = await program.readState(names);
  const length = names.reduce((sum, name) => sum + read.get(name)!.data.length, 0);
  const all = new Float32Array(length);
  const arrays = new Map<string, Float32Array>();
  const tensors = new Map<string, HostTensor<'f32'>>();
  let end = 0;
  for (const name of names) {
    const { shape, data } = read.get(name)!;
    const own = all.subarray(end, end + data.length);
    own.set(data);
    arrays.set(name, own);
    tensors.set(name, { dtype: 'f32', shape, data: own });
    end += data.length;
  }
  return { arrays, tensors };
}

/** In float64. Four sums, as each addition waits for the one before. */
function squaredNormOf(values: Float32Array): number {
  const { length } = values;
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += values[i]! * values[i]!;
    b += values[i + 1]! * values[i + 1]!;
    c += values[i + 2]! * values[i + 2]!;
    d += values[i + 3]! * values[i + 3]!;
  }
  for (; i < length; i++) a += values[i]! * values[i]!;
  return a + b + (c + d);
}

/** @returns the sums of numbers of all ranks */
export async function sumNumbers(
  ranks: Collectives,
  numbers: readonly number[],
): Promise<readonly number[]> {
  if (ranks.size === 1 || numbers.length === 0) return numbers;
  const sums = Float64Array.from(numbers);
  await ranks.sum(sums);
  return [...sums];
}
