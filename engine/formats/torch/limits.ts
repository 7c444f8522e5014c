/** How much a file may ask for. */
import { Malformed } from './refusals.ts';

export interface TorchLimits {
  /**
   * Most bytes of all tensors together, and of all storages that are read for them. By default eight
   * times the file (views share storages, so tensors may need more than the file has), at least
   * 16 MiB and at most 64 GiB.
   */
  readonly maxTensorBytes?: number;
  /** Most bytes of the pickled part; 64 MiB by default. */
  readonly maxPickleBytes?: number;
  /** Most steps of reading, about two for each pickled value; 8 million by default. */
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
 * The steps that are left. Whatever costs time or memory beyond the bytes that the file spent on it
 * pays here, so that a small file cannot cause large work.
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
