/**
 * Reading of whole files. Threads of the system take 0.3 ms to read a file even from memory, since they take
 * one turn each to open, measure, read and close it; this thread takes a tenth of that. A worker thread, which
 * nothing waits for but its images, therefore reads by itself as long as files come quickly. From a disk that
 * must be waited for, threads of the system read while it computes.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isMainThread } from 'node:worker_threads';

/** Mean of the last reads from which on threads of the system read, ms. */
const SLOW_MS = 1;
/** Weight of the last read in the mean. */
const WEIGHT = 1 / 8;
/** Files that they read before this thread tries again. */
const FILES_AFTER_SLOW = 64;

/** The two ways to read, and a clock, ms; tests give their own. */
export interface ReadingWays {
  here(file: string): Buffer;
  elsewhere(file: string): Promise<Buffer>;
  now(): number;
}

const WAYS: ReadingWays = {
  here: (file) => readFileSync(file),
  elsewhere: (file) => readFile(file),
  now: () => performance.now(),
};

/** Reads files, in this thread as long as that is quick. */
export class QuickReader {
  readonly #ways: ReadingWays;
  #meanMs = 0;
  #elsewhere = 0;

  constructor(ways = WAYS) {
    this.#ways = ways;
  }

  /** @throws the error of the file system */
  async read(file: string): Promise<Buffer> {
    const { here, elsewhere, now } = this.#ways;
    if (this.#elsewhere > 0) {
      this.#elsewhere--;
      return elsewhere(file);
    }
    const began = now();
    try {
      return here(file);
    } finally {
      this.#meanMs += WEIGHT * (now() - began - this.#meanMs);
      if (this.#meanMs > SLOW_MS) [this.#meanMs, this.#elsewhere] = [0, FILES_AFTER_SLOW];
    }
  }
}

const reader = new QuickReader();

/** The content of a file. @throws the error of the file system */
export function readWhole(file: string): Promise<Buffer> {
  return isMainThread ? WAYS.elsewhere(file) : reader.read(file);
}
