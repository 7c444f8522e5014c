/** Sums over ranks between the passes of a batch and its update: a rank is nearly a pass. */
import type { Collectives } from '../../collectives/collectives.ts';
import type { StateHolder } from '../../executors/executor.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';

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
): Promise<number> {
  const own = await program.readState(names);
  const tensors = names.map((name) => [name, own.get(name)!] as const);
  const length = tensors.reduce((sum, [, { data }]) => sum + data.length, 0);
  // One sum of everything, since many small ones would each wait for all ranks.
  const flat = new Float32Array(length);
  const summed = new Map<string, HostTensor<'f32'>>();
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    flat.set(data, end);
    const part = flat.subarray(end, end + data.length);
    summed.set(name, { dtype: 'f32', shape, data: part });
    end += data.length;
  }
  await ranks.sum(flat);
  await program.writeState(summed);
  let squaredNorm = 0;
  for (const value of flat) squaredNorm += value * value;
  return squaredNorm;
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
