/**
 * Waiting for a full disk: the run is paused with the reason, keeps everything in memory, and tries
 * again when it is told to resume, when there is more room than there was, and now and then.
 */
import type { StudioError } from '../../contract/errors.ts';
import { asDiskError, isDiskFull, type Room } from '../../disk/disk.ts';
import type { RunSession } from '../../runs/run-session.ts';
import type { Orders } from './orders.ts';
import type { Limits } from './training-options.ts';

export class DiskFullPause {
  readonly #session: RunSession;
  readonly #orders: Orders;
  readonly #limits: Limits;

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
  async retry<T>(step: number, write: () => Promise<T>): Promise<T> {
    const { disk, run } = this.#session;
    for (let told = false; ; told = true) {
      try {
        const result = await write();
        if (told) await this.#session.setStatus('running', step);
        return result;
      } catch (thrown) {
        const error = asDiskError(thrown, run.dir);
        if (!isDiskFull(error) || this.#orders.stop !== undefined) throw error;
        const { code, message } = error as StudioError;
        if (!told) await this.#session.setStatus('paused', step, { code, message });
      }
      // After the attempt: what it had written is removed again.
      await this.#waitForRoom(step, await disk.room(run.dir));
    }
  }

  /**
   * How much is needed is not asked: quotas, reserved blocks and other writers make every sum wrong.
   *
   * @param before what was free when the disk was full
   */
  async #waitForRoom(step: number, before: Room | undefined): Promise<void> {
    const { clock, disk, run } = this.#session;
    const { pollMs, diskRetryMs, diskRetryMaxMs } = this.#limits;
    const began = clock.elapsed();
    for (;;) {
      await clock.sleep(pollMs);
      await this.#session.beat();
      const commands = await this.#orders.poll(step);
      if (commands.includes('resume') || this.#orders.stop !== undefined) return;
      const waited = clock.elapsed() - began;
      if (waited >= diskRetryMaxMs) return;
      if (waited >= diskRetryMs && hasGrown(before, await disk.room(run.dir))) return;
    }
  }
}

function hasGrown(before: Room | undefined, now: Room | undefined): boolean {
  if (before === undefined || now === undefined) return true;
  return now.bytes > before.bytes || (now.files ?? 0) > (before.files ?? 0);
}
