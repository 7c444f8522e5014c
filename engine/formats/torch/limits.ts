/** Limits of the memory and work for reading a file. */
import { Malformed } from './refusals.ts';

export interface TorchLimits {
  /**
   * Most bytes of all tensors together, and of all storages that are read for them. The default is
   * eight times the file (views share storages, so tensors may be larger than the file), at least
   * 16 MiB and at most 64 GiB.
   */
  readonly maxTensorBytes?: number;
  /** Most bytes of the pickled part; 64 MiB by default. */
  readonly maxPickleBytes?: number;
  /** Most steps of unpickling, about two per value; 8 million by default. */
  readonly maxSteps?: number;
}

const MIB = 1024 * 1024;

export function resolveLimits(limits: TorchLimits, fileBytes: number): Required<TorchLimits> {
  return {
    maxTensorBytes:
      limits.maxTensorBytes ?? Math.min(Math.max(8 * fileBytes, 16 * MIB), 65_536 * MIB),
    maxPickleBytes: limits.maxPickleBytes ?? 64 * MIB,
    maxSteps: limits.maxSteps ?? 8_000_000,
  };
}

/**
 * The remaining steps. All time and memory beyond the bytes of the file are charged here, so that a
 * small file cannot cause much work.
 */
export class Work {
  #left: number;
  readonly #allowed: number;

  constructor(allowed: number) {
    this.#left = allowed;
    this.#allowed = allowed;
  }

  spend(steps = 1): void {
    this.#left -= steps;
    if (!(this.#left >= 0))
      throw new Malformed(`it takes more than ${this.#allowed} steps to read`);
  }
}
