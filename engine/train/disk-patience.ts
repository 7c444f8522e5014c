/**
 * Waiting for a full disk: the run is paused with the reason, keeps everything in memory, and tries
 * again when it is told to resume or when there is space.
 */

import type { StudioError } from '../contract/errors.ts';
import { isDiskFull } from '../disk/disk.ts';
import type { Orders } from './orders.ts';
import type { RunSession } from './run-session.ts';
import type { Limits } from './training-options.ts';

/** What is asked for before anything is known about the size of a checkpoint, bytes. */
const FIRST_GUESS_BYTES = 64 * 2 ** 20;

export class DiskPatience {
  readonly #session: RunSession;
  readonly #orders: Orders;
  readonly #limits: Limits;
  /** Space that must be free before the disk is tried again unasked. */
  neededBytes = FIRST_GUESS_BYTES;

  constructor(session: RunSession, orders: Orders, limits: Limits) {
    this.#session = session;
    this.#orders = orders;
    this.#limits = limits;
  }

  /**
   * Do something that needs disk space, however long it takes.
   *
   * @param write may be called several times
   * @throws StudioError `disk-full` when asked to stop and there still is no space
   */
  async insist<T>(step: number, write: () => Promise<T>): Promise<T> {
    let told = false;
    for (let delayMs = this.#limits.diskRetryMs; ; delayMs *= 2) {
      try {
        const result = await write();
        if (told) await this.#session.setStatus('running', step);
        return result;
      } catch (error) {
        if (!isDiskFull(error) || this.#orders.stop !== undefined) throw error;
        const { code, message } = error as StudioError;
        if (!told) await this.#session.setStatus('paused', step, { code, message });
        told = true;
      }
      await this.#waitForSpace(step, Math.min(delayMs, this.#limits.diskRetryMaxMs));
    }
  }

  async #waitForSpace(step: number, delayMs: number): Promise<void> {
    const { clock, disk, run } = this.#session;
    const began = clock.elapsed();
    for (;;) {
      await clock.sleep(this.#limits.pollMs);
      this.#session.beat();
      const commands = await this.#orders.poll(step);
      if (commands.includes('resume') || this.#orders.stop !== undefined) return;
      if (clock.elapsed() - began < delayMs) continue;
      const free = await disk.freeBytes(run.dir);
      if (free === undefined || free > this.neededBytes * 1.1) return;
    }
  }
}
