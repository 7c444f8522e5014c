/** Sums over ranks between the passes of a batch and its update: a rank is nearly a pass. */
import type { Collectives } from '../../collectives/collectives.ts';
import { sumNarrow } from '../../collectives/narrow-sum.ts';
import type { WirePrecision } from '../../contract/settings/shared.ts';
import type { RunObserver, StateHolder } from '../../executors/executor.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { BUCKET_BYTES, type Bucket, bucketsOf } from './gradient-buckets.ts';

export interface GradientSumOptions {
  /** numbers between ranks; `float32` when left out */
  readonly wire?: WirePrecision;
  readonly bucketBytes?: number;
}

/**
 * Replaces the stored gradients of all ranks by their sum: where they lie, if the program keeps them in
 * memory of this process, else through copies.
 *
 * As the observer of the last pass it sums each bucket as soon as its gradients are finished, while the
 * rest of the pass is computed. Buckets are summed in the same order on all ranks and with the same
 * result, whether the program tells of finished gradients or not.
 */
export class GradientSum implements RunObserver {
  readonly #ranks: Collectives;
  readonly #program: StateHolder;
  readonly #names: readonly string[];
  readonly #options: Required<GradientSumOptions>;
  /** Where the gradients lie; undefined where that is not this process. */
  readonly #memory: ReadonlyMap<string, Float32Array> | undefined;
  readonly #buckets: readonly Bucket[];
  /** Gradients that the pass has not finished. */
  readonly #unfinished: Set<string>;
  readonly #sums: Promise<void>[] = [];

  /** @param names of the gradients, in an order that is the same on all ranks */
  constructor(
    ranks: Collectives,
    program: StateHolder,
    names: readonly string[],
    { wire = 'float32', bucketBytes = BUCKET_BYTES }: GradientSumOptions = {},
  ) {
    this.#ranks = ranks;
    this.#program = program;
    this.#names = names;
    this.#options = { wire, bucketBytes };
    this.#memory = program.stateMemory?.(names);
    this.#buckets = this.#memory === undefined ? [] : bucketsOf(this.#memory, bucketBytes);
    this.#unfinished = new Set(names);
  }

  stateReady(names: readonly string[]): void {
    for (const name of names) this.#unfinished.delete(name);
    for (const bucket of this.#buckets.slice(this.#sums.length)) {
      if (bucket.names.some((name) => this.#unfinished.has(name))) return;
      this.#begin(bucket);
    }
  }

  /**
   * After the last pass.
   *
   * @returns the squared norm of the sum
   */
  async finish(): Promise<number> {
    if (this.#memory !== undefined) return this.#finish(this.#memory, this.#buckets);
    const { arrays, tensors } = await joinedCopies(this.#program, this.#names);
    const squaredNorm = await this.#finish(arrays, bucketsOf(arrays, this.#options.bucketBytes));
    await this.#program.writeState(tensors);
    return squaredNorm;
  }

  async #finish(
    gradients: ReadonlyMap<string, Float32Array>,
    buckets: readonly Bucket[],
  ): Promise<number> {
    for (const bucket of buckets.slice(this.#sums.length)) this.#begin(bucket);
    const norms = new Map<string, number>();
    for (const [i, { names }] of buckets.entries()) {
      await this.#sums[i];
      for (const name of names) norms.set(name, squaredNormOf(gradients.get(name)!));
    }
    // In an order that does not depend on the buckets.
    return this.#names.reduce((sum, name) => sum + norms.get(name)!, 0);
  }

  #begin({ array }: Bucket): void {
    const done =
      this.#options.wire === 'bfloat16' ? this.#sumNarrow(array) : this.#ranks.sum(array);
    // The first that fails is reported; those after it fail with it.
    done.catch(() => undefined);
    this.#sums.push(done);
  }

  /** Several collectives each: those of one sum come before those of the next one on all ranks. */
  async #sumNarrow(array: Float32Array): Promise<void> {
    await this.#sums.at(-1);
    await sumNarrow(this.#ranks, array);
  }
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
