/** Sums over ranks between the passes of a batch and its update: a rank is nearly a pass. */
import type { Collectives } from '../../collectives/collectives.ts';
import { sumNarrow } from '../../collectives/narrow-sum.ts';
import type { WirePrecision } from '../../contract/settings/shared.ts';
import type { StateHolder } from '../../executors/executor.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';

/**
 * Bytes of gradients in one sum, as with PyTorch's DistributedDataParallel: many times what a message
 * needs to reach the full speed of a network, and few enough that one bucket is filled and another one is
 * read while a third one travels.
 */
export const BUCKET_BYTES = 25 * 2 ** 20;

export interface GradientSumOptions {
  /** numbers between ranks; `float32` when left out */
  readonly wire?: WirePrecision;
  readonly bucketBytes?: number;
}

/**
 * Replace the stored gradients of all ranks by their sum. They pass through memory of the host, so it
 * works with any device.
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
  const own = await program.readState(names);
  const summed = new Map<string, HostTensor<'f32'>>();
  const sums = bucketsOf(own, names, bucketBytes).map((bucket) => {
    const flat = fill(bucket, own, summed);
    const done = wire === 'bfloat16' ? sumNarrow(ranks, flat) : ranks.sum(flat);
    // The first that fails is reported; those after it fail with it.
    done.catch(() => undefined);
    return { flat, done };
  });
  let squaredNorm = 0;
  for (const { flat, done } of sums) {
    await done;
    for (const value of flat) squaredNorm += value * value;
  }
  await program.writeState(summed);
  return squaredNorm;
}

type Tensors = ReadonlyMap<string, HostTensor<'f32'>>;

/** Names of tensors that together have about so many bytes; a larger one is alone. */
function bucketsOf(tensors: Tensors, names: readonly string[], bucketBytes: number): string[][] {
  const buckets: string[][] = [];
  let room = 0;
  for (const name of names) {
    const bytes = tensors.get(name)!.data.byteLength;
    if (bytes > room) {
      buckets.push([]);
      room = bucketBytes;
    }
    buckets.at(-1)!.push(name);
    room -= bytes;
  }
  return buckets;
}

/** One array of the tensors of a bucket. @param summed is given the places of the sums in it */
function fill(
  bucket: readonly string[],
  tensors: Tensors,
  summed: Map<string, HostTensor<'f32'>>,
): Float32Array {
  const length = bucket.reduce((sum, name) => sum + tensors.get(name)!.data.length, 0);
  const flat = new Float32Array(length);
  let end = 0;
  for (const name of bucket) {
    const { shape, data } = tensors.get(name)!;
    flat.set(data, end);
    summed.set(name, { dtype: 'f32', shape, data: flat.subarray(end, end + data.length) });
    end += data.length;
  }
  return flat;
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
